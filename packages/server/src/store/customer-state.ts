/**
 * Reading a customer's whole state, for one or for many.
 *
 * Owns: the lock that every command on a customer begins with, and rows → `CustomerState`.
 * Does not own: balances, grants and holds, and what is written (`customer-plan.ts`).
 * Invariant: the statement that locks the head reads nothing else. What is decided upon is read by later statements,
 * which see everything that was committed before the lock was had.
 */
import sql from 'sql-template-tag'
import type { Context, Environment } from '../context.ts'
import type { RevenueShare } from '../domain/analytics/model.ts'
import type { BillingFields } from '../domain/customers/billing-profile.ts'
import type { AccessPeriod, Customer, CustomerState, Suspension } from '../domain/customers/state.ts'
import { GOOD_STANDING, type Standing } from '../domain/customers/money.ts'
import type { Subscription } from '../domain/subscriptions/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { Refusal } from '../refusal.ts'
import { ofCustomers } from './customer-statements.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { overrideFromRow, type OverrideRow } from './overrides.ts'
import {
  addOnFromRow,
  bundleFromRow,
  subscriptionFromRow,
  type AddOnRow,
  type BundleRow,
  type SubscriptionRow,
} from './subscriptions.ts'

export interface CustomerRow {
  id: number
  key: string
  name: string
  email: string | null
  time_zone: string
  locale: string
  currency: string | null
  test_clock: string | null
  metadata: Record<string, unknown>
  billing: BillingFields
  created_at: Instant
  updated_at: Instant
  deleted_at: Instant | null
}

export function customerFromRow(row: CustomerRow): Customer {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    email: row.email,
    timeZone: row.time_zone,
    locale: row.locale,
    currency: row.currency,
    testClock: row.test_clock,
    metadata: row.metadata,
    billing: row.billing,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  }
}

/** The surrogate of a customer's id. Surrogates never change, so this needs no lock. */
export async function findCustomerId(
  db: Queryable,
  environment: number,
  key: string,
): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>({
    name: 'customer-id',
    text: 'select id from customer where environment = $1 and key = $2',
    values: [environment, key],
  })
  return rows[0]?.id ?? null
}

/** The same for many: your id → surrogate, of those that exist. */
export async function findCustomerIds(
  db: Queryable,
  environment: number,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: number; key: string }>({
    name: 'customer-ids',
    text: 'select id, key from customer where environment = $1 and key = any($2::text[])',
    values: [environment, keys],
  })
  return new Map(rows.map((row) => [row.key, row.id]))
}

/**
 * Locks the customer's head, which every command on a customer does first, and nothing else.
 *
 * @returns the customer's surrogate.
 * @throws Refusal `customer_not_found`.
 */
export async function lockCustomer(
  tx: Transaction,
  environment: number,
  keyOrId: string | number,
): Promise<number> {
  const id = typeof keyOrId === 'number' ? keyOrId : await findCustomerId(tx, environment, keyOrId)
  if (id !== null && (await lockCustomers(tx, environment, [id])).length === 1) return id
  throw customerNotFound(String(keyOrId))
}

/** Locks many heads, in ascending order. Answers those that exist. */
export async function lockCustomers(
  tx: Transaction,
  environment: number,
  ids: readonly number[],
): Promise<number[]> {
  const { rows } = await tx.query<{ customer: number }>(
    ofCustomers(environment, ids, {
      name: 'lock-customer-heads',
      text: `select customer from customer_head where environment = $1 and customer = any($2::bigint[])
           order by customer for update`,
    }),
  )
  return rows.map((row) => row.customer)
}

/**
 * Locks customers' balances, in ascending order: the first gear takes from them without the heads.
 *
 * @returns when one of them was decided last; no later command may decide before that.
 */
export async function lockBalancesOf(
  tx: Transaction,
  environment: number,
  customers: readonly number[],
): Promise<Instant> {
  const { rows } = await tx.query<{ decided_at: Instant }>(
    ofCustomers(environment, customers, {
      name: 'lock-balances-of',
      text: `select customer, decided_at from balance where environment = $1 and customer = any($2::bigint[])
           order by customer, feature, member for update`,
    }),
  )
  return rows.reduce((latest, row) => Math.max(latest, row.decided_at), Number.NEGATIVE_INFINITY)
}

export function customerNotFound(customer: string): Refusal {
  return new Refusal('customer_not_found', { param: 'customer', values: { customer } })
}

type StateContext = Pick<Context, 'catalogs' | 'clock'> & { environment: Environment }

export interface LoadStateOptions {
  /** Answer a deleted customer rather than refuse. */
  acceptDeleted?: boolean
  /** Ask for the catalog's revision now: for commands, which must see what was just put. */
  freshCatalog?: boolean
}

