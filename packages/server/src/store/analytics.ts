/**
 * Reading the figures about the business.
 *
 * Owns: which customers and which stretch of time a figure is about, as SQL; and the revenue of customers as it moves.
 * Does not own: rates and series (`domain/analytics`), what each figure means.
 * Invariant: customers on a test clock are in no figure but those of their own clock. Interval 0 is what was before the
 * range; the nth interval is the one from its nth boundary on.
 */
import sql, { empty, type Sql } from 'sql-template-tag'
import type { RevenueMovement, MovementKind } from '../domain/analytics/movements.ts'
import type { CustomerFlow, MovementSum } from '../domain/analytics/revenue-series.ts'
import type { Instant } from '../domain/time/index.ts'
import { ofItems } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export type Segment = 'plan' | 'spend' | 'tenure' | 'stage'

/** Whom and what a figure is about. */
export interface FigureScope {
  environment: number
  boundaries: readonly Instant[]
  timeZone: string
  /** By the clock of these customers. */
  now: Instant
  testClock: string | null
  currency: string | null
  /** Key of a plan. */
  plan: string | null
  segment: Segment | null
}

/** To which series a row belongs. */
export interface SeriesName {
  currency: string | null
  segment: string | null
}

/** Adds movements, and what they leave: one statement, so that their sum is never another. */
export function saveMovements(
  environment: number,
  customer: number,
  movements: readonly RevenueMovement[],
  { at, cause }: { at: Instant; cause: string },
): Statement[] {
  if (movements.length === 0) return []
  const items = movements.map(({ currency, plan, kind, deltaMinor, monthlyMinor }) => ({
    customer,
    currency,
    plan,
    kind,
    delta_minor: deltaMinor,
    monthly_minor: monthlyMinor,
    cause,
    at: timestampParameter(at),
  }))
  return [ofItems(environment, items, moveRevenue)]
}

const moveRevenue = {
  name: 'save-movements',
  text: `with moved as (
      select * from json_to_recordset($2::json) as moved (customer bigint, currency text, plan text, kind text,
        delta_minor bigint, monthly_minor bigint, cause text, at timestamptz)
    ), recorded as (
      insert into revenue_movement (environment, customer, currency, plan, kind, delta_minor, cause, at)
      select $1::smallint, customer, currency, plan, kind, delta_minor, cause, at from moved
    )
    insert into monthly_revenue (environment, customer, currency, plan, monthly_minor)
    select $1::smallint, customer, currency, plan, monthly_minor from moved
    on conflict (environment, customer, currency, plan) do update set monthly_minor = excluded.monthly_minor`,
}

const boundariesOf = ({ boundaries }: FigureScope): Sql =>
  sql`${boundaries.map(timestampParameter)}::timestamptz[]`

/** The number of the interval that a time falls into. */
export const intervalOf = (scope: FigureScope, at: Sql): Sql =>
  sql`width_bucket(${at}, ${boundariesOf(scope)})`

export const startOf = (scope: FigureScope): string => timestampParameter(scope.boundaries[0] as Instant)
export const endOf = (scope: FigureScope): string => timestampParameter(scope.boundaries.at(-1) as Instant)

export const isInRange = (scope: FigureScope, at: Sql): Sql =>
  sql`${at} >= ${startOf(scope)}::timestamptz and ${at} < ${endOf(scope)}::timestamptz`

/** Of the table or alias `c`, which is a customer. */
export const isInScope = (scope: FigureScope): Sql =>
  sql`c.environment = ${scope.environment} and c.test_clock is not distinct from ${scope.testClock}`

/** Of the alias `c`: billed in the currency that is asked for. */
export const isBilledIn = ({ currency }: FigureScope): Sql =>
  currency === null ? empty : sql`and c.currency = ${currency}`

/**
 * Which series a customer (alias `c`) belongs to; the plan is given by whoever knows it. Band and tenure are as they are
 * at the range's end, or now if that is earlier; so every customer is in one of them for the whole range.
 */
export function segmentOf(scope: FigureScope, plan: Sql, currency: Sql = empty): Sql {
  const end = timestampParameter(Math.min(scope.boundaries.at(-1) as Instant, scope.now + 1))
  switch (scope.segment) {
    case null:
      return sql`null::text`
    case 'plan':
      return plan
    case 'spend':
      // from a power of ten to the next: amounts of any currency fall into bands of a like width
      return sql`(select case when coalesce(sum(r.delta_minor), 0) <= 0 then '0'
          else '1' || repeat('0', length(sum(r.delta_minor)::text) - 1) || '-' || repeat('9', length(sum(r.delta_minor)::text)) end
        from revenue_movement r where r.environment = c.environment and r.customer = c.id
          ${currency === empty ? empty : sql`and r.currency = ${currency}`} and r.at < ${end}::timestamptz)`
    case 'tenure':
      return sql`(select case when t.months < 3 then '0-2' when t.months < 12 then '3-11'
          when t.months < 24 then '12-23' else '24+' end
        from (select extract(year from a.span) * 12 + extract(month from a.span) as months
              from (select age(${end}::timestamptz at time zone ${scope.timeZone},
                               c.created_at at time zone ${scope.timeZone}) as span) a) t)`
    case 'stage':
      return sql`coalesce((select case when s.status in ('canceled', 'expired') then 'ended' else s.status end
        from subscription s where s.environment = c.environment and s.customer = c.id
        order by s.number desc limit 1), 'none')`
  }
}

