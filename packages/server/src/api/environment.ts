import type { endpoints } from '@tollkeeper/contract'
import { toIso } from '../domain/time/instant.ts'
import { readEnvironment } from '../operations/environment/read.ts'
import { updateEnvironment } from '../operations/environment/update.ts'
import type { Handlers } from './handler.ts'

export const environmentRoutes = {
  get: async (_request, ctx) => present(await readEnvironment(ctx)),
  update: async ({ body }, ctx) => present(await updateEnvironment(ctx, body)),
} satisfies Handlers<typeof endpoints.environment>

function present({ name, mode, allowedOrigins, createdAt }: Awaited<ReturnType<typeof readEnvironment>>) {
  return {
    object: 'environment' as const,
    id: name,
    livemode: mode === 'live',
    allowedOrigins,
    createdAt: toIso(createdAt),
  }
}
