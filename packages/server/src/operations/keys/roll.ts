import type { OperationContext } from '../../context.ts'
import { mayCreate } from '../../domain/keys/model.ts'
import type { ApiKey, StoredApiKey } from '../../domain/keys/model.ts'
import { HOUR_MS, toIsoOrNull } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { claimApiKey, saveApiKeyEnd } from '../../store/api-keys.ts'
import { recordChange } from '../audit/record.ts'
import { createKey } from './create.ts'
import { appendEvents } from '../../store/events.ts'
import { keyEvent } from './events.ts'

/**
 * Makes a key with the rights of another, which ends after `overlapHours`.
 *
 * @throws Refusal `api_key_not_found`, `api_key_ended`, `key_not_permitted`
 */
export async function rollKey(
  ctx: OperationContext,
  maker: ApiKey | null,
  command: { id: string; overlapHours: number },
): Promise<{ key: StoredApiKey; secret: string }> {
  const old = await claimApiKey(ctx.tx, ctx.environment.id, command.id)
  if (old === undefined) throw new Refusal('api_key_not_found', { param: 'id', values: { key: command.id } })
  if (maker !== null && !mayCreate(maker, old)) {
    throw new Refusal('key_not_permitted', { param: 'id', values: { scope: 'secret' } })
  }
  const now = ctx.clock.now()
  if (old.revokedAt !== null || old.expiresAt <= now || old.rolledTo !== null) {
    throw new Refusal('api_key_ended', { param: 'id', values: { key: command.id } })
  }
  const successor = await createKey(ctx, maker, {
    kind: old.kind,
    name: old.name,
    scopes: old.scopes,
    expiresAt: old.expiresAt,
    rateLimits: old.rateLimits,
  })
  const endsAt = Math.min(old.expiresAt, now + Math.round(command.overlapHours * HOUR_MS))
  await saveApiKeyEnd(ctx.tx, { ...old, expiresAt: endsAt, rolledTo: successor.key.id })
  await appendEvents(ctx.tx, ctx.environment.id, 0, [keyEvent('api_key.rolled', old, ctx.actor, now)], now)
  await recordChange(ctx, {
    before: { [`key ${old.id}`]: { expiresAt: toIsoOrNull(old.expiresAt) } },
    after: { [`key ${old.id}`]: { expiresAt: toIsoOrNull(endsAt), rolledTo: successor.key.id } },
  })
  return successor
}
