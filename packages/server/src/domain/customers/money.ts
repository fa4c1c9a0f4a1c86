/**
 * A customer's money, as the part of its state that decisions on it need.
 *
 * Owns: the shape, and the small steps by which a decision adds to it. Does not own: what is billed (`invoices/`), how
 * money comes in (`payments/`), what happens when it doesn't (`dunning/`).
 * Invariant: a money is never changed in place. What a decision makes (documents, entries, receipts, refunds) is only
 * added; the store writes what was not there before and what is no longer the same object.
 */
import type { Discount, DiscountedLine } from '../discounts/model.ts'
import type { AccessLevel, AccessReason } from '../entitlements/model.ts'
import type { ClosedStretch } from '../invoices/closed-stretch.ts'
import type { KeptUse } from '../invoices/kept-use.ts'
import type { Disputed, Invoice, InvoiceLine, PendingItem, RunningLine } from '../invoices/model.ts'
import type { LedgerEntry } from '../ledger/model.ts'
import {
  OPEN_ATTEMPTS,
  type PaymentAttempt,
  type PaymentMethod,
  type Receipt,
  type Refund,
} from '../payments/model.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/period.ts'
import type { BillingProfile } from './billing-profile.ts'

export type { BillingProfile } from './billing-profile.ts'

/** What unpaid invoices and disputes do to access; readers need it, so it stands in the state itself. */
export interface Standing {
  level: AccessLevel
  reason: AccessReason
  /** What a failure switched off, to be restored when paid if the policy says so. */
  modules: SwitchedOff[]
  /** How far open disputes let the customer in. */
  disputed: AccessLevel
}

/** An add-on, or without a quantity a bundle. */
export interface SwitchedOff {
  item: number
  version: number
  quantity: number | null
  /** When it was to go anyway; null: never. */
  endsAt: Instant | null
}

export const GOOD_STANDING: Standing = Object.freeze({
  level: 'full',
  reason: 'ok',
  modules: [],
  disputed: 'full',
})

/** Use that no invoice has yet: summed over rows of one price. */
export interface UnbilledUsage {
  overage: {
    /** Surrogate. */
    feature: number
    /** Decimal price of one whole unit in minor units, and its currency. */
    unitMinor: string
    currency: string
    windowStart: Instant
    /** `END_OF_TIME` while it runs. */
    windowEnd: Instant
    /** In the feature's scale. */
    amount: number
  }[]
  /** Features that a price counts, by window of the billing period; those of the running one that are billed too. */
  windows: {
    feature: number
    windowStart: Instant
    windowEnd: Instant
    used: number
    /** Of it, on an invoice already. */
    billed: number
    /** It was ended to be given anew: what follows goes on from nothing. */
    givenAnew?: boolean
  }[]
  /** Closed stretches of which something came late, and above an allowance in them. */
  late: LateUse[]
  /** Of the plan and its quantities, what lines charged in advance for the running period, and what changes gave back. */
  advance: { amountMinor: number; service: { start: Instant; end: Instant } }[]
  /** Where the plan is replaced and an amount off holds: what discounts took in the running period, and gave back. */
  discounted: DiscountedLine[]
}

export interface LateUse {
  stretch: ClosedStretch
  overage: LateOverage[]
  /** The lines that charged it so far, the oldest first: none of what is void. */
  charged: readonly (InvoiceLine & { disputed: Disputed })[]
  /** Every line that credits one of them, and what took such a one back. */
  credits: readonly InvoiceLine[]
}

/** Above an allowance, at one price; in the feature's scale. */
export interface LateOverage {
  /** Surrogate. */
  feature: number
  windowStart: Instant
  /** `END_OF_TIME` while it runs. */
  windowEnd: Instant
  unitMinor: string
  amount: number
  /** Of the same, on an invoice already. */
  billed: number
}

/** Use above allowances that a document (or an item that waits) has. */
export interface BilledOverage {
  by: string
  /** Surrogate. */
  subscription: number
  currency: string
  from: Instant
  to: Instant
}

/** What is made together: a document and its lines. */
export interface NewDocument {
  invoice: Invoice
  lines: InvoiceLine[]
  /** Effects that wait for its payment; null where it needs none. */
  onPaid: PaidEffect | null
}

/** What a payment sets in motion, once. Kept with the invoice as plain data. */
export type PaidEffect =
  | { type: 'top_up'; addOn: number; version: number; quantity: number }
  | ModuleEffect
  | { type: 'activate'; subscription: number }
  | PurchaseEffect
  /** What its coupons took off is counted once it is paid. */
  | { type: 'discounts'; used: string[]; until: Instant; opensPeriod: boolean }
  | { type: 'all'; effects: Exclude<PaidEffect, { type: 'all' }>[] }

