/**
 * What the business makes of its customers: recurring revenue, how it moves, and figures made of it.
 *
 * Owns: what counts as monthly revenue, what a movement is, how a range of time is divided, how figures are computed.
 * Does not own: what is billed (`invoices/`), where rows are kept (`store/analytics.ts`).
 * Invariant: a customer's movements in a currency sum to its monthly revenue in it, at every moment: each is the
 * difference to what was recorded last, and is recorded in the transaction of the change that causes it.
 */

/** What a customer pays for a plan, with all that goes with it, in a month. */
export interface RevenueShare {
  currency: string
  /** Key of the plan. */
  plan: string
  monthlyMinor: number
}
