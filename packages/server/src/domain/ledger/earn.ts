/**
 * Deferred revenue is earned as time passes: the entries that say so.
 *
 * Owns: the moments at which it is posted (the ends of the operator's months, the end of a service), and the entry of
 * each. Does not own: how much is earned by a moment (`earned-minor.ts`), what is issued or taken back (`postings.ts`),
 * finding what is due.
 * Invariant: what is earned is a function of the line and the moment alone, exact at the end, so that posting late,
 * often or once comes to the same sum.
 */
import type { Invoice, InvoiceLine } from '../invoices/model.ts'
import { addMinor } from '../money/index.ts'
import { END_OF_TIME, toIso, type Instant } from '../time/index.ts'
import { earnedMinor, nextEarningAt, type Earning } from './earned-minor.ts'
import type { LedgerEntry } from './model.ts'
import { earnedPostings, entry } from './postings.ts'

export interface EarningDocument {
  invoice: Pick<Invoice, 'id' | 'kind' | 'status' | 'currency'>
  lines: readonly (Pick<InvoiceLine, 'id'> & Earning & { earnedMinor: number })[]
  /** The moment that is due. */
  earnAt: Instant
  /** The operator's. */
  timeZone: string
}

export interface Earned {
  /** One for each moment that has passed. */
  entries: LedgerEntry[]
  /** What of each line is earned now, where that has changed. */
  lines: { id: string; earnedMinor: number }[]
  /** When it is due again. */
  earnAt: Instant
}

/** Everything that a document has earned by now. A void one earns nothing more: its books are at zero. */
export function earn(document: EarningDocument, now: Instant, newId: (prefix: 'le') => string): Earned {
  const { invoice, lines, timeZone } = document
  if (invoice.status === 'void') return { entries: [], lines: [], earnAt: END_OF_TIME }
  const entries: LedgerEntry[] = []
  let postedMinor = addMinor(...lines.map((line) => line.earnedMinor))
  let lastAt: Instant | null = null
  let at = document.earnAt
  for (; at <= now; at = nextEarningAt(lines, at, timeZone)) {
    lastAt = at
    const moment = at
    const nowMinor = addMinor(...lines.map((line) => earnedMinor(line, moment)))
    const lastMoment = at - 1
    const header = {
      id: newId('le'),
      cause: `invoice:${invoice.id}:earned:${toIso(at)}`,
      kind: `${invoice.kind}.earned`,
      currency: invoice.currency,
      invoice: invoice.id,
      // a month's revenue is of that month, not of the next one's first moment
      occurredAt: lastMoment,
    }
    const sign = invoice.kind === 'credit_note' ? -1 : 1
    const made = entry(header, earnedPostings(sign * (nowMinor - postedMinor)))
    if (made !== null) entries.push(made)
    postedMinor = nowMinor
  }
  const end = lastAt
  if (end === null) return { entries, lines: [], earnAt: at }
  const moved = lines.map((line) => ({
    id: line.id,
    before: line.earnedMinor,
    earnedMinor: earnedMinor(line, end),
  }))
  return {
    entries,
    lines: moved.filter((line) => line.before !== line.earnedMinor).map(({ before: _, ...line }) => line),
    earnAt: at,
  }
}
