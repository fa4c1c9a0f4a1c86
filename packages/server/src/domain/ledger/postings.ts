/**
 * Which accounts each movement of money touches: the one place that knows.
 *
 * Owns: the postings. Does not own: when a movement happens, and that it happens once (the cause is the caller's key).
 */
import type { Invoice, InvoiceLine } from '../invoices/model.ts'
import type { Instant } from '../time/instant.ts'
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

/** What a stretch of time in the future pays for is earned as it passes; everything else at once. */
export function isDeferred(line: Pick<InvoiceLine, 'service'>, issuedAt: Instant): boolean {
  return line.service !== null && line.service.end > issuedAt
}

function revenueOf(lines: readonly InvoiceLine[], issuedAt: Instant, sign: 1 | -1): [Account, number][] {
  return lines.flatMap((line): [Account, number][] => [
    [isDeferred(line, issuedAt) ? 'deferred_revenue' : 'revenue', sign * line.netMinor],
    ...line.taxes.map(({ taxMinor }): [Account, number] => ['tax', sign * taxMinor]),
  ])
}

/** An invoice is issued: the customer owes its total. */
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

/** Given up: it will not be paid. */
export function writtenOffPostings(amountMinor: number): Posting[] {
  return postings(['write_offs', amountMinor], ['receivable', -amountMinor])
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
  earnedMinor: number,
): Posting[] {
  const issuedAt = invoice.issuedAt as Instant
  return postings(
    ...issuedPostings(invoice, lines, issuedAt).map(({ account, amountMinor }): [Account, number] => [
      account,
      -amountMinor,
    ]),
    ['revenue', earnedMinor],
    ['deferred_revenue', -earnedMinor],
  )
}
