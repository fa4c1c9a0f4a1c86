/** The hours in which a customer was refused a feature. Owns: the table usage_refusal. */
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** Is this the first refusal of the hour? One other process may be told so, never two. */
export async function insertRefusalHour(
  tx: Transaction,
  environment: number,
  customer: number,
  refusal: { feature: string; hourAt: Instant; recordedAt: Instant },
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'insert-refusal-hour',
    text: `insert into usage_refusal (environment, customer, feature, hour_at, recorded_at)
      values ($1, $2, $3, $4::timestamptz, $5::timestamptz) on conflict do nothing`,
    values: [
      environment,
      customer,
      refusal.feature,
      timestampParameter(refusal.hourAt),
      timestampParameter(refusal.recordedAt),
    ],
  })
  return rowCount === 1
}

/** The customer's surrogate and test clock; null when there is none, or it was deleted. */
export async function loadRefused(
  db: Queryable,
  environment: number,
  key: string,
): Promise<{ customer: number; testClock: string | null } | null> {
  const { rows } = await db.query<{ customer: number; testClock: string | null }>({
    name: 'refused-customer',
    text: `select id as customer, test_clock as "testClock" from customer
      where environment = $1 and key = $2 and deleted_at is null`,
    values: [environment, key],
  })
  return rows[0] ?? null
}
