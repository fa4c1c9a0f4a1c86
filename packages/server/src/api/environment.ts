import type { endpoints } from '@tollkeeper/contract'
import type { OperationContext } from '../context.ts'
import { toIso } from '../domain/time/instant.ts'
import { readEnvironment } from '../operations/environment/read.ts'
import { updateEnvironment } from '../operations/environment/update.ts'
import type { Handlers } from './handler.ts'
import { webhookPath } from './payment-webhooks.ts'

export const environmentRoutes = {
  get: async (_request, ctx) => present(ctx, await readEnvironment(ctx)),
  update: async ({ body }, ctx) => present(ctx, await updateEnvironment(ctx, body)),
} satisfies Handlers<typeof endpoints.environment>

function present(
  { payments }: OperationContext,
  { name, mode, allowedOrigins, createdAt }: Awaited<ReturnType<typeof readEnvironment>>,
) {
  return {
    object: 'environment' as const,
    id: name,
    livemode: mode === 'live',
    allowedOrigins,
    providerWebhooks: payments.names().map((provider) => ({ provider, path: webhookPath(provider, name) })),
    createdAt: toIso(createdAt),
  }
}
