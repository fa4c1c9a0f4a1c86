import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import type { CustomerChange } from '../../domain/customers/state.ts'
import { finaliseInvoice } from '../../domain/invoices/finalise.ts'
import type { Invoice } from '../../domain/invoices/model.ts'
import { idsOf } from '../customers/command.ts'
import { takeNumber } from '../invoices/number.ts'

/** Drafts whose time has come become documents, each with its number. Ask when nothing can refuse any more. */
export async function finaliseDue(
  ctx: OperationContext,
  change: CustomerChange,
  isMeant: (draft: Invoice, money: CustomerMoney) => boolean = () => true,
): Promise<CustomerChange> {
  const { money, now } = change.state
  let next = change
  for (const draft of money?.invoices ?? []) {
    const isDue = draft.status === 'draft' && draft.collection !== 'prepaid' && draft.finaliseAt <= now
    if (!isDue || !isMeant(draft, money as CustomerMoney)) continue
    next = finaliseInvoice(next, draft, await takeNumber(ctx, next.state, draft), idsOf(ctx))
  }
  return next
}
