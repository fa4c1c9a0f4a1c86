/**
 * From lines to come to a document with all its figures: discounts, then taxes, then the customer's balance.
 *
 * Owns: the order of these, and the sums. Does not own: the lines (their planners), the number and dates of issue
 * (finalising), and moving the balance or counting off periods of discounts: the caller does what the answer says.
 * Invariant: total = subtotal − discount + tax = sum of the lines' net + tax.
 */
import { Big } from 'big.js'
import { applyDiscounts } from '../discounts/apply-discounts.ts'
import type { Discount } from '../discounts/model.ts'
import { addMinor } from '../money/index.ts'
import { computeTax, type TaxedLine } from '../taxes/compute-tax.ts'
import { decideTax } from '../taxes/decide-tax.ts'
import type { TaxTerms } from '../taxes/model.ts'
import type { Invoice, InvoiceLine, LineDraft, TaxGroup } from './model.ts'

/** What the figures don't say of a document. */
export type DocumentHeader = Pick<
  Invoice,
  'reason' | 'subscription' | 'plan' | 'periodStart' | 'periodEnd' | 'collection' | 'createdAt' | 'finaliseAt'
> &
  Partial<Pick<Invoice, 'note' | 'metadata' | 'dueDays' | 'coupons'>>

export interface Composition {
  drafts: readonly LineDraft[]
  /** All of the customer's; those of other subscriptions are passed over. */
  discounts: readonly Discount[]
  tax: TaxTerms
  currency: string
  /** What the customer has in this currency. */
  creditBalanceMinor: number
  newId: (prefix: 'inv' | 'cn' | 'il') => string
  header: DocumentHeader
}

export interface Composed {
  /** A draft; null where there is nothing to charge. */
  invoice: Invoice | null
  /** Instead of an invoice below zero: a draft with positive figures, whose total goes to the customer's balance. */
  creditNote: Invoice | null
  /** Of whichever there is. */
  lines: InvoiceLine[]
  /** Ids of the discounts that took something off: one period of each is used up. */
  usedDiscounts: string[]
}

/**
 * Composes a document of everything that is due at once. Zero lines make none; a total of zero makes an invoice that is
 * paid as it is finalised. What a credit brings along (`fixed`) holds for it whatever holds today.
 */
export function composeInvoice(composition: Composition): Composed {
  const composed = composeOnce(composition)
  const { drafts } = composition
  const { creditNote } = composed
  if (creditNote === null || !drafts.some(({ onlySetOff }) => onlySetOff)) return composed
  return composeInvoice({ ...composition, drafts: setOff(drafts, composed, creditNote.totalMinor) })
}

/** What is only set off, lowered by what came out below zero. */
function setOff(drafts: readonly LineDraft[], { lines }: Composed, belowZeroMinor: number): LineDraft[] {
  const grossMinor = lines.map(({ netMinor, taxes }, index) =>
    drafts[index]?.onlySetOff ? netMinor + addMinor(...taxes.map(({ taxMinor }) => taxMinor)) : 0,
  )
  const wholeMinor = addMinor(...grossMinor)
  const kept = new Big(Math.max(wholeMinor - belowZeroMinor, 0)).div(Math.max(wholeMinor, 1))
  // towards zero, so that each round leaves less of it
  const part = (minor: number) => -kept.times(-minor).round(0, Big.roundDown).toNumber()
  return drafts.flatMap((draft) => {
    if (!draft.onlySetOff || draft.fixed === undefined) return draft
    const amountMinor = Math.max(part(draft.amountMinor), draft.amountMinor + 1)
    const discountMinor = Math.max(part(draft.fixed.discountMinor), amountMinor)
    return amountMinor >= 0 ? [] : { ...draft, amountMinor, fixed: { ...draft.fixed, discountMinor } }
  })
}

