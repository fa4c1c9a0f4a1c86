import type { OperationContext } from '../../context.ts'
import type { Invoice, InvoiceLine } from '../../domain/invoices/model.ts'
import { Refusal } from '../../refusal.ts'
import { findCustomerId } from '../../store/customer-state.ts'
import { customerNotFound } from '../../store/customer-state.ts'
import { loadLines } from '../../store/invoice-lines.ts'
import { listInvoices as loadPage, loadInvoice, type ListedInvoice } from '../../store/invoices.ts'
import { pageOf, requireIdCursor } from '../page.ts'

export interface InvoiceResult {
  invoice: Invoice
  lines: InvoiceLine[]
  customer: string
  /** `sub_…`; null where it concerns none. */
  subscription: string | null
  livemode: boolean
}

/** @throws Refusal `invoice_not_found` */
export async function getInvoice(ctx: OperationContext, id: string): Promise<InvoiceResult> {
  const found = await loadInvoice(ctx.tx, ctx.environment.id, id)
  if (found === null) throw new Refusal('invoice_not_found', { param: 'id', values: { invoice: id } })
  return withLines(ctx, found)
}

export interface ListInvoices {
  customer?: string | undefined
  status?: string | undefined
  kind?: string | undefined
  limit: number
  cursor?: string | undefined
}

/** @throws Refusal `invalid_cursor`, `customer_not_found` */
export async function listInvoices(
  ctx: OperationContext,
  query: ListInvoices,
): Promise<{ results: InvoiceResult[]; nextCursor: string | null }> {
  const { cursor, limit } = query
  requireIdCursor(cursor, 'inv', 'cn')
  const customer =
    query.customer === undefined ? null : await findCustomerId(ctx.tx, ctx.environment.id, query.customer)
  if (query.customer !== undefined && customer === null) throw customerNotFound(query.customer)
  const found = await loadPage(ctx.tx, ctx.environment.id, {
    customer,
    status: query.status ?? null,
    kind: query.kind ?? null,
    before: cursor ?? null,
    limit: limit + 1,
  })
  const { rows, nextCursor } = pageOf(found, limit, (last) => last.invoice.id)
  return { results: await Promise.all(rows.map((row) => withLines(ctx, row))), nextCursor }
}

async function withLines(ctx: OperationContext, found: ListedInvoice): Promise<InvoiceResult> {
  const { invoice, customer, customerKey, subscription } = found
  const lines = await loadLines(ctx.tx, ctx.environment.id, customer, invoice.id)
  return { invoice, lines, customer: customerKey, subscription, livemode: ctx.environment.mode === 'live' }
}
