/** What keeps a document from being an electronic invoice by EN 16931, and the rule that asks for it. */
import type { DocumentData } from './document.ts'
import { taxOf } from './e-invoice-figures.ts'
import type { EInvoiceFigures } from './e-invoice-figures.ts'
import { vatIdOf } from './e-invoice-ids.ts'
import { isBlank } from './xml.ts'

export type EInvoiceGap =
  /** A draft has no number and no date (BR-2, BR-3), and what is void asks for nothing. */
  | 'not_issued'
  /** BR-16 */
  | 'no_lines'
  /** BR-6 */
  | 'operator_name'
  /** BR-8, BR-9 */
  | 'operator_address'
  /** BR-CO-26, BR-S-2 and its like */
  | 'operator_tax_id'
  /** BR-7 */
  | 'customer_name'
  /** BR-10, BR-11 */
  | 'customer_address'
  /** Of reverse charge (BR-AE-2). */
  | 'customer_vat_id'
  /** A line has one category and one rate. */
  | 'several_taxes_on_a_line'
  /** What is outside the scope has a document of its own (BR-O-11 to BR-O-14). */
  | 'outside_scope_mixed'
  /** BR-25 */
  | 'line_description'
  /** Lines and taxes don't sum to the total. */
  | 'figures'

export function eInvoiceGaps(data: DocumentData, { consistent }: EInvoiceFigures): EInvoiceGap[] {
  const { operator, customer, lines } = data
  const categories = new Set(lines.map((line) => taxOf(line).category))
  const checks: [EInvoiceGap, boolean][] = [
    ['not_issued', data.state !== 'issued' || data.documentNumber === null || data.issuedOn === null],
    ['no_lines', lines.length === 0],
    ['operator_name', isBlank(operator.name)],
    ['operator_address', isBlank(operator.address?.country)],
    ['operator_tax_id', operator.taxIds.every(({ value }) => isBlank(value))],
    ['customer_name', isBlank(customer.name)],
    ['customer_address', isBlank(customer.address?.country)],
    ['customer_vat_id', categories.has('AE') && vatIdOf(customer.taxIds) === null],
    ['several_taxes_on_a_line', lines.some(({ taxes }) => taxes.length > 1)],
    ['outside_scope_mixed', categories.has('O') && categories.size > 1],
    ['line_description', lines.some(({ description }) => isBlank(description))],
    ['figures', !consistent],
  ]
  return checks.filter(([, isMissing]) => isMissing).map(([gap]) => gap)
}
