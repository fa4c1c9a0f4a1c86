import type { DiscountedLine } from '../domain/discounts/model.ts'
import type { Subscription } from '../domain/subscriptions/model.ts'
import { ofItems } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** What discounts took off what a subscription was charged in its running period, whatever its time, and gave back. */
export async function loadDiscountedLines(
  tx: Queryable,
  environment: number,
  customer: number,
  { number, currency, periodStart }: Subscription,
): Promise<DiscountedLine[]> {
  const asked = { customer, subscription: number, currency, start: timestampParameter(periodStart) }
  const { rows } = await tx.query<DiscountedLine>(ofItems(environment, [asked], discountedLines))
  return rows.map(({ id, credits, reference, amountMinor, discountMinor, at }) => ({
    id,
    credits,
    reference,
    amountMinor,
    discountMinor,
    at,
  }))
}

/** What a credit note charges is below zero there. */
const discountedLines = {
  name: 'discounted-lines',
  text: `select l.customer, l.id, l.credits, l.reference, i.created_at as at,
           case i.kind when 'invoice' then l.amount_minor else -l.amount_minor end as "amountMinor",
           case i.kind when 'invoice' then l.discount_minor else -l.discount_minor end as "discountMinor"
         from json_to_recordset($2::json)
           as asked (customer bigint, subscription bigint, currency text, start timestamptz)
         join invoice i on i.environment = $1 and i.customer = asked.customer
           and i.subscription = asked.subscription and i.currency = asked.currency
           and coalesce(i.period_start, i.created_at) >= asked.start and i.status <> 'void'
           and (i.collection <> 'prepaid' or i.status = 'paid' and i.on_paid is not null)
         join invoice_line l on l.environment = i.environment and l.customer = i.customer and l.invoice = i.id
           and l.discount_minor <> 0
         order by i.created_at, i.id, l.position`,
}
