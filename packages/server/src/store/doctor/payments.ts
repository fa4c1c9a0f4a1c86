import type { KnownPayment } from '../../domain/doctor/payments.ts'
import type { Instant } from '../../domain/time/index.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import { NOBODY } from '../ledger.ts'

/** Of these transactions of a provider those that we have, whoever's they are. */
export async function loadKnownPayments(
  db: Queryable,
  environment: number,
  provider: string,
  transactions: readonly string[],
): Promise<KnownPayment[]> {
  const { rows } = await db.query<KnownPayment>({
    name: 'doctor-known-payments',
    text: `select c.key as customer, r.transaction, r.currency, r.amount_minor as "amountMinor" from receipt r
           join customer c on c.environment = r.environment and c.id = r.customer
           where r.environment = $1 and r.provider = $2 and r.transaction = any($3::text[])
           union all
           select null, transaction, currency, amount_minor from unallocated_receipt
           where environment = $1 and provider = $2 and transaction = any($3::text[]) and receipt is null`,
    values: [environment, provider, transactions],
  })
  return rows
}

/** Keys of charges whose outcome is still waited for. */
export async function loadAwaitedKeys(
  db: Queryable,
  environment: number,
  keys: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>({
    name: 'doctor-awaited-keys',
    text: `select id from payment_attempt where environment = $1 and id = any($2::text[])
             and status in ('created', 'started', 'pending', 'action_needed', 'unknown')`,
    values: [environment, keys],
  })
  return new Set(rows.map(({ id }) => id))
}

export interface RecordedPayment extends KnownPayment {
  /** Of its charge, be it one that we never knew; null: it came without one. */
  key: string | null
}

/** What was recorded in a stretch of the system's time, as whoever's it was first, by transaction, from after one. */
export async function loadRecordedPayments(
  db: Queryable,
  environment: number,
  provider: string,
  page: { since: Instant; until: Instant; after: string; limit: number },
): Promise<RecordedPayment[]> {
  const { rows } = await db.query<RecordedPayment>({
    name: 'doctor-recorded-payments',
    text: `select c.key as customer, r.transaction, r.currency, r.amount_minor as "amountMinor",
             coalesce(r.attempt, nobodys.attempt_key) as key
           from receipt r
           join customer c on c.environment = r.environment and c.id = r.customer
           join ledger_entry e on e.environment = r.environment and e.customer = r.customer
             and e.cause = 'receipt:' || r.id || ':received'
           left join unallocated_receipt nobodys on nobodys.environment = r.environment and nobodys.provider = r.provider
             and nobodys.transaction = r.transaction
           left join ledger_entry came on came.environment = r.environment and came.customer = ${NOBODY}
             and came.cause = 'unallocated:' || nobodys.provider || ':' || nobodys.transaction
           where r.environment = $1 and r.provider = $2 and r.transaction > $3
             and coalesce(came.recorded_at, e.recorded_at) >= $4 and coalesce(came.recorded_at, e.recorded_at) < $5
           order by r.transaction limit $6`,
    values: [
      environment,
      provider,
      page.after,
      timestampParameter(page.since),
      timestampParameter(page.until),
      page.limit,
    ],
  })
  return rows
}
