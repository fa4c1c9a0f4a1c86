import type { UsageContext } from '../../context.ts'
import { liveSubscription } from '../../domain/customers/state.ts'
import { requireTopUp, topUpCurrency, topUpLine } from '../../domain/invoices/order-lines.ts'
import { requireGoodStanding } from '../../domain/subscriptions/change.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { keepCatalogItem } from '../../store/catalog.ts'
import { beginOnce } from '../answers/begin-once.ts'
import { changeCustomer } from '../customers/command.ts'
import { runOperation } from '../run.ts'
import { carryOutOrder, decideOrder, type OrderResult } from './order.ts'

export interface TopUp {
  addOn: string
  quantity: number
  paymentMethod: string | null
  returnUrl: string | null
  idempotencyKey: string | undefined
}

/**
 * Buys a one-off add-on: charged now, granted when paid. The same key again is the same purchase.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`, `add_on_not_found`, `add_on_kind`, `price_not_found`,
 * `subscription_inactive` while unpaid invoices block it, `payment_method_missing`, `payment_method_not_found`, `payment_declined`
 */
export async function topUp(ctx: UsageContext, customerKey: string, command: TopUp): Promise<OrderResult> {
  const { idempotencyKey: key, ...body } = command
  const begun = await runOperation(ctx, ctx, async (own) => {
    const customer = await lockCustomer(own.tx, own.environment.id, customerKey)
    const { reference } = await beginOnce(own, { customer, verb: 'top_up', key, body }, async () => {
      let invoice = ''
      await changeCustomer(own, customer, async (state) => {
        requireGoodStanding(state)
        const addOn = requireTopUp(state.catalog, command.addOn, 'addOn')
        const wanted = [liveSubscription(state)?.currency, state.customer.currency]
        const currency = topUpCurrency(addOn, wanted)
        await keepCatalogItem(own.tx, addOn.item)
        const { quantity } = command
        const onPaid = { type: 'top_up' as const, addOn: addOn.item, version: addOn.version, quantity }
        const order = {
          lines: [topUpLine(addOn, quantity, currency)],
          reason: 'top_up' as const,
          subscription: null,
          period: null,
          currency,
          onPaid,
        }
        const decided = await decideOrder(own, state, order, command)
        invoice = decided.invoice
        return decided.decision
      })
      return invoice
    })
    return { customer, invoice: reference }
  })
  return carryOutOrder(ctx, begun)
}
