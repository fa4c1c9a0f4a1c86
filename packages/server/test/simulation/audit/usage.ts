/** What was used: never more than there was, and exactly what was admitted. */
import { audit, restingRules } from '../../proof/support/audit.ts'
import type { Database, Queryable } from '../../../src/store/database/pool.ts'
import type { TakenWindow } from '../witness.ts'
import type { SimulatedCustomer, World } from '../world.ts'
import { check } from './rule.ts'
import type { Rule } from './rule.ts'

const usageRules: Rule[] = [
  {
    name: 'I-1 nothing is taken above a hard limit',
    text: `select format('%s %s: %s used of %s', c.key, f.key, e.used_after, e.limit_after) as finding from usage_event e
      join customer c on c.environment = 1 and c.id = e.customer join feature f on f.id = e.feature
      where e.environment = 1 and e.verb = 1 and not e.unlimited and e.overage = 0 and e.used_after > e.limit_after
        and e.limit_after <> 501`,
  },
  {
    name: 'I-4 events add up to what was used',
    // on a clock that stands still a member's own window and the customer's begin in the same instant: then it isn't told apart
    text: `select format('%s %s/%s: %s used, but its events add up to %s', c.key, f.key, b.member, b.used, e.total) as finding
      from balance b join customer c on c.environment = 1 and c.id = b.customer join feature f on f.id = b.feature
      join lateral (select coalesce(sum(amount), 0)::bigint as total from usage_event e where e.environment = 1
        and e.customer = b.customer and e.feature = b.feature and e.window_start = b.window_start
        and (b.member = 0 or e.member = b.member)) e on true
      where b.environment = 1 and (b.used > e.total or b.used < e.total and not exists (select from balance o
        where o.environment = 1 and o.customer = b.customer and o.feature = b.feature and o.member <> b.member
          and (o.member = 0 or b.member = 0) and o.window_start = b.window_start))`,
  },
  {
    name: 'I-4 used + reserved + leased + remaining = granted',
    // a hold of a window that has ended keeps its part of a grant: the running window has nothing of it
    text: `select format('%s %s/%s: %s of %s, but %s burnt, %s left in grants, %s overage', c.key, f.key, b.member, b.used,
        b.capacity, b.folded, g.unburnt, b.overage) as finding
      from balance b join customer c on c.environment = 1 and c.id = b.customer join feature f on f.id = b.feature
      join lateral (select coalesce(sum(amount - burnt - expired), 0) - coalesce((select sum((part ->> 'amount')::bigint)
          from hold h, jsonb_array_elements(h.allocation) part where h.environment = 1 and h.customer = b.customer and h.feature = b.feature
            and h.status = 'open' and h.window_start <> b.window_start
            and (h.takes = 'member' and h.member = b.member or h.takes <> 'member' and b.member = 0)), 0) as unburnt, count(*)
        from grant_ g where g.environment = 1 and g.customer = b.customer and g.feature = b.feature and g.member = b.member
          and g.closed_at is null and g.starts_at <= b.decided_at) g on true
      where b.environment = 1 and f.document ->> 'kind' in ('meter', 'credits') and not b.unlimited
        and b.window_start > '-infinity' and b.valid_until > '-infinity' and (b.member = 0 or g.count > 0)
        and b.capacity <> b.folded + g.unburnt + b.overage`,
  },
  {
    name: 'I-4 what is billed above the allowance has its rows',
    text: `select format('%s %s: %s overage, rows of %s', c.key, f.key, b.overage, o.priced) as finding
      from balance b join customer c on c.environment = 1 and c.id = b.customer join feature f on f.id = b.feature
      join lateral (select coalesce(sum(amount), 0) as priced from overage o where o.environment = 1 and priced
        and o.customer = b.customer and o.feature = b.feature and o.member = b.member and o.window_start = b.window_start) o on true
      where b.environment = 1 and not b.unlimited and b.overage <> o.priced`,
  },
  {
    name: 'I-1 no more credits are used than were granted',
    text: `select format('%s: %s of %s', c.key, u.used, coalesce(g.granted, 0)) as finding from (
        select customer, sum(amount)::bigint as used from usage_event e join feature f on f.id = e.feature
        where e.environment = 1 and f.key = 'inspections' and verb in (1, 3) group by 1) u
      left join (select customer, sum(amount)::bigint as granted from grant_ g join feature f on f.id = g.feature
        where g.environment = 1 and f.key = 'inspections' group by 1) g using (customer)
      join customer c on c.environment = 1 and c.id = u.customer where u.used > coalesce(g.granted, 0)`,
  },
]

