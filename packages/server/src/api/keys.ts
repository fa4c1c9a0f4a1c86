import type { KeyScope, endpoints } from '@tollkeeper/contract'
import type { StoredApiKey } from '../domain/keys/model.ts'
import { END_OF_TIME, readInstantOrNull, toIso, toIsoOrNull } from '../domain/time/instant.ts'
import { createKey } from '../operations/keys/create.ts'
import { listKeys } from '../operations/keys/list.ts'
import { revokeKey } from '../operations/keys/revoke.ts'
import { rollKey } from '../operations/keys/roll.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const keyRoutes = {
  create: async ({ body, key }, ctx) => {
    const { kind, name, scopes = [], rateLimits = {} } = body
    const made = await createKey(ctx, key, {
      kind,
      name,
      scopes,
      rateLimits,
      expiresAt: readInstantOrNull(body.expiresAt) ?? END_OF_TIME,
    })
    return { ...presentKey(made.key), secret: made.secret }
  },
  list: async ({ query }, ctx) => {
    const { keys, nextCursor } = await listKeys(ctx, query)
    return presentList(keys.map(presentKey), nextCursor)
  },
  roll: async ({ params, body, key }, ctx) => {
    const made = await rollKey(ctx, key, { id: params.id, overlapHours: body.overlapHours })
    return { ...presentKey(made.key), secret: made.secret }
  },
  revoke: async ({ params, key }, ctx) => presentKey(await revokeKey(ctx, key, params.id)),
} satisfies Handlers<typeof endpoints.keys>

function presentKey(key: StoredApiKey) {
  return {
    object: 'api_key' as const,
    id: key.id,
    livemode: key.environment.mode === 'live',
    kind: key.kind,
    name: key.name,
    scopes: [...key.scopes] as KeyScope[],
    hint: key.hint,
    rateLimits: key.rateLimits,
    createdAt: toIso(key.createdAt),
    expiresAt: toIsoOrNull(key.expiresAt),
    revokedAt: toIsoOrNull(key.revokedAt),
    rolledTo: key.rolledTo,
  }
}
