import type { endpoints } from '@tollkeeper/contract'
import type { OperationContext } from '../context.ts'
import { toIso } from '../domain/time/instant.ts'
import { loadEnvironment, saveAllowedOrigins } from '../store/installation.ts'
import type { Handlers } from './handler.ts'

export const environmentRoutes = {
  get: async (_request, ctx) => present(ctx),
  update: async ({ body }, ctx) => {
    await saveAllowedOrigins(ctx.tx, ctx.environment.id, body.allowedOrigins)
    return present(ctx)
  },
} satisfies Handlers<typeof endpoints.environment>

async function present(ctx: OperationContext) {
  const { name, mode, allowedOrigins, createdAt } = await loadEnvironment(ctx.tx, ctx.environment.id)
  return {
    object: 'environment' as const,
    id: name,
    livemode: mode === 'live',
    allowedOrigins,
    createdAt: toIso(createdAt),
  }
}
