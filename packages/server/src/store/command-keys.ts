/** What a caller's key began. Invariant: read and written under the customer's head lock, so one key begins one thing. */
import type { Instant } from '../domain/time/index.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface CommandKey {
  environment: number
  customer: number
  verb: string
  keyHash: Buffer
}

export async function findCommandKey(
  db: Queryable,
  { environment, customer, verb, keyHash }: CommandKey,
): Promise<{ bodyHash: Buffer; reference: string } | null> {
  const { rows } = await db.query<{ bodyHash: Buffer; reference: string }>({
    name: 'find-command-key',
    text: `select body_hash as "bodyHash", reference from command_key
           where environment = $1 and customer = $2 and verb = $3 and key_hash = $4`,
    values: [environment, customer, verb, keyHash],
  })
  return rows[0] ?? null
}

export async function bindCommandKey(
  tx: Transaction,
  { environment, customer, verb, keyHash }: CommandKey,
  { bodyHash, reference }: { bodyHash: Buffer; reference: string },
  recordedAt: Instant,
): Promise<void> {
  await tx.query({
    name: 'bind-command-key',
    text: `insert into command_key (environment, customer, verb, key_hash, body_hash, reference, recorded_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [environment, customer, verb, keyHash, bodyHash, reference, timestampParameter(recordedAt)],
  })
}
