/**
 * Which accounts each movement of money touches: the one place that knows.
 *
 * Owns: the postings. Does not own: when a movement happens, and that it happens once (the cause is the caller's key).
 */
import type { Invoice, InvoiceLine } from '../invoices/model.ts'
import { addMinor } from '../money/index.ts'
import type { Instant } from '../time/instant.ts'
import { earnedMinor } from './earned-minor.ts'
import type { Account, LedgerEntry, Posting } from './model.ts'

/** Debits positive, credits negative; what is zero is left out, and accounts named twice are added up. */
export function postings(...pairs: [Account, number][]): Posting[] {
  const sums = new Map<Account, number>()
  for (const [account, amountMinor] of pairs) sums.set(account, (sums.get(account) ?? 0) + amountMinor)
  return [...sums].flatMap(([account, amountMinor]) => (amountMinor === 0 ? [] : { account, amountMinor }))
}

export interface EntryHeader {
  id: string
  cause: string
  kind: string
  currency: string
  invoice: string | null
  occurredAt: Instant
}

/** null where nothing moves. */
export function entry(header: EntryHeader, lines: Posting[]): LedgerEntry | null {
  const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, 0)
  if (sum !== 0) throw new Error(`Entry ${header.cause} does not balance: ${String(sum)}`)
  return lines.length === 0 ? null : { ...header, postings: lines }
}

function revenueOf(lines: readonly InvoiceLine[], issuedAt: Instant, sign: 1 | -1): [Account, number][] {
  return lines.flatMap((line): [Account, number][] => {
    const earned = earnedMinor(line, issuedAt)
    return [
      ['revenue', sign * earned],
      ['deferred_revenue', sign * (line.netMinor - earned)],
      ...line.taxes.map(({ taxMinor }): [Account, number] => ['tax', sign * taxMinor]),
    ]
  })
}

/** An invoice is issued: the customer owes its total. Of it, what time has passed already is earned at once. */
export function issuedPostings(
  invoice: Invoice,
  lines: readonly InvoiceLine[],
  issuedAt: Instant,
): Posting[] {
  return postings(['receivable', invoice.totalMinor], ...revenueOf(lines, issuedAt, -1))
}

/** A credit note: `toInvoiceMinor` is no longer owed, `toBalanceMinor` is the customer's, `toRefundMinor` goes back. */
export function creditedPostings(
  lines: readonly InvoiceLine[],
  issuedAt: Instant,
  to: { toInvoiceMinor: number; toBalanceMinor: number; toRefundMinor: number },
): Posting[] {
  return postings(
    ...revenueOf(lines, issuedAt, 1),
    ['receivable', -to.toInvoiceMinor],
    ['customer_credit', -to.toBalanceMinor],
    ['refunds', -to.toRefundMinor],
  )
}

/** The customer's balance pays a part. */
export function creditAppliedPostings(amountMinor: number): Posting[] {
  return postings(['customer_credit', amountMinor], ['receivable', -amountMinor])
}

/** Money came in; nobody has said for what yet. */
export function receivedPostings(provider: string, amountMinor: number, feeMinor = 0): Posting[] {
  return postings(
    [`cash:${provider}`, amountMinor - feeMinor],
    ['fees', feeMinor],
    ['unapplied_cash', -amountMinor],
  )
}

/** It has turned out whose it is: what was taken for nobody's goes, and comes in there. Its fee stays where it was met. */
export function assignedPostings(provider: string, amountMinor: number): Posting[] {
  return postings([`cash:${provider}`, -amountMinor], ['unapplied_cash', amountMinor])
}

/** … and where it went. */
export function allocatedPostings(toInvoicesMinor: number, toBalanceMinor: number): Posting[] {
  return postings(
    ['unapplied_cash', toInvoicesMinor + toBalanceMinor],
    ['receivable', -toInvoicesMinor],
    ['customer_credit', -toBalanceMinor],
  )
}

/** A refund left. */
export function refundedPostings(provider: string, amountMinor: number): Posting[] {
  return postings(['refunds', amountMinor], [`cash:${provider}`, -amountMinor])
}

/** A refund that came back after all: it is the customer's. */
export function refundFailedPostings(provider: string, amountMinor: number, hadLeft: boolean): Posting[] {
  return postings(
    [`cash:${provider}`, hadLeft ? amountMinor : 0],
    ['refunds', hadLeft ? 0 : amountMinor],
    ['customer_credit', -amountMinor],
  )
}

/** The customer's balance is to be paid out: it is on its way. */
export function paidOutPostings(amountMinor: number): Posting[] {
  return postings(['customer_credit', amountMinor], ['refunds', -amountMinor])
}

/** The operator gives to the customer's balance, or takes from it. */
export function adjustedPostings(amountMinor: number): Posting[] {
  return postings(['promotional_credit', amountMinor], ['customer_credit', -amountMinor])
}

/** Given up: it will not be paid. */
export function writtenOffPostings(amountMinor: number): Posting[] {
  return postings(['write_offs', amountMinor], ['receivable', -amountMinor])
}

/** Owed again: what was given up is paid (or credited) after all. */
export function recoveredPostings(amountMinor: number): Posting[] {
  return postings(['receivable', amountMinor], ['write_offs', -amountMinor])
}

/** The provider takes money back while it is disputed, or gives it again. */
export function disputePostings(provider: string, withdrawnMinor: number): Posting[] {
  return postings(['disputes', withdrawnMinor], [`cash:${provider}`, -withdrawnMinor])
}

/** A dispute is lost for good. */
export function disputeLostPostings(amountMinor: number): Posting[] {
  return postings(['write_offs', amountMinor], ['disputes', -amountMinor])
}

/** Time has passed: what was deferred is earned. */
export function earnedPostings(amountMinor: number): Posting[] {
  return postings(['deferred_revenue', amountMinor], ['revenue', -amountMinor])
}

/** An invoice is void: everything that it posted is taken back, what was earned of it too. */
export function voidedPostings(
  invoice: Invoice,
  lines: readonly InvoiceLine[],
  earnedSoFarMinor: number,
): Posting[] {
  const netMinor = addMinor(...lines.map((line) => line.netMinor))
  return postings(
    ['receivable', -invoice.totalMinor],
    ['revenue', earnedSoFarMinor],
    ['deferred_revenue', netMinor - earnedSoFarMinor],
    ...lines.flatMap(({ taxes }) => taxes.map(({ taxMinor }): [Account, number] => ['tax', taxMinor])),
  )
}
