/**
 * An invoice for whoever was given its link: what it says, its PDF, and paying it. No key is asked for.
 *
 * Invariant: it shows the one document of the link, and nothing of the customer beside it; who pays brings the way to pay
 * along, and never sees or uses one that the customer has. A link is good for so many requests a minute.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import type { WayToPay } from '../../operations/invoice-pages/ways-to-pay.ts'
import { beginPayment } from '../../operations/invoice-pages/begin-payment.ts'
import { finishPayment } from '../../operations/invoice-pages/finish-payment.ts'
import { readLinkedDocument, renderInvoicePdf } from '../../operations/invoices/document.ts'
import { openLink, pathOf } from '../../operations/invoices/link.ts'
import type { RateLimiter } from '../../operations/rate-limits/limiter.ts'
import type { LanguageTag } from '../../language/index.ts'
import { sendFile } from '../route.ts'
import { sendPage } from './index.ts'
import { invoicePage } from './invoice-page.ts'

interface Linked {
  Params: { token: string }
  Querystring: { language?: string; provider?: string; kind?: string; setup?: string }
}

type Open = (
  request: FastifyRequest<Linked>,
  purpose: Parameters<RateLimiter['countLink']>[1],
) => ReturnType<typeof openLink>

/** Somebody who follows a link with a browser: what is wrong with it is a page to read, too. */
export const isReader = ({ url, headers }: FastifyRequest): boolean =>
  url.startsWith('/links/') && headers.accept?.includes('text/html') === true

/** @param publicUrl where people reach this server; null: where they asked */
export function registerInvoiceLinks(
  app: FastifyInstance,
  context: Context,
  { publicUrl, rateLimiter }: { publicUrl: string | null; rateLimiter: RateLimiter },
): void {
  const open: Open = async ({ params, headers }, purpose) => {
    const opened = await openLink(context, params.token, headers['accept-language'])
    await rateLimiter.countLink(opened.invoice, purpose)
    return opened
  }
  app.get<Linked>('/links/invoices/:token', async (request, reply) => {
    const { params, query, headers } = request
    const { ctx, invoice } = await open(request, 'reading')
    // a browser gets a page to read, a program what a page of its own can be made of
    const isRead = isReader(request)
    const asked = languageOf(query) ?? (isRead ? headers['accept-language'] : undefined)
    const document = await readLinkedDocument(ctx, invoice, asked ?? null)
    if (isRead) {
      const page = (language: LanguageTag) => invoicePage(language, pathOf(params.token), document)
      const { language } = document.data
      return sendPage(request, reply, page, { language, hasForms: true })
    }
    const { status, livemode, data, payment, waysToPay } = document
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
      waysToPay,
      createdAt: undefined,
    }
  })
  app.get<Linked>('/links/invoices/:token/pdf', async (request, reply) => {
    const { ctx, invoice } = await open(request, 'reading')
    const { bytes, name } = await renderInvoicePdf(ctx, invoice, languageOf(request.query))
    return sendFile(reply, 'application/pdf', { bytes, name: `${name}.pdf` })
  })
  registerPaying(app, open, (request) => publicUrl ?? `${request.protocol}://${request.host}`)
}

function registerPaying(
  app: FastifyInstance,
  open: Open,
  originOf: (request: FastifyRequest) => string,
): void {
  void app.register(async (door) => {
    // a form of the page: what it says stands in its address
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 1024 }, (_request, _body, done) =>
      done(null),
    )
    door.post<Linked>('/links/invoices/:token/pay', async (request, reply) => {
      const { params, query, headers } = request
      const { ctx, invoice } = await open(request, 'paying')
      const page = `${originOf(request)}${pathOf(params.token)}`
      const url = await beginPayment(ctx, invoice, wayOf(query), {
        page,
        returnTo: (setup) => `${page}/paid?setup=${setup}`,
      })
      if (headers.accept?.includes('text/html')) return reply.redirect(url ?? page, 303)
      return { object: 'invoice_payment', invoice, url }
    })
  })
  app.get<Linked>('/links/invoices/:token/paid', async (request, reply) => {
    const { params, query } = request
    const { ctx, invoice } = await open(request, 'paying')
    if (typeof query.setup === 'string') await finishPayment(ctx, invoice, query.setup)
    return reply.redirect(pathOf(params.token), 303)
  })
}

const wayOf = ({ provider, kind }: { provider?: unknown; kind?: unknown }) =>
  ({ provider: String(provider), kind: String(kind) }) as WayToPay

const languageOf = ({ language }: { language?: unknown }) =>
  typeof language === 'string' ? language.slice(0, 35) : null
