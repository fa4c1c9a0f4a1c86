import type { OperationContext } from '../../context.ts'
import { mayCreate } from '../../domain/keys/model.ts'
import type { ApiKey, StoredApiKey } from '../../domain/keys/model.ts'
import { Refusal } from '../../refusal.ts'
import { claimApiKey, saveApiKeyEnd } from '../../store/api-keys.ts'
import { appendEvents } from '../../store/events.ts'
import { recordChange } from '../audit/record.ts'
import { keyEvent } from './events.ts'

/**
 * Ends a key at once. A revoked key stays as it is.
 *
 * @throws Refusal `api_key_not_found`, `key_not_permitted` for a key that may do more than the one that asks
 */
export async function revokeKey(
  ctx: OperationContext,
  maker: ApiKey | null,
  id: string,
): Promise<StoredApiKey> {
  const key = await claimApiKey(ctx.tx, ctx.environment.id, id)
  if (key === undefined) throw new Refusal('api_key_not_found', { param: 'id', values: { key: id } })
  if (maker !== null && !mayCreate(maker, key)) {
    throw new Refusal('key_not_permitted', { param: 'id', values: { scope: 'secret' } })
  }
  if (key.revokedAt !== null) return key
  const now = ctx.clock.now()
  const revoked = { ...key, revokedAt: now }
  await saveApiKeyEnd(ctx.tx, revoked)
  await appendEvents(ctx.tx, ctx.environment.id, 0, [keyEvent('api_key.revoked', key, ctx.actor, now)], now)
  await recordChange(ctx, {
    before: { [`key ${id}`]: { revoked: false } },
    after: { [`key ${id}`]: { revoked: true } },
  })
  return revoked
}
