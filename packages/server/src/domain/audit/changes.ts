/**
 * What a change of a customer changed, in words that outlive it.
 *
 * Owns: which fields are told, and that of personal ones only the fact is. Does not own: who changed them and why
 * (the entry's other columns), writing.
 * Invariant: nothing personal is ever told, so that nothing has to be erased from the log but reasons.
 */
import type { CustomerState, Override } from '../customers/state.ts'
import type { CustomerMoney } from '../customers/money.ts'
import type { DomainEvent } from '../events.ts'
import type { Invoice } from '../invoices/model.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { intervalText } from '../subscriptions/terms.ts'
import { toIsoOrNull } from '../time/index.ts'
import type { Fields, Told } from './model.ts'

interface Change {
  before: CustomerState
  after: CustomerState
  events: readonly DomainEvent[]
}

/** What differs, by what it is about; null where nothing does that is told. */
export function changesOf({ before, after, events }: Change): Told | null {
  const told: Told = { before: {}, after: {} }
  if (before.customer !== after.customer) tellCustomer(told, before, after)
  tellEach(told, 'subscription', before.subscriptions, after.subscriptions, idOf, subscriptionFields)
  tellEach(told, 'override', before.overrides, after.overrides, featureIn(after), overrideFields)
  tellOne(told, 'suspension', suspensionFields(before), suspensionFields(after))
  if (before.standing !== after.standing) {
    tellOne(told, 'standing', standingFields(before), standingFields(after))
  }
  if (before.money !== null && after.money !== null && before.money !== after.money) {
    tellMoney(told, before.money, after.money)
  }
  for (const event of events) tellEvent(told, event)
  return Object.keys(told.before).length + Object.keys(told.after).length === 0 ? null : told
}

const idOf = ({ id }: { id: string }) => id

/** Stands for a value that is somebody's own. */
export const PERSONAL = '(personal)'

function tellCustomer(told: Told, before: CustomerState, after: CustomerState): void {
  const [old, next] = [before.customer, after.customer]
  const open = (of: typeof old): Fields => ({
    timeZone: of.timeZone,
    locale: of.locale,
    currency: of.currency,
    deletedAt: toIsoOrNull(of.deletedAt),
  })
  tellOne(told, 'customer', open(old), open(next))
  const personal = (['name', 'email', 'metadata', 'billing'] as const).filter(
    (field) => JSON.stringify(old[field]) !== JSON.stringify(next[field]),
  )
  for (const field of personal) {
    told.before['customer'] = { ...told.before['customer'], [field]: PERSONAL }
    told.after['customer'] = { ...told.after['customer'], [field]: PERSONAL }
  }
}

function subscriptionFields(each: Subscription): Fields {
  return {
    status: each.status,
    plan: versionOf(each.plan),
    interval: intervalText(each.interval),
    currency: each.currency,
    quantities: { ...each.quantities },
    addOns: Object.fromEntries(each.addOns.map(({ addOn, quantity }) => [versionOf(addOn), quantity])),
    bundles: each.bundles.map(({ bundle }) => versionOf(bundle)),
    periodEnd: toIsoOrNull(each.periodEnd),
    trialEnd: toIsoOrNull(each.trialEndAt),
    cancelAt: toIsoOrNull(each.cancelAt),
    resumeAt: toIsoOrNull(each.resumeAt),
    scheduledPlan: each.scheduledChange === null ? null : versionOf(each.scheduledChange.plan),
    endReason: each.endReason,
  }
}

const versionOf = ({ key, version }: { key: string; version: number }) => `${key}@${String(version)}`

const featureIn =
  ({ catalog }: CustomerState) =>
  ({ feature }: Override) =>
    catalog.features.find(({ id }) => id === feature)?.key ?? String(feature)

function overrideFields({ limit, value, expiresAt }: Override): Fields {
  const told = limit === null ? value : limit.unlimited ? 'unlimited' : limit.amount
  return { value: told, expiresAt: toIsoOrNull(expiresAt) }
}

