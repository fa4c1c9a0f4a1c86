import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import type { CustomerChange, CustomerState } from '../../domain/customers/state.ts'
import { finaliseInvoice } from '../../domain/invoices/finalise.ts'
import type { Invoice } from '../../domain/invoices/model.ts'
import { Refusal } from '../../refusal.ts'
import { findInvoiceOwner } from '../../store/invoices.ts'
import { recallMoney, type Recall } from '../../store/recalled-money.ts'
import { changeCustomer, idsOf, type Decision } from '../customers/command.ts'
import { takeNumber } from './number.ts'

/**
 * A decision on one invoice, whatever its state, with its lines. Also of a customer that was deleted: what it owes stays.
 *
 * @param recall what else is needed, by the customer's surrogate
 * @throws Refusal `invoice_not_found`
 */
export async function changeInvoice(
  ctx: OperationContext,
  id: string,
  decide: (state: CustomerState, invoice: Invoice) => Decision | Promise<Decision>,
  recall: (customer: number) => Promise<Recall> = async () => ({}),
): Promise<void> {
  const customer = await findInvoiceOwner(ctx.tx, ctx.environment.id, id)
  if (customer === null) throw new Refusal('invoice_not_found', { param: 'id', values: { invoice: id } })
  await changeCustomer(
    ctx,
    customer,
    async (loaded) => {
      const money = await recallMoney(ctx.tx, loaded, { invoices: [id], ...(await recall(customer)) })
      return decide({ ...loaded, money }, money.invoices.find((each) => each.id === id) as Invoice)
    },
    { acceptDeleted: true },
  )
}

/** The draft with its number: taken last, when nothing can refuse any more. */
export async function finaliseNow(
  ctx: OperationContext,
  change: CustomerChange,
  id: string,
  refundMinor = 0,
): Promise<CustomerChange> {
  const draft = (change.state.money as CustomerMoney).invoices.find((each) => each.id === id) as Invoice
  const number = await takeNumber(ctx, change.state, draft)
  return finaliseInvoice(change, draft, number, idsOf(ctx), refundMinor)
}
