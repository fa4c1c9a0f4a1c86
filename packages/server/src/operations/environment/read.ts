import type { OperationContext } from '../../context.ts'
import { loadEnvironment } from '../../store/installation.ts'
import type { EnvironmentSettings } from '../../store/installation.ts'

export const readEnvironment = (ctx: OperationContext): Promise<EnvironmentSettings> =>
  loadEnvironment(ctx.tx, ctx.environment.id)
