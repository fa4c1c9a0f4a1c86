/**
 * Whether what is stored agrees with itself.
 *
 * Owns: what must hold among the facts of a customer or an environment, and how it is told when it doesn't. Does not
 * own: reading the facts (`store/doctor`), mending anything: a finding is for people.
 * Invariant: facts of one customer are of one moment. Nothing is found in a world that is well, however busy it is.
 */

/** What is examined, by the name that a finding carries. */
export type Check =
  | 'ledger_entry'
  | 'books'
  | 'invoice_figures'
  | 'invoice_status'
  | 'invoice_settlement'
  | 'period_billed'
  | 'period_overlap'
  | 'usage_billed'
  | 'document_number'
  | 'payment_attempt'
  | 'receipt'
  | 'provider_payment'
  | 'grant_movements'
  | 'balance_grants'
  | 'balance_events'
  | 'balance_holds'
  | 'monthly_revenue'
  | 'sold_revenue'
  | 'deliveries'
  | 'job'

/** One thing that doesn't hold. */
export interface Finding {
  check: Check
  /** The caller's id; null for what is the environment's. */
  customer: string | null
  /** The id of the row, or what else names it: an account, a feature, a series. */
  subject: string
  expected: string
  found: string
}

/** One side of a comparison by its parts: `{ net: 100, tax: 20 }` is told as `net 100, tax 20`. */
export type Side = Readonly<Record<string, number | string | boolean | null>>

/** A finding where the sides differ, else nothing. Both name the same parts. */
export function compare(
  check: Check,
  of: { customer: string | null; subject: string },
  expected: Side,
  found: Side,
): Finding[] {
  const different = Object.keys(expected).filter((part) => expected[part] !== found[part])
  if (different.length === 0) return []
  const tell = (side: Side) => different.map((part) => `${part} ${String(side[part])}`).join(', ')
  return [{ check, ...of, expected: tell(expected), found: tell(found) }]
}
