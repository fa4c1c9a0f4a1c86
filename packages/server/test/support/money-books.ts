/**
 * Saving and collecting in memory, as commands and sweeps do it with a database.
 *
 * Owns: what happens around a decision on money. Does not own: any rule.
 */
import type { ModuleVersions } from '../../src/domain/dunning/modules.ts'
import type { Catalog } from '../../src/domain/catalog/model.ts'
import {
  afterSaving,
  NOTHING_RECALLED,
  type CustomerMoney,
  type LateUse,
  type UnbilledUsage,
} from '../../src/domain/customers/money.ts'
import { reconcile, type CustomerPlan } from '../../src/domain/customers/reconcile.ts'
import {
  liveSubscription,
  unchanged,
  type CustomerChange,
  type CustomerState,
  type CustomerUsage,
} from '../../src/domain/customers/state.ts'
import { takeDunningSteps } from '../../src/domain/dunning/take-steps.ts'
import type { DomainEvent } from '../../src/domain/events.ts'
import { collectionDueAt } from '../../src/domain/invoices/due.ts'
import type { ClosedStretch } from '../../src/domain/invoices/closed-stretch.ts'
import { NOT_DISPUTED } from '../../src/domain/invoices/disputed-lines.ts'
import { closesUsage } from '../../src/domain/invoices/closes-usage.ts'
import { finaliseInvoice } from '../../src/domain/invoices/finalise.ts'
import { type Invoice, type InvoiceLine } from '../../src/domain/invoices/model.ts'
import type { LedgerEntry } from '../../src/domain/ledger/model.ts'
import { isBeingCredited } from '../../src/domain/payments/ask-for-less.ts'
import { openAttemptOf, startCollecting } from '../../src/domain/payments/collect.ts'
import { startAttempt } from '../../src/domain/payments/attempts.ts'
import type { ChargeOutcome, PaymentAttempt, PaymentMethod } from '../../src/domain/payments/model.ts'
import { payFromBalance } from '../../src/domain/payments/pay-from-balance.ts'
import { receiveMoney } from '../../src/domain/payments/receive.ts'
import { recordOutcome } from '../../src/domain/payments/record-outcome.ts'
import type { Subscription } from '../../src/domain/subscriptions/model.ts'
import { nextDueAt, planDue } from '../../src/domain/subscriptions/due.ts'

/** A document as the books have it. */
export interface Kept {
  invoice: Invoice
  lines: readonly InvoiceLine[]
}

export const noMoney = (billing: Partial<CustomerMoney['billing']> = {}): CustomerMoney => ({
  billing: {
    name: '',
    email: null,
    address: null,
    vatId: null,
    taxExempt: false,
    exemptionReason: '',
    ...billing,
  },
  invoices: [],
  lines: new Map(),
  documents: [],
  effects: new Map(),
  running: [],
  items: [],
  discounts: [],
  methods: [],
  attempts: [],
  receipts: [],
  refunds: [],
  balances: {},
  unbilled: null,
  overageBilled: [],
  stretches: [],
  keptUse: [],
  usageClosed: false,
  entries: [],
  recalled: NOTHING_RECALLED,
})

export const card: PaymentMethod = {
  id: 'pm_1',
  provider: 'simulator',
  token: 'card_ok',
  kind: 'card',
  label: '',
  expires: null,
  expiryWarningAt: null,
  silent: true,
  isDefault: true,
  isFallback: false,
  failedAt: null,
  createdAt: 0,
  detachedAt: null,
}

export type Pays = (attempt: PaymentAttempt) => ChargeOutcome | null

export interface World {
  catalog: Catalog
  state: CustomerState
  documents: Map<string, Kept>
  entries: LedgerEntry[]
  events: DomainEvent[]
  unbilled: Omit<UnbilledUsage, 'late' | 'discounted'>
  /** Oldest first. */
  stretches: readonly ClosedStretch[]
  ids: number
  /** What the provider answers to a charge; null: it is under way. */
  pays: Pays | null
}

const NO_USAGE: CustomerUsage = { balances: [], grants: [], holds: [] }

export const moneyOf = ({ state }: Pick<World, 'state'>): CustomerMoney => state.money as CustomerMoney

export const newId = (world: World) => (prefix: string) => `${prefix}_${(world.ids += 1)}`

export function planOf(world: World, decided: CustomerChange & { billAt?: number }): CustomerPlan {
  const tools = { newId: newId(world), versions: versionsOf(world) }
  const change = { ...decided, ...payFromBalance(decided, tools) }
  const billable = withUse(world, change)
  return reconcile(world.state, NO_USAGE, billable, { newId: newId(world), billAt: change.billAt })
}

