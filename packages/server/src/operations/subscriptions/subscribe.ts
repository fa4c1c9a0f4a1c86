import type { UsageContext } from '../../context.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { beginOnce } from '../answers/begin-once.ts'
import { carryOutOrder, type OrderResult } from '../payments/order.ts'
import type { Agreed } from '../previews/preview.ts'
import { runOperation } from '../run.ts'
import type { SubscriptionResult } from './change.ts'
import { createSubscription, type CreateSubscription, type Subscribed } from './create.ts'
import { getSubscription } from './get.ts'

/**
 * Subscribes a customer, or buys its live subscription again: then that is charged, and given once it is paid. The same
 * key again is the same purchase, and the answer is the subscription as it is by then.
 *
 * @throws Refusal as `createSubscription` does, and `payment_declined`
 */
export async function subscribe(
  ctx: UsageContext,
  command: CreateSubscription,
  agreed: Agreed & { idempotencyKey: string | undefined },
): Promise<SubscriptionResult & { order: OrderResult | null }> {
  const { idempotencyKey: key, ...terms } = agreed
  const begun = await runOperation(ctx, ctx, async (own) => {
    const customer = await lockCustomer(own.tx, own.environment.id, command.customer)
    let made = null as Subscribed | null
    const begin = async () => {
      made = await createSubscription(own, command, terms)
      return [made.subscription.id, ...(made.invoice === null ? [] : [made.invoice])].join(' ')
    }
    const body = { ...command, ...terms }
    const { reference } = await beginOnce(own, { customer, verb: 'subscribe', key, body }, begin)
    return { customer, reference, made }
  })
  const [id = '', invoice] = begun.reference.split(' ')
  if (invoice === undefined && begun.made !== null) return { ...begun.made, order: null }
  const order = invoice === undefined ? null : await carryOutOrder(ctx, { customer: begun.customer, invoice })
  const result = await runOperation(ctx, { ...ctx, readOnly: true }, (own) => getSubscription(own, id))
  return { ...result, order }
}
