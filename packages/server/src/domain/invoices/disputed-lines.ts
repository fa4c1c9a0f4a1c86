/**
 * What of a line its payer disputes.
 *
 * Owns: that a line is disputed as far as disputed money paid its document, be it at once, as what was set off there of a
 * line that is disputed itself, or by way of the balance. Does not own: which money is (`payments/disputes.ts`), how it goes
 * through the balance (`disputed-balance.ts`), what a credit then gives back (`credit-lines.ts`).
 * Invariant: what of a line is disputed never exceeds it.
 */
import { Big } from 'big.js'
import { addMinor, roundMinor } from '../money/index.ts'
import { followBalance, noShares, plus, type BalanceMovement, type Shares } from './disputed-balance.ts'
import type { Disputed, InvoiceLine } from './model.ts'

export const NOT_DISPUTED: Disputed = Object.freeze({ openMinor: 0, lostMinor: 0 })

/** What of a payment is disputed. */
export interface DisputedPayment {
  /** The invoice that it paid; of what it brought to the balance, the receipt. */
  subject: string
  status: keyof Shares
  amountMinor: number
}

export type DocumentLine = InvoiceLine & { invoice: string }

/** By a line's id. */
export interface DisputedLines {
  /** What is disputed of a line. */
  of(line: string): Disputed
  /**
   * What of so much that is to be given back of it: what isn't disputed comes back first.
   *
   * @param minor not given back yet, but for what `draft` does
   */
  ofCredit(line: string, minor: number, draft?: string): Disputed
  /** What of an invoice was paid with disputed money, at once or by the balance, with tax. */
  ofInvoiceMinor(invoice: string): number
  /** What of the balance in this currency is disputed, or the payer's through the bank. */
  onBalanceMinor(currency: string): number
}

export const NO_DISPUTES: DisputedLines = {
  of: () => NOT_DISPUTED,
  ofCredit: () => NOT_DISPUTED,
  ofInvoiceMinor: () => 0,
  onBalanceMinor: () => 0,
}

/**
 * @param lines of every document that disputed money has paid for, whole documents
 * @param movements of the balance, the oldest first
 */
export function disputedLines(
  lines: readonly DocumentLine[],
  payments: readonly DisputedPayment[],
  movements: readonly BalanceMovement[],
): DisputedLines {
  const byId = new Map(lines.map((line) => [line.id, line]))
  const { sharesOf, paidTo, onBalance } = disputedDocuments(byId, payments, movements)
  const of = (id: string): Disputed => {
    const line = byId.get(id)
    if (line === undefined) return NOT_DISPUTED
    const { open, lost } = sharesOf(line.invoice)
    const amountMinor = Math.abs(line.amountMinor)
    const lostMinor = roundMinor(lost.times(amountMinor))
    return { lostMinor, openMinor: Math.min(roundMinor(open.times(amountMinor)), amountMinor - lostMinor) }
  }
  return {
    of,
    ofCredit(id, minor, draft) {
      const { openMinor, lostMinor } = of(id)
      const given = lines
        .filter(({ credits, invoice }) => credits === id && invoice !== draft)
        .map(({ amountMinor }) => Math.abs(amountMinor))
      const chargedMinor = Math.abs(byId.get(id)?.amountMinor ?? minor)
      const cleanMinor = Math.max(chargedMinor - openMinor - lostMinor - addMinor(...given), 0)
      const disputedMinor = Math.max(minor - cleanMinor, 0)
      const isOpen = Math.min(disputedMinor, openMinor)
      return { openMinor: isOpen, lostMinor: Math.min(disputedMinor - isOpen, lostMinor) }
    },
    ofInvoiceMinor: (invoice) => minorOf(paidTo(invoice)),
    onBalanceMinor: (currency) => minorOf(onBalance(currency)),
  }
}

/** What disputed money brought to a document: what of its lines, and what is more than they charge. */
interface PaidWith {
  shares: Shares
  rest: Shares
}

