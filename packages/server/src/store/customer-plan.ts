/**
 * Writing what was decided about a customer.
 *
 * Owns: the one place that saves a `CustomerPlan`. Does not own: the decision, the lock (its caller holds the head).
 * Invariant: rows are found by comparing the state before with the one after, so nothing that a decision changed can
 * be forgotten. Order of locks: head (had), balances, then the rest.
 */
import type { CustomerPlan } from '../domain/customers/reconcile.ts'
import type { CustomerMoney } from '../domain/customers/money.ts'
import type { AccessPeriod, Customer, CustomerState, Override } from '../domain/customers/state.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { Instant } from '../domain/time/index.ts'
import { saveMovements } from './analytics.ts'
import { saveBalanceChanges } from './balances.ts'
import type { Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { appendEvents } from './events.ts'
import { saveCustomerMoney } from './save-customer-money.ts'
import { saveSubscription } from './subscriptions.ts'

/** @param recordedAt of the system clock; everything else has the customer's time. */
export async function saveCustomerPlan(
  tx: Transaction,
  plan: CustomerPlan,
  recordedAt: Instant,
): Promise<void> {
  const { before, after } = plan
  const { environment } = after
  const customer = after.customer.id
  await saveBalanceChanges(tx, environment, customer, plan.balances, recordedAt)
  const earlier = new Map(before.subscriptions.map((each) => [each.number, each]))
  // an ended one first: the index allows one live subscription at any moment
  const subscriptions = after.subscriptions.filter((each) => earlier.get(each.number) !== each)
  for (const each of subscriptions) await saveSubscription(tx, environment, customer, each)
  await Promise.all([
    ...(before.customer === after.customer ? [] : [updateCustomer(tx, environment, after.customer)]),
    ...saveOverrides(tx, before, after),
    ...(before.suspension === after.suspension ? [] : [saveSuspension(tx, after)]),
    ...plan.accessPeriods.map((period) => saveAccessPeriod(tx, environment, customer, period)),
    saveHead(tx, after),
    saveMovements(tx, environment, customer, plan.movements, { at: after.now, cause: causeOf(plan) }),
    ...(before.money === null || after.money === null
      ? []
      : [saveCustomerMoney(tx, environment, customer, moneyOf(plan), recordedAt)]),
  ])
  const events = [...plan.events, ...(plan.balances.events as DomainEvent[])]
  await appendEvents(tx, environment, customer, events, recordedAt)
}

/** The event that tells why the revenue moved; '' where the catalog alone changed. */
function causeOf({ events }: CustomerPlan): string {
  return events.find(({ type }) => type.startsWith('subscription.') || type === 'coupon.redeemed')?.type ?? ''
}

function moneyOf({ before, after }: CustomerPlan) {
  const currency = after.subscriptions.at(-1)?.currency ?? after.customer.currency
  return { before: before.money as CustomerMoney, after: after.money as CustomerMoney, currency }
}

function saveHead(tx: Transaction, { environment, customer, head, standing }: CustomerState) {
  return tx.query({
    name: 'save-customer-head',
    text: `update customer_head set entitlement_version = $3, decided_at = $4, due_at = $5, revision = $6,
             collection_due_at = $7, standing_level = $8, standing_reason = $9, standing_add_ons = $10,
             standing_disputed = $11
           where environment = $1 and customer = $2`,
    values: [
      environment,
      customer.id,
      head.entitlementVersion,
      timestampParameter(head.decidedAt),
      timestampParameter(head.dueAt),
      head.revision,
      timestampParameter(head.collectionDueAt),
      standing.level,
      standing.reason,
      JSON.stringify(standing.addOns),
      standing.disputed,
    ],
  })
}

function updateCustomer(tx: Transaction, environment: number, customer: Customer) {
  return tx.query({
    name: 'update-customer',
    text: `update customer set name = $3, email = $4, time_zone = $5, locale = $6, currency = $7, metadata = $8,
             updated_at = $9, deleted_at = $10, billing = $11
           where environment = $1 and id = $2`,
    values: [
      environment,
      customer.id,
      customer.name,
      customer.email,
      customer.timeZone,
      customer.locale,
      customer.currency,
      JSON.stringify(customer.metadata),
      timestampParameter(customer.updatedAt),
      customer.deletedAt === null ? null : timestampParameter(customer.deletedAt),
      JSON.stringify(customer.billing),
    ],
  })
}

function saveOverrides(tx: Transaction, before: CustomerState, after: CustomerState) {
  const kept = new Set(after.overrides.map((each) => each.feature))
  const removed = before.overrides.filter((each) => !kept.has(each.feature)).map((each) => each.feature)
  const known = new Set(before.overrides)
  const saved = after.overrides.filter((each) => !known.has(each))
  const statements = saved.map((each) => saveOverride(tx, after, each))
  if (removed.length === 0) return statements
  const remove = tx.query({
    name: 'delete-overrides',
    text: `delete from feature_override where environment = $1 and customer = $2 and feature = any($3::int[])`,
    values: [after.environment, after.customer.id, removed],
  })
  return [...statements, remove]
}

function saveOverride(tx: Transaction, { environment, customer }: CustomerState, override: Override) {
  return tx.query({
    name: 'save-override',
    text: `insert into feature_override
             (environment, customer, feature, value, reason, author, expires_at, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (environment, customer, feature) do update set
             value = excluded.value, reason = excluded.reason, author = excluded.author,
             expires_at = excluded.expires_at, updated_at = excluded.updated_at`,
    values: [
      environment,
      customer.id,
      override.feature,
      JSON.stringify(overrideValue(override)),
      override.reason,
      override.author,
      timestampParameter(override.expiresAt),
      timestampParameter(override.createdAt),
      timestampParameter(override.updatedAt),
    ],
  })
}

function overrideValue({ limit, value }: Override): unknown {
  if (limit === null) return { value }
  return limit.unlimited ? { unlimited: true } : { amount: limit.amount }
}

function saveSuspension(tx: Transaction, { environment, customer, suspension }: CustomerState) {
  if (suspension === null) {
    return tx.query({
      name: 'delete-suspension',
      text: 'delete from suspension where environment = $1 and customer = $2',
      values: [environment, customer.id],
    })
  }
  return tx.query({
    name: 'save-suspension',
    text: `insert into suspension (environment, customer, reason, note, author, created_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (environment, customer) do update set
             reason = excluded.reason, note = excluded.note, author = excluded.author`,
    values: [
      environment,
      customer.id,
      suspension.reason,
      suspension.note,
      suspension.author,
      timestampParameter(suspension.createdAt),
    ],
  })
}

function saveAccessPeriod(tx: Transaction, environment: number, customer: number, period: AccessPeriod) {
  return tx.query({
    name: 'save-access-period',
    text: `insert into access_period (environment, customer, sequence, from_at, to_at, level, reason)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (environment, customer, sequence) do update set
             to_at = excluded.to_at, level = excluded.level, reason = excluded.reason`,
    values: [
      environment,
      customer,
      period.sequence,
      timestampParameter(period.from),
      timestampParameter(period.to),
      period.level,
      period.reason,
    ],
  })
}
