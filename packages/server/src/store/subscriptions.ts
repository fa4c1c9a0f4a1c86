/** Subscriptions and their add-ons: row ⇄ domain. Plan versions are not in the rows: the catalog cache has them. */
import sql, { empty } from 'sql-template-tag'
import type { CatalogCache } from '../context.ts'
import { parseInterval } from '../domain/catalog/lookup.ts'
import type {
  Subscription,
  SubscriptionAddOn,
  SubscriptionBundle,
  Terms,
} from '../domain/subscriptions/model.ts'
import { intervalText } from '../domain/subscriptions/terms.ts'
import { readInstant, toIso, type Instant, type Interval } from '../domain/time/index.ts'
import { ofItems, upsert } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'

type Versions = Pick<CatalogCache, 'plan' | 'addOn' | 'bundle'>

interface TermsDocument {
  plan: number
  planVersion: number
  interval: string
  currency: string
  quantities: Record<string, number>
}

export interface SubscriptionRow {
  customer: number
  number: number
  id: string
  status: Subscription['status']
  authority: Subscription['authority']
  activation: Subscription['activation']
  plan: number
  plan_version: number
  billing_interval: string
  currency: string
  quantities: Record<string, number>
  anchor_at: Instant
  time_zone: string
  period_start: Instant
  period_end: Instant
  billed_until: Instant | null
  closed_until: Instant | null
  settles_at: Instant | null
  start_at: Instant
  trial_end_at: Instant | null
  trial_plan: string | null
  trial_ending_told_at: Instant | null
  cancel_at: Instant | null
  canceled_at: Instant | null
  ended_at: Instant | null
  end_reason: string | null
  paused_at: Instant | null
  paused_unpaid: boolean
  resume_at: Instant | null
  scheduled_change: (TermsDocument & { at: string }) | null
  metadata: Record<string, unknown>
  created_at: Instant
  updated_at: Instant
}

export interface AddOnRow {
  customer: number
  subscription: number
  add_on: number
  add_on_version: number
  quantity: number
  started_at: Instant
  ends_at: Instant | null
}

