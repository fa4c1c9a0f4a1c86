import type { Coupon } from '../catalog/model.ts'
import type { BilledOverage, CustomerMoney, PaidEffect } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import type { Discount } from '../discounts/model.ts'
import { countDiscounts, discountsWithin, type Replaced } from '../discounts/within-period.ts'
import type { DomainEvent } from '../events.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { TaxTerms } from '../taxes/model.ts'
import { localDateText, toIso, type Instant, type Span } from '../time/index.ts'
import { composeInvoice } from './compose.ts'
import { NOT_DISPUTED } from './disputed-lines.ts'
import type { Invoice, InvoiceLine, InvoiceReason, LineDraft, RunningLine } from './model.ts'

export type IdPrefix = 'inv' | 'cn' | 'il' | 'itm' | 'pay' | 'rec' | 're' | 'le' | 'dis' | 'dsp'
export type NewId = (prefix: IdPrefix) => string

export interface DocumentRequest {
  lines: LineDraft[]
  reason: InvoiceReason
  /** Whose policies hold; null for what concerns none. */
  subscription: Subscription | null
  period: Span | null
  /** What coupons are counted by; unless told, what names a period opens it. */
  opensPeriod?: boolean
  /** Within a period whose plan is replaced: so much of an amount off goes along. */
  replaced?: Replaced | null
  /** Beside the invoice that opens a period: the amounts off that are taken from it. */
  takesAmount?: (coupon: Coupon) => boolean
  currency: string
  /** Ids of pending items whose lines are among these. */
  items?: string[]
  /** Use above allowances that is among these lines. */
  overage?: Omit<BilledOverage, 'by'>[]
  collection?: Invoice['collection']
  dueDays?: number | null
  /** Now, unless told. */
  finaliseAt?: Instant
  onPaid?: PaidEffect
  note?: string
  metadata?: Record<string, unknown>
}

export interface DocumentOptions {
  at: Instant
  newId: NewId
}

/** Adds a draft with all its figures to a change, with its event. No lines: no document. */
export function addDocument(
  change: CustomerChange,
  request: DocumentRequest,
  { at, newId }: DocumentOptions,
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  if (request.lines.length === 0) return change
  const opensPeriod = request.opensPeriod ?? request.period !== null
  const composed = composeInvoice({
    drafts: request.lines,
    discounts: opensPeriod ? money.discounts : discountsOf(request, money.discounts, at),
    tax: taxTerms(state, money, at),
    currency: request.currency,
    creditBalanceMinor: 0,
    newId,
    header: {
      reason: request.reason,
      subscription: request.subscription?.number ?? null,
      plan: request.subscription?.plan.key ?? null,
      periodStart: request.period?.start ?? null,
      periodEnd: request.period?.end ?? null,
      collection: request.collection ?? request.subscription?.plan.policies.collection ?? 'automatic',
      createdAt: at,
      finaliseAt: request.finaliseAt ?? at,
      dueDays: request.dueDays ?? null,
      note: request.note ?? '',
      metadata: request.metadata ?? {},
    },
  })
  const made = composed.invoice ?? composed.creditNote
  if (made === null) return change
  const document =
    made.kind === 'invoice' ? made : { ...made, credits: creditedInvoice(money, composed.lines) }
  const billed = new Set(request.items)
  const isPrepaid = document.collection === 'prepaid'
  const counted = {
    until: request.period?.end ?? request.subscription?.periodEnd ?? at,
    opensPeriod,
  }
  const onPaid =
    isPrepaid && request.onPaid !== undefined && composed.usedDiscounts.length > 0
      ? withDiscounts(request.onPaid, { used: composed.usedDiscounts, ...counted })
      : request.onPaid
  const next: CustomerMoney = {
    ...money,
    invoices: [...money.invoices, document],
    lines: new Map([...money.lines, [document.id, composed.lines]]),
    documents: [...money.documents, { invoice: document, lines: composed.lines, onPaid: onPaid ?? null }],
    effects: onPaid === undefined ? money.effects : new Map([...money.effects, [document.id, onPaid]]),
    // what is paid first runs once it is paid, and so counts what its coupons took off
    running: isPrepaid ? money.running : [...money.running, ...runningLines(document, composed.lines)],
    items: money.items.map((item) => (billed.has(item.id) ? { ...item, invoice: document.id } : item)),
    discounts: isPrepaid
      ? money.discounts
      : countDiscounts(money.discounts, new Set(composed.usedDiscounts), { at, ...counted }),
    overageBilled: [...money.overageBilled, ...billedBy(document.id, request.overage)],
  }
  return {
    ...change,
    state: { ...state, money: next },
    events: isPrepaid ? change.events : [...change.events, invoiceEvent('invoice.created', document, at)],
  }
}

