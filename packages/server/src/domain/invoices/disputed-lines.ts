/**
 * What of a line its payer disputes.
 *
 * Owns: that a line is disputed as far as disputed money paid its document, be it at once or as what was set off there of
 * a line that is disputed itself. Does not own: which money is (`payments/disputes.ts`), what a credit then gives back
 * (`credit-lines.ts`).
 * Invariant: what of a line is disputed never exceeds it.
 */
import { Big } from 'big.js'
import { addMinor, roundMinor } from '../money/index.ts'
import type { Disputed, InvoiceLine } from './model.ts'

export const NOT_DISPUTED: Disputed = Object.freeze({ openMinor: 0, lostMinor: 0 })

/** What of a payment of an invoice is disputed. */
export interface DisputedPayment {
  invoice: string
  status: 'open' | 'lost'
  amountMinor: number
}

export type DocumentLine = InvoiceLine & { invoice: string }

/** Parts of what a document charges; together 1 at most. */
type Shares = Record<DisputedPayment['status'], Big>

/** By a line's id. */
export interface DisputedLines {
  /** What is disputed of a line. */
  of(line: string): Disputed
  /** What of so much that is to be given back of it: what isn't disputed comes back first. @param minor not given back yet */
  ofCredit(line: string, minor: number): Disputed
}

export const NO_DISPUTES: DisputedLines = { of: () => NOT_DISPUTED, ofCredit: () => NOT_DISPUTED }

/** @param lines of every document that disputed money has paid for, whole documents */
export function disputedLines(
  lines: readonly DocumentLine[],
  payments: readonly DisputedPayment[],
): DisputedLines {
  const byId = new Map(lines.map((line) => [line.id, line]))
  const known = new Map<string, Shares>()
  function sharesOf(invoice: string): Shares {
    const found = known.get(invoice)
    if (found !== undefined) return found
    const own = lines.filter((line) => line.invoice === invoice)
    const chargedMinor = addMinor(...own.filter(({ credits }) => credits === null).map(grossOf))
    const disputed = paidOf(invoice, payments)
    for (const of of new Set(own.flatMap(({ credits }) => byId.get(credits ?? '') ?? []))) {
      const credits = own.filter((line) => line.credits === of.id)
      const { open, lost } = setOffOf(of, credits, sharesOf(of.invoice))
      disputed.open = disputed.open.plus(open)
      disputed.lost = disputed.lost.plus(lost)
    }
    const shares = partsOf(disputed, chargedMinor)
    known.set(invoice, shares)
    return shares
  }
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
    ofCredit(id, minor) {
      const { openMinor, lostMinor } = of(id)
      const given = lines
        .filter(({ credits }) => credits === id)
        .map(({ amountMinor }) => Math.abs(amountMinor))
      const chargedMinor = Math.abs(byId.get(id)?.amountMinor ?? minor)
      const cleanMinor = Math.max(chargedMinor - openMinor - lostMinor - addMinor(...given), 0)
      const disputedMinor = Math.max(minor - cleanMinor, 0)
      const isOpen = Math.min(disputedMinor, openMinor)
      return { openMinor: isOpen, lostMinor: Math.min(disputedMinor - isOpen, lostMinor) }
    },
  }
}

function paidOf(invoice: string, payments: readonly DisputedPayment[]): Shares {
  const of = (status: DisputedPayment['status']) =>
    payments
      .filter((each) => each.invoice === invoice && each.status === status)
      .reduce((sum, { amountMinor }) => sum.plus(amountMinor), new Big(0))
  return { open: of('open'), lost: of('lost') }
}

/** Of what was given back of a line: what isn't disputed of it was given back first. */
function setOffOf(of: DocumentLine, credits: readonly DocumentLine[], { open, lost }: Shares): Shares {
  const share = open.plus(lost)
  const zero = new Big(0)
  if (share.eq(0)) return { open: zero, lost: zero }
  const clean = credits.reduce(
    (most, credit) => atLeast(most, new Big(1).minus(share).times(grossOf(of)).times(restOf(credit, of))),
    zero,
  )
  const disputed = atLeast(zero, new Big(addMinor(...credits.map(grossOf))).minus(clean))
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

function partsOf({ open, lost }: Shares, chargedMinor: number): Shares {
  if (chargedMinor === 0) return { open: new Big(0), lost: new Big(0) }
  const lostPart = atMost(new Big(1), lost.div(chargedMinor))
  return { lost: lostPart, open: atMost(new Big(1).minus(lostPart), open.div(chargedMinor)) }
}

const atMost = (most: Big, each: Big): Big => (each.gt(most) ? most : each)
const atLeast = (least: Big, each: Big): Big => (each.lt(least) ? least : each)

/** What a credit note charges is below zero there. */
const grossOf = ({ netMinor, taxes }: InvoiceLine): number =>
  Math.abs(addMinor(netMinor, ...taxes.map(({ taxMinor }) => taxMinor)))
