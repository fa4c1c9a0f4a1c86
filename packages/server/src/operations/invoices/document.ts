/** A document as a file. Owns: finding what it says. Does not own: how it looks (`providers/documents`). */
import type { OperationContext, UsageContext } from '../../context.ts'
import { billingProfileOf } from '../../domain/customers/billing-profile.ts'
import { amountDueMinor, type Invoice } from '../../domain/invoices/model.ts'
import { attemptInFlight } from '../../domain/payments/collect.ts'
import { OPEN_ATTEMPTS, type PaymentAttempt, type PaymentInstructions } from '../../domain/payments/model.ts'
import { toIsoOrNull } from '../../domain/time/index.ts'
import { chooseLanguage } from '../../language/index.ts'
import { documentData, eInvoice, renderPdf, type DocumentData } from '../../providers/documents/index.ts'
import type { EInvoiceGap } from '../../providers/documents/index.ts'
import { Refusal } from '../../refusal.ts'
import { loadCustomerMoney } from '../../store/customer-money.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { loadInvoice } from '../../store/invoices.ts'
import { loadLastAttempt } from '../../store/payments.ts'
import { runOperation } from '../run.ts'
import { waysToPay, type WayToPay } from '../invoice-pages/ways-to-pay.ts'
import { getInvoice } from './get.ts'
import { instructionsIn, providerByHand } from '../payments/by-hand.ts'

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

/** What to do about each; some documents can never be one. */
export const gapMessages: Record<EInvoiceGap, string> = {
  not_issued: 'Only what is issued and not void is an electronic invoice.',
  no_lines: 'It has no line.',
  operator_name: 'Give the operator a name in the catalog, for the next document on.',
  operator_address: 'Give the operator an address with a country in the catalog, for the next document on.',
  operator_tax_id: 'Give the operator a tax id in the catalog, for the next document on.',
  customer_name: 'Give the customer a name, for the next document on.',
  customer_address:
    'Give the customer’s billing profile an address with a country, for the next document on.',
  customer_vat_id:
    'A reverse charge names the customer’s VAT id. Give it to the billing profile, for the next document on.',
  several_taxes_on_a_line:
    'A line bears several taxes, and a line of EN 16931 bears one: such a document is never an electronic invoice.',
  outside_scope_mixed:
    'What is outside the scope of the tax stands beside what is not, and EN 16931 wants a document of its own for it.',
  line_description: 'A line has no description.',
  figures: 'Its figures don’t sum as EN 16931 sums them, so it can not be said in its form.',
}

function incomplete(gaps: readonly EInvoiceGap[]): Refusal {
  const errors = gaps.map((gap) => ({ param: gap, message: gapMessages[gap] }))
  return new Refusal('document_incomplete', { values: { gaps: gaps.join(', ') }, errors })
}

/** What a page shows of it. */
export function readLinkedDocument(
  ctx: UsageContext,
  id: string,
  language: string | null,
): Promise<LinkedDocument> {
  return runOperation(ctx, { ...ctx, readOnly: true }, async (own) => {
    const { invoice, livemode, customer } = await getInvoice(own, id)
    const state = await loadCustomerState(own.tx, own, customer, { acceptDeleted: true })
    const money = await loadCustomerMoney(own.tx, state)
    const payer = state.customer
    const last = await loadLastAttempt(own.tx, own.environment.id, payer.id, id)
    const isOpen = last !== null && OPEN_ATTEMPTS.includes(last.status)
    return {
      status: invoice.status,
      livemode,
      data: await loadDocument(own, id, language),
      payment: isOpen ? waitingPayment(last) : null,
      waysToPay: payer.deletedAt === null ? waysToPay(own, { ...state, money }, invoice) : [],
      isUnderWay: isOpen && attemptInFlight({ attempts: [last] }, id) !== null,
      hasFailed: last?.status === 'declined' || last?.status === 'expired',
    }
  })
}

function waitingPayment({ status, url, expiresAt }: PaymentAttempt): LinkedDocument['payment'] {
  return url === null ? null : { status, url, expiresAt: toIsoOrNull(expiresAt) }
}

export interface LinkedDocument {
  status: Invoice['status']
  livemode: boolean
  data: DocumentData
  /** A payment that waits for the customer, and where. */
  payment: { status: string; url: string; expiresAt: string | null } | null
  /** Where nothing is under way that must be waited for. */
  waysToPay: WayToPay[]
  /** A payment whose outcome is waited for. */
  isUnderWay: boolean
  /** What was tried last brought nothing in. */
  hasFailed: boolean
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
  const { logo, paymentInstructions: _, ...seller } = catalog.operator
  const credited =
    invoice.credits === null ? null : await loadInvoice(ctx.tx, ctx.environment.id, invoice.credits)
  const written = chooseLanguage(language ?? '', chooseLanguage(buyer.locale))
  return documentData({
    invoice,
    lines,
    parties: { seller, buyer: billingProfileOf(buyer), timeZone: buyer.timeZone },
    logo,
    language: written,
    credited: credited?.invoice ?? null,
    instructions: await instructionsFor(ctx, invoice, {
      customer: buyer.id,
      text: instructionsIn(catalog.operator, written),
    }),
  })
}

/** What the operator tells whoever pays by hand. Who says nothing of it is told something only where that is awaited. */
async function instructionsFor(
  ctx: OperationContext,
  invoice: Invoice,
  { customer, text }: { customer: number; text: string },
): Promise<PaymentInstructions | null> {
  const isOwed = invoice.kind === 'invoice' && (invoice.status === 'open' || invoice.status === 'draft')
  if (!isOwed || amountDueMinor(invoice) === 0) return null
  const { name, reference } = providerByHand(ctx, ctx.environment)
  const told = reference === null ? null : { text, reference: reference(invoice.id) }
  if (text !== '' && invoice.status === 'open') return told
  const last = await loadLastAttempt(ctx.tx, ctx.environment.id, customer, invoice.id)
  return last?.provider === name && last.status === 'pending' ? told : null
}
