/**
 * Balances, their windows, grants and movements, holds: rows ⇄ domain.
 * Owns: every statement on them but the first gear's. Does not own: when they are locked (`usage/locks.ts`).
 */
import type { QueryResultRow } from 'pg'
import type { CustomerUsage } from '../domain/customers/state.ts'
import type { Balance, BalanceChanges, ClosedWindow } from '../domain/usage/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import { ofCustomers, upsert } from './customer-statements.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { loadOpenGrants, saveGrants } from './grants.ts'
import { loadOpenHolds, saveHoldAllocations } from './holds.ts'

export interface CustomerBalance extends Balance {
  environment: number
  customer: number
}

export const balanceColumns = `environment, customer, feature, member, used, reserved, leased, overage, limit_amount,
  unlimited, capacity, ceiling, folded, threshold, window_start, window_end, first_used_at, crossed_at, valid_until,
  decided_at, entitlement_version, shared, subscription, billed, plan`

export function balanceOf(row: QueryResultRow): CustomerBalance {
  return {
    environment: row.environment,
    customer: row.customer,
    feature: row.feature,
    member: row.member,
    used: row.used,
    reserved: row.reserved,
    leased: row.leased,
    overage: row.overage,
    limit: row.unlimited ? { unlimited: true } : { unlimited: false, amount: row.limit_amount },
    capacity: row.capacity,
    folded: row.folded,
    billed: row.billed,
    threshold: row.threshold,
    windowStart: row.window_start,
    windowEnd: row.window_end,
    firstUsedAt: row.first_used_at,
    crossedAt: row.crossed_at,
    ceiling: row.ceiling,
    validUntil: row.valid_until,
    decidedAt: row.decided_at,
    entitlementVersion: row.entitlement_version,
    shared: row.shared,
    subscription: row.subscription,
    plan: row.plan,
  }
}

/**
 * What a command on a customer decides its balances from. Locks the balances: the first gear takes from them without
 * the head's lock, so a command that holds only the head would write over what was taken meanwhile.
 */
export async function loadCustomerUsage(
  tx: Transaction,
  environment: number,
  customer: number,
): Promise<CustomerUsage> {
  // in this order, so that the others read what was committed before the locks were had
  const [{ rows }, grants, holds] = await Promise.all([
    tx.query(
      ofCustomers(environment, customer, {
        name: 'balances-lock-all',
        text: `select ${balanceColumns} from balance where environment = $1 and customer = any($2::bigint[])
               order by environment, customer, feature, member for update`,
      }),
    ),
    loadOpenGrants(tx, environment, customer),
    loadOpenHolds(tx, environment, customer),
  ])
  return { balances: rows.map(balanceOf), grants, holds }
}

