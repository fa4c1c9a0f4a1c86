/** The locks of the second gear: heads ascending, then balances ascending. Nothing else is read while waiting. */
import type { Instant } from '../../domain/time/instant.ts'
import { type CustomerBalance, balanceColumns, balanceOf } from '../balances.ts'
import { sqlStateOf } from '../database/errors.ts'
import type { Queryable, Transaction } from '../database/pool.ts'

export interface LockedHead {
  customer: number
  entitlementVersion: number
  decidedAt: Instant
  dueAt: Instant
  testClock: string | null
}

/** From here on the transaction gives up a lock that it did not get in 5 seconds. */
export async function limitLockWait(tx: Transaction): Promise<void> {
  await tx.query("set local lock_timeout = '5s'")
}

/** Is this how a transaction ends that waited too long? */
export const isLockTimeout = (error: unknown): boolean => sqlStateOf(error) === '55P03'

/** `skip` leaves out heads that somebody holds; their customers wait in lanes of their own. */
export async function lockHeads(
  tx: Queryable,
  environment: number,
  customers: number[],
  held: 'skip' | 'wait',
): Promise<LockedHead[]> {
  const { rows } = await tx.query({
    name: `usage-lock-heads-${held}`,
    text: `select customer, entitlement_version, decided_at, due_at, test_clock from customer_head
      where environment = $1 and customer = any($2::bigint[]) order by environment, customer
      for update ${held === 'skip' ? 'skip locked' : ''}`,
    values: [environment, customers],
  })
  return rows.map((row) => ({
    customer: row.customer,
    entitlementVersion: row.entitlement_version,
    decidedAt: row.decided_at,
    dueAt: row.due_at,
    testClock: row.test_clock,
  }))
}

export interface LockedBalances {
  balances: CustomerBalance[]
  /** Customers of whom a balance is held by somebody else. */
  incomplete: Set<number>
}

const wanted = `unnest($2::bigint[], $3::int[], $4::bigint[]) as w (customer, feature, member)
  join balance b on b.environment = $1 and b.customer = w.customer and b.feature = w.feature and b.member = w.member`

/** Balances that don't exist are simply absent; with `skip` so are held ones, whose customers are `incomplete`. */
export async function lockBalances(
  tx: Queryable,
  environment: number,
  keys: { customer: number; feature: number; member: number }[],
  held: 'skip' | 'wait',
): Promise<LockedBalances> {
  const values = [
    environment,
    keys.map((key) => key.customer),
    keys.map((key) => key.feature),
    keys.map((key) => key.member),
  ]
  const [locked, existing] = await Promise.all([
    tx.query({
      name: `usage-lock-balances-${held}`,
      text: `select ${prefixed(balanceColumns)} from ${wanted}
        order by b.environment, b.customer, b.feature, b.member for update of b ${held === 'skip' ? 'skip locked' : ''}`,
      values,
    }),
    held === 'wait'
      ? null
      : tx.query<{ customer: number; count: number }>({
          name: 'usage-count-balances',
          text: `select b.customer, count(*) as count from ${wanted} group by b.customer`,
          values,
        }),
  ])
  const balances = locked.rows.map(balanceOf)
  const missing = new Map((existing?.rows ?? []).map((row) => [row.customer, row.count]))
  for (const { customer } of balances) missing.set(customer, (missing.get(customer) ?? 0) - 1)
  const incomplete = held === 'wait' ? [] : [...missing].filter(([, count]) => count > 0)
  return { balances, incomplete: new Set(incomplete.map(([customer]) => customer)) }
}

const prefixed = (columns: string): string =>
  columns
    .split(',')
    .map((name) => `b.${name.trim()}`)
    .join(', ')

/** Where the test clocks of some customers stand, by customer. */
export async function loadTestClockTimes(
  db: Queryable,
  environment: number,
  clocks: string[],
): Promise<Map<string, Instant>> {
  const { rows } = await db.query<{ id: string; current_at: Instant }>({
    name: 'usage-test-clocks',
    text: 'select id, current_at from test_clock where environment = $1 and id = any($2::text[])',
    values: [environment, clocks],
  })
  return new Map(rows.map((row) => [row.id, row.current_at]))
}
