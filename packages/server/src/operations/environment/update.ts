import type { OperationContext } from '../../context.ts'
import { saveAllowedOrigins } from '../../store/installation.ts'
import type { EnvironmentSettings } from '../../store/installation.ts'
import { recordChange } from '../audit/record.ts'
import { readEnvironment } from './read.ts'

export async function updateEnvironment(
  ctx: OperationContext,
  command: { allowedOrigins: readonly string[] },
): Promise<EnvironmentSettings> {
  const { allowedOrigins } = await readEnvironment(ctx)
  await recordChange(ctx, {
    before: { environment: { allowedOrigins } },
    after: { environment: { allowedOrigins: command.allowedOrigins } },
  })
  await saveAllowedOrigins(ctx.tx, ctx.environment.id, command.allowedOrigins)
  return readEnvironment(ctx)
}