function suspensionFields({ suspension }: CustomerState): Fields | null {
  return suspension === null ? null : { author: suspension.author }
}

function standingFields({ standing }: CustomerState): Fields {
  return { level: standing.level, reason: standing.reason }
}

function tellMoney(told: Told, before: CustomerMoney, after: CustomerMoney): void {
  const { recalled } = after
  const known = [...recalled.invoices, ...before.invoices]
  tellEach(told, 'invoice', known, after.invoices, idOf, invoiceFields)
  tellEach(told, 'payment_method', before.methods, after.methods, idOf, (each) => ({
    provider: each.provider,
    kind: each.kind,
    isDefault: each.isDefault,
    isFallback: each.isFallback,
    detachedAt: toIsoOrNull(each.detachedAt),
  }))
  tellEach(told, 'invoice_item', before.items, after.items, idOf, ({ currency, line, invoice }) => ({
    currency,
    amountMinor: line.amountMinor,
    invoice,
  }))
  tellEach(told, 'discount', before.discounts, after.discounts, idOf, ({ coupon, periodsLeft }) => ({
    coupon: coupon.key,
    periodsLeft,
  }))
  const refunds = [...recalled.refunds, ...before.refunds]
  tellEach(told, 'refund', refunds, after.refunds, idOf, ({ status, currency, amountMinor }) => ({
    status,
    currency,
    amountMinor,
  }))
  tellOne(told, 'credit_balance', before.balances, after.balances)
}

function invoiceFields(each: Invoice): Fields {
  return {
    kind: each.kind,
    status: each.status,
    number: each.documentNumber,
    currency: each.currency,
    totalMinor: each.totalMinor,
    creditAppliedMinor: each.creditAppliedMinor,
    creditedMinor: each.creditedMinor,
    amountPaidMinor: each.amountPaidMinor,
    refundedMinor: each.refundedMinor,
  }
}

/** What no state holds: that there is a customer, grants, members, money that came in. */
function tellEvent(told: Told, { type, subject, payload }: DomainEvent): void {
  if (type === 'customer.created') told.after['customer'] = { created: true }
  if (type === 'grant.created' || type === 'grant.revoked') {
    const { feature, amount, source } = payload
    const side = type === 'grant.created' ? told.after : told.before
    side[`grant ${subject}`] = { feature, amount, source }
  }
  if (type === 'payment.received') {
    const { provider, currency, amountMinor } = payload
    told.after[`payment ${subject}`] = { provider, currency, amountMinor }
  }
  if (type === 'member.created') told.after[`member ${subject}`] = { created: true }
  if (type === 'member.updated') told.after[`member ${subject}`] = { profile: PERSONAL }
  if (type === 'member.deleted') told.before[`member ${subject}`] = { created: true }
}

/** Those that are no longer the same object, each with the fields that differ. */
function tellEach<T>(
  told: Told,
  noun: string,
  before: readonly T[],
  after: readonly T[],
  nameOf: (each: T) => string,
  fieldsOf: (each: T) => Fields,
): void {
  if (before === after) return
  const old = new Map(before.map((each) => [nameOf(each), each]))
  const next = new Map(after.map((each) => [nameOf(each), each]))
  for (const name of new Set([...old.keys(), ...next.keys()])) {
    const [from, to] = [old.get(name), next.get(name)]
    if (from === to) continue
    tellOne(
      told,
      `${noun} ${name}`,
      from === undefined ? null : fieldsOf(from),
      to === undefined ? null : fieldsOf(to),
    )
  }
}

function tellOne(told: Told, name: string, before: Fields | null, after: Fields | null): void {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  const differing = [...names].filter(
    (field) => JSON.stringify(before?.[field]) !== JSON.stringify(after?.[field]),
  )
  if (differing.length === 0) return
  const only = (fields: Fields) =>
    Object.fromEntries(differing.flatMap((field) => (field in fields ? [[field, fields[field]]] : [])))
  if (before !== null) told.before[name] = only(before)
  if (after !== null) told.after[name] = only(after)
}
