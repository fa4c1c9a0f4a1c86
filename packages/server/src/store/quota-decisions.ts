/** Decisions on quota, added up by day, feature and plan. Owns: the table quota_decision. */
import type { Queryable } from './database/pool.ts'

/**
 * Adds counts. Those of a customer on a test clock go to its clock, and to the day that it shows.
 *
 * @param on the operator's date and time zone
 */
export async function addDecisions(
  db: Queryable,
  environment: number,
  counts: readonly { customer: number; feature: number; plan: number; decisions: number; refusals: number }[],
  on: { today: string; timeZone: string },
): Promise<void> {
  await db.query({
    name: 'add-decisions',
    text: `insert into quota_decision as q (environment, test_clock, day, feature, plan, decisions, refusals)
      select $1::smallint, coalesce(t.id, ''), coalesce((t.current_at at time zone $8)::date, $7::date), n.feature,
        n.plan, sum(n.decisions), sum(n.refusals)
      from unnest($2::bigint[], $3::int[], $4::int[], $5::bigint[], $6::bigint[])
        as n(customer, feature, plan, decisions, refusals)
      left join customer c on c.environment = $1 and c.id = n.customer
      left join test_clock t on t.environment = $1 and t.id = c.test_clock
      group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
      on conflict (environment, test_clock, day, feature, plan) do update set
        decisions = q.decisions + excluded.decisions, refusals = q.refusals + excluded.refusals`,
    values: [
      environment,
      counts.map(({ customer }) => customer),
      counts.map(({ feature }) => feature),
      counts.map(({ plan }) => plan),
      counts.map(({ decisions }) => decisions),
      counts.map(({ refusals }) => refusals),
      on.today,
      on.timeZone,
    ],
  })
}

/** Customer → its test clock, of those that have one. */
export async function loadTestClocksOf(
  db: Queryable,
  environment: number,
  customers: readonly number[],
): Promise<Map<number, string>> {
  if (customers.length === 0) return new Map()
  const { rows } = await db.query<{ id: number; test_clock: string }>({
    name: 'test-clocks-of',
    text: `select id, test_clock from customer
      where environment = $1 and id = any($2::bigint[]) and test_clock is not null`,
    values: [environment, customers],
  })
  return new Map(rows.map((row) => [row.id, row.test_clock]))
}

/** Surrogate of a plan → its key. */
export async function loadItemKeys(
  db: Queryable,
  environment: number,
  items: readonly number[],
): Promise<Map<number, string>> {
  if (items.length === 0) return new Map()
  const { rows } = await db.query<{ id: number; key: string }>({
    name: 'item-keys',
    text: 'select id, key from catalog_item where environment = $1 and id = any($2::int[])',
    values: [environment, [...new Set(items)]],
  })
  return new Map(rows.map((row) => [row.id, row.key]))
}