/** As the command does: where a period closes, a subscription ends or its plan is replaced. */
function withUse(world: World, change: CustomerChange): CustomerChange {
  const live = liveSubscription(world.state)
  const next = change.state.subscriptions.find(({ number }) => number === live?.number)
  if (change.state.money === null) return change
  const late = world.stretches
    .filter(({ reopened }) => reopened)
    .map((stretch) => ({ stretch, overage: [], ...chargedUse(world, stretch) }))
  if (live === null || !closesUsage(live, next)) {
    const settled = { overage: [], windows: [], late, advance: [], discounted: [] }
    return { ...change, state: { ...change.state, money: { ...change.state.money, unbilled: settled } } }
  }
  const { overage, windows } = world.unbilled
  const advance = chargedInAdvance(world, live.number)
  const unbilled = {
    overage,
    windows: windows.filter((each) => each.used > each.billed || each.windowStart === live.periodStart),
    late,
    advance,
    discounted: next === undefined ? [] : discountedLines(world, next),
  }
  return { ...change, state: { ...change.state, money: { ...change.state.money, unbilled } } }
}

/** As `loadLateUse` finds it. */
function chargedUse(
  { documents }: World,
  { subscription, currency, start, end }: ClosedStretch,
): Pick<LateUse, 'charged' | 'credits'> {
  const all = [...documents.values()].filter(({ invoice }) => invoice.status !== 'void')
  const charged = all
    .filter(({ invoice }) => invoice.subscription === subscription && invoice.currency === currency)
    .flatMap(({ invoice, lines }) => {
      const sign = invoice.kind === 'invoice' ? 1 : -1
      return lines
        .filter(({ kind, credits }) => credits === null && (kind === 'usage' || kind === 'overage'))
        .filter(({ service }) => service !== null && service.end > start && service.end <= end)
        .map((line) => ({
          ...line,
          amountMinor: sign * line.amountMinor,
          discountMinor: sign * line.discountMinor,
          disputed: NOT_DISPUTED,
        }))
    })
  return { charged, credits: all.flatMap(({ lines }) => lines.filter(({ credits }) => credits !== null)) }
}

/** As `loadDiscountedLines` finds them. */
function discountedLines(
  { documents }: World,
  { number, periodStart }: Subscription,
): UnbilledUsage['discounted'] {
  return [...documents.values()]
    .filter(({ invoice }) => invoice.subscription === number && invoice.status !== 'void')
    .filter(({ invoice }) => (invoice.periodStart ?? invoice.createdAt) >= periodStart)
    .flatMap(({ invoice, lines }) => {
      const sign = invoice.kind === 'invoice' ? 1 : -1
      return lines.map((line) => ({
        ...line,
        amountMinor: sign * line.amountMinor,
        discountMinor: sign * line.discountMinor,
        at: invoice.createdAt,
      }))
    })
}

/** As `loadUnbilledUsage` finds it. */
function chargedInAdvance({ documents }: World, subscription: number): UnbilledUsage['advance'] {
  const all = [...documents.values()]
  const kinds = new Map(all.flatMap(({ lines }) => lines.map(({ id, kind }) => [id, kind])))
  return all
    .filter(({ invoice }) => invoice.subscription === subscription)
    .flatMap(({ invoice, lines }) =>
      lines.flatMap((line) => {
        const isCredit = line.kind === 'credit'
        const kind = isCredit ? kinds.get(line.credits ?? '') : line.kind
        const byHand = !isCredit && invoice.kind === 'credit_note' && line.amountMinor > 0
        if (line.service === null || byHand || (kind !== 'plan' && kind !== 'quantity')) return []
        const sign = invoice.kind === 'invoice' ? 1 : -1
        return { amountMinor: sign * line.amountMinor, service: line.service }
      }),
    )
}

export function save(world: World, change: CustomerChange & { billAt?: number }): void {
  const plan = planOf(world, change)
  const money = plan.after.money as CustomerMoney
  for (const { invoice, lines } of money.documents) world.documents.set(invoice.id, { invoice, lines })
  for (const invoice of money.invoices) {
    const lines = world.documents.get(invoice.id)?.lines ?? []
    world.documents.set(invoice.id, { invoice, lines })
  }
  world.entries.push(...money.entries)
  world.events.push(...plan.events)
  const { overage, windows } = world.unbilled
  world.unbilled = {
    ...world.unbilled,
    overage: money.overageBilled.length === 0 ? overage : [],
    windows: money.usageClosed ? windows.map((each) => ({ ...each, billed: each.used })) : windows,
  }
  world.stretches = withStretches(world.stretches, money.stretches)
  world.state = { ...plan.after, money: afterSaving(money) }
}

