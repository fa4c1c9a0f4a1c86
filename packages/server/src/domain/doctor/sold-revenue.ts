import { movementsOf } from '../analytics/movements.ts'
import { sharesOf, type LastingDiscount } from '../analytics/monthly-revenue.ts'
import type { CustomerState } from '../customers/state.ts'
import { compare, type Finding } from './model.ts'

/** What is recorded as a customer's monthly revenue against what its subscriptions cost in a month. */
export function checkSoldRevenue(
  { customer, revenue, subscriptions }: Pick<CustomerState, 'customer' | 'revenue' | 'subscriptions'>,
  discounts: readonly LastingDiscount[],
): Finding[] {
  return movementsOf(revenue, sharesOf(subscriptions, discounts)).flatMap(
    ({ plan, currency, monthlyMinor, deltaMinor }) =>
      compare(
        'sold_revenue',
        { customer: customer.key, subject: `${plan} ${currency}` },
        { monthly: monthlyMinor },
        { monthly: monthlyMinor - deltaMinor },
      ),
  )
}
