import type { LastingDiscount } from '../../domain/analytics/monthly-revenue.ts'
import type { Queryable } from '../database/pool.ts'
import type { Page } from './books.ts'

/** Discounts that are in force, by customer, in the order in which they are taken off. */
export async function loadLastingDiscounts(
  db: Queryable,
  { environment, customers }: Page,
): Promise<Map<number, LastingDiscount[]>> {
  const { rows } = await db.query<LastingDiscount & { customer: number }>({
    name: 'doctor-discounts',
    text: `select customer, coupon, subscription, periods_left as "periodsLeft" from discount
           where environment = $1 and customer = any($2::bigint[]) and ended_at is null order by redeemed_at, id`,
    values: [environment, customers],
  })
  const discounts = new Map<number, LastingDiscount[]>()
  for (const { customer, ...discount } of rows) {
    discounts.set(customer, [...(discounts.get(customer) ?? []), discount])
  }
  return discounts
}
