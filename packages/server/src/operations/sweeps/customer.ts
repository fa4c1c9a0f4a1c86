/**
 * Everything that is due of one customer, in the order in which it fell due.
 *
 * Owns: the order, and the alarm when something stays due. Does not own: finding customers (`jobs/` and the steps of
 * test clocks) and what is done (the operations in `CustomerSweeps`).
 * Invariant: runs in one transaction that holds the customer's head, so a customer's sweep is done whole or not.
 */
import type { OperationContext } from '../../context.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { loadDueThing } from '../../store/due.ts'
import type { DueThing } from '../../store/due.ts'

/** What can be done for a customer of whom something is due. Each finds out itself what that is. */
export interface CustomerSweeps {
  /** Trials, scheduled starts and changes, cancellations, period ends, overrides that end. */
  advance(ctx: OperationContext, customer: number): Promise<unknown>
  /** Windows that turn, grants that start or end. */
  refresh(ctx: OperationContext, customer: number): Promise<unknown>
  /** Drafts to finalise, retries, dunning steps. */
  collect(ctx: OperationContext, customer: number): Promise<unknown>
  /** Revenue that time has earned. @param now by the customer's clock */
  earn(ctx: OperationContext, customer: number, now: Instant): Promise<unknown>
  /** Reservations and leases that were never settled. */
  expireHolds(ctx: OperationContext, customer: number, ids: string[]): Promise<unknown>
}

/** What is done at an instant may make more due at it (an invoice without grace, a last one after the end), but not for ever. */
const MOST_AT_ONCE = 10

/**
 * @param now by the customer's clock
 * @returns how many things were due
 * @throws Error if operations leave their customer as due as before, again and again
 */
export async function sweepCustomer(
  ctx: OperationContext,
  sweeps: CustomerSweeps,
  customer: number,
  now: Instant,
): Promise<number> {
  const environment = ctx.environment.id
  let previous = null as DueThing | null
  let again = 0
  for (let handled = 0; ; handled += 1) {
    const due = await loadDueThing(ctx.tx, environment, customer, now)
    if (due === null) return handled
    again = due.kind === previous?.kind && due.at <= previous.at ? again + 1 : 0
    if (again >= MOST_AT_ONCE) {
      throw new Error(`Customer ${customer} stays due after its sweep: ${due.kind}`)
    }
    previous = due
    if (due.kind === 'lifecycle') await sweeps.advance(ctx, customer)
    else if (due.kind === 'boundary') await sweeps.refresh(ctx, customer)
    else if (due.kind === 'collection') await sweeps.collect(ctx, customer)
    else if (due.kind === 'revenue') await sweeps.earn(ctx, customer, now)
    else await sweeps.expireHolds(ctx, customer, due.ids)
  }
}