export async function subscriptionFromRow(
  row: SubscriptionRow,
  { addOns, bundles }: Pick<Subscription, 'addOns' | 'bundles'>,
  versions: Versions,
  db: Queryable,
): Promise<Subscription> {
  const change = row.scheduled_change
  return {
    number: row.number,
    id: row.id,
    status: row.status,
    authority: row.authority,
    activation: row.activation,
    plan: await versions.plan(row.plan, row.plan_version, db),
    interval: parseInterval(row.billing_interval) as Interval,
    currency: row.currency,
    quantities: row.quantities,
    addOns,
    bundles,
    anchorAt: row.anchor_at,
    timeZone: row.time_zone,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    billedUntil: row.billed_until,
    closedUntil: row.closed_until,
    settlesAt: row.settles_at,
    startAt: row.start_at,
    trialEndAt: row.trial_end_at,
    trialPlan: row.trial_plan,
    trialEndingToldAt: row.trial_ending_told_at,
    cancelAt: row.cancel_at,
    canceledAt: row.canceled_at,
    endedAt: row.ended_at,
    endReason: row.end_reason,
    pausedAt: row.paused_at,
    pausedUnpaid: row.paused_unpaid,
    resumeAt: row.resume_at,
    scheduledChange:
      change === null
        ? null
        : {
            at: readInstant(change.at),
            plan: await versions.plan(change.plan, change.planVersion, db),
            interval: parseInterval(change.interval) as Interval,
            currency: change.currency,
            quantities: change.quantities,
          },
    metadata: row.metadata,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export interface BundleRow {
  customer: number
  subscription: number
  bundle: number
  bundle_version: number
  started_at: Instant
  ends_at: Instant | null
}

export async function bundleFromRow(
  row: BundleRow,
  versions: Versions,
  db: Queryable,
): Promise<SubscriptionBundle> {
  return {
    bundle: await versions.bundle(row.bundle, row.bundle_version, db),
    startedAt: row.started_at,
    endsAt: row.ends_at,
  }
}

export async function addOnFromRow(
  row: AddOnRow,
  versions: Versions,
  db: Queryable,
): Promise<SubscriptionAddOn> {
  return {
    addOn: await versions.addOn(row.add_on, row.add_on_version, db),
    quantity: row.quantity,
    startedAt: row.started_at,
    endsAt: row.ends_at,
  }
}

function termsDocument({ plan, interval, currency, quantities }: Terms): TermsDocument {
  return {
    plan: plan.item,
    planVersion: plan.version,
    interval: intervalText(interval),
    currency,
    quantities,
  }
}

/**
 * Subscriptions whole, and their add-ons and bundles as they are now. An ended one first: the index allows one live
 * subscription at any moment.
 *
 * @param before as they were; what is the same object is not written
 */
export function saveSubscriptions(
  environment: number,
  customer: number,
  before: readonly Subscription[],
  after: readonly Subscription[],
): Statement[] {
  const earlier = new Map(before.map((each) => [each.number, each]))
  const changed = after.filter((each) => earlier.get(each.number) !== each)
  if (changed.length === 0) return []
  const rows = changed.map((each) => ({ environment, customer, ...rowOf(each) }))
  const items = changed.flatMap((each) => {
    const known = earlier.get(each.number)
    return [
      ...(known?.addOns === each.addOns ? [] : saveAddOns(environment, customer, each)),
      ...(known?.bundles === each.bundles ? [] : saveBundles(environment, customer, each)),
    ]
  })
  return [upsert('subscription', rows, ['environment', 'customer', 'number'], FIXED), ...items]
}

/** Never change once written. */
const FIXED = ['id', 'authority', 'activation', 'created_at']

function rowOf(each: Subscription) {
  const change = each.scheduledChange
  return {
    number: each.number,
    id: each.id,
    status: each.status,
    authority: each.authority,
    activation: each.activation,
    plan: each.plan.item,
    plan_version: each.plan.version,
    billing_interval: intervalText(each.interval),
    currency: each.currency,
    quantities: each.quantities,
    anchor_at: timestampParameter(each.anchorAt),
    time_zone: each.timeZone,
    period_start: timestampParameter(each.periodStart),
    period_end: timestampParameter(each.periodEnd),
    billed_until: nullableTimestamp(each.billedUntil),
    closed_until: nullableTimestamp(each.closedUntil),
    settles_at: nullableTimestamp(each.settlesAt),
    start_at: timestampParameter(each.startAt),
    trial_end_at: nullableTimestamp(each.trialEndAt),
    trial_plan: each.trialPlan,
    trial_ending_told_at: nullableTimestamp(each.trialEndingToldAt),
    cancel_at: nullableTimestamp(each.cancelAt),
    canceled_at: nullableTimestamp(each.canceledAt),
    ended_at: nullableTimestamp(each.endedAt),
    end_reason: each.endReason,
    paused_at: nullableTimestamp(each.pausedAt),
    paused_unpaid: each.pausedUnpaid,
    resume_at: nullableTimestamp(each.resumeAt),
    scheduled_change: change === null ? null : { ...termsDocument(change), at: toIso(change.at) },
    metadata: each.metadata,
    created_at: timestampParameter(each.createdAt),
    updated_at: timestampParameter(each.updatedAt),
  }
}

function saveAddOns(environment: number, customer: number, { number, addOns }: Subscription): Statement[] {
  const items = addOns.map(({ addOn }) => addOn.item)
  const remove = ofItems(environment, [{ customer, subscription: number, items }], {
    name: 'remove-add-ons',
    text: `delete from subscription_add_on old
           using json_to_recordset($2::json) as kept (customer bigint, subscription bigint, items int[])
           where environment = $1 and old.customer = kept.customer and old.subscription = kept.subscription
             and add_on <> all(kept.items)`,
  })
  const rows = addOns.map(({ addOn, quantity, startedAt, endsAt }) => ({
    environment,
    customer,
    subscription: number,
    add_on: addOn.item,
    add_on_version: addOn.version,
    quantity,
    started_at: timestampParameter(startedAt),
    ends_at: nullableTimestamp(endsAt),
  }))
  const key = ['environment', 'customer', 'subscription', 'add_on']
  return [remove, ...(rows.length === 0 ? [] : [upsert('subscription_add_on', rows, key, ['started_at'])])]
}

function saveBundles(environment: number, customer: number, { number, bundles }: Subscription): Statement[] {
  const items = bundles.map(({ bundle }) => bundle.item)
  const remove = ofItems(environment, [{ customer, subscription: number, items }], {
    name: 'remove-bundles',
    text: `delete from subscription_bundle old
           using json_to_recordset($2::json) as kept (customer bigint, subscription bigint, items int[])
           where environment = $1 and old.customer = kept.customer and old.subscription = kept.subscription
             and bundle <> all(kept.items)`,
  })
  const rows = bundles.map(({ bundle, startedAt, endsAt }) => ({
    environment,
    customer,
    subscription: number,
    bundle: bundle.item,
    bundle_version: bundle.version,
    started_at: timestampParameter(startedAt),
    ends_at: nullableTimestamp(endsAt),
  }))
  const key = ['environment', 'customer', 'subscription', 'bundle']
  return [remove, ...(rows.length === 0 ? [] : [upsert('subscription_bundle', rows, key)])]
}

/** Whose subscription it is; null when there is none. */
export async function findSubscriptionOwner(
  db: Queryable,
  environment: number,
  id: string,
): Promise<number | null> {
  const { rows } = await db.query<{ customer: number }>({
    name: 'subscription-owner',
    text: 'select customer from subscription where environment = $1 and id = $2',
    values: [environment, id],
  })
  return rows[0]?.customer ?? null
}

export interface SubscriptionFilter {
  customer: number | null
  status: string | null
  plan: string | null
  /** The id of the last one of the page before. */
  before: string | null
  limit: number
}

/** Newest first: ids are in the order they were made. */
export async function listSubscriptionIds(
  db: Queryable,
  environment: number,
  filter: SubscriptionFilter,
): Promise<{ id: string; customer: number }[]> {
  const { rows } = await db.query<{ id: string; customer: number }>(sql`
    select s.id, s.customer from subscription s
    where s.environment = ${environment}
    ${filter.customer === null ? empty : sql`and s.customer = ${filter.customer}`}
    ${filter.status === null ? empty : sql`and s.status = ${filter.status}`}
    ${
      filter.plan === null
        ? empty
        : sql`and s.plan in (select id from catalog_item
                             where environment = ${environment} and kind = 'plan' and key = ${filter.plan})`
    }
    ${filter.before === null ? empty : sql`and s.id collate "C" < ${filter.before}`}
    order by s.id collate "C" desc limit ${filter.limit}`)
  return rows
}