/** Without what runs beside it: nobody takes meanwhile. */
export async function checkUsage(world: World, db: Queryable): Promise<string[]> {
  const keys = world.customers.map(({ id }) => id)
  return [
    ...(await check(db, usageRules)),
    ...(await audit(db as Database, keys, 1, restingRules)),
    ...(await lostOrDoubled(world, db)),
    ...oversold(world),
  ]
}

async function lostOrDoubled({ witness }: World, db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string; amount: number }>(
    `select c.key || ' ' || f.key as name, sum(e.amount)::bigint as amount from usage_event e
     join customer c on c.environment = 1 and c.id = e.customer join feature f on f.id = e.feature
     where e.environment = 1 and e.verb in (1, 2, 6) group by 1`,
  )
  const admitted = new Map<string, number>()
  for (const { customer, feature, amount } of witness.uses.values()) {
    const name = `${customer} ${feature}`
    admitted.set(name, (admitted.get(name) ?? 0) + amount)
  }
  const stored = new Map(rows.map(({ name, amount }) => [name, amount]))
  return [...new Set([...admitted.keys(), ...stored.keys()])].flatMap((name) => {
    const [one, other] = [admitted.get(name) ?? 0, stored.get(name) ?? 0]
    if (one === other) return []
    return [`I-3 what was admitted is there, once: ${name}: ${one} admitted, ${other} stored`]
  })
}

/** What was admitted until an allowance starts again, by the witness's own count, against what the catalog gives. */
function oversold({ witness, customers }: World): string[] {
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  const pools = new Map<string, TakenWindow>()
  const found: string[] = []
  for (const window of witness.windows.values()) {
    const customer = byId.get(window.customer) as SimulatedCustomer
    if (customer.product.limits === null || customer.extended) continue
    const name = `${window.customer} ${window.resetsAt}`
    const pool = pools.get(name) ?? { ...window, member: null, amount: 0, limits: new Set<number>() }
    pool.amount += window.amount
    for (const limit of window.limits) pool.limits.add(limit)
    pools.set(name, pool)
    const own = boundOf(customer, window.limits, true)
    if (own !== null && window.amount > own) found.push(tell(window, own))
  }
  for (const pool of pools.values()) {
    const bound = boundOf(byId.get(pool.customer) as SimulatedCustomer, pool.limits, false)
    if (bound !== null && pool.amount > bound) found.push(tell(pool, bound))
  }
  return found
}

/** The most that the told limits allow; null where they say nothing of it. An invented limit allows nothing. */
function boundOf({ product }: SimulatedCustomer, told: ReadonlySet<number>, ofEach: boolean): number | null {
  const allowed = [...told].map((limit) => product.limits?.[limit] ?? { admits: 0 })
  if (allowed.some((each) => 'ofEach' in each !== ofEach)) return null
  return Math.max(...allowed.map(({ admits }) => admits))
}

const tell = ({ customer, feature, member, resetsAt, amount, limits }: TakenWindow, bound: number) =>
  `I-1 no more is admitted than there is: ${customer} ${feature} ${member ?? ''} until ${resetsAt}: ${amount} of ${bound}, told as ${[...limits].join(', ')}`