/** Items and versions of the catalog. */
export type ModuleEffect =
  | { type: 'add_on'; subscription: number; addOn: number; version: number; quantity: number }
  | { type: 'bundle'; subscription: number; bundle: number; version: number }

/** A subscription that is bought again: what was bought, and from when on. */
export interface PurchaseEffect {
  type: 'buy_again'
  subscription: number
  at: Instant
  /** That its period was counted in. */
  timeZone: string
  plan: { item: number; version: number }
  interval: Interval
  currency: string
  quantities: Record<string, number>
  addOns: { item: number; version: number; quantity: number }[]
  bundles: { item: number; version: number }[]
  /** Keys of those that were redeemed with it. */
  coupons: string[]
}

export interface CustomerMoney {
  billing: BillingProfile
  /** Drafts, open ones and those given up; oldest first. The ones made by this decision too. */
  invoices: readonly Invoice[]
  /** Of the drafts. */
  lines: ReadonlyMap<string, readonly InvoiceLine[]>
  /** Made by this decision. */
  documents: readonly NewDocument[]
  /** What waits for the payment of each invoice that is here. */
  effects: ReadonlyMap<string, PaidEffect>
  running: readonly RunningLine[]
  /** Not billed yet; billed by this decision: with the invoice's id. */
  items: readonly PendingItem[]
  discounts: readonly Discount[]
  methods: readonly PaymentMethod[]
  /** Those under way. */
  attempts: readonly PaymentAttempt[]
  /** Made by this decision. */
  receipts: readonly Receipt[]
  /** Made or changed by this decision. */
  refunds: readonly Refund[]
  /** What we owe the customer, by currency, in minor units; never negative. */
  balances: Readonly<Record<string, number>>
  /** null until it is asked for: at the end of a period. */
  unbilled: UnbilledUsage | null
  /** Billed by this decision. */
  overageBilled: readonly BilledOverage[]
  /** Closed by this decision, or with what came late of them billed by it. */
  stretches: readonly ClosedStretch[]
  /** Made by this decision. */
  keptUse: readonly KeptUse[]
  /** What was used so far belongs to a period that is over: no later one is charged for it, even if this one cost nothing. */
  usageClosed: boolean
  /** Made by this decision. */
  entries: readonly LedgerEntry[]
  /** What was settled and is taken up again by this decision, as it was before. */
  recalled: Recalled
}

export interface Recalled {
  invoices: readonly Invoice[]
  receipts: readonly Receipt[]
  refunds: readonly Refund[]
}

export const NOTHING_RECALLED: Recalled = Object.freeze({ invoices: [], receipts: [], refunds: [] })

export function replaceInvoice(money: CustomerMoney, invoice: Invoice): CustomerMoney {
  return {
    ...money,
    invoices: money.invoices.map((each) => (each.id === invoice.id ? invoice : each)),
  }
}

export function replaceAttempt(money: CustomerMoney, attempt: PaymentAttempt): CustomerMoney {
  return {
    ...money,
    attempts: money.attempts.map((each) => (each.id === attempt.id ? attempt : each)),
  }
}

/** As it stands once a decision is written: nothing of it is made anew by the next one. */
export function afterSaving(money: CustomerMoney): CustomerMoney {
  return {
    ...money,
    invoices: money.invoices.filter(({ status }) => status !== 'paid' && status !== 'void'),
    documents: [],
    items: money.items.filter(({ invoice }) => invoice === null),
    running: money.running.filter(({ stoppedAt }) => stoppedAt === null),
    attempts: money.attempts.filter(({ status }) => OPEN_ATTEMPTS.includes(status)),
    receipts: [],
    refunds: [],
    unbilled: null,
    overageBilled: [],
    stretches: [],
    keptUse: [],
    usageClosed: false,
    entries: [],
    recalled: NOTHING_RECALLED,
  }
}

/** @throws Error for an id that the state doesn't hold: the caller has looked it up. */
export function invoiceOf(money: CustomerMoney, id: string): Invoice {
  const invoice = money.invoices.find((each) => each.id === id)
  if (invoice === undefined) throw new Error(`Invoice ${id} is not in the state`)
  return invoice
}

/** Adds to the customer's balance (or takes from it, below zero never). */
export function changeBalance(money: CustomerMoney, currency: string, byMinor: number): CustomerMoney {
  const next = (money.balances[currency] ?? 0) + byMinor
  if (next < 0 || !Number.isSafeInteger(next)) {
    throw new RangeError(`A balance of ${String(next)} ${currency} is out of bounds`)
  }
  return { ...money, balances: { ...money.balances, [currency]: next } }
}