function discountsOf(
  { replaced = null, takesAmount, currency }: DocumentRequest,
  discounts: readonly Discount[],
  at: Instant,
): Discount[] {
  const whole = discounts.filter(({ coupon }) => coupon.percentOff === null && takesAmount?.(coupon) === true)
  return [...discountsWithin(discounts, at, replaced, currency), ...whole]
}

function withDiscounts(
  onPaid: PaidEffect,
  discounts: Omit<Extract<PaidEffect, { type: 'discounts' }>, 'type'>,
): PaidEffect {
  const effects = onPaid.type === 'all' ? onPaid.effects : [onPaid]
  return { type: 'all', effects: [...effects, { type: 'discounts', ...discounts }] }
}

export const billedBy = (by: string, overage: DocumentRequest['overage'] = []): BilledOverage[] =>
  overage.map((each) => ({ ...each, by }))

/** The invoice whose lines are given back, where they are all of one. */
function creditedInvoice({ running }: CustomerMoney, lines: readonly InvoiceLine[]): string | null {
  const credited = new Set(lines.flatMap(({ credits }) => credits ?? []))
  const invoices = new Set(running.flatMap(({ id, invoice }) => (credited.has(id) ? invoice : [])))
  return invoices.size === 1 ? ([...invoices][0] ?? null) : null
}

/** What taxes depend on, as it is now. */
export function taxTerms(state: CustomerState, money: CustomerMoney, at: Instant): TaxTerms {
  const { operator, taxRates } = state.catalog
  const { address, vatId, taxExempt, exemptionReason } = money.billing
  return {
    operator,
    customer: {
      country: address === null || address.country === '' ? null : address.country,
      region: address === null || address.region === '' ? null : address.region,
      vatId,
      exempt: taxExempt,
      exemptionReason: exemptionReason === '' ? null : exemptionReason,
    },
    rates: taxRates,
    at: localDateText(at, operator.timeZone),
  }
}

export function runningLines(invoice: Invoice, lines: readonly InvoiceLine[]): RunningLine[] {
  const { subscription } = invoice
  if (subscription === null) return []
  // what a credit note charges is below zero there
  const sign = invoice.kind === 'credit_note' ? -1 : 1
  return lines.flatMap((line) => {
    const { id, kind, reference, component, description, quantity } = line
    const amountMinor = sign * line.amountMinor
    const discountMinor = sign * line.discountMinor
    if (line.service === null || amountMinor <= 0 || !PAID_IN_ADVANCE.has(kind)) return []
    return {
      id,
      invoice: invoice.id,
      subscription,
      kind,
      reference,
      component,
      description,
      quantity,
      amountMinor,
      discountMinor,
      taxInclusive: line.taxInclusive,
      taxCategory: line.taxCategory,
      taxes: line.taxes.map(({ taxMinor: _, ...rate }) => rate),
      service: line.service,
      creditedMinor: 0,
      creditedDiscountMinor: 0,
      stoppedAt: null,
      disputed: NOT_DISPUTED,
    }
  })
}

const PAID_IN_ADVANCE = new Set(['plan', 'quantity', 'add_on', 'bundle'])

type InvoiceEventType = Extract<DomainEvent['type'], `invoice.${string}` | `credit_note.${string}`>

/** What every event about a document says. */
export function invoiceEvent(
  type: InvoiceEventType,
  invoice: Invoice,
  occurredAt: Instant,
  more: Record<string, unknown> = {},
): DomainEvent {
  return {
    type,
    subject: invoice.id,
    payload: {
      invoice: invoice.id,
      number: invoice.documentNumber,
      reason: invoice.reason,
      currency: invoice.currency,
      totalMinor: invoice.totalMinor,
      amountPaidMinor: invoice.amountPaidMinor,
      ...(invoice.dueAt === null ? {} : { dueAt: toIso(invoice.dueAt) }),
      ...more,
    },
    occurredAt,
  }
}

/** Moves what a document took from, or brings to, the customer's balance. */
export function creditBalanceEvent(
  money: CustomerMoney,
  currency: string,
  changeMinor: number,
  occurredAt: Instant,
): DomainEvent {
  const balanceMinor = money.balances[currency] ?? 0
  return {
    type: 'credit_balance.changed',
    subject: '',
    payload: { currency, changeMinor, balanceMinor },
    occurredAt,
  }
}
