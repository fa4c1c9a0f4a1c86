import type { OperationContext } from '../../context.ts'
import type { CustomerChange } from '../../domain/customers/state.ts'
import { finaliseInvoice } from '../../domain/invoices/finalise.ts'
import { idsOf } from '../customers/command.ts'
import { takeNumber } from '../invoices/number.ts'

/** Money for an order has come in: what is paid before it is issued is issued now, whoever tells of the money. */
export async function finaliseOrder(
  ctx: OperationContext,
  change: CustomerChange,
  invoice: string | null,
): Promise<CustomerChange> {
  const order = change.state.money?.invoices.find(({ id }) => id === invoice)
  if (order?.status !== 'draft' || order.collection !== 'prepaid') return change
  return finaliseInvoice(change, order, await takeNumber(ctx, change.state, order), idsOf(ctx))
}
