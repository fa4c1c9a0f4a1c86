import type { OperationContext } from '../../context.ts'
import { changesOf } from '../../domain/audit/changes.ts'
import type { Told } from '../../domain/audit/model.ts'
import type { CustomerPlan } from '../../domain/customers/reconcile.ts'
import type { Instant } from '../../domain/time/index.ts'
import { newId } from '../../ids.ts'
import { insertAuditEntry } from '../../store/audit.ts'

/** Writes down what a command did to a customer. Use alone is no change that is told: it has its own events. */
export async function recordCustomerChange(ctx: OperationContext, plan: CustomerPlan): Promise<void> {
  const told = changesOf(plan)
  if (told === null) return
  await insert(ctx, plan.after.customer.id, told, plan.after.now)
}

/**
 * Writes down what a command did to what is the environment's: its catalog, its keys, its endpoints; or to what a
 * customer has beside its state.
 */
export function recordChange(
  ctx: OperationContext,
  told: Partial<Told>,
  of: { customer: number; occurredAt: Instant } = { customer: 0, occurredAt: ctx.clock.now() },
): Promise<void> {
  return insert(ctx, of.customer, { before: {}, after: {}, ...told }, of.occurredAt)
}

function insert(
  { tx, clock, environment, actor, request }: OperationContext,
  customer: number,
  told: Told,
  occurredAt: Instant,
): Promise<void> {
  const now = clock.now()
  return insertAuditEntry(tx, environment.id, customer, {
    id: newId('aud', environment.mode === 'live', now),
    actor,
    action: request?.call ?? actor.replace('job:', ''),
    request: request?.id ?? null,
    reason: request?.reason ?? '',
    ...told,
    occurredAt,
    recordedAt: now,
  })
}
