/**
 * Takes back what an invoice charged: all of it, an amount, or amounts of single lines.
 *
 * Owns: the pieces, each with its line's share of discount and tax as the invoice had them. Does not own: where the money
 * goes (the balance or a refund), and lowering what the invoice still asks for.
 * Invariant: pieces never exceed what is left of anything, and whatever they were, the last one leaves exactly zero.
 */
import { Refusal } from '../../refusal.ts'
import { addMinor, allocate } from '../money/index.ts'
import { figuresOf, newDocument, type DocumentHeader } from './compose.ts'
import type { AppliedRate } from '../taxes/model.ts'
import type { Invoice, InvoiceLine, TaxGroup } from './model.ts'

/** Amounts hold their tax. */
export type CreditRequest =
  | { type: 'full' }
  | { type: 'amount'; amountMinor: number }
  | { type: 'lines'; lines: { line: string; amountMinor: number }[] }

export interface CreditNoteComposition {
  invoice: Invoice
  lines: readonly InvoiceLine[]
  /** Every line that credits one of these already, of credit notes and of later invoices, and what took such a one back. */
  earlier: readonly InvoiceLine[]
  request: CreditRequest
  newId: (prefix: 'cn' | 'il') => string
  header: Pick<DocumentHeader, 'createdAt' | 'finaliseAt' | 'note' | 'metadata'>
}

/**
 * A draft of kind `credit_note` with positive figures; what the invoice itself gave back is taken away again, negative.
 *
 * @throws Refusal `credit_too_much` for more than is left, of the line or of all: nothing is left of a line that is none
 * of the invoice's. `amount_invalid` for an amount that is not a whole number above 0.
 */
export function composeCreditNote(composition: CreditNoteComposition): {
  creditNote: Invoice
  lines: InvoiceLine[]
} {
  const { invoice, request, newId, header } = composition
  const left = leftOf(composition.lines, composition.earlier)
  const pieces = piecesOf(left, request).filter(hasFigures)
  const lines = pieces.map((piece) => ({ ...piece, id: newId('il'), credits: piece.id }))
  const creditNote = newDocument(
    'credit_note',
    newId('cn'),
    invoice.currency,
    {
      reason: invoice.reason,
      subscription: invoice.subscription,
      plan: invoice.plan,
      // The period stays the invoice's own.
      periodStart: null,
      periodEnd: null,
      collection: invoice.collection,
      coupons: invoice.coupons,
      ...header,
    },
    figuresOf(lines, groupsOf(lines)),
  )
  return { creditNote: { ...creditNote, credits: invoice.id }, lines }
}

/** What can still be credited of an invoice, with tax. */
export function leftToCreditMinor(lines: readonly InvoiceLine[], earlier: readonly InvoiceLine[]): number {
  return Math.max(addMinor(...leftOf(lines, earlier).map(grossOf)), 0)
}

/** The lines with what no credit has taken of their figures. */
export function leftOf<Line extends InvoiceLine>(
  lines: readonly Line[],
  earlier: readonly InvoiceLine[],
): Line[] {
  return lines.map((line) => {
    // what was given back and taken away again is there to be given back
    const credits = leftOf(
      earlier.filter(({ credits: of }) => of === line.id),
      earlier,
    )
    if (credits.length === 0) return line
    const amountMinor = rest(
      line.amountMinor,
      credits.map((credit) => credit.amountMinor),
    )
    const discountMinor = rest(
      line.discountMinor,
      credits.map((credit) => credit.discountMinor),
    )
    const taxes = line.taxes.map((tax) => ({
      ...tax,
      taxMinor: rest(
        tax.taxMinor,
        credits.flatMap((credit) => credit.taxes.filter((other) => isSameRate(tax, other)).map(taxOf)),
      ),
    }))
    return withBase({ ...line, unitMinor: null, discountMinor, taxes }, amountMinor - discountMinor)
  })
}

/** Credits stand negative on invoices and positive on credit notes: either way they take. */
function rest(wholeMinor: number, takenMinor: readonly number[]): number {
  const left = addMinor(Math.abs(wholeMinor), ...takenMinor.map((minor) => -Math.abs(minor)))
  return wholeMinor < 0 ? Math.min(0 - left, 0) : Math.max(left, 0)
}

/** A line's other figures, from what it costs after its discount and the tax on it. */
function withBase<Line extends InvoiceLine>(line: Line, baseMinor: number): Line {
  const within = line.taxInclusive ? line.taxes.map((tax) => 0 - tax.taxMinor) : []
  return {
    ...line,
    amountMinor: addMinor(baseMinor, line.discountMinor),
    netMinor: addMinor(baseMinor, ...within),
  }
}