/**
 * The state of one customer. With the head's lock held it is what a command decides upon; without it, a consistent
 * enough picture for a GET or a `check`, which promise nothing beyond the moment.
 *
 * @throws Refusal `customer_not_found`; `customer_deleted` unless `deleted` is accepted.
 */
export async function loadCustomerState(
  tx: Queryable,
  ctx: StateContext,
  keyOrId: string | number,
  options: LoadStateOptions = {},
): Promise<CustomerState> {
  const id = typeof keyOrId === 'number' ? keyOrId : await findCustomerId(tx, ctx.environment.id, keyOrId)
  const state = id === null ? undefined : (await loadCustomerStates(tx, ctx, [id], options)).get(id)
  if (state === undefined) throw customerNotFound(String(keyOrId))
  if (state.customer.deletedAt !== null && options.acceptDeleted !== true) {
    throw new Refusal('customer_deleted', { param: 'customer', values: { customer: state.customer.key } })
  }
  return state
}

/** The states of many customers by surrogate; deleted ones too. Seven statements, however many they are. */
export async function loadCustomerStates(
  tx: Queryable,
  ctx: StateContext,
  ids: readonly number[],
  options: Pick<LoadStateOptions, 'freshCatalog'> = {},
): Promise<Map<number, CustomerState>> {
  const environment = ctx.environment.id
  const [catalog, heads, members, subscriptions, addOns, bundles, overrides] = await Promise.all([
    options.freshCatalog === true
      ? ctx.catalogs.fresh(environment, tx)
      : ctx.catalogs.current(environment, tx),
    tx.query<HeadRow>(headStatement(environment, ids)),
    tx.query<{ customer: number; members: number[] }>(
      ofCustomers(environment, ids, {
        name: 'state-members',
        text: `select customer, array_agg(id order by id) as members from member
             where environment = $1 and customer = any($2::bigint[]) and deleted_at is null group by customer`,
      }),
    ),
    tx.query<SubscriptionRow>(
      ofCustomers(environment, ids, {
        name: 'state-subscriptions',
        text: `select * from subscription where environment = $1 and customer = any($2::bigint[]) order by number`,
      }),
    ),
    tx.query<AddOnRow>(
      ofCustomers(environment, ids, {
        name: 'state-add-ons',
        text: `select * from subscription_add_on where environment = $1 and customer = any($2::bigint[])
             order by started_at, add_on`,
      }),
    ),
    tx.query<BundleRow>(
      ofCustomers(environment, ids, {
        name: 'state-bundles',
        text: `select * from subscription_bundle where environment = $1 and customer = any($2::bigint[])
             order by started_at, bundle`,
      }),
    ),
    tx.query<OverrideRow>(
      ofCustomers(environment, ids, {
        name: 'state-overrides',
        text: `select * from feature_override where environment = $1 and customer = any($2::bigint[]) order by feature`,
      }),
    ),
  ])
  const parts: StateParts = {
    catalog,
    now: ctx.clock.now(),
    members: new Map(members.rows.map((row) => [row.customer, row.members])),
    subscriptions: await subscriptionsByCustomer(ctx, tx, subscriptions.rows, {
      addOns: addOns.rows,
      bundles: bundles.rows,
    }),
    overrides: groupBy(overrides.rows, (row) => row.customer),
  }
  return new Map(heads.rows.map((row) => [row.id, stateFromRow(ctx, row, parts)]))
}

interface StateParts {
  catalog: CustomerState['catalog']
  /** Of the system; whoever is on a test clock has its time. */
  now: Instant
  members: Map<number, number[]>
  subscriptions: Map<number, Subscription[]>
  overrides: Map<number, OverrideRow[]>
}

function stateFromRow({ environment }: StateContext, row: HeadRow, parts: StateParts): CustomerState {
  return {
    environment: environment.id,
    livemode: environment.mode === 'live',
    customer: customerFromRow(row),
    head: {
      entitlementVersion: row.entitlement_version,
      revision: row.revision,
      decidedAt: row.decided_at,
      dueAt: row.due_at,
      collectionDueAt: row.collection_due_at,
    },
    now: Math.max(row.clock_at ?? parts.now, row.decided_at),
    catalog: parts.catalog,
    subscriptions: parts.subscriptions.get(row.id) ?? [],
    overrides: (parts.overrides.get(row.id) ?? []).map(overrideFromRow),
    suspension: suspensionFromHead(row),
    standing: standingFromHead(row),
    money: null,
    accessPeriod: accessPeriodFromHead(row),
    revenue: row.revenue ?? [],
    members: parts.members.get(row.id) ?? [],
  }
}

