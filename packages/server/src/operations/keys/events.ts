import type { DomainEvent } from '../../domain/events.ts'
import type { ApiKey } from '../../domain/keys/model.ts'
import type { Instant } from '../../domain/time/instant.ts'

/** What happened to a key, and through whom. */
export function keyEvent(
  type: 'api_key.created' | 'api_key.rolled' | 'api_key.revoked',
  key: Pick<ApiKey, 'id' | 'kind' | 'name'>,
  actor: string,
  occurredAt: Instant,
): DomainEvent {
  const { id, kind, name } = key
  return { type, subject: id, payload: { key: id, kind, name, actor }, occurredAt }
}
