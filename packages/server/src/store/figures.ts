/**
 * Counts behind the rates: trials, suspensions, overdue invoices, decisions on quota.
 *
 * Owns: what is counted in each numerator and denominator. Does not own: the scope (`analytics.ts`), the division.
 */
import sql, { empty } from 'sql-template-tag'
import {
  intervalOf,
  isBilledIn,
  isInRange,
  isInScope,
  segmentOf,
  type FigureScope,
  type SeriesName,
} from './analytics.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface RateCounts extends SeriesName {
  interval: number
  numerator: number
  denominator: number
}

/**
 * Trials that became paid, over trials that ended: by an invoice, once it is paid with something, be it the balance; what a
 * credit note took away was not. One that is canceled ends then; one that never began counts nowhere.
 */
export async function loadTrials(db: Queryable, scope: FigureScope): Promise<RateCounts[]> {
  const plan = sql`coalesce(s.trial_plan, (select item.key from catalog_item item where item.id = s.plan))`
  const { rows } = await db.query<RateCounts>(sql`with trial as (
      select ${segmentOf(scope, plan)} as segment,
        least(s.trial_end_at, coalesce(s.ended_at, 'infinity')) as over_at,
        s.end_reason is distinct from 'trial_ended' and (s.ended_at is null or s.ended_at > s.trial_end_at)
          and (s.authority = 'provider' or exists (select from invoice i where i.environment = s.environment
            and i.customer = s.customer and i.subscription = s.number and i.kind = 'invoice' and i.status = 'paid'
            and i.amount_paid_minor + i.credit_applied_minor > 0)) as converted
      from subscription s
      join customer c on c.environment = s.environment and c.id = s.customer
      where ${isInScope(scope)} and s.environment = ${scope.environment} and s.trial_end_at is not null
        and s.status not in ('scheduled', 'trialing') and (s.ended_at is null or s.ended_at >= s.start_at)
        ${scope.plan === null ? empty : sql`and ${plan} = ${scope.plan}`} ${isBilledIn(scope)}
    )
    select null::text as currency, segment, ${intervalOf(scope, sql`over_at`)} as interval,
      count(*) filter (where converted) as numerator, count(*) as denominator
    from trial where ${isInRange(scope, sql`over_at`)} group by 1, 2, 3 order by 1, 2, 3`)
  return rows
}

/**
 * Customers suspended in the interval, by hand or by a step of dunning, over those that got in when it began. A plan's are
 * those who are on it, or were last.
 */
export async function loadSuspensions(db: Queryable, scope: FigureScope): Promise<RateCounts[]> {
  const starts = scope.boundaries.slice(0, -1).map(timestampParameter)
  const plan = sql`coalesce((select item.key from subscription s join catalog_item item on item.id = s.plan
    where s.environment = c.environment and s.customer = c.id order by s.number desc limit 1), '')`
  const ofPlan = sql`${scope.plan === null ? empty : sql`and ${plan} = ${scope.plan}`} ${isBilledIn(scope)}`
  const { rows } = await db.query<RateCounts>(sql`with suspended as (
      select distinct c.id, ${segmentOf(scope, plan)} as segment, ${intervalOf(scope, sql`e.occurred_at`)} as interval
      from event e
      join customer c on c.environment = e.environment and c.id = e.customer
      where ${isInScope(scope)} and e.environment = ${scope.environment} and ${isInRange(scope, sql`e.occurred_at`)}
        and e.type in ('suspension.created', 'dunning.step_taken')
        and (e.type = 'suspension.created' or e.payload ->> 'action' in ('suspend', 'pause'))
        -- who is out already is not put out again
        and exists (select from access_period a where a.environment = e.environment and a.customer = e.customer
          and a.from_at < e.occurred_at and a.to_at >= e.occurred_at and a.level <> 'blocked') ${ofPlan}
    ), active as (
      select distinct c.id, ${segmentOf(scope, plan)} as segment, n.interval
      from unnest(${starts}::timestamptz[]) with ordinality as n(start, interval)
      -- whoever is put out in that very moment got in until then
      join access_period a on a.environment = ${scope.environment} and a.from_at <= n.start and a.to_at >= n.start
        and a.level <> 'blocked'
      join customer c on c.environment = a.environment and c.id = a.customer
      where ${isInScope(scope)} ${ofPlan}
    )
    select null::text as currency, segment, interval::int as interval,
      count(*) filter (where is_suspended) as numerator, count(*) filter (where not is_suspended) as denominator
    from (select segment, interval, true as is_suspended from suspended
      union all select segment, interval, false from active) counted
    group by 1, 2, 3 order by 1, 2, 3`)
  return rows
}

/** Of the invoices issued in an interval, those past due and unpaid now. */
export async function loadOverdue(db: Queryable, scope: FigureScope): Promise<RateCounts[]> {
  const plan = sql`coalesce(i.plan, '')`
  const { rows } = await db.query<RateCounts>(sql`select null::text as currency,
      ${segmentOf(scope, plan)} as segment, ${intervalOf(scope, sql`i.issued_at`)} as interval,
      count(*) filter (where i.status in ('open', 'uncollectible') and i.due_at < ${timestampParameter(scope.now)}::timestamptz
        and i.total_minor > i.credit_applied_minor + i.credited_minor + i.amount_paid_minor) as numerator,
      count(*) as denominator
    from invoice i
    join customer c on c.environment = i.environment and c.id = i.customer
    where ${isInScope(scope)} and i.environment = ${scope.environment} and i.kind = 'invoice' and i.status <> 'void'
      and ${isInRange(scope, sql`i.issued_at`)}
      ${scope.plan === null ? empty : sql`and ${plan} = ${scope.plan}`}
      ${scope.currency === null ? empty : sql`and i.currency = ${scope.currency}`}
    group by 1, 2, 3 order by 1, 2, 3`)
  return rows
}

export type QuotaSegment = 'feature' | 'plan'

/** By day: a day is in the interval that it begins in. A plan's are what was decided while it was in force. */
export async function loadQuotaDecisions(
  db: Queryable,
  scope: FigureScope,
  segment: QuotaSegment | null,
): Promise<RateCounts[]> {
  const start = sql`(q.day::timestamp at time zone ${scope.timeZone})`
  const plan = sql`coalesce(p.key, '')`
  const segments = { feature: sql`f.key`, plan }
  const { rows } = await db.query<RateCounts>(sql`select null::text as currency,
      ${segment === null ? sql`null::text` : segments[segment]} as segment, ${intervalOf(scope, start)} as interval,
      sum(q.refusals)::bigint as numerator, sum(q.decisions)::bigint as denominator
    from quota_decision q
    join feature f on f.environment = q.environment and f.id = q.feature
    left join catalog_item p on p.environment = q.environment and p.id = q.plan
    where q.environment = ${scope.environment} and q.test_clock = ${scope.testClock ?? ''}
      and ${isInRange(scope, start)} ${scope.plan === null ? empty : sql`and ${plan} = ${scope.plan}`}
    group by 1, 2, 3 order by 1, 2, 3`)
  return rows
}