function withStretches(known: readonly ClosedStretch[], saved: readonly ClosedStretch[]): ClosedStretch[] {
  const nameOf = ({ subscription, start }: ClosedStretch) => `${subscription}/${start}`
  const all = new Map([...known, ...saved].map((each) => [nameOf(each), each]))
  return [...all.values()].sort((one, other) => one.start - other.start)
}

/** Everything due until then, each thing at its own moment: what the sweeps do. */
export function moveTo(world: World, to: number): void {
  for (;;) {
    const lifecycleAt = nextDueAt(world.state)
    const collectionAt = Math.max(collectionDueAt(moneyOf(world)), world.state.now)
    if (Math.min(lifecycleAt, collectionAt) > to) break
    if (lifecycleAt <= collectionAt) save(world, planDue(world.state, lifecycleAt) as CustomerChange)
    else collect(world, collectionAt)
  }
  world.state = { ...world.state, now: Math.max(to, world.state.now) }
}

/** As `operations/collection/advance.ts`, and the job that carries attempts out. */
function collect(world: World, now: number): void {
  const tools = { newId: newId(world), versions: versionsOf(world) }
  let change = unchanged({ ...world.state, now })
  const invoices = () => (change.state.money as CustomerMoney).invoices
  for (const { id, status } of invoices()) {
    const invoice = invoices().find((each) => each.id === id) as Invoice
    if (status !== 'open' || openAttemptOf(change.state.money as CustomerMoney, id) !== null) continue
    if (isBeingCredited(change.state.money as CustomerMoney, invoice)) continue
    const isDue = invoice.nextAttemptAt !== null && invoice.nextAttemptAt <= now
    if (isDue) change = startCollecting(change, invoice, 'automatic', tools.newId)
    change = takeDunningSteps(change, invoices().find((each) => each.id === id) as Invoice, tools)
  }
  for (const draft of invoices()) {
    if (draft.status !== 'draft' || draft.finaliseAt > now) continue
    const number = { documentNumber: newId(world)('NO'), series: 'INV', issuedAt: now }
    change = finaliseInvoice(change, draft, number, tools.newId)
  }
  save(world, change)
  carryOut(world)
}

function carryOut(world: World): void {
  for (const attempt of moneyOf(world).attempts) {
    const outcome = attempt.status === 'created' ? (world.pays?.(attempt) ?? null) : null
    if (outcome === null) continue
    const started = startAttempt(attempt, world.state.now) as PaymentAttempt
    const money = moneyOf(world)
    const attempts = money.attempts.map((each) => (each === attempt ? started : each))
    save(world, unchanged({ ...world.state, money: { ...money, attempts } }))
    hear(world, started, outcome)
  }
}

export function startAttempts(world: World): PaymentAttempt[] {
  const money = moneyOf(world)
  const attempts = money.attempts.map((each) => startAttempt(each, world.state.now) ?? each)
  save(world, unchanged({ ...world.state, money: { ...money, attempts } }))
  return attempts
}

export function receive(world: World, invoice: string, amountMinor: number): void {
  const tools = { newId: newId(world), versions: versionsOf(world) }
  const { currency } = moneyOf(world).invoices.find(({ id }) => id === invoice) as Invoice
  const from = { provider: 'manual', transaction: tools.newId('tx' as never), attempt: null }
  const money = { ...from, invoice, currency, amountMinor, receivedAt: world.state.now }
  save(world, receiveMoney(unchanged(world.state), money, tools))
}

/** What the provider says of an attempt. */
export function hear(world: World, attempt: PaymentAttempt, outcome: ChargeOutcome): void {
  const tools = { newId: newId(world), versions: versionsOf(world) }
  let change = unchanged(world.state)
  if (outcome.status === 'succeeded') {
    const { transaction, amountMinor } = outcome
    const { currency, invoice, provider, id } = attempt
    const receivedAt = world.state.now
    change = receiveMoney(
      change,
      { transaction, amountMinor, currency, invoice, provider, attempt: id, receivedAt },
      tools,
    )
  }
  const current = (change.state.money as CustomerMoney).attempts.find(({ id }) => id === attempt.id)
  save(world, recordOutcome(change, current ?? attempt, outcome, tools))
}

function versionsOf({ catalog }: World): ModuleVersions {
  const oneOf =
    <Sold extends { item: number; version: number }>(sold: readonly Sold[]) =>
    (item: number, version: number) =>
      sold.find((each) => each.item === item && each.version === version) ?? null
  return { addOn: oneOf(catalog.addOns), bundle: oneOf(catalog.bundles), plan: oneOf(catalog.plans) }
}
