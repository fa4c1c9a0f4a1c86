/**
 * API keys in the database: what they may do and the HMAC of their secret, never the secret.
 *
 * Owns: the table api_key. Does not own: how a hash is made (`operations/keys/secret.ts`) and the memory of keys
 * (`operations/keys/authenticator.ts`).
 */
import type { KeyKind, RateClass, StoredApiKey } from '../domain/keys/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import { timestampParameter } from './database/type-parsers.ts'
import type { Queryable } from './database/pool.ts'

type Row = {
  environment: number
  id: string
  kind: KeyKind
  name: string
  scopes: string[]
  hash: Buffer
  hint: string
  rate_limits: Partial<Record<RateClass, number>>
  created_at: Instant
  expires_at: Instant
  revoked_at: Instant | null
  rolled_to: string | null
  environment_name: string
  mode: 'test' | 'live'
}

const selectKeys = `select k.environment, k.id, k.kind, k.name, k.scopes, k.hash, k.hint, k.rate_limits,
  k.created_at, k.expires_at, k.revoked_at, k.rolled_to, e.name as environment_name, e.mode
  from api_key k join environment e on e.id = k.environment`

const keyOf = (row: Row): StoredApiKey => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  scopes: row.scopes,
  environment: { id: row.environment, name: row.environment_name, mode: row.mode },
  rateLimits: row.rate_limits,
  hint: row.hint,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  rolledTo: row.rolled_to,
})

/** The key with this hash, revoked ones too. */
export async function loadApiKeyByHash(
  db: Queryable,
  hash: Buffer,
): Promise<{ key: StoredApiKey; hash: Buffer } | undefined> {
  const { rows } = await db.query<Row>({
    name: 'load-api-key-by-hash',
    text: `${selectKeys} where k.hash = $1`,
    values: [hash],
  })
  return rows[0] === undefined ? undefined : { key: keyOf(rows[0]), hash: rows[0].hash }
}

async function loadApiKey(tx: Queryable, environment: number, id: string): Promise<StoredApiKey | undefined> {
  const { rows } = await tx.query<Row>({
    text: `${selectKeys} where k.environment = $1 and k.id = $2`,
    values: [environment, id],
  })
  return rows[0] === undefined ? undefined : keyOf(rows[0])
}

/** The same, and nobody else changes it until the end of the transaction. */
export async function claimApiKey(
  tx: Queryable,
  environment: number,
  id: string,
): Promise<StoredApiKey | undefined> {
  await tx.query({
    text: 'select 1 from api_key where environment = $1 and id = $2 for update',
    values: [environment, id],
  })
  return loadApiKey(tx, environment, id)
}

/** Newest first, from after the id `before`; one more than `limit` when there are more. */
export async function loadApiKeys(
  tx: Queryable,
  environment: number,
  page: { limit: number; before?: string },
): Promise<StoredApiKey[]> {
  const { rows } = await tx.query<Row>({
    // ids are time-ordered, so their order is that of creation
    text: `${selectKeys} where k.environment = $1 and ($2::text is null or k.id collate "C" < $2 collate "C")
      order by k.id collate "C" desc limit $3`,
    values: [environment, page.before ?? null, page.limit + 1],
  })
  return rows.map(keyOf)
}

export async function insertApiKey(tx: Queryable, key: StoredApiKey, hash: Buffer): Promise<void> {
  await tx.query({
    text: `insert into api_key
        (environment, id, kind, name, scopes, hash, hint, rate_limits, created_at, expires_at, revoked_at, rolled_to)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10::timestamptz, null, null)`,
    values: [
      key.environment.id,
      key.id,
      key.kind,
      key.name,
      key.scopes,
      hash,
      key.hint,
      JSON.stringify(key.rateLimits),
      timestampParameter(key.createdAt),
      timestampParameter(key.expiresAt),
    ],
  })
}

export async function saveApiKeyEnd(
  tx: Queryable,
  key: Pick<StoredApiKey, 'id' | 'environment' | 'expiresAt' | 'revokedAt' | 'rolledTo'>,
): Promise<void> {
  await tx.query({
    text: `update api_key set expires_at = $3::timestamptz, revoked_at = $4::timestamptz, rolled_to = $5
      where environment = $1 and id = $2`,
    values: [
      key.environment.id,
      key.id,
      timestampParameter(key.expiresAt),
      key.revokedAt === null ? null : timestampParameter(key.revokedAt),
      key.rolledTo,
    ],
  })
}
