/**
 * An invoice for whoever was given its link: what it says, and its PDF. No key is asked for.
 *
 * Invariant: it shows the one document of the link, and nothing of the customer beside it.
 */
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { readLinkedDocument, renderInvoicePdf } from '../../operations/invoices/document.ts'
import { openLink, pathOf } from '../../operations/invoices/link.ts'
import { sendFile } from '../route.ts'
import { sendPage } from './index.ts'
import { invoicePage } from './invoice-page.ts'

interface Linked {
  Params: { token: string }
  Querystring: { language?: string }
}

export function registerInvoiceLinks(app: FastifyInstance, context: Context): void {
  app.get<Linked>('/links/invoices/:token', async (request, reply) => {
    const { params, query, headers } = request
    const { ctx, invoice } = await openLink(context, params.token, headers['accept-language'])
    const document = await readLinkedDocument(ctx, invoice, languageOf(query))
    // a browser gets a page to read, a program what a page of its own can be made of
    if (headers.accept?.includes('text/html')) {
      return sendPage(request, reply, (language) => invoicePage(language, pathOf(params.token), document))
    }
    const { status, livemode, data, payment } = document
    const { operator, customer, ...figures } = data
    return {
      object: 'invoice_page',
      id: invoice,
      livemode,
      status,
      seller: operator,
      buyer: customer,
      ...figures,
      payment,
      createdAt: undefined,
    }
  })
  app.get<Linked>('/links/invoices/:token/pdf', async ({ params, query, headers }, reply) => {
    const { ctx, invoice } = await openLink(context, params.token, headers['accept-language'])
    const { bytes, name } = await renderInvoicePdf(ctx, invoice, languageOf(query))
    return sendFile(reply, 'application/pdf', { bytes, name: `${name}.pdf` })
  })
}

const languageOf = ({ language }: { language?: unknown }) =>
  typeof language === 'string' ? language.slice(0, 35) : null
