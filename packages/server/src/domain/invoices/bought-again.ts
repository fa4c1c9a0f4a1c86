import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { Instant } from '../time/index.ts'
import { creditAll } from './credit-lines.ts'
import type { LineDraft } from './model.ts'
import { isModuleOf } from './planned-bill.ts'

/**
 * Modules that are bought again with their subscription are paid for until the period that ends now would have ended: that
 * is set off against what is charged now. More of what the plan counts is given anew, and so paid anew.
 */
export function setOffModules(
  state: Pick<CustomerState, 'customer' | 'catalog'>,
  money: CustomerMoney,
  { previous, next }: { previous: Subscription; next: Subscription },
  at: Instant,
): LineDraft[] {
  const running = money.running.filter(isModuleOf(state.catalog, previous))
  const policy = next.plan.policies.proration
  const { lines } = creditAll(state, { ...money, running }, previous, { at, policy }, next)
  return lines.map((line) => ({ ...line, onlySetOff: true }))
}
