/** Brings a customer's lifecycle and balances up to its present, whoever asks: the writer, or the sweep that tidies. */
import type { OperationContext } from '../../context.ts'
import { reconcile } from '../../domain/customers/reconcile.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { newId } from '../../ids.ts'
import { loadCustomerUsage } from '../../store/balances.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { advanceLocked } from '../customers/command.ts'
import { savePlan } from '../customers/save-plan.ts'
import { withUsedBefore } from './used-before.ts'

/** Locks and refreshes. Doing it twice at one instant changes nothing the second time. */
export async function refreshCustomer(ctx: OperationContext, customer: number): Promise<void> {
  await lockCustomer(ctx.tx, ctx.environment.id, customer)
  await refreshLocked(ctx, customer)
}

/** The head is locked. @returns the version in force afterwards */
export async function refreshLocked(ctx: OperationContext, customer: number): Promise<{ version: number }> {
  const state = await advanceLocked(ctx, customer, { acceptDeleted: true })
  const usage = await loadCustomerUsage(ctx.tx, ctx.environment.id, customer)
  const now = Math.max(state.now, ...usage.balances.map((balance) => balance.decidedAt))
  const current = { ...state, now }
  const known = await withUsedBefore(ctx.tx, current, usage)
  const plan = reconcile(current, known, unchanged(current), {
    newId: () => newId('grt', state.livemode, ctx.clock.now()),
  })
  await savePlan(ctx, plan)
  return { version: plan.after.head.entitlementVersion }
}
