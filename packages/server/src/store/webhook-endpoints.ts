/**
 * Endpoints that outgoing webhooks go to, and their secrets, which are stored sealed.
 *
 * Owns: the tables webhook_endpoint and webhook_secret. Does not own: the seal (`operations/seal.ts`).
 */
import type { WebhookEndpoint } from '../domain/deliveries/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'

type Row = {
  id: string
  url: string
  description: string
  format: WebhookEndpoint['format']
  event_types: string[]
  status: WebhookEndpoint['status']
  disabled_reason: WebhookEndpoint['disabledReason']
  failing_since: Instant | null
  created_at: Instant
  updated_at: Instant
}

const selectEndpoints = `select id, url, description, format, event_types, status, disabled_reason, failing_since,
  created_at, updated_at from webhook_endpoint`

const endpointOf = (row: Row): WebhookEndpoint => ({
  id: row.id,
  url: row.url,
  description: row.description,
  format: row.format,
  eventTypes: row.event_types,
  status: row.status,
  disabledReason: row.disabled_reason,
  failingSince: row.failing_since,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function loadWebhookEndpoint(
  db: Queryable,
  environment: number,
  id: string,
): Promise<WebhookEndpoint | undefined> {
  const { rows } = await db.query<Row>({
    name: 'webhook-endpoint',
    text: `${selectEndpoints} where environment = $1 and id = $2`,
    values: [environment, id],
  })
  return rows[0] === undefined ? undefined : endpointOf(rows[0])
}

/** The same, and nobody else changes it until the end of the transaction. */
export async function claimWebhookEndpoint(
  tx: Transaction,
  environment: number,
  id: string,
): Promise<WebhookEndpoint | undefined> {
  const { rows } = await tx.query<Row>({
    name: 'claim-webhook-endpoint',
    text: `${selectEndpoints} where environment = $1 and id = $2 for update`,
    values: [environment, id],
  })
  return rows[0] === undefined ? undefined : endpointOf(rows[0])
}

/** Newest first, from after the id `before`. */
export async function loadWebhookEndpoints(
  db: Queryable,
  environment: number,
  page: { limit: number; before?: string | undefined },
): Promise<WebhookEndpoint[]> {
  const { rows } = await db.query<Row>({
    text: `${selectEndpoints} where environment = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    values: [environment, page.before ?? null, page.limit],
  })
  return rows.map(endpointOf)
}

/** All that events go to. */
export async function loadEndpoints(db: Queryable, environment: number): Promise<WebhookEndpoint[]> {
  const { rows } = await db.query<Row>({
    name: 'endpoints',
    text: `${selectEndpoints} where environment = $1 order by id`,
    values: [environment],
  })
  return rows.map(endpointOf)
}

export async function saveWebhookEndpoint(
  tx: Transaction,
  environment: number,
  endpoint: WebhookEndpoint,
): Promise<void> {
  await tx.query({
    text: `insert into webhook_endpoint (environment, id, url, description, format, event_types, status, disabled_reason,
        failing_since, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10::timestamptz, $11::timestamptz)
      on conflict (environment, id) do update set url = excluded.url, description = excluded.description,
        format = excluded.format, event_types = excluded.event_types, status = excluded.status,
        disabled_reason = excluded.disabled_reason, failing_since = excluded.failing_since,
        updated_at = excluded.updated_at`,
    values: [
      environment,
      endpoint.id,
      endpoint.url,
      endpoint.description,
      endpoint.format,
      endpoint.eventTypes,
      endpoint.status,
      endpoint.disabledReason,
      nullableTimestamp(endpoint.failingSince),
      timestampParameter(endpoint.createdAt),
      timestampParameter(endpoint.updatedAt),
    ],
  })
}

export async function deleteWebhookEndpoint(tx: Transaction, environment: number, id: string): Promise<void> {
  await tx.query({
    text: 'delete from webhook_endpoint where environment = $1 and id = $2',
    values: [environment, id],
  })
}

/** Adds a secret. The others end at `othersEndAt`, if they don't earlier. */
export async function addWebhookSecret(
  tx: Transaction,
  environment: number,
  secret: { endpoint: string; sealed: Buffer; createdAt: Instant; othersEndAt: Instant },
): Promise<void> {
  const { endpoint, sealed, createdAt, othersEndAt } = secret
  await tx.query({
    text: `update webhook_secret set expires_at = least(expires_at, $3::timestamptz)
      where environment = $1 and endpoint = $2`,
    values: [environment, endpoint, timestampParameter(othersEndAt)],
  })
  await tx.query({
    text: 'delete from webhook_secret where environment = $1 and endpoint = $2 and expires_at <= $3::timestamptz',
    values: [environment, endpoint, timestampParameter(createdAt)],
  })
  await tx.query({
    text: `insert into webhook_secret (environment, endpoint, number, sealed, created_at)
      select $1, $2, coalesce(max(number), 0) + 1, $3, $4::timestamptz from webhook_secret
      where environment = $1 and endpoint = $2`,
    values: [environment, endpoint, sealed, timestampParameter(createdAt)],
  })
}

/** Those that are valid now, the newest first. */
export async function loadWebhookSecrets(
  db: Queryable,
  environment: number,
  endpoint: string,
  now: Instant,
): Promise<Buffer[]> {
  const { rows } = await db.query<{ sealed: Buffer }>({
    name: 'webhook-secrets',
    text: `select sealed from webhook_secret
      where environment = $1 and endpoint = $2 and expires_at > $3::timestamptz order by number desc`,
    values: [environment, endpoint, timestampParameter(now)],
  })
  return rows.map(({ sealed }) => sealed)
}
