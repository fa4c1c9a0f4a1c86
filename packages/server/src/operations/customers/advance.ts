import type { OperationContext } from '../../context.ts'
import { goOn, type CustomerPlan } from '../../domain/customers/reconcile.ts'
import { unchanged, type CustomerState } from '../../domain/customers/state.ts'
import type { Instant } from '../../domain/time/index.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { finaliseDue } from '../collection/finalise-due.ts'
import { advanceLocked } from './command.ts'

/**
 * Lets time take its effect: applies everything due up to the customer's present, in order. Safe to repeat and to
 * race: the head's lock makes the second caller find nothing due. For the sweep and test clocks.
 *
 * @throws Refusal `customer_not_found`.
 */
export async function advanceCustomer(
  ctx: OperationContext,
  customer: string | number,
): Promise<CustomerState> {
  const id = await lockCustomer(ctx.tx, ctx.environment.id, customer)
  return advanceLocked(ctx, id, { acceptDeleted: true, finish: withDocuments })
}

/**
 * What the end of a period has drafted becomes a document at once, where no time is left to look at it: it is written
 * once, not twice. Drafts whose payment sets something in motion wait for the sweep that collects.
 */
async function withDocuments(ctx: OperationContext, plan: CustomerPlan, now: Instant): Promise<CustomerPlan> {
  // what is given back may pay other invoices: the sweep that collects sees to both
  if (plan.after.money?.invoices.some(({ kind, status }) => kind === 'credit_note' && status === 'draft')) {
    return plan
  }
  const present = { ...plan.after, now: Math.max(now, plan.after.now) }
  const change = await finaliseDue(ctx, unchanged(present), ({ id }, { effects }) => !effects.has(id))
  return change.state === present ? plan : goOn(plan, change)
}
