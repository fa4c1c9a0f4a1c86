/**
 * What is set aside: nobody takes it meanwhile, and what was drawn counts as it was told, or whole where nobody told.
 *
 * Owns: reservations and leases against what their holders were told. Does not own: sums of use (`usage.ts`).
 */
import type { Queryable } from '../../../src/store/database/pool.ts'
import type { SimulatedCustomer, World } from '../world.ts'

export async function checkHolding(world: World, db: Queryable): Promise<string[]> {
  const leases = await loadLeases(db)
  return [
    ...(await takenTwice(world, db)),
    ...wrongLeases(world, leases),
    ...forgotten(world, leases),
    ...(await notCounted(leases, db)),
  ]
}

/** Uses of when what is still held was held: together they fit. */
const BESIDE = `
  select c.key as customer, f.key as feature, e.id, e.used_after as used, e.limit_after as "limit", h.held
  from usage_event e join customer c on c.environment = 1 and c.id = e.customer join feature f on f.id = e.feature
  join lateral (select sum(amount)::bigint as held from hold h where h.environment = 1 and h.customer = e.customer
    and h.feature = e.feature and h.member = e.member and h.window_start = e.window_start and h.status = 'open'
    and h.created_at < e.occurred_at) h on true
  where e.environment = 1 and e.verb = 1 and not e.unlimited and e.overage = 0 and e.used_after + h.held > e.limit_after`

interface Beside {
  customer: string
  feature: string
  id: string
  used: number
  limit: number
  held: number
}

async function takenTwice({ customers }: World, db: Queryable): Promise<string[]> {
  const { rows } = await db.query<Beside>(BESIDE)
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  return rows
    .filter(({ customer, limit }) => isHard(byId.get(customer) as SimulatedCustomer, limit))
    .map(
      ({ customer, feature, id, used, limit, held }) =>
        `I-1 what is set aside is not taken: ${customer} ${feature} ${id}: ${used} used and ${held} held of ${limit}`,
    )
}

/** Whether the limit is the end; a limit that was agreed on says nothing of what is above it. */
function isHard({ product, extended }: SimulatedCustomer, limit: number): boolean {
  const { limits } = product
  if (limits === null) return true
  const all = Object.entries(limits)
  const isEnd = ([told, { admits }]: (typeof all)[number]) => admits <= Number(told)
  if (extended) return all.every(isEnd)
  return all.some((each) => Number(each[0]) === limit && isEnd(each))
}

interface LeaseRow {
  id: string
  customer: string
  feature: string
  status: string
  amount: number
  settled: number | null
  expiresAt: number
}

async function loadLeases(db: Queryable): Promise<LeaseRow[]> {
  const { rows } = await db.query<LeaseRow>(
    `select h.id, c.key as customer, f.key as feature, h.status, h.amount, h.settled, h.expires_at as "expiresAt"
     from hold h join customer c on c.environment = 1 and c.id = h.customer join feature f on f.id = h.feature
     where h.environment = 1 and h.kind = 'lease'`,
  )
  return rows
}

/** What it counts for, as its row says. */
const countOf = ({ status, settled }: LeaseRow): number => (status === 'open' ? 0 : (settled ?? 0))

function wrongLeases({ witness, customers }: World, rows: readonly LeaseRow[]): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const clockOf = new Map(customers.map(({ id, clock }) => [id, clock]))
  return [...witness.leases].flatMap(([id, { customer, granted, used }]) => {
    const row = byId.get(id)
    if (row === undefined || row.amount !== granted)
      return [`a lease is what was granted: ${id} of ${customer}: ${row?.amount ?? 'none'}, not ${granted}`]
    const expected = used ?? (row.status === 'open' ? 0 : granted)
    const isTold = used === null || row.status === 'settled'
    const clock = clockOf.get(customer)
    const isOver = clock !== null && clock !== undefined && row.expiresAt <= clock.at
    if (countOf(row) === expected && isTold && !(isOver && row.status === 'open')) return []
    return [
      `a lease counts as it was told, or whole: ${id} of ${customer}: ${row.status} with ${row.settled}, granted ${granted}, told ${used}`,
    ]
  })
}

/** Holders in processes of their own: what they gave away counts, whatever became of them. */
function forgotten({ witness }: World, rows: readonly LeaseRow[]): string[] {
  const counted = new Map<string, number>()
  for (const row of rows.filter(({ id }) => !witness.leases.has(id))) {
    const name = `${row.customer} ${row.feature}`
    // while it is open all of it is kept for its holder
    const amount = row.status === 'open' ? row.amount : countOf(row)
    counted.set(name, (counted.get(name) ?? 0) + amount)
  }
  return [...witness.givenAway].flatMap(([name, amount]) =>
    (counted.get(name) ?? 0) >= amount
      ? []
      : [`what a holder gave away counts: ${name}: ${amount}, but leases of ${counted.get(name) ?? 0}`],
  )
}

async function notCounted(rows: readonly LeaseRow[], db: Queryable): Promise<string[]> {
  const expected = new Map<string, number>()
  for (const row of rows) {
    const name = `${row.customer} ${row.feature}`
    expected.set(name, (expected.get(name) ?? 0) + countOf(row))
  }
  const { rows: stored } = await db.query<{ name: string; amount: number }>(
    `select c.key || ' ' || f.key as name, sum(e.amount)::bigint as amount from usage_event e
     join customer c on c.environment = 1 and c.id = e.customer join feature f on f.id = e.feature
     where e.environment = 1 and e.verb = 8 group by 1`,
  )
  const found = new Map(stored.map(({ name, amount }) => [name, amount]))
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((name) =>
    (expected.get(name) ?? 0) === (found.get(name) ?? 0)
      ? []
      : [
          `I-3 what leases count for is there, once: ${name}: ${expected.get(name)}, stored ${found.get(name)}`,
        ],
  )
}
