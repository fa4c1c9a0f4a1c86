/**
 * The simulator's wire protocol: what may be asked, and what is answered.
 *
 * Owns: the routes for whoever moves money. Does not own: control (`control.ts`), HTTP itself (`start-simulator.ts`).
 * Invariant: strict: what isn't known here is refused, in the path, the query and the body. Whoever asks names the
 * thing by a key of their own; the same PUT again is answered as the first, another body under the key is refused.
 */
import { z } from 'zod'
import { readAmount } from './amounts.ts'
import { createCharge, endUnpaid, isSilent, presentCharge, presentPayment } from './charges.ts'
import type { RequestKind } from './faults.ts'
import { createSetup, isInstrument, presentSetup, saveMethod } from './methods.ts'
import { createRefund, presentRefund, refundable } from './refunds.ts'
import type { Change } from './world.ts'

export class WireRefusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface Call {
  change: Change
  /** What stands in the path's variable part. */
  key: string
  body: unknown
  query: unknown
}

export interface Reply {
  status: number
  body: object
  /** Has its effect, but no answer. */
  silent?: boolean
  /** Makes the body, once the effect is on disk. */
  afterwards?: () => Promise<object>
}

export interface Route {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** `:key` is any name without a slash. */
  path: string
  kind: RequestKind | null
  body?: z.ZodType
  query?: z.ZodType
  handle(call: Call): Reply
}

/** A route whose body has the type that its schema reads. */
export function route<Body extends z.ZodType, Query extends z.ZodType>(
  method: Route['method'],
  path: string,
  kind: Route['kind'],
  schemas: { body?: Body; query?: Query },
  handle: (call: Call & { body: z.output<Body>; query: z.output<Query> }) => Reply,
): Route {
  return { method, path, kind, ...schemas, handle: handle as Route['handle'] }
}

export const text = z.string().min(1).max(500)
const currency = z.string().regex(/^[A-Z]{3}$/)
const webAddress = z.url({ protocol: /^https?$/ }).nullable()

export const ok = (body: object): Reply => ({ status: 200, body })
const unprocessable = (code: string): Reply => ({ status: 422, body: { error: { code, message: code } } })
export const missing = (what: string) => new WireRefusal(404, 'not_found', `There is no such ${what}.`)

export function amountOf(amount: string, inCurrency: string): number {
  const amountMinor = readAmount(amount, inCurrency)
  if (amountMinor === null || amountMinor === 0)
    throw new WireRefusal(400, 'amount_invalid', `"${amount}" is no amount of ${inCurrency}.`)
  return amountMinor
}

const endpointBody = z.strictObject({ url: webAddress, secrets: z.array(text).min(1).max(5) })
const setupBody = z.strictObject({
  customer: text,
  kind: z.enum(['card', 'phone']),
  instrument: text.nullable(),
  returnUrl: webAddress,
})
const chargeBody = z.strictObject({
  amount: text,
  currency,
  method: text,
  customer: text,
  description: z.string().max(500),
  returnUrl: webAddress,
})
const refundBody = z.strictObject({ transaction: text, amount: text, currency, reason: z.string().max(500) })
const eventsQuery = z.strictObject({ after: z.string().regex(/^\d+$/).optional() })

const paymentsQuery = z.strictObject({ since: z.string().regex(/^\d+$/), after: text.optional() })

const EVENTS_A_PAGE = 100
const PAYMENTS_A_PAGE = 100

export const routes: Route[] = [
  route('PUT', '/endpoint', null, { body: endpointBody }, ({ change, body }) => {
    change.put('account', change.account, { webhookUrl: body.url, secrets: body.secrets })
    return ok({})
  }),
  route('PUT', '/methods/:key', 'method', { body: setupBody }, ({ change, key, body }) => {
    const { instrument, ...asked } = body
    if (instrument !== null && !isInstrument(instrument, asked.kind))
      return unprocessable('instrument_unknown')
    const setup = createSetup(change, { ...asked, key }, instrument)
    return { status: setup.status === 'declined' ? 402 : 200, body: presentSetup(change, setup) }
  }),
  route('GET', '/methods/:key', 'look_up', {}, ({ change, key }) => {
    const setup = change.get('setup', key)
    if (setup === undefined) throw missing('setup')
    return ok(presentSetup(change, setup))
  }),
  route('DELETE', '/methods/:key', 'method', {}, ({ change, key }) => {
    const method = change.get('method', key)
    if (method === undefined) throw missing('method')
    if (!method.detached) saveMethod(change, { ...method, detached: true }, 'detached')
    return ok({})
  }),
  route('PUT', '/charges/:key', 'charge', { body: chargeBody }, ({ change, key, body }) => {
    const { amount, method: token, ...asked } = body
    const amountMinor = amountOf(amount, asked.currency)
    const method = change.get('method', token)
    if (method === undefined || method.customer !== asked.customer) return unprocessable('method_unknown')
    const charge = createCharge(change, { ...asked, key, token, amountMinor }, method)
    const status = charge.status === 'declined' ? 402 : 200
    return { status, body: presentCharge(charge, change.url), silent: isSilent(method) }
  }),
  route('GET', '/charges/:key', 'look_up', {}, ({ change, key }) => {
    const charge = change.get('charge', key)
    if (charge === undefined) throw missing('charge')
    return ok(presentCharge(charge, change.url))
  }),
  route('POST', '/charges/:key/cancel', 'charge', {}, ({ change, key }) => {
    const charge = change.get('charge', key)
    if (charge === undefined) throw missing('charge')
    return ok(presentCharge(endUnpaid(change, charge, 'canceled'), change.url))
  }),
  route('PUT', '/refunds/:key', 'refund', { body: refundBody }, ({ change, key, body }) => {
    const amountMinor = amountOf(body.amount, body.currency)
    const charge = change.get('charge', change.get('payment', body.transaction)?.charge ?? '')
    const payment = charge?.payments.find(({ transaction }) => transaction === body.transaction)
    if (charge === undefined || payment === undefined) return unprocessable('transaction_unknown')
    if (charge.currency !== body.currency) return unprocessable('currency_differs')
    if (amountMinor > refundable(change, payment)) return unprocessable('exceeds_payment')
    return ok(presentRefund(createRefund(change, charge, { ...body, key, amountMinor })))
  }),
  route('GET', '/refunds/:key', 'look_up', {}, ({ change, key }) => {
    const refund = change.get('refund', key)
    if (refund === undefined) throw missing('refund')
    return ok(presentRefund(refund))
  }),
  route('GET', '/events', 'look_up', { query: eventsQuery }, ({ change, query }) => {
    const after = Number(query.after ?? 0)
    const events = change
      .all('event')
      .filter(({ account, order }) => account === change.account && order > after)
      .slice(0, EVENTS_A_PAGE)
    return ok({
      events: events.map(({ id, type, at, data }) => ({ id, type, at, data })),
      after: String(events.at(-1)?.order ?? after),
    })
  }),
  route('GET', '/payments', 'look_up', { query: paymentsQuery }, ({ change, query }) => {
    const all = change.all('charge').flatMap((charge) =>
      charge.payments.map((payment) => ({
        charge: charge.key,
        currency: charge.currency,
        ...presentPayment(payment, charge.currency),
      })),
    )
    const since = all.filter(({ at }) => at >= Number(query.since))
    const from = since.findIndex(({ transaction }) => transaction === query.after) + 1
    const payments = since.slice(from, from + PAYMENTS_A_PAGE)
    const isLast = from + payments.length >= since.length
    return ok({ payments, after: isLast ? null : (payments.at(-1)?.transaction ?? null) })
  }),
]