/** By document, followed from where the money came from. */
function disputedDocuments(
  byId: ReadonlyMap<string, DocumentLine>,
  payments: readonly DisputedPayment[],
  movements: readonly BalanceMovement[],
) {
  const lines = [...byId.values()]
  const fromBalance = new Map<string, Shares>()
  const known = new Map<string, PaidWith>()
  const paidTo = (subject: string): Shares =>
    plus(paidOf(subject, payments), fromBalance.get(subject) ?? noShares())
  function paidWith(subject: string): PaidWith {
    const found = known.get(subject)
    if (found !== undefined) return found
    const own = lines.filter(({ invoice }) => invoice === subject)
    const chargedMinor = addMinor(...own.filter(({ credits }) => credits === null).map(grossOf))
    let disputed = paidTo(subject)
    for (const of of new Set(own.flatMap(({ credits }) => byId.get(credits ?? '') ?? []))) {
      const credits = own.filter((line) => line.credits === of.id)
      disputed = plus(disputed, setOffOf(of, credits, paidWith(of.invoice).shares))
    }
    const paid = { shares: partsOf(disputed, chargedMinor), rest: beyond(disputed, chargedMinor) }
    known.set(subject, paid)
    return paid
  }
  /** What comes back from where it went is what it was. */
  function bringBack(subject: string): Shares | undefined {
    const taken = fromBalance.get(subject)
    if (fromBalance.delete(subject)) known.clear()
    return taken
  }
  const onBalance = followBalance(movements, {
    broughtBy: ({ subject }) => bringBack(subject) ?? paidWith(subject).rest,
    took({ subject }, disputed) {
      if (disputed.open.plus(disputed.lost).eq(0)) return
      fromBalance.set(subject, plus(disputed, fromBalance.get(subject) ?? noShares()))
      known.clear()
    },
  })
  return { sharesOf: (invoice: string) => paidWith(invoice).shares, paidTo, onBalance }
}

function paidOf(subject: string, payments: readonly DisputedPayment[]): Shares {
  const of = (status: DisputedPayment['status']) =>
    payments
      .filter((each) => each.subject === subject && each.status === status)
      .reduce((sum, { amountMinor }) => sum.plus(amountMinor), new Big(0))
  return { open: of('open'), lost: of('lost') }
}

/** Of what was given back of a line: what isn't disputed of it was given back first. */
function setOffOf(of: DocumentLine, credits: readonly DocumentLine[], { open, lost }: Shares): Shares {
  const share = open.plus(lost)
  if (share.eq(0)) return noShares()
  const clean = credits.reduce(
    (most, credit) => atLeast(most, new Big(1).minus(share).times(grossOf(of)).times(restOf(credit, of))),
    new Big(0),
  )
  const disputed = atLeast(new Big(0), new Big(addMinor(...credits.map(grossOf))).minus(clean))
  return { open: disputed.times(open).div(share), lost: disputed.times(lost).div(share) }
}

/** What part of its time and of its units a credit is of; of use there is no less to give back as time passes. */
function restOf(credit: InvoiceLine, of: InvoiceLine): Big {
  if (of.kind === 'usage' || of.kind === 'overage') return new Big(1)
  const length = ({ service }: InvoiceLine) => (service === null ? 0 : service.end - service.start)
  const part = (some: number | string, all: number | string) =>
    Number(all) === 0 ? new Big(1) : new Big(some).div(all)
  return part(length(credit), length(of)).times(part(credit.quantity, of.quantity))
}

/** Of what a document charges; together 1 at most. */
function partsOf({ open, lost }: Shares, chargedMinor: number): Shares {
  if (chargedMinor === 0) return noShares()
  const lostPart = atMost(new Big(1), lost.div(chargedMinor))
  return { lost: lostPart, open: atMost(new Big(1).minus(lostPart), open.div(chargedMinor)) }
}

/** More than a document charges goes on: to the balance, as far as it isn't given back otherwise. */
function beyond({ open, lost }: Shares, chargedMinor: number): Shares {
  const none = new Big(0)
  const left = atLeast(none, new Big(chargedMinor).minus(lost))
  return { open: atLeast(none, open.minus(left)), lost: atLeast(none, lost.minus(chargedMinor)) }
}

const minorOf = ({ open, lost }: Shares): number => roundMinor(open.plus(lost))

const atMost = (most: Big, each: Big): Big => (each.gt(most) ? most : each)
const atLeast = (least: Big, each: Big): Big => (each.lt(least) ? least : each)

/** What a credit note charges is below zero there. */
const grossOf = ({ netMinor, taxes }: InvoiceLine): number =>
  Math.abs(addMinor(netMinor, ...taxes.map(({ taxMinor }) => taxMinor)))
