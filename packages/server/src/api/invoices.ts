import type { endpoints } from '@tollkeeper/contract'
import { amountDueMinor, type InvoiceLine } from '../domain/invoices/model.ts'
import { toIso, toIsoOrNull } from '../domain/time/index.ts'
import { creditInvoice } from '../operations/invoices/credit.ts'
import { renderInvoicePdf, renderInvoiceXml } from '../operations/invoices/document.ts'
import { getInvoice, listInvoices, type InvoiceResult } from '../operations/invoices/get.ts'
import { markUncollectible, voidInvoice } from '../operations/invoices/give-up.ts'
import { makeLink, pathOf } from '../operations/invoices/link.ts'
import { deleteDraft, finaliseDraft, writeInvoice } from '../operations/invoices/write.ts'
import { payInvoice } from '../operations/payments/pay-invoice.ts'
import type { Handlers } from './handler.ts'
import { readWrittenLine } from './invoice-items.ts'
import { presentList } from './list.ts'
import { presentAttempt } from './payment-attempts.ts'

export const invoiceRoutes = {
  get: async ({ params }, ctx) => presentInvoice(await getInvoice(ctx, params.id)),
  list: async ({ query }, ctx) => {
    const { results, nextCursor } = await listInvoices(ctx, query)
    return presentList(results.map(presentInvoice), nextCursor)
  },
  listOfCustomer: async ({ params, query }, ctx) => {
    const { results, nextCursor } = await listInvoices(ctx, { ...query, customer: params.id })
    return presentList(results.map(presentInvoice), nextCursor)
  },
  create: async ({ body }, ctx) => {
    const { customer, pendingItems, collection, dueDays, lines, ...rest } = body
    const result = await writeInvoice(ctx, customer, {
      ...rest,
      lines: lines.map(readWrittenLine),
      takesPending: pendingItems,
      collection: collection ?? null,
      dueDays: dueDays ?? null,
    })
    return presentInvoice(result)
  },
  finalise: async ({ params }, ctx) => presentInvoice(await finaliseDraft(ctx, params.id)),
  delete: async ({ params }, ctx) => {
    await deleteDraft(ctx, params.id)
    return { object: 'invoice' as const, id: params.id, deleted: true as const }
  },
  void: async ({ params }, ctx) => presentInvoice(await voidInvoice(ctx, params.id)),
  markUncollectible: async ({ params }, ctx) => presentInvoice(await markUncollectible(ctx, params.id)),
  credit: async ({ params, body: { amountMinor, lines, ...body } }, ctx) => {
    const result = await creditInvoice(ctx, params.id, {
      ...body,
      request:
        lines !== undefined
          ? { type: 'lines', lines }
          : amountMinor === undefined
            ? { type: 'full' }
            : { type: 'amount', amountMinor },
    })
    return presentInvoice(result)
  },
  pdf: async ({ params, query }, ctx) => {
    const { bytes, name } = await renderInvoicePdf(ctx, params.id, query.language ?? null)
    return { bytes, name: `${name}.pdf` }
  },
  xml: async ({ params, query }, ctx) => {
    const { bytes, name } = await renderInvoiceXml(ctx, params.id, query.language ?? null)
    return { bytes, name: `${name}.xml` }
  },
  link: async ({ params, body }, ctx) => {
    const { token, invoice, expiresAt, livemode } = await makeLink(ctx, params.id, body)
    const path = pathOf(token)
    return {
      object: 'invoice_link' as const,
      invoice,
      livemode,
      path,
      pdfPath: `${path}/pdf`,
      expiresAt: toIso(expiresAt),
    }
  },
  pay: async ({ params, body }, ctx) => {
    const result = await payInvoice(ctx, params.id, {
      paymentMethod: body.paymentMethod ?? null,
      returnUrl: body.returnUrl ?? null,
      idempotencyKey: body.idempotencyKey,
    })
    return {
      object: 'payment' as const,
      attempt: presentAttempt(result.attempt, result.customer, result.livemode),
      invoice: presentInvoice(result),
    }
  },
} satisfies Handlers<typeof endpoints.invoices>

export function presentInvoice({ invoice, lines, customer, subscription, livemode }: InvoiceResult) {
  return {
    object: 'invoice' as const,
    id: invoice.id,
    livemode,
    customer,
    kind: invoice.kind,
    reason: invoice.reason,
    status: invoice.status,
    number: invoice.documentNumber,
    credits: invoice.credits,
    subscription,
    periodStart: toIsoOrNull(invoice.periodStart),
    periodEnd: toIsoOrNull(invoice.periodEnd),
    currency: invoice.currency,
    subtotalMinor: invoice.subtotalMinor,
    discountMinor: invoice.discountMinor,
    taxMinor: invoice.taxMinor,
    totalMinor: invoice.totalMinor,
    creditAppliedMinor: invoice.creditAppliedMinor,
    creditedMinor: invoice.creditedMinor,
    amountPaidMinor: invoice.amountPaidMinor,
    refundedMinor: invoice.refundedMinor,
    amountDueMinor: amountDueMinor(invoice),
    taxes: invoice.taxes,
    coupons: invoice.coupons,
    collection: invoice.collection,
    createdAt: toIso(invoice.createdAt),
    issuedAt: toIsoOrNull(invoice.issuedAt),
    dueAt: toIsoOrNull(invoice.dueAt),
    paidAt: toIsoOrNull(invoice.paidAt),
    voidedAt: toIsoOrNull(invoice.voidedAt),
    attempts: invoice.attempts,
    nextAttemptAt: toIsoOrNull(invoice.nextAttemptAt),
    failure: invoice.failure,
    note: invoice.note,
    lines: lines.map(presentLine),
    metadata: invoice.metadata,
  }
}

export function presentLine(line: InvoiceLine) {
  const { id, kind, reference, description, quantity, unitMinor, amountMinor, discountMinor, netMinor } = line
  return {
    id,
    kind,
    reference,
    description,
    quantity,
    unitMinor,
    amountMinor,
    discountMinor,
    netMinor,
    taxInclusive: line.taxInclusive,
    taxMinor: line.taxes.reduce((sum, { taxMinor }) => sum + taxMinor, 0),
    serviceStart: toIsoOrNull(line.service?.start ?? null),
    serviceEnd: toIsoOrNull(line.service?.end ?? null),
    credits: line.credits,
  }
}
