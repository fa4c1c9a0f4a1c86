/**
 * Sums of documents, receipts, refunds and earned revenue.
 *
 * Owns: from which rows each is summed, and to which plan it belongs: the one that its invoice was written under.
 * Does not own: the scope (`analytics.ts`), the books (`ledger.ts`).
 */
import sql, { empty, type Sql } from 'sql-template-tag'
import {
  intervalOf,
  isInRange,
  isInScope,
  segmentOf,
  type FigureScope,
  type SeriesName,
} from './analytics.ts'
import type { Queryable } from './database/pool.ts'

export interface RevenueSum extends SeriesName {
  interval: number
  figure: 'billed' | 'billed_net' | 'collected' | 'refunded' | 'earned'
  amountMinor: number
}

/** Of an invoice by its id: '' where it is for no subscription. */
const planOf = (invoice: Sql) => sql`coalesce((select of.plan from invoice of
    where of.environment = c.environment and of.customer = c.id and of.id = ${invoice}), '')`

/** Everything that moved money, each as one row: when, how much, for which invoice. */
const sources: Sql = sql`
  select i.environment, i.customer, i.currency, i.id as invoice, i.issued_at as at, 'billed' as figure,
    case i.kind when 'invoice' then i.total_minor else -i.total_minor end as amount_minor
  from invoice i where i.issued_at is not null and i.status <> 'void'
  union all
  select i.environment, i.customer, i.currency, i.id, i.issued_at, 'billed_net',
    case i.kind when 'invoice' then i.total_minor - i.tax_minor else i.tax_minor - i.total_minor end
  from invoice i where i.issued_at is not null and i.status <> 'void'
  union all
  select r.environment, r.customer, r.currency, part ->> 'invoice', r.received_at, 'collected',
    (part ->> 'amountMinor')::bigint
  from receipt r, jsonb_array_elements(r.allocations) part
  union all
  select r.environment, r.customer, r.currency, '', r.received_at, 'collected', r.to_balance_minor
  from receipt r where r.to_balance_minor > 0
  union all
  select f.environment, f.customer, f.currency, coalesce(part ->> 'invoice', ''), f.ended_at, 'refunded',
    (part ->> 'amountMinor')::bigint
  from refund f, jsonb_array_elements(f.parts) part where f.status = 'succeeded'
  union all
  select p.environment, p.customer, p.currency, coalesce(p.invoice, ''), p.occurred_at, 'earned', -p.amount_minor
  from ledger_posting p where p.account = 'revenue'`

export async function loadRevenueSums(db: Queryable, scope: FigureScope): Promise<RevenueSum[]> {
  const plan = planOf(sql`source.invoice`)
  const { rows } = await db.query<Omit<RevenueSum, 'amountMinor'> & { amount_minor: number }>(sql`
    select source.currency, ${segmentOf(scope, plan, sql`source.currency`)} as segment,
      ${intervalOf(scope, sql`source.at`)} as interval, source.figure, countable(sum(source.amount_minor)) as amount_minor
    from (${sources}) source
    join customer c on c.environment = source.environment and c.id = source.customer
    where ${isInScope(scope)} and source.environment = ${scope.environment} and ${isInRange(scope, sql`source.at`)}
      ${scope.currency === null ? empty : sql`and source.currency = ${scope.currency}`}
      ${scope.plan === null ? empty : sql`and ${plan} = ${scope.plan}`}
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`)
  return rows.map(({ amount_minor: amountMinor, ...rest }) => ({ ...rest, amountMinor }))
}

export interface RecoverySum extends SeriesName {
  interval: number
  /** Paid in the interval after a failure. */
  recoveredMinor: number
  invoices: number
  /** First failed in the interval, and of those: paid since. */
  failed: number
  paidSince: number
}

interface RecoveryRow extends SeriesName {
  interval: number
  recovered_minor: number
  invoices: number
  failed: number
  paid_since: number
}

/**
 * A failure is a payment that failed, or a step of dunning. Recovered is what came in after it for an invoice that is paid
 * by now: a credit note and the customer's balance bring nothing in.
 */
export async function loadRecoveries(db: Queryable, scope: FigureScope): Promise<RecoverySum[]> {
  const plan = sql`coalesce(i.plan, '')`
  const failedAt = sql`coalesce(i.first_failed_at, case when i.dunning_step >= 0 then i.due_at end)`
  const { rows } = await db.query<RecoveryRow>(sql`with failing as (
      select i.currency, ${segmentOf(scope, plan, sql`i.currency`)} as segment, ${failedAt} as failed_at,
        case when received.minor > 0 then i.paid_at end as paid_at, received.minor as received_minor
      from invoice i
      join customer c on c.environment = i.environment and c.id = i.customer
      cross join lateral (
        -- by when it was booked: a provider's clock may be behind ours
        select sum((part ->> 'amountMinor')::bigint) as minor from receipt r
        join ledger_entry e on e.environment = r.environment and e.customer = r.customer
          and e.cause = 'receipt:' || r.id || ':allocated' and e.occurred_at >= ${failedAt}
        cross join jsonb_array_elements(r.allocations) part
        where r.environment = i.environment and r.customer = i.customer and part ->> 'invoice' = i.id
      ) received
      where ${isInScope(scope)} and i.environment = ${scope.environment} and i.kind = 'invoice' and i.status <> 'void'
        and ${failedAt} is not null
        ${scope.currency === null ? empty : sql`and i.currency = ${scope.currency}`}
        ${scope.plan === null ? empty : sql`and ${plan} = ${scope.plan}`}
    ), moved as (
      select currency, segment, ${intervalOf(scope, sql`paid_at`)} as interval, received_minor as recovered_minor,
        1 as invoices, 0 as failed, 0 as paid_since
      from failing where ${isInRange(scope, sql`paid_at`)}
      union all
      select currency, segment, ${intervalOf(scope, sql`failed_at`)}, 0, 0, 1, (paid_at is not null)::int
      from failing where ${isInRange(scope, sql`failed_at`)}
    )
    select currency, segment, interval, countable(sum(recovered_minor)) as recovered_minor, countable(sum(invoices)) as invoices,
      countable(sum(failed)) as failed, countable(sum(paid_since)) as paid_since
    from moved group by 1, 2, 3 order by 1, 2, 3`)
  return rows.map(({ recovered_minor: recoveredMinor, paid_since: paidSince, ...rest }) => ({
    ...rest,
    recoveredMinor,
    paidSince,
  }))
}