function suspensionFromHead(row: HeadRow): Suspension | null {
  if (row.suspended_at === null) return null
  return {
    reason: row.suspension_reason as string,
    note: row.suspension_note as string,
    author: row.suspension_author as string,
    createdAt: row.suspended_at,
  }
}

interface HeadRow extends CustomerRow {
  entitlement_version: number
  revision: number
  collection_due_at: Instant
  standing_level: Standing['level']
  standing_reason: Standing['reason']
  standing_modules: Standing['modules']
  standing_disputed: Standing['disputed']
  decided_at: Instant
  due_at: Instant
  clock_at: Instant | null
  suspended_at: Instant | null
  suspension_reason: string | null
  suspension_note: string | null
  suspension_author: string | null
  access_sequence: number | null
  access_from: Instant | null
  access_level: AccessPeriod['level'] | null
  access_reason: AccessPeriod['reason'] | null
  revenue: RevenueShare[] | null
}

function headStatement(environment: number, ids: readonly number[]) {
  return ofCustomers(environment, ids, {
    name: 'state-heads',
    text: `select c.id as customer, c.*, h.entitlement_version, h.revision, h.decided_at, h.due_at,
             h.collection_due_at, h.standing_level, h.standing_reason, h.standing_modules,
             h.standing_disputed, t.current_at as clock_at,
             s.created_at as suspended_at, s.reason as suspension_reason, s.note as suspension_note,
             s.author as suspension_author,
             a.sequence as access_sequence, a.from_at as access_from, a.level as access_level, a.reason as access_reason,
             (select jsonb_agg(jsonb_build_object('currency', r.currency, 'plan', r.plan, 'monthlyMinor', r.monthly_minor))
              from monthly_revenue r where r.environment = c.environment and r.customer = c.id) as revenue
           from customer c
           join customer_head h on h.environment = c.environment and h.customer = c.id
           left join test_clock t on t.environment = c.environment and t.id = c.test_clock
           left join suspension s on s.environment = c.environment and s.customer = c.id
           left join access_period a on a.environment = c.environment and a.customer = c.id and a.to_at = 'infinity'
           where c.environment = $1 and c.id = any($2::bigint[])`,
  })
}

function standingFromHead(row: HeadRow): Standing {
  const { standing_level: level, standing_disputed: disputed, standing_modules: modules } = row
  if (level === 'full' && disputed === 'full' && modules.length === 0) return GOOD_STANDING
  return { level, reason: row.standing_reason, modules, disputed }
}

function accessPeriodFromHead(row: HeadRow): AccessPeriod | null {
  if (row.access_sequence === null) return null
  return {
    sequence: row.access_sequence,
    from: row.access_from as Instant,
    to: Number.POSITIVE_INFINITY,
    level: row.access_level as AccessPeriod['level'],
    reason: row.access_reason as AccessPeriod['reason'],
  }
}

async function subscriptionsByCustomer(
  ctx: StateContext,
  tx: Queryable,
  rows: SubscriptionRow[],
  items: { addOns: AddOnRow[]; bundles: BundleRow[] },
): Promise<Map<number, Subscription[]>> {
  const addOnsOf = groupBy(items.addOns, (row) => row.subscription)
  const bundlesOf = groupBy(items.bundles, (row) => row.subscription)
  const result = new Map<number, Subscription[]>()
  for (const row of rows) {
    const addOns = await Promise.all(
      (addOnsOf.get(row.number) ?? []).map((each) => addOnFromRow(each, ctx.catalogs, tx)),
    )
    const bundles = await Promise.all(
      (bundlesOf.get(row.number) ?? []).map((each) => bundleFromRow(each, ctx.catalogs, tx)),
    )
    const subscription = await subscriptionFromRow(row, { addOns, bundles }, ctx.catalogs, tx)
    const known = result.get(row.customer)
    if (known === undefined) result.set(row.customer, [subscription])
    else known.push(subscription)
  }
  return result
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => number): Map<number, Row[]> {
  const groups = new Map<number, Row[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group === undefined) groups.set(keyOf(row), [row])
    else group.push(row)
  }
  return groups
}

/** The next surrogates of a table, taken before the decision because balances refer to them. */
export async function nextNumbers(
  tx: Transaction,
  table: 'member' | 'subscription',
  count: number,
): Promise<number[]> {
  const column = table === 'member' ? 'id' : 'number'
  const { rows } = await tx.query<{ value: number }>(
    sql`select nextval(pg_get_serial_sequence(${table}, ${column})) as value from generate_series(1, ${count})`,
  )
  return rows.map((row) => row.value)
}
