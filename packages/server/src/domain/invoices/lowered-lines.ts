import { Big } from 'big.js'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import { roundMinor } from '../money/index.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { chargeKey } from './charges.ts'
import type { RunningLine } from './model.ts'
import { times } from './proration.ts'
import { runningOf } from './running-of.ts'
import { partOfUnits, quantityHad, quantityOf } from './units-had.ts'

/**
 * What was paid ahead for quantities that were lowered since, where the next plan counts them no more: nobody would know of it
 * later. It is worth what is left of it from now on.
 *
 * @returns the lines as they are then
 */
export function loweredLines(
  { catalog }: Pick<CustomerState, 'catalog'>,
  money: CustomerMoney,
  previous: Subscription,
  next: Subscription,
): RunningLine[] {
  const left = new Map<string, number>()
  const plans = [...catalog.plans, ...catalog.archived.plans]
  return runningOf(money, next.number).flatMap((line) => {
    if (line.kind !== 'quantity' || Object.hasOwn(next.quantities, quantityOf(plans, line))) return []
    const key = chargeKey(line)
    const had = left.get(key) ?? quantityHad(catalog, previous, line)
    const units = Math.min(had, Number(line.quantity))
    left.set(key, had - units)
    if (units === Number(line.quantity)) return []
    const part = partOfUnits(line, units, previous)
    const worth = (amount: number, credited: number) =>
      amount - roundMinor(times(new Big(amount - credited), part))
    const { amountMinor, creditedMinor, discountMinor, creditedDiscountMinor } = line
    return {
      ...line,
      creditedMinor: worth(amountMinor, creditedMinor),
      creditedDiscountMinor: worth(discountMinor, creditedDiscountMinor),
    }
  })
}
