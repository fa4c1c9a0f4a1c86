/**
 * Invoices and credit notes as files: for people (PDF) and for machines (EN 16931).
 *
 * Owns: rendering. Does not own: loading what is rendered, keeping files, sending them.
 * Invariant: no database, no clock, no network; what is rendered is data, and the same data gives the same file.
 */
import type { DocumentData } from './document.ts'

export { documentData } from './document.ts'
export type { DocumentData, DocumentSource } from './document.ts'
export { eInvoice } from './e-invoice.ts'
export type { EInvoice } from './e-invoice.ts'
export type { EInvoiceGap } from './e-invoice-gaps.ts'

/** As `renderPdf` of `pdf.ts`, which is loaded with the first document: what draws is a fifth of what a start loads. */
export const renderPdf = async (data: DocumentData): Promise<Buffer> =>
  (await import('./pdf.ts')).renderPdf(data)