function composeOnce(composition: Composition): Composed {
  const { drafts, currency, newId } = composition
  if (drafts.length === 0) return { invoice: null, creditNote: null, lines: [], usedDiscounts: [] }
  const discounts = composition.discounts.filter(
    ({ subscription }) => subscription === null || subscription === composition.header.subscription,
  )
  const discounted = applyDiscounts(drafts, discounts, currency)
  const taxes = taxesOf(composition, discounted.linesMinor)
  const lines = drafts.map((draft, index) => ({
    ...lineOf(draft, newId('il')),
    discountMinor: discounted.linesMinor[index] ?? 0,
    ...(taxes.lines[index] as TaxedLine),
  }))
  const figures = figuresOf(lines, taxes.groups)
  const usedDiscounts = discounted.used
  const header = { ...composition.header, coupons: namedCoupons(discounts, usedDiscounts) }
  if (figures.totalMinor < 0) {
    const mirrored = lines.map(mirrorLine)
    const groups = taxes.groups.map(mirrorGroup)
    const creditNote = newDocument('credit_note', newId('cn'), currency, header, figuresOf(mirrored, groups))
    return { invoice: null, creditNote, lines: mirrored, usedDiscounts }
  }
  const invoice = newDocument('invoice', newId('inv'), currency, header, figures)
  invoice.creditAppliedMinor = Math.min(Math.max(composition.creditBalanceMinor, 0), figures.totalMinor)
  return { invoice, creditNote: null, lines, usedDiscounts }
}

const namedCoupons = (discounts: readonly Discount[], used: readonly string[]): Invoice['coupons'] =>
  discounts.filter(({ id }) => used.includes(id)).map(({ coupon: { key, name } }) => ({ id: key, name }))

function taxesOf({ drafts, tax }: Composition, discountsMinor: readonly number[]) {
  const { lines } = decideTax(tax, drafts)
  return computeTax(
    drafts.map(({ amountMinor, taxInclusive }, index) => ({
      baseMinor: addMinor(amountMinor, -(discountsMinor[index] ?? 0)),
      inclusive: taxInclusive,
      rates: lines[index] ?? [],
    })),
  )
}

function lineOf(
  { fixed: _fixed, kept: _kept, undiscounted: _undiscounted, onlySetOff: _onlySetOff, ...draft }: LineDraft,
  id: string,
) {
  return { ...draft, id }
}

/** The subtotal is without tax, so that it and the rest add up where prices hold their tax, too. */
export function figuresOf(lines: readonly InvoiceLine[], taxes: TaxGroup[]): Figures {
  const discountMinor = addMinor(...lines.map((line) => line.discountMinor))
  const netMinor = addMinor(...lines.map((line) => line.netMinor))
  const taxMinor = addMinor(...taxes.map((group) => group.taxMinor))
  return {
    subtotalMinor: addMinor(netMinor, discountMinor),
    discountMinor,
    taxMinor,
    totalMinor: addMinor(netMinor, taxMinor),
    taxes,
  }
}

type Figures = Pick<Invoice, 'subtotalMinor' | 'discountMinor' | 'taxMinor' | 'totalMinor' | 'taxes'>

export function newDocument(
  kind: Invoice['kind'],
  id: string,
  currency: string,
  header: DocumentHeader,
  figures: Figures,
): Invoice {
  return {
    id,
    kind,
    status: 'draft',
    documentNumber: null,
    series: null,
    credits: null,
    currency,
    ...figures,
    coupons: [],
    creditAppliedMinor: 0,
    creditedMinor: 0,
    amountPaidMinor: 0,
    refundedMinor: 0,
    issuedAt: null,
    dueAt: null,
    paidAt: null,
    voidedAt: null,
    attempts: 0,
    firstFailedAt: null,
    nextAttemptAt: null,
    failure: null,
    dunningStep: -1,
    dunningLetter: -1,
    dunningAt: null,
    dueDays: null,
    policies: null,
    parties: null,
    note: '',
    metadata: {},
    ...header,
  }
}

/** Subtracted, because the negative of zero is another zero. */
const opposite = (minor: number) => 0 - minor

function mirrorLine(line: InvoiceLine): InvoiceLine {
  return {
    ...line,
    amountMinor: opposite(line.amountMinor),
    discountMinor: opposite(line.discountMinor),
    netMinor: opposite(line.netMinor),
    taxes: line.taxes.map((tax) => ({ ...tax, taxMinor: opposite(tax.taxMinor) })),
  }
}

function mirrorGroup(group: TaxGroup): TaxGroup {
  return { ...group, taxableMinor: opposite(group.taxableMinor), taxMinor: opposite(group.taxMinor) }
}