/**
 * Seen by plan, revenue that comes from another one is an expansion of the plan and a contraction of the other, whatever
 * it is of the customer.
 */
const kindOf = ({ plan, segment }: FigureScope): Sql =>
  plan === null && segment !== 'plan'
    ? sql`m.kind`
    : sql`case when m.kind not in ('expansion', 'contraction') then m.kind
               when m.delta_minor > 0 then 'expansion' else 'contraction' end`

/** The movements of everybody in the scope until its end. */
export function movementsIn(scope: FigureScope): Sql {
  return sql`select m.customer, m.currency, ${segmentOf(scope, sql`m.plan`, sql`m.currency`)} as segment,
      ${intervalOf(scope, sql`m.at`)} as interval, ${kindOf(scope)} as kind, m.delta_minor
    from revenue_movement m
    join customer c on c.environment = m.environment and c.id = m.customer
    where ${isInScope(scope)} and m.environment = ${scope.environment} and m.at < ${endOf(scope)}::timestamptz
      ${scope.currency === null ? empty : sql`and m.currency = ${scope.currency}`}
      ${scope.plan === null ? empty : sql`and m.plan = ${scope.plan}`}`
}

interface SumRow extends SeriesName {
  interval: number
  kind: MovementKind
  delta_minor: number
}

export async function loadMovementSums(
  db: Queryable,
  scope: FigureScope,
): Promise<(MovementSum & SeriesName)[]> {
  const { rows } = await db.query<SumRow>(sql`with m as (${movementsIn(scope)})
    select currency, segment, interval, kind, countable(sum(delta_minor)) as delta_minor from m group by 1, 2, 3, 4
    order by 1, 2, 3, 4`)
  return rows.map(({ delta_minor: deltaMinor, ...rest }) => ({ ...rest, deltaMinor }))
}

/** Who pays: by customer and interval, what they pay at its end. */
export const runningRevenue = (scope: FigureScope): Sql => sql`moved as (
    select customer, currency, segment, interval, countable(sum(delta_minor)) as delta_minor
    from (${movementsIn(scope)}) m group by 1, 2, 3, 4
  ), running as (
    select moved.*, countable(sum(delta_minor) over (partition by customer, currency, segment order by interval)) as monthly_minor
    from moved
  )`

export async function loadCustomerFlows(
  db: Queryable,
  scope: FigureScope,
): Promise<(CustomerFlow & SeriesName)[]> {
  const { rows } = await db.query<CustomerFlow & SeriesName>(sql`with ${runningRevenue(scope)}
    select currency, segment, interval,
      count(*) filter (where monthly_minor > 0 and monthly_minor = delta_minor) as entered,
      count(*) filter (where monthly_minor = 0 and delta_minor < 0) as left
    from running group by 1, 2, 3 order by 1, 2, 3`)
  return rows
}

export interface CohortRow extends SeriesName {
  /** The interval of the first revenue. */
  cohort: number
  interval: number
  /** Of the cohort. */
  customers: number
  paying: number
  revenueMinor: number
}

/** Cohorts of the range, at the end of each interval from their first one on. */
export async function loadCohorts(db: Queryable, scope: FigureScope): Promise<CohortRow[]> {
  const intervals = scope.boundaries.length - 1
  const { rows } = await db.query<Omit<CohortRow, 'revenueMinor'> & { revenue_minor: number }>(sql`
    with ${runningRevenue(scope)}, member as (
      select customer, currency, segment, min(interval) as cohort from running group by 1, 2, 3 having min(interval) > 0
    ), state as (
      select member.*, n.interval, coalesce((select running.monthly_minor from running
          where running.customer = member.customer and running.currency = member.currency
            and running.segment is not distinct from member.segment and running.interval <= n.interval
          order by running.interval desc limit 1), 0) as monthly_minor
      from member join generate_series(1, ${intervals}::int) as n(interval) on n.interval >= member.cohort
    )
    select currency, segment, cohort, interval, count(*) as customers, count(*) filter (where monthly_minor > 0) as paying,
      countable(sum(monthly_minor)) as revenue_minor
    from state group by 1, 2, 3, 4 order by 1, 2, 3, 4`)
  return rows.map(({ revenue_minor: revenueMinor, ...rest }) => ({ ...rest, revenueMinor }))
}
