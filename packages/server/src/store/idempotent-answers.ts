/**
 * Answers kept under the caller's idempotency key.
 *
 * Owns: the table idempotent_answer and the lock on a key. Does not own: what a key's scope is and what is sealed
 * (`api/idempotency.ts`).
 * Invariant: an answer is inserted in the transaction of the effect it tells of, by the one that holds the lock.
 */
import type { Instant } from '../domain/time/instant.ts'
import { timestampParameter } from './database/type-parsers.ts'
import type { Transaction } from './database/pool.ts'

export interface AnswerKey {
  environment: number
  /** Method, route and path parameters, and the customer. */
  scope: string
  keyHash: Buffer
}

export interface StoredAnswer {
  bodyHash: Buffer
  status: number
  body: Buffer
  sealed: boolean
}

/**
 * Takes the key for this transaction and reads what is stored under it.
 * `inFlight` when another transaction has the key now.
 */
export async function claimAnswer(
  tx: Transaction,
  key: AnswerKey,
): Promise<{ inFlight: true } | { inFlight: false; answer: StoredAnswer | undefined }> {
  // the second statement runs after the first, so it sees what the last holder of the lock committed
  const [locked, stored] = await Promise.all([
    tx.query<{ locked: boolean }>({
      name: 'lock-answer',
      text: 'select pg_try_advisory_xact_lock($1::bigint) as locked',
      values: [lockNumber(key)],
    }),
    tx.query<{ body_hash: Buffer; status: number; body: Buffer; sealed: boolean }>({
      name: 'load-answer',
      text: `select body_hash, status, body, sealed from idempotent_answer
        where environment = $1 and scope = $2 and key_hash = $3`,
      values: [key.environment, key.scope, key.keyHash],
    }),
  ])
  const row = stored.rows[0]
  if (row !== undefined) {
    return {
      inFlight: false,
      answer: { bodyHash: row.body_hash, status: row.status, body: row.body, sealed: row.sealed },
    }
  }
  if (locked.rows[0]?.locked !== true) return { inFlight: true }
  return { inFlight: false, answer: undefined }
}

// the hash already depends on environment and scope, so its first 8 bytes tell the keys apart
function lockNumber(key: AnswerKey): string {
  return key.keyHash.readBigInt64BE(0).toString()
}

export async function insertAnswer(
  tx: Transaction,
  key: AnswerKey,
  answer: StoredAnswer,
  now: Instant,
): Promise<void> {
  await tx.query({
    name: 'insert-answer',
    text: `insert into idempotent_answer (environment, scope, key_hash, body_hash, status, body, sealed, created_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz)`,
    values: [
      key.environment,
      key.scope,
      key.keyHash,
      answer.bodyHash,
      answer.status,
      answer.body,
      answer.sealed,
      timestampParameter(now),
    ],
  })
}
