/**
 * The frame of every command on a customer: lock → load → advance → decide → reconcile → save.
 *
 * Owns: that order. Does not own: what is decided (a pure function is handed in), the transaction (the caller's).
 * Invariant: a command decides upon a state in which everything due has happened, each thing at its own moment.
 */
import type { OperationContext } from '../../context.ts'
import { reconcile, type CustomerPlan } from '../../domain/customers/reconcile.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { planDue } from '../../domain/subscriptions/due.ts'
import { newId } from '../../ids.ts'
import { loadCustomerUsage } from '../../store/customer-usage.ts'
import { saveCustomerPlan } from '../../store/customer-plan.ts'
import { loadCustomerState, lockCustomer } from '../../store/customer-state.ts'

export interface CommandOptions {
  /** Also on a customer that was deleted. */
  acceptDeleted?: boolean
  /** The command wrote grants or members of its own: balances follow, and the version grows with grants. */
  rowsChanged?: 'grants' | 'members'
  /** Reconcile though nothing was decided: the catalog moved under the customer. */
  force?: boolean
}

/** What a command may read or write before it decides; the head is locked and everything due has happened. */
export type Decide = (state: CustomerState) => CustomerChange | Promise<CustomerChange>

/**
 * Changes a customer. `decide` gets the state at the customer's moment; what it writes itself (a member, a grant) is
 * part of the same transaction and is seen by the balances.
 *
 * @returns the state after it.
 * @throws Refusal `customer_not_found`, `customer_deleted`, and whatever `decide` refuses.
 */
export async function changeCustomer(
  ctx: OperationContext,
  keyOrId: string | number,
  decide: Decide,
  options: CommandOptions = {},
): Promise<CustomerState> {
  const customer = await lockCustomer(ctx.tx, ctx.environment.id, keyOrId)
  const state = await advanceLocked(ctx, customer, options)
  const change = await decide(state)
  const idle = change.state === state && change.events.length === 0
  if (idle && options.rowsChanged === undefined && options.force !== true) return state
  const plan = await reconcileAndSave(ctx, state, change, {
    grantsChanged: options.rowsChanged === 'grants',
    force: options.force ?? false,
  })
  return plan.after
}

/**
 * Applies everything due to a customer whose head is locked, in order, each moment with its own balances and events.
 *
 * @returns the state after it, at the customer's present.
 */
export async function advanceLocked(
  ctx: OperationContext,
  customer: number,
  options: Pick<CommandOptions, 'acceptDeleted'> = {},
): Promise<CustomerState> {
  let state = await loadCustomerState(ctx.tx, ctx, customer, options)
  const { now } = state
  for (;;) {
    const due = planDue(state, now)
    if (due === null) return { ...state, now: Math.max(now, state.now) }
    state = (await reconcileAndSave(ctx, state, due, {})).after
  }
}

async function reconcileAndSave(
  ctx: OperationContext,
  state: CustomerState,
  change: CustomerChange,
  options: { grantsChanged?: boolean; force?: boolean },
): Promise<CustomerPlan> {
  const usage = await loadCustomerUsage(ctx.tx, ctx.environment.id, state.customer.id)
  const plan = reconcile(state, usage, change, {
    ...options,
    newId: () => newId('grt', state.livemode, ctx.clock.now()),
  })
  await saveCustomerPlan(ctx.tx, plan, ctx.clock.now())
  return plan
}

/** No decision but to bring everything up to date. */
export const keepAsItIs: Decide = unchanged
