import type { OperationContext } from '../../context.ts'
import { unchanged } from '../../domain/customers/state.ts'
import {
  markUncollectible as decideUncollectible,
  voidInvoice as decideVoid,
} from '../../domain/invoices/give-up.ts'
import { loadEarnedMinor } from '../../store/earnings.ts'
import { loadCreditingLines } from '../../store/invoice-lines.ts'
import { runAgain } from '../../store/set-off-lines.ts'
import { collectionTools } from '../collection/tools.ts'
import { changeInvoice } from './change-invoice.ts'
import { getInvoice, type InvoiceResult } from './get.ts'

/** @throws Refusal `invoice_not_found`, `invoice_state`, `payment_in_flight` */
export async function voidInvoice(ctx: OperationContext, id: string): Promise<InvoiceResult> {
  await changeInvoice(ctx, id, async (state, invoice) => {
    const tools = await collectionTools(ctx, state)
    const earnedMinor = await loadEarnedMinor(ctx.tx, ctx.environment.id, state.customer.id, id)
    const credits = await loadCreditingLines(ctx.tx, ctx.environment.id, state.customer.id, [id])
    const change = decideVoid(unchanged(state), invoice, { earnedMinor, credits }, tools)
    await runAgain(ctx.tx, ctx.environment.id, state.customer.id, id)
    return change
  })
  return getInvoice(ctx, id)
}

/** @throws Refusal `invoice_not_found`, `invoice_state`, `payment_in_flight` */
export async function markUncollectible(ctx: OperationContext, id: string): Promise<InvoiceResult> {
  await changeInvoice(ctx, id, async (state, invoice) =>
    decideUncollectible(unchanged(state), invoice, await collectionTools(ctx, state)),
  )
  return getInvoice(ctx, id)
}
