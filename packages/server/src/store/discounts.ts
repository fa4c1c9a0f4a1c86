import type { Queryable, Transaction } from './database/pool.ts'

/** Whether the customer has ever redeemed the coupon. */
export async function hasRedeemed(
  db: Queryable,
  environment: number,
  customer: number,
  coupon: string,
): Promise<boolean> {
  const { rows } = await db.query({
    name: 'has-redeemed',
    text: 'select 1 from discount where environment = $1 and customer = $2 and coupon_key = $3',
    values: [environment, customer, coupon],
  })
  return rows.length > 0
}

/** Counts one redemption, unless there have been as many as there may be. */
export async function takeRedemption(
  tx: Transaction,
  environment: number,
  coupon: string,
  maximum: number,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'take-redemption',
    text: `insert into coupon_redemptions (environment, coupon_key, redeemed) values ($1, $2, 1)
           on conflict (environment, coupon_key) do update set redeemed = coupon_redemptions.redeemed + 1
             where coupon_redemptions.redeemed < $3`,
    values: [environment, coupon, maximum],
  })
  return rowCount === 1
}
