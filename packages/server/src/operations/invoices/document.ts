/** A document as a file. Owns: finding what it says. Does not own: how it looks (`providers/documents`). */
import type { OperationContext, UsageContext } from '../../context.ts'
import { billingProfileOf } from '../../domain/customers/billing-profile.ts'
import { amountDueMinor, type Invoice } from '../../domain/invoices/model.ts'
import { OPEN_ATTEMPTS } from '../../domain/payments/model.ts'
import { toIsoOrNull } from '../../domain/time/index.ts'
import { chooseLanguage } from '../../language/index.ts'
import { documentData, eInvoice, renderPdf, type DocumentData } from '../../providers/documents/index.ts'
import type { EInvoiceGap } from '../../providers/documents/index.ts'
import { Refusal } from '../../refusal.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { findInvoiceOwner, loadInvoice } from '../../store/invoices.ts'
import { loadLastAttempt } from '../../store/payments.ts'
import { runOperation } from '../run.ts'
import { getInvoice } from './get.ts'
import { providerByHand } from '../payments/by-hand.ts'

export interface DocumentFile {
  bytes: Buffer
  /** Without its ending. */
  name: string
}

/** @param language a tag; null: the customer's */
export async function renderInvoicePdf(
  ctx: UsageContext,
  id: string,
  language: string | null,
): Promise<DocumentFile> {
  const data = await loadData(ctx, id, language)
  return { bytes: await renderPdf(data), name: data.documentNumber ?? id }
}

/** @throws Refusal `invoice_not_found`, `document_incomplete` */
export async function renderInvoiceXml(
  ctx: UsageContext,
  id: string,
  language: string | null,
): Promise<DocumentFile> {
  const data = await loadData(ctx, id, language)
  const answer = eInvoice(data)
  if ('gaps' in answer) throw incomplete(answer.gaps)
  return { bytes: Buffer.from(answer.xml, 'utf8'), name: data.documentNumber ?? id }
}

function incomplete(gaps: readonly EInvoiceGap[]): Refusal {
  return new Refusal('document_incomplete', { values: { gaps: gaps.join(', ') } })
}

/** What a page shows of it. */
export function readLinkedDocument(
  ctx: UsageContext,
  id: string,
  language: string | null,
): Promise<LinkedDocument> {
  return runOperation(ctx, { ...ctx, readOnly: true }, async (own) => {
    const { invoice, livemode } = await getInvoice(own, id)
    const data = await loadDocument(own, id, language)
    return { status: invoice.status, livemode, data, payment: await waitingPayment(own, id) }
  })
}

async function waitingPayment(ctx: OperationContext, id: string): Promise<LinkedDocument['payment']> {
  const customer = await findInvoiceOwner(ctx.tx, ctx.environment.id, id)
  const last = customer === null ? null : await loadLastAttempt(ctx.tx, ctx.environment.id, customer, id)
  if (last === null || last.url === null || !OPEN_ATTEMPTS.includes(last.status)) return null
  return { status: last.status, url: last.url, expiresAt: toIsoOrNull(last.expiresAt) }
}

export interface LinkedDocument {
  status: Invoice['status']
  livemode: boolean
  data: DocumentData
  /** A payment that waits for the customer, and where. */
  payment: { status: string; url: string; expiresAt: string | null } | null
}

/** Nothing is held while it is drawn. */
function loadData(ctx: UsageContext, id: string, language: string | null): Promise<DocumentData> {
  return runOperation(ctx, { ...ctx, readOnly: true }, (own) => loadDocument(own, id, language))
}

/** @throws Refusal `invoice_not_found` */
export async function loadDocument(
  ctx: OperationContext,
  id: string,
  language: string | null,
): Promise<DocumentData> {
  const { invoice, lines, customer } = await getInvoice(ctx, id)
  const { catalog, customer: buyer } = await loadCustomerState(ctx.tx, ctx, customer, { acceptDeleted: true })
  const { logo, ...seller } = catalog.operator
  const credited =
    invoice.credits === null ? null : await loadInvoice(ctx.tx, ctx.environment.id, invoice.credits)
  return documentData({
    invoice,
    lines,
    parties: { seller, buyer: billingProfileOf(buyer), timeZone: buyer.timeZone },
    logo,
    language: chooseLanguage(language ?? buyer.locale),
    credited: credited?.invoice ?? null,
    paymentInstructions: await instructionsFor(ctx, invoice),
  })
}

/** What the operator tells whoever pays by hand; nothing where nothing is due. */
async function instructionsFor(ctx: OperationContext, invoice: Invoice): Promise<string> {
  if (invoice.status !== 'open' || amountDueMinor(invoice) === 0) return ''
  const { id: key, currency } = invoice
  const reference = { key, transaction: null, amountMinor: amountDueMinor(invoice), currency, customer: '' }
  const outcome = await providerByHand(ctx, ctx.environment).lookUp(reference)
  return outcome.status === 'pending' ? (outcome.instructions?.text ?? '') : ''
}
