import type { CustomerState } from '../customers/state.ts'
import { policiesOf } from '../invoices/policies.ts'
import { attemptInFlight } from '../payments/collect.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { Instant } from '../time/index.ts'
import { decideDunning } from './decide.ts'
import { isNegligible } from './negligible.ts'
import { dunningStepAt } from './schedule.ts'

/**
 * Whether an unpaid invoice pauses or ends a subscription now, and was to do so before its period ended: hours have passed
 * in which nothing ran. What a punctual step would have prevented isn't begun and billed before it.
 */
export function dunningEndsFirst(
  state: CustomerState,
  { number, periodEnd }: Pick<Subscription, 'number' | 'periodEnd'>,
  now: Instant,
): boolean {
  const { money } = state
  if (money === null) return false
  const { timeZone } = state.catalog.operator
  return money.invoices.some((invoice) => {
    const { dueAt, status, subscription } = invoice
    if (status !== 'open' || subscription !== number || dueAt === null) return false
    const { dunning, failure } = policiesOf(state, invoice)
    if (isNegligible(failure, invoice) || attemptInFlight(money, invoice.id) !== null) return false
    const steps = decideDunning(dunning, invoice, now, timeZone, periodEnd)?.actions ?? []
    return steps.some(
      (step) =>
        (step.action === 'pause' || step.action === 'cancel') &&
        dunningStepAt(step, dunning, dueAt, timeZone) < periodEnd,
    )
  })
}