function piecesOf(left: InvoiceLine[], request: CreditRequest): InvoiceLine[] {
  const leftMinor = addMinor(...left.map(grossOf))
  if (request.type === 'full') {
    requireAtMost(leftMinor, leftMinor)
    return left
  }
  if (request.type === 'amount') {
    requireAtMost(request.amountMinor, leftMinor)
    return request.amountMinor === leftMinor ? left : takePieces(left, request.amountMinor)
  }
  const asked = left.map((line) =>
    addMinor(...request.lines.filter((each) => each.line === line.id).map((each) => each.amountMinor)),
  )
  for (const { line, amountMinor } of request.lines) {
    const index = left.findIndex(({ id }) => id === line)
    const mostMinor = index < 0 ? 0 : grossOf(left[index] as InvoiceLine)
    requireAtMost(amountMinor, mostMinor)
    requireAtMost(asked[index] ?? 0, mostMinor)
  }
  requireAtMost(addMinor(...asked), leftMinor)
  return left.flatMap((line, index) => takePieces([line], asked[index] ?? 0))
}

/** One figure of one line: its net, or one of its taxes. */
interface Cell {
  line: number
  /** Index of the tax; -1 for the net. */
  tax: number
  /** Those of lines with the same rates are one when the amount is split, so that each rate is rounded once. */
  bucket: string
  leftMinor: number
}

/** Splits an amount over net and taxes of what is charged, and these over the lines, each by largest remainder. */
function takePieces(left: readonly InvoiceLine[], amountMinor: number): InvoiceLine[] {
  if (left.length === 1 && left[0] !== undefined && grossOf(left[0]) === amountMinor) return [...left]
  const cells = left.flatMap(cellsOf)
  const buckets = [...new Set(cells.map(({ bucket }) => bucket))].map((bucket) =>
    cells.filter((cell) => cell.bucket === bucket),
  )
  const split = allocate(
    amountMinor,
    buckets.map((members) => addMinor(...members.map(({ leftMinor }) => leftMinor))),
  )
  const taken = new Map<Cell, number>()
  buckets.forEach((members, index) => {
    const shares = allocate(
      split[index] ?? 0,
      members.map(({ leftMinor }) => leftMinor),
    )
    members.forEach((cell, place) => taken.set(cell, shares[place] ?? 0))
  })
  return left.map((line, index) => {
    const minorOf = (tax: number) => {
      const cell = cells.find((each) => each.line === index && each.tax === tax)
      return cell === undefined ? 0 : (taken.get(cell) ?? 0)
    }
    const taxes = line.taxes.map((tax, place) => ({ ...tax, taxMinor: minorOf(place) }))
    return takePiece(line, minorOf(-1), taxes)
  })
}

function cellsOf(line: InvoiceLine, index: number): Cell[] {
  if (grossOf(line) <= 0) return []
  const rates = JSON.stringify(line.taxes.map(rateKey))
  return [line.netMinor, ...line.taxes.map(taxOf)].flatMap((leftMinor, place) =>
    leftMinor > 0 ? [{ line: index, tax: place - 1, bucket: `${place} ${rates}`, leftMinor }] : [],
  )
}

function takePiece(left: InvoiceLine, netMinor: number, taxes: InvoiceLine['taxes']): InvoiceLine {
  const baseMinor = left.taxInclusive ? addMinor(netMinor, ...taxes.map(taxOf)) : netMinor
  const leftMinor = left.amountMinor - left.discountMinor
  // The discount goes along in proportion; beside nothing there is nothing that it could go along with.
  const [discountMinor = 0] =
    leftMinor > 0 ? allocate(left.discountMinor, [baseMinor, leftMinor - baseMinor]) : []
  return withBase({ ...left, unitMinor: null, discountMinor, taxes }, baseMinor)
}

function requireAtMost(amountMinor: number, mostMinor: number): void {
  if (amountMinor > mostMinor || mostMinor <= 0) {
    throw new Refusal('credit_too_much', {
      param: 'amountMinor',
      values: { available: Math.max(mostMinor, 0) },
    })
  }
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) {
    throw new Refusal('amount_invalid', { param: 'amountMinor' })
  }
}

function groupsOf(lines: readonly InvoiceLine[]): TaxGroup[] {
  const groups = new Map<string, TaxGroup>()
  for (const line of lines) {
    for (const { taxMinor, ...rate } of line.taxes) {
      const key = rateKey(rate)
      const { taxableMinor, taxMinor: before } = groups.get(key) ?? { taxableMinor: 0, taxMinor: 0 }
      groups.set(key, {
        ...rate,
        taxableMinor: addMinor(taxableMinor, line.netMinor),
        taxMinor: addMinor(before, taxMinor),
      })
    }
  }
  return [...groups.values()]
}

const rateKey = ({ category, rate, name, percent }: AppliedRate) =>
  JSON.stringify([category, rate, name, Number(percent)])
const isSameRate = (left: AppliedRate, right: AppliedRate) => rateKey(left) === rateKey(right)
const taxOf = ({ taxMinor }: { taxMinor: number }) => taxMinor
const grossOf = (line: InvoiceLine) => addMinor(line.netMinor, ...line.taxes.map(taxOf))

function hasFigures(line: InvoiceLine): boolean {
  return line.amountMinor !== 0 || line.netMinor !== 0 || line.taxes.some(({ taxMinor }) => taxMinor !== 0)
}
