/**
 * What of a line its payer disputes.
 *
 * Owns: that a line is disputed as far as disputed money paid its document, be it at once, as what was set off there of a
 * line that is disputed itself, or by way of the balance. Does not own: which money is (`payments/disputes.ts`), how it goes
 * through the balance (`disputed-balance.ts`), what a credit then gives back (`credit-lines.ts`).
 * Invariant: what of a line is disputed never exceeds what nobody has credited of it by hand.
 */
import { Big } from 'big.js'
import { addMinor, roundMinor } from '../money/index.ts'
import { followBalance, noShares, plus, type BalanceMovement, type Shares } from './disputed-balance.ts'
import { creditedByHand, signedGrossOf, type DocumentLine, type GivenByHand } from './credited-by-hand.ts'
import { disputedParts } from './disputed-parts.ts'
import type { Disputed, InvoiceLine } from './model.ts'

export const NOT_DISPUTED: Disputed = Object.freeze({ openMinor: 0, lostMinor: 0 })

/** What of a payment is disputed. */
export interface DisputedPayment {
  /** The invoice that it paid; of what it brought to the balance, the receipt. */
  subject: string
  status: keyof Shares
  amountMinor: number
}

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
 * @param sentBack what of credit notes went back the way it was paid, by note
 */
export function disputedLines(
  lines: readonly DocumentLine[],
  payments: readonly DisputedPayment[],
  movements: readonly BalanceMovement[],
  sentBack: ReadonlyMap<string, number> = new Map(),
): DisputedLines {
  const byId = new Map(lines.map((line) => [line.id, line]))
  const { partOf, paidTo, onBalance } = disputedDocuments(byId, payments, movements, sentBack)
  const of = (id: string): Disputed => {
    const line = byId.get(id)
    if (line === undefined) return NOT_DISPUTED
    const { open, lost } = partOf(line)
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

/** What disputed money brought to a document. */
interface PaidWith {
  charges: readonly DocumentLine[]
  chargedMinor: number
  /** Of what it charges. */
  whole: Shares
  /** Of each of its lines, by id. */
  parts: ReadonlyMap<string, Shares>
  /** What is more than it charges. */
  rest: Shares
}

/** By document, followed from where the money came from. */
function disputedDocuments(
  byId: ReadonlyMap<string, DocumentLine>,
  payments: readonly DisputedPayment[],
  movements: readonly BalanceMovement[],
  sentBack: ReadonlyMap<string, number>,
) {
  const lines = [...byId.values()]
  const byHand = creditedByHand(byId, sentBack)
  const fromBalance = new Map<string, Shares>()
  const known = new Map<string, PaidWith>()
  const paidTo = (subject: string): Shares =>
    plus(paidOf(subject, payments), fromBalance.get(subject) ?? noShares())
  const partOf = ({ id, invoice }: DocumentLine): Shares => paidWith(invoice).parts.get(id) ?? noShares()
  /** @param until a later line; null: whatever was credited by hand since */
  const partsOf = ({ charges, whole }: Pick<PaidWith, 'charges' | 'whole'>, until: string | null) =>
    disputedParts(
      whole,
      charges.map((line) => ({ id: line.id, grossMinor: grossOf(line), left: byHand.leftOf(line, until) })),
    )
  function paidWith(subject: string): PaidWith {
    const found = known.get(subject)
    if (found !== undefined) return found
    const own = lines.filter(({ invoice }) => invoice === subject)
    const charges = own.filter(({ credits }) => credits === null)
    const chargedMinor = addMinor(...charges.map(grossOf))
    const disputed = plus(paidTo(subject), givenBackOn(own))
    const whole = wholeOf(disputed, chargedMinor)
    const parts = partsOf({ charges, whole }, null)
    const paid = { charges, chargedMinor, whole, parts, rest: beyond(disputed, chargedMinor) }
    known.set(subject, paid)
    return paid
  }
  /** What a document brought by what it gives back of other lines. */
  function givenBackOn(own: readonly DocumentLine[]): Shares {
    const given = byHand.givenOn(own[0]?.invoice ?? '')
    if (given !== null) return broughtByHand(paidWith(given.invoice), given)
    const of = [...new Set(own.flatMap(({ credits }) => byId.get(credits ?? '') ?? []))]
    return of.reduce((sum, each) => {
      const credits = own.filter((credit) => credit.credits === each.id)
      // what was credited by hand since has changed nothing of it
      const until = credits[0]?.id ?? null
      const disputed = partsOf(paidWith(each.invoice), until).get(each.id) ?? noShares()
      return plus(sum, setOffOf(each, credits, { left: byHand.leftOf(each, until), disputed }))
    }, noShares())
  }
  /** What comes back from where it went is what it was. */
  function bringBack(subject: string): Shares | undefined {
    const taken = fromBalance.get(subject)
    if (fromBalance.delete(subject)) known.clear()
    return taken
  }
  const onBalance = followBalance(movements, {
    broughtBy: ({ subject, notes }) =>
      notes.map((note) => paidWith(note).rest).reduce(plus, bringBack(subject) ?? paidWith(subject).rest),
    took({ subject }, disputed) {
      if (disputed.open.plus(disputed.lost).eq(0)) return
      fromBalance.set(subject, plus(disputed, fromBalance.get(subject) ?? noShares()))
      known.clear()
    },
  })
  return { partOf, paidTo, onBalance }
}

function paidOf(subject: string, payments: readonly DisputedPayment[]): Shares {
  const of = (status: DisputedPayment['status']) =>
    payments
      .filter((each) => each.subject === subject && each.status === status)
      .reduce((sum, { amountMinor }) => sum.plus(amountMinor), new Big(0))
  return { open: of('open'), lost: of('lost') }
}

/**
 * Credit notes by hand of an invoice give back what isn't disputed of it first, the earlier ones before the later, and what was
 * sent back before what was kept.
 */
function broughtByHand({ chargedMinor, whole }: PaidWith, given: GivenByHand): Shares {
  const share = whole.open.plus(whole.lost)
  if (share.eq(0)) return noShares()
  const cleanMinor = new Big(1).minus(share).times(chargedMinor).minus(given.sentMinor)
  const beyondClean = (minor: number) => atLeast(new Big(0), new Big(minor).minus(cleanMinor))
  const before = beyondClean(given.beforeMinor)
  const disputed = beyondClean(given.beforeMinor + given.ownMinor).minus(before)
  return { open: disputed.times(whole.open).div(share), lost: disputed.times(whole.lost).div(share) }
}

/** Of what a change gave back of a line: what isn't disputed of what is left of it was given back first. */
function setOffOf(
  of: DocumentLine,
  credits: readonly DocumentLine[],
  { left, disputed: { open, lost } }: { left: Big; disputed: Shares },
): Shares {
  const share = open.plus(lost)
  if (share.eq(0)) return noShares()
  const clean = credits.reduce(
    (most, credit) => atLeast(most, left.minus(share).times(grossOf(of)).times(restOf(credit, of))),
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
function wholeOf({ open, lost }: Shares, chargedMinor: number): Shares {
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
const grossOf = (line: InvoiceLine): number => Math.abs(signedGrossOf(line))
