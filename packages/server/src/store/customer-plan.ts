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
import { ofItems, upsert } from './customer-statements.ts'
import type { Statement, Transaction } from './database/pool.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'
import { appendEvents } from './events.ts'
import { saveCustomerMoney } from './save-customer-money.ts'
import { saveSubscriptions } from './subscriptions.ts'

/** @param recordedAt of the system clock; everything else has the customer's time. */
export async function saveCustomerPlan(
  tx: Transaction,
  plan: CustomerPlan,
  recordedAt: Instant,
): Promise<void> {
  const { before, after } = plan
  const { environment } = after
  const customer = after.customer.id
  const statements = [
    ...saveSubscriptions(environment, customer, before.subscriptions, after.subscriptions),
    ...(before.customer === after.customer ? [] : [updateCustomer(environment, after.customer)]),
    ...saveOverrides(before, after),
    ...(before.suspension === after.suspension ? [] : [saveSuspension(after)]),
    ...saveAccessPeriods(environment, customer, plan.accessPeriods),
    saveHead(after),
    ...saveMovements(environment, customer, plan.movements, { at: after.now, cause: causeOf(plan) }),
    ...(before.money === null || after.money === null
      ? []
      : saveCustomerMoney(environment, customer, moneyOf(plan), recordedAt)),
  ]
  const events = [...plan.events, ...(plan.balances.events as DomainEvent[])]
  // sent one after the other, without waiting for each other's answers
  await Promise.all([
    saveBalanceChanges(tx, environment, customer, plan.balances, recordedAt),
    ...statements.map((statement) => tx.query(statement)),
    appendEvents(tx, environment, customer, events, recordedAt),
  ])
}

/** The event that tells why the revenue moved; '' where the catalog alone changed. */
function causeOf({ events }: CustomerPlan): string {
  return events.find(({ type }) => type.startsWith('subscription.') || type === 'coupon.redeemed')?.type ?? ''
}

function moneyOf({ before, after }: CustomerPlan) {
  return { before: before.money as CustomerMoney, after: after.money as CustomerMoney }
}

function saveHead({ environment, customer, head, standing }: CustomerState): Statement {
  const row = {
    customer: customer.id,
    entitlement_version: head.entitlementVersion,
    decided_at: timestampParameter(head.decidedAt),
    due_at: timestampParameter(head.dueAt),
    revision: head.revision,
    collection_due_at: timestampParameter(head.collectionDueAt),
    standing_level: standing.level,
    standing_reason: standing.reason,
    standing_modules: standing.modules,
    standing_disputed: standing.disputed,
  }
  return ofItems(environment, [row], {
    name: 'save-customer-heads',
    text: `update customer_head head set entitlement_version = new.entitlement_version, decided_at = new.decided_at,
             due_at = new.due_at, revision = new.revision, collection_due_at = new.collection_due_at,
             standing_level = new.standing_level, standing_reason = new.standing_reason,
             standing_modules = new.standing_modules, standing_disputed = new.standing_disputed
           from json_populate_recordset(null::customer_head, $2::json) new
           where head.environment = $1 and head.customer = new.customer`,
  })
}

function updateCustomer(environment: number, customer: Customer): Statement {
  return {
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
      nullableTimestamp(customer.deletedAt),
      JSON.stringify(customer.billing),
    ],
  }
}

const EACH = ['environment', 'customer']

function saveOverrides(before: CustomerState, after: CustomerState): Statement[] {
  const own = { environment: after.environment, customer: after.customer.id }
  const kept = new Set(after.overrides.map((each) => each.feature))
  const removed = before.overrides.filter((each) => !kept.has(each.feature)).map((each) => each.feature)
  const known = new Set(before.overrides)
  const saved = after.overrides.filter((each) => !known.has(each))
  const rows = saved.map((override) => ({
    ...own,
    feature: override.feature,
    value: overrideValue(override),
    reason: override.reason,
    author: override.author,
    expires_at: timestampParameter(override.expiresAt),
    created_at: timestampParameter(override.createdAt),
    updated_at: timestampParameter(override.updatedAt),
  }))
  const remove = {
    name: 'delete-overrides',
    text: `delete from feature_override where environment = $1 and customer = $2 and feature = any($3::int[])`,
    values: [own.environment, own.customer, removed],
  }
  return [
    ...(rows.length === 0 ? [] : [upsert('feature_override', rows, [...EACH, 'feature'], ['created_at'])]),
    ...(removed.length === 0 ? [] : [remove]),
  ]
}

function overrideValue({ limit, value }: Override): unknown {
  if (limit === null) return { value }
  return limit.unlimited ? { unlimited: true } : { amount: limit.amount }
}

function saveSuspension({ environment, customer, suspension }: CustomerState): Statement {
  if (suspension === null) {
    return {
      name: 'delete-suspension',
      text: 'delete from suspension where environment = $1 and customer = $2',
      values: [environment, customer.id],
    }
  }
  const row = {
    environment,
    customer: customer.id,
    reason: suspension.reason,
    note: suspension.note,
    author: suspension.author,
    created_at: timestampParameter(suspension.createdAt),
  }
  return upsert('suspension', [row], EACH, ['created_at'])
}

function saveAccessPeriods(
  environment: number,
  customer: number,
  periods: readonly AccessPeriod[],
): Statement[] {
  if (periods.length === 0) return []
  const rows = periods.map((period) => ({
    environment,
    customer,
    sequence: period.sequence,
    from_at: timestampParameter(period.from),
    to_at: timestampParameter(period.to),
    level: period.level,
    reason: period.reason,
  }))
  return [upsert('access_period', rows, [...EACH, 'sequence'], ['from_at'])]
}
