import type { UsedBeforeQuestion } from '../../domain/usage/used-before.ts'
import type { UsedBefore } from '../../domain/usage/refresh-context.ts'
import { DAY_MS, type Instant } from '../../domain/time/instant.ts'
import { RESET } from '../../domain/usage/plan-grant.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'

/**
 * What was used of closed plan grants since some instants, by feature/member; since an allowance was given anew, if that is later. Most refreshes ask nothing.
 *
 * @param testClock on one, when a use was recorded says nothing about when it was
 */
export async function loadUsedBefore(
  db: Queryable,
  environment: number,
  customer: number,
  questions: UsedBeforeQuestion[],
  testClock: boolean,
): Promise<Map<string, UsedBefore> | undefined> {
  if (questions.length === 0) return undefined
  const { rows } = await db.query<{
    feature: number
    member: number
    since: Instant
    inside: number
    straddling: number
    uses_since: number
  }>({
    name: 'usage-used-before',
    text: `with asked as materialized (
      select w.feature, w.member, w.recorded_from, greatest(w.since, (
          select max(m.at) from grant_movement m
          where m.environment = $1 and m.customer = $2 and m.feature = w.feature and m.member = w.member
            and m.cause = $7 and m.at > w.since), (
          select max(ended.window_end) from usage_window ended
          where ended.environment = $1 and ended.customer = $2 and ended.feature = w.feature and ended.member = w.member
            and ended.given_anew and ended.window_end > w.since)) as since
      from unnest($3::int[], $4::bigint[], $5::timestamptz[], $6::timestamptz[])
        as w (feature, member, since, recorded_from)
    )
    select a.feature, a.member, a.since,
      (select coalesce(sum(g.burnt + g.held), 0)::bigint from grant_ g
       where g.environment = $1 and g.customer = $2 and g.feature = a.feature and g.member = a.member
         and g.source = 'plan' and g.closed_at is not null and g.starts_at >= a.since) as inside,
      (select coalesce(sum(g.burnt + g.held), 0)::bigint from grant_ g
       where g.environment = $1 and g.customer = $2 and g.feature = a.feature and g.member = a.member
         and g.source = 'plan' and g.closed_at is not null
         and g.starts_at < a.since and g.expires_at > a.since) as straddling,
      (select coalesce(sum(e.amount - e.returned), 0)::bigint from usage_event e
       where e.environment = $1 and e.customer = $2 and e.recorded_at >= a.recorded_from
         and e.feature = a.feature and (a.member = 0 or e.member = a.member)
         and e.window_start < a.since and e.occurred_at >= a.since and e.amount > 0) as uses_since
    from asked a`,
    values: [
      environment,
      customer,
      questions.map(({ feature }) => feature),
      questions.map(({ member }) => member),
      questions.map(({ since }) => timestampParameter(since)),
      // Clocks of two processes differ by less than a day.
      questions.map(({ since }) => timestampParameter(testClock ? Number.NEGATIVE_INFINITY : since - DAY_MS)),
      RESET,
    ],
  })
  return new Map(
    rows.map(({ feature, member, uses_since: usesSince, ...rest }) => [
      `${feature}/${member}`,
      { ...rest, usesSince },
    ]),
  )
}
