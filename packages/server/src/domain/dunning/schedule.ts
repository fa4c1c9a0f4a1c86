import type { DunningPolicy, DunningStep } from '../catalog/model.ts'
import type { Invoice } from '../invoices/model.ts'
import { addLocalDays, endOfLocalDay, nextLocalTime, type Instant } from '../time/index.ts'

/**
 * When a step is due: so many local days of the operator after the due date, at the policy's hour; without one, at the
 * time of day at which the invoice fell due. Never before the due date itself.
 */
export function dunningStepAt(
  step: Pick<DunningStep, 'afterDays'>,
  policy: Pick<DunningPolicy, 'hour'>,
  dueAt: Instant,
  timeZone: string,
): Instant {
  if (policy.hour === null) return addLocalDays(dueAt, step.afterDays, timeZone)
  const dayStart = endOfLocalDay(addLocalDays(dueAt, step.afterDays - 1, timeZone), timeZone)
  return nextLocalTime(Math.max(dayStart, dueAt) - 1, timeZone, policy.hour, 0)
}

/** The first step of an invoice; null where the policy has none. */
export function firstDunningAt(policy: DunningPolicy, dueAt: Instant, timeZone: string): Instant | null {
  return nextDunningAt(policy, -1, dueAt, timeZone)
}

/** The step after the one of index `taken`; null when none will follow. */
export function nextDunningAt(
  policy: DunningPolicy,
  taken: number,
  dueAt: Instant,
  timeZone: string,
): Instant | null {
  const step = policy.steps[taken + 1]
  return step === undefined ? null : dunningStepAt(step, policy, dueAt, timeZone)
}

const CLOSING: ReadonlySet<DunningStep['action']> = new Set(['suspend', 'pause', 'cancel'])

/** When an invoice that goes on unpaid closes the account; null where the policy leaves it open. */
export function suspensionAt(
  policy: DunningPolicy,
  { dunningStep, dueAt }: Pick<Invoice, 'dunningStep' | 'dueAt'>,
  timeZone: string,
): Instant | null {
  const closing = policy.steps.find(({ action }, index) => index > dunningStep && CLOSING.has(action))
  return closing === undefined || dueAt === null ? null : dunningStepAt(closing, policy, dueAt, timeZone)
}
