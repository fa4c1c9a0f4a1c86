import type { OperationContext } from '../../context.ts'
import { settle } from '../../domain/customers/reconcile.ts'
import { planDue } from '../../domain/subscriptions/due.ts'
import { liftSuspension, suspend, type Suspend } from '../../domain/customers/suspension.ts'
import type { AccessPeriod, CustomerState } from '../../domain/customers/state.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { loadAccessPeriods } from '../../store/customers.ts'
import { changeCustomer } from './command.ts'

export interface AccessResult {
  state: CustomerState
  /** Newest first. */
  periods: AccessPeriod[]
}

/**
 * Access now, and every stretch of it, also those that have begun but are not written yet.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`
 */
export async function getAccess(ctx: OperationContext, key: string): Promise<AccessResult> {
  let state = await loadCustomerState(ctx.tx, ctx, key)
  const written = await loadAccessPeriods(ctx.tx, ctx.environment.id, state.customer.id)
  const periods = new Map(written.map((each) => [each.sequence, each]))
  const { now } = state
  for (let due = planDue(state, now); due !== null; due = planDue(state, now)) {
    const settled = settle(state, due)
    for (const each of settled.accessPeriods) periods.set(each.sequence, each)
    state = settled.after
  }
  return {
    state: { ...state, now },
    periods: [...periods.values()].sort((left, right) => right.sequence - left.sequence),
  }
}

export async function suspendCustomer(
  ctx: OperationContext,
  key: string,
  command: Suspend,
): Promise<AccessResult> {
  await changeCustomer(ctx, key, (state) => suspend(state, command))
  return getAccess(ctx, key)
}

/** @throws Refusal `suspension_not_found` */
export async function liftCustomerSuspension(ctx: OperationContext, key: string): Promise<AccessResult> {
  await changeCustomer(ctx, key, (state) => liftSuspension(state, ctx.actor))
  return getAccess(ctx, key)
}
