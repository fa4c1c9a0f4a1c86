import type { OperationContext } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { GivenNumber } from '../../domain/invoices/finalise.ts'
import type { Invoice } from '../../domain/invoices/model.ts'
import { localDateText } from '../../domain/time/index.ts'
import { takeDocumentNumber } from '../../store/document-series.ts'

/**
 * The next number for a document: `INV-2026-000001`. Customers of a test clock have a series of their own for each clock,
 * because its dates go where somebody moves them.
 */
export async function takeNumber(
  ctx: OperationContext,
  { catalog, customer, now }: CustomerState,
  draft: Invoice,
): Promise<GivenNumber> {
  const { invoicePrefix, creditNotePrefix, timeZone } = catalog.operator
  const prefix = draft.kind === 'invoice' ? invoicePrefix : creditNotePrefix
  const series = customer.testClock === null ? prefix : `${prefix}~${customer.testClock}`
  const year = Number(localDateText(now, timeZone).slice(0, 4))
  const { number, issuedAt } = await takeDocumentNumber(ctx.tx, ctx.environment.id, customer.id, {
    series,
    year,
    now,
  })
  return { documentNumber: `${prefix}-${String(year)}-${String(number).padStart(6, '0')}`, series, issuedAt }
}