/** The same without a lock, for who only reads. */
export async function readCustomerUsage(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<CustomerUsage> {
  const [balances, grants, holds] = await Promise.all([
    loadBalances(db, environment, [customer]),
    loadOpenGrants(db, environment, customer),
    loadOpenHolds(db, environment, customer),
  ])
  return { balances, grants, holds }
}

/** All balances of some customers of one environment. */
export async function loadBalances(
  db: Queryable,
  environment: number,
  customers: number[],
): Promise<CustomerBalance[]> {
  const { rows } = await db.query(
    ofCustomers(environment, customers, {
      name: 'balances-load',
      text: `select ${balanceColumns} from balance where environment = $1 and customer = any($2::bigint[])
             order by environment, customer, feature, member`,
    }),
  )
  return rows.map(balanceOf)
}

const saveStatement = `
insert into balance (${balanceColumns})
select * from unnest($1::smallint[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
  $8::bigint[], $9::bigint[], $10::boolean[], $11::bigint[], $12::bigint[], $13::bigint[], $14::smallint[],
  $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[],
  $20::timestamptz[], $21::bigint[], $22::boolean[], $23::bigint[], $24::bigint[], $25::int[])
on conflict (environment, customer, feature, member) do update set
  used = excluded.used, reserved = excluded.reserved, leased = excluded.leased, overage = excluded.overage,
  limit_amount = excluded.limit_amount, unlimited = excluded.unlimited, capacity = excluded.capacity,
  ceiling = excluded.ceiling, folded = excluded.folded, threshold = excluded.threshold,
  window_start = excluded.window_start, window_end = excluded.window_end, first_used_at = excluded.first_used_at,
  crossed_at = excluded.crossed_at, valid_until = excluded.valid_until, decided_at = excluded.decided_at,
  entitlement_version = excluded.entitlement_version, shared = excluded.shared, subscription = excluded.subscription,
  billed = excluded.billed, plan = excluded.plan`

/** Writes balances whose rows (or whose customers' heads) the transaction holds. */
export async function saveBalances(tx: Queryable, balances: CustomerBalance[]): Promise<void> {
  if (balances.length === 0) return
  await tx.query({ name: 'balances-save', text: saveStatement, items: balances, values: columnsOf })
}

function columnsOf(balances: readonly CustomerBalance[]): unknown[] {
  const column = <Value>(read: (balance: CustomerBalance) => Value): Value[] => balances.map(read)
  return [
    column((each) => each.environment),
    column((each) => each.customer),
    column((each) => each.feature),
    column((each) => each.member),
    column((each) => each.used),
    column((each) => each.reserved),
    column((each) => each.leased),
    column((each) => each.overage),
    column((each) => (each.limit.unlimited ? 0 : each.limit.amount)),
    column((each) => each.limit.unlimited),
    column((each) => each.capacity),
    column((each) => each.ceiling),
    column((each) => each.folded),
    column((each) => each.threshold),
    column((each) => timestampParameter(each.windowStart)),
    column((each) => timestampParameter(each.windowEnd)),
    column((each) => nullableTimestamp(each.firstUsedAt)),
    column((each) => nullableTimestamp(each.crossedAt)),
    column((each) => timestampParameter(each.validUntil)),
    column((each) => timestampParameter(each.decidedAt)),
    column((each) => each.entitlementVersion),
    column((each) => each.shared),
    column((each) => each.subscription),
    column((each) => each.billed),
    column((each) => each.plan),
  ]
}

/** Writes what `refreshBalances` or a settlement decided for one customer, but for the events. */
export async function saveBalanceChanges(
  tx: Transaction,
  environment: number,
  customer: number,
  changes: BalanceChanges,
  recordedAt: Instant,
): Promise<void> {
  const own = { environment, customer }
  await Promise.all([
    saveBalances(
      tx,
      changes.balances.map((balance) => ({ ...balance, ...own })),
    ),
    saveGrants(tx, environment, customer, changes, recordedAt),
    saveHoldAllocations(tx, environment, changes.holds),
    saveWindows(tx, environment, customer, changes.windows),
  ])
}

/** Windows that are over, as they stood; late use changes them. */
export async function saveWindows(
  tx: Queryable,
  environment: number,
  customer: number,
  windows: readonly ClosedWindow[],
): Promise<void> {
  if (windows.length === 0) return
  const rows = windows.map(({ limit, ...window }) => ({
    environment,
    customer,
    feature: window.feature,
    member: window.member,
    window_start: timestampParameter(window.windowStart),
    window_end: timestampParameter(window.windowEnd),
    used: window.used,
    reserved: window.reserved,
    overage: window.overage,
    limit_amount: limit.unlimited ? 0 : limit.amount,
    unlimited: limit.unlimited,
    capacity: window.capacity,
    subscription: window.subscription,
    closed_at: timestampParameter(window.closedAt),
    billed: window.billed,
    given_anew: window.givenAnew,
  }))
  const key = ['environment', 'customer', 'feature', 'member', 'window_start']
  await tx.query(upsert('usage_window', rows, key, ['subscription', 'closed_at', 'given_anew']))
}
