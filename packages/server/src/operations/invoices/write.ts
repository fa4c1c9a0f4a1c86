import type { OperationContext } from '../../context.ts'
import { unchanged } from '../../domain/customers/state.ts'
import type { PendingItem } from '../../domain/invoices/model.ts'
import {
  deleteDraft as decideDelete,
  writeInvoice as decideWrite,
  writeItem as decideItem,
  type WriteInvoice,
  type WrittenLine,
} from '../../domain/invoices/write.ts'
import { takesDisputed } from '../../domain/invoices/waiting-lines.ts'
import { refuseState } from '../../domain/invoices/refuse-state.ts'
import { Refusal } from '../../refusal.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { loadPendingItems } from '../../store/customer-money.ts'
import { loadDisputedLines } from '../../store/disputed-lines.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'
import { changeInvoice, finaliseNow } from './change-invoice.ts'
import { getInvoice, type InvoiceResult } from './get.ts'

/**
 * An invoice that the operator writes: a draft, or final at once.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`, `currency_unknown`, `amount_invalid`, `invalid_request`
 */
export async function writeInvoice(
  ctx: OperationContext,
  customer: string,
  command: WriteInvoice & { finalise: boolean },
): Promise<InvoiceResult> {
  let id = ''
  await changeCustomer(ctx, customer, (state) => {
    const { change, draft } = decideWrite(state, command, idsOf(ctx))
    id = draft.id
    return command.finalise ? finaliseNow(ctx, change, id) : change
  })
  return getInvoice(ctx, id)
}

/**
 * @throws Refusal `invoice_not_found`, `invoice_state` unless it is a draft that waits for no payment, or where it was written
 * by hand and gives back what is disputed since
 */
export async function finaliseDraft(ctx: OperationContext, id: string): Promise<InvoiceResult> {
  await changeInvoice(ctx, id, async (state, invoice) => {
    if (invoice.status !== 'draft' || invoice.collection === 'prepaid') {
      throw refuseState(invoice)
    }
    if (invoice.reason === 'one_off') {
      const lines = state.money?.lines.get(id) ?? []
      const disputed = await loadDisputedLines(ctx.tx, ctx.environment.id, state.customer.id)
      if (takesDisputed(id, lines, disputed)) throw refuseState(invoice, 'disputed')
    }
    return finaliseNow(ctx, unchanged(state), id)
  })
  return getInvoice(ctx, id)
}

/** @throws Refusal `invoice_not_found`, `invoice_state` unless it is a draft that was written by hand */
export async function deleteDraft(ctx: OperationContext, id: string): Promise<void> {
  await changeInvoice(ctx, id, decideDelete)
}

export interface ItemResult {
  item: PendingItem
  customer: string
  livemode: boolean
}

/** @throws Refusal `customer_not_found`, `customer_deleted`, `currency_unknown` */
export async function writeItem(
  ctx: OperationContext,
  customer: string,
  command: { currency: string; line: WrittenLine },
): Promise<ItemResult> {
  let made: PendingItem | undefined
  const after = await changeCustomer(ctx, customer, (state) => {
    const { change, item } = decideItem(state, command, idsOf(ctx))
    made = item
    return change
  })
  return { item: made as PendingItem, customer: after.customer.key, livemode: after.livemode }
}

/** What waits for the next invoice, oldest first. */
export async function listItems(ctx: OperationContext, customer: string): Promise<ItemResult[]> {
  const state = await loadCustomerState(ctx.tx, ctx, customer)
  const items = await loadPendingItems(ctx.tx, ctx.environment.id, state.customer.id)
  return items.map((item) => ({ item, customer: state.customer.key, livemode: state.livemode }))
}

/** @throws Refusal `invoice_item_not_found` for what waits no longer, or was not written by hand */
export async function deleteItem(ctx: OperationContext, customer: string, id: string): Promise<void> {
  await changeCustomer(ctx, customer, (state) => {
    const items = state.money?.items ?? []
    const found = items.find((each) => each.id === id && each.line.kind === 'item')
    if (found === undefined || state.money === null) {
      throw new Refusal('invoice_item_not_found', { param: 'itemId', values: { item: id } })
    }
    const money = { ...state.money, items: items.filter((each) => each !== found) }
    return { state: { ...state, money }, events: [] }
  })
}
