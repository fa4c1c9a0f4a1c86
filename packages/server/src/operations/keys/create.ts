import type { OperationContext } from '../../context.ts'
import { mayCreate } from '../../domain/keys/model.ts'
import type { ApiKey, KeyKind, StoredApiKey } from '../../domain/keys/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { insertApiKey } from '../../store/api-keys.ts'
import { recordChange } from '../audit/record.ts'
import { hashSecret, hintOf, newSecret } from './secret.ts'
import { appendEvents } from '../../store/events.ts'
import { keyEvent } from './events.ts'

export interface NewKey {
  kind: KeyKind
  name: string
  /** For `restricted`: at least one. */
  scopes: readonly string[]
  expiresAt: Instant
  rateLimits: ApiKey['rateLimits']
}

/**
 * Makes a key. The secret is in the answer and nowhere else.
 *
 * @param maker the key that asks, or `null` for somebody at the machine itself
 * @throws Refusal `invalid_request`, `key_not_permitted`
 */
export async function createKey(
  ctx: OperationContext,
  maker: ApiKey | null,
  command: NewKey,
): Promise<{ key: StoredApiKey; secret: string }> {
  checkScopes(command)
  if (maker !== null && !mayCreate(maker, command)) {
    throw new Refusal('key_not_permitted', { param: 'scopes', values: { scope: 'secret' } })
  }
  const now = ctx.clock.now()
  if (command.expiresAt <= now) refuseField('expiresAt', 'Must lie in the future.')
  const { id, name, mode } = ctx.environment
  const secret = newSecret(command.kind, mode)
  const key: StoredApiKey = {
    id: newId('key', mode === 'live', now),
    kind: command.kind,
    name: command.name,
    scopes: command.scopes,
    environment: { id, name, mode },
    rateLimits: command.rateLimits,
    hint: hintOf(secret),
    createdAt: now,
    expiresAt: command.expiresAt,
    revokedAt: null,
    rolledTo: null,
  }
  await insertApiKey(ctx.tx, key, hashSecret(ctx.keyPepper, secret))
  await appendEvents(ctx.tx, id, 0, [keyEvent('api_key.created', key, ctx.actor, now)], now)
  const { kind, scopes } = key
  await recordChange(ctx, { after: { [`key ${key.id}`]: { kind, scopes } } })
  return { key, secret }
}

function checkScopes(command: NewKey): void {
  if (command.kind === 'restricted' && command.scopes.length === 0) {
    refuseField('scopes', 'A restricted key needs at least one scope.')
  }
  if (command.kind !== 'restricted' && command.scopes.length > 0) {
    refuseField('scopes', 'Only a restricted key has scopes.')
  }
}

function refuseField(param: string, message: string): never {
  throw new Refusal('invalid_request', { param, errors: [{ param, message }] })
}
