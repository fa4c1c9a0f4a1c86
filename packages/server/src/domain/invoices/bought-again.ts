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
  const { lines } = creditAll(state, { ...money, running }, keptOf(previous, next), { at, policy })
  return lines.map((line) => ({ ...line, onlySetOff: true }))
}

/** The subscription with as many of its modules as go on, by themselves or in a bundle. */
function keptOf(previous: Subscription, next: Subscription): Subscription {
  const again = (addOn: string): number =>
    next.bundles.some(({ bundle }) => bundle.addOns.includes(addOn))
      ? Number.POSITIVE_INFINITY
      : (next.addOns.find((each) => each.addOn.key === addOn)?.quantity ?? 0)
  return {
    ...previous,
    addOns: previous.addOns
      .map((each) => ({ ...each, quantity: Math.min(each.quantity, again(each.addOn.key)) }))
      .filter(({ quantity }) => quantity > 0),
    bundles: previous.bundles.filter(
      ({ bundle: { item, addOns } }) =>
        next.bundles.some(({ bundle }) => bundle.item === item) || addOns.every((key) => again(key) > 0),
    ),
  }
}
