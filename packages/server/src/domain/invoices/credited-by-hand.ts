/**
 * What of documents was credited by hand.
 *
 * Owns: which credit notes people wrote, and what part of a line they have left. Does not own: what of it is disputed
 * (`disputed-lines.ts`).
 * Invariant: a credit note by hand repeats lines of one invoice; what a change gives back is a line of its own kind.
 */
import { Big } from 'big.js'
import { addMinor } from '../money/index.ts'
import type { InvoiceLine } from './model.ts'

export type DocumentLine = InvoiceLine & { invoice: string }

/** What credit notes of one invoice gave back, and what of it went back the way it was paid. */
export interface GivenByHand {
  invoice: string
  /** By all of them. */
  sentMinor: number
  /** What stayed here: by those before, and by this one. */
  beforeMinor: number
  ownMinor: number
}

export interface CreditedByHand {
  /**
   * What part of a line nobody has credited by hand.
   *
   * @param until a later line; null: up to now
   */
  leftOf(line: DocumentLine, until: string | null): Big
  /** null for what is no credit note by hand. */
  givenOn(note: string): GivenByHand | null
}

/** @param sentBack what of credit notes went back the way it was paid, by note */
export function creditedByHand(
  byId: ReadonlyMap<string, DocumentLine>,
  sentBack: ReadonlyMap<string, number>,
): CreditedByHand {
  const lines = [...byId.values()]
  const invoices = invoicesOfNotes(byId)
  const sentOf = (note: string): number => sentBack.get(note) ?? 0
  const keptOf = (note: string): number =>
    addMinor(...lines.filter(({ invoice }) => invoice === note).map(signedGrossOf), 0 - sentOf(note))
  return {
    leftOf({ id, amountMinor }, until) {
      if (amountMinor === 0) return new Big(1)
      const given = lines.filter(
        (line) => line.credits === id && invoices.has(line.invoice) && (until === null || line.id < until),
      )
      const givenMinor = addMinor(...given.map((line) => Math.abs(line.amountMinor)))
      const left = new Big(1).minus(new Big(givenMinor).div(Math.abs(amountMinor)))
      return left.lt(0) ? new Big(0) : left
    },
    givenOn(note) {
      const invoice = invoices.get(note)
      if (invoice === undefined) return null
      const notes = [...invoices.keys()].filter((each) => invoices.get(each) === invoice)
      const before = notes.filter((each) => each < note)
      return {
        invoice,
        sentMinor: addMinor(...notes.map(sentOf)),
        beforeMinor: addMinor(...before.map(keptOf)),
        ownMinor: keptOf(note),
      }
    },
  }
}

function invoicesOfNotes(byId: ReadonlyMap<string, DocumentLine>): ReadonlyMap<string, string> {
  const invoices = new Map<string, string | null>()
  for (const { invoice: note, kind, credits } of byId.values()) {
    const of = byId.get(credits ?? '')
    const known = invoices.get(note)
    const isRepeated = of?.kind === kind && (known === undefined || known === of.invoice)
    invoices.set(note, isRepeated ? of.invoice : null)
  }
  return new Map([...invoices].flatMap(([note, invoice]) => (invoice === null ? [] : [[note, invoice]])))
}

/** With tax; what is given back is below zero on an invoice. */
export const signedGrossOf = ({ netMinor, taxes }: InvoiceLine): number =>
  addMinor(netMinor, ...taxes.map(({ taxMinor }) => taxMinor))
