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
import { parseInstant, toIso, type Instant, type Interval } from '../domain/time/index.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { upsert } from './upsert.ts'

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
  period_start: Instant
  period_end: Instant
  billed_until: Instant | null
  closed_until: Instant | null
  start_at: Instant
  trial_end_at: Instant | null
  trial_ending_told_at: Instant | null
  cancel_at: Instant | null
  canceled_at: Instant | null
  ended_at: Instant | null
  end_reason: string | null
  paused_at: Instant | null
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
    periodStart: row.period_start,
    periodEnd: row.period_end,
    billedUntil: row.billed_until,
    closedUntil: row.closed_until,
    startAt: row.start_at,
    trialEndAt: row.trial_end_at,
    trialEndingToldAt: row.trial_ending_told_at,
    cancelAt: row.cancel_at,
    canceledAt: row.canceled_at,
    endedAt: row.ended_at,
    endReason: row.end_reason,
    pausedAt: row.paused_at,
    resumeAt: row.resume_at,
    scheduledChange:
      change === null
        ? null
        : {
            at: parseInstant(change.at) as Instant,
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

const optional = (at: Instant | null) => (at === null ? null : timestampParameter(at))

/** Writes a subscription whole, and its add-ons as they are now. */
export async function saveSubscription(
  tx: Transaction,
  environment: number,
  customer: number,
  each: Subscription,
): Promise<void> {
  const change = each.scheduledChange
  await Promise.all([
    tx.query({
      name: 'save-subscription',
      text: `insert into subscription (environment, customer, number, id, status, authority, activation, plan,
               plan_version, billing_interval, currency, quantities, anchor_at, period_start, period_end, start_at,
               trial_end_at, cancel_at, canceled_at, ended_at, end_reason, paused_at, resume_at, scheduled_change,
               metadata, created_at, updated_at, trial_ending_told_at,
               billed_until, closed_until)
             overriding system value
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
               $22, $23, $24, $25, $26, $27, $28, $29, $30)
             on conflict (environment, customer, number) do update set
               status = excluded.status, plan = excluded.plan, plan_version = excluded.plan_version,
               billing_interval = excluded.billing_interval, currency = excluded.currency,
               quantities = excluded.quantities, anchor_at = excluded.anchor_at, period_start = excluded.period_start,
               period_end = excluded.period_end, start_at = excluded.start_at, trial_end_at = excluded.trial_end_at,
               cancel_at = excluded.cancel_at, canceled_at = excluded.canceled_at, ended_at = excluded.ended_at,
               end_reason = excluded.end_reason, paused_at = excluded.paused_at, resume_at = excluded.resume_at,
               scheduled_change = excluded.scheduled_change, metadata = excluded.metadata,
               updated_at = excluded.updated_at, trial_ending_told_at = excluded.trial_ending_told_at,
               billed_until = excluded.billed_until, closed_until = excluded.closed_until`,
      values: [
        environment,
        customer,
        each.number,
        each.id,
        each.status,
        each.authority,
        each.activation,
        each.plan.item,
        each.plan.version,
        intervalText(each.interval),
        each.currency,
        JSON.stringify(each.quantities),
        timestampParameter(each.anchorAt),
        timestampParameter(each.periodStart),
        timestampParameter(each.periodEnd),
        timestampParameter(each.startAt),
        optional(each.trialEndAt),
        optional(each.cancelAt),
        optional(each.canceledAt),
        optional(each.endedAt),
        each.endReason,
        optional(each.pausedAt),
        optional(each.resumeAt),
        change === null ? null : JSON.stringify({ ...termsDocument(change), at: toIso(change.at) }),
        JSON.stringify(each.metadata),
        timestampParameter(each.createdAt),
        timestampParameter(each.updatedAt),
        optional(each.trialEndingToldAt),
        optional(each.billedUntil),
        optional(each.closedUntil),
      ],
    }),
    saveAddOns(tx, environment, customer, each),
    saveBundles(tx, environment, customer, each),
  ])
}

async function saveAddOns(
  tx: Transaction,
  environment: number,
  customer: number,
  { number, addOns }: Subscription,
): Promise<void> {
  const remove = tx.query({
    name: 'remove-add-ons',
    text: `delete from subscription_add_on
           where environment = $1 and customer = $2 and subscription = $3 and add_on <> all($4::int[])`,
    values: [environment, customer, number, addOns.map(({ addOn }) => addOn.item)],
  })
  const save = tx.query({
    name: 'save-add-ons',
    text: `insert into subscription_add_on
             (environment, customer, subscription, add_on, add_on_version, quantity, started_at, ends_at)
           select $1, $2, $3, a.* from unnest($4::int[], $5::int[], $6::int[], $7::timestamptz[], $8::timestamptz[]) a
           on conflict (environment, customer, subscription, add_on) do update set
             add_on_version = excluded.add_on_version, quantity = excluded.quantity, ends_at = excluded.ends_at`,
    values: [
      environment,
      customer,
      number,
      addOns.map(({ addOn }) => addOn.item),
      addOns.map(({ addOn }) => addOn.version),
      addOns.map(({ quantity }) => quantity),
      addOns.map(({ startedAt }) => timestampParameter(startedAt)),
      addOns.map(({ endsAt }) => optional(endsAt)),
    ],
  })
  await Promise.all([remove, save])
}

async function saveBundles(
  tx: Transaction,
  environment: number,
  customer: number,
  { number, bundles }: Subscription,
): Promise<void> {
  const remove = tx.query({
    name: 'remove-bundles',
    text: `delete from subscription_bundle
           where environment = $1 and customer = $2 and subscription = $3 and bundle <> all($4::int[])`,
    values: [environment, customer, number, bundles.map(({ bundle }) => bundle.item)],
  })
  const save = bundles.map(({ bundle, startedAt, endsAt }) =>
    tx.query(
      upsert(
        'subscription_bundle',
        {
          environment,
          customer,
          subscription: number,
          bundle: bundle.item,
          bundle_version: bundle.version,
          started_at: timestampParameter(startedAt),
          ends_at: optional(endsAt),
        },
        ['environment', 'customer', 'subscription', 'bundle'],
      ),
    ),
  )
  await Promise.all([remove, ...save])
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
