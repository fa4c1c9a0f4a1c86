/**
 * What a developer and a test do to the simulator: move its clock, order faults, be the payer.
 *
 * Owns: the routes below `/control`. Does not own: what then happens.
 */
import { z } from 'zod'
import { pay, presentCharge, refuse } from './charges.ts'
import { closeDispute, openDispute, presentDispute } from './disputes.ts'
import { orderFault, requestFaults, requestKinds, webhookFaults } from './faults.ts'
import { cards } from './instruments.ts'
import { presentMethod, saveMethod } from './methods.ts'
import { moveRefund, presentRefund } from './refunds.ts'
import { amountOf, missing, ok, route, text, WireRefusal } from './routes.ts'
import type { Route } from './routes.ts'
import type { Change, Charge } from './world.ts'

const clockBody = z.union([
  z.strictObject({ at: z.int() }),
  z.strictObject({ advanceSeconds: z.int().min(0) }),
])
const faultBody = z.union([
  z.strictObject({
    fault: z.enum(requestFaults),
    on: z.enum([...requestKinds, 'any']).default('any'),
    times: z.int().min(1).default(1),
  }),
  z.strictObject({
    fault: z.enum(webhookFaults),
    on: z.literal('webhook').default('webhook'),
    times: z.int().min(1).default(1),
    /** Of a delay. */
    seconds: z.int().min(0).default(60),
  }),
])
/** Also in parts and twice; after its end the money comes late. */
const payerBody = z.union([
  z.strictObject({ action: z.enum(['pay', 'pay_twice', 'refuse']) }),
  z.strictObject({ action: z.literal('pay_part'), amount: text }),
])
const refundBody = z.strictObject({ status: z.enum(['succeeded', 'failed']) })
const disputeBody = z.strictObject({
  transaction: text,
  reason: text.default('fraudulent'),
  amount: text.optional(),
})
const verdictBody = z.strictObject({ status: z.enum(['won', 'lost']) })
const methodBody = z.strictObject({
  instrument: z.enum(Object.keys(cards)).optional(),
  expires: z
    .string()
    .regex(/^\d{4}-\d\d$/)
    .optional(),
})

export function controlRoutes(deliverAll: () => Promise<object>): Route[] {
  return [
    route('GET', '/control/clock', null, {}, ({ change }) => ok({ now: change.now })),
    route('POST', '/control/clock', null, { body: clockBody }, ({ change, body }) => {
      const at = 'at' in body ? body.at : change.now + body.advanceSeconds * 1_000
      if (at < change.now) throw new WireRefusal(422, 'clock_backwards', 'The clock only moves forwards.')
      const settings = change.get('settings', 'world')
      const clockOffsetMs = (settings?.clockOffsetMs ?? 0) + at - change.now
      change.put('settings', 'world', { ...settings, clockOffsetMs })
      return ok({ now: at })
    }),
    route('POST', '/control/faults', null, { body: faultBody }, ({ change, body }) => {
      orderFault(change, { seconds: 0, ...body })
      return ok({})
    }),
    route('DELETE', '/control/faults', null, {}, ({ change }) => {
      for (const [key] of change.entries('fault')) change.put('fault', key, null)
      return ok({})
    }),
    route('POST', '/control/charges/:key', null, { body: payerBody }, ({ change, key, body }) => {
      const charge = change.get('charge', key)
      if (charge === undefined) throw missing('charge')
      return ok(presentCharge(act(change, charge, body), change.url))
    }),
    route('POST', '/control/refunds/:key', null, { body: refundBody }, ({ change, key, body }) => {
      const refund = change.get('refund', key)
      if (refund === undefined) throw missing('refund')
      return ok(presentRefund(moveRefund(change, refund, body.status)))
    }),
    route('POST', '/control/disputes', null, { body: disputeBody }, ({ change, body }) => {
      const charge = change.get('charge', change.get('payment', body.transaction)?.charge ?? '')
      const payment = charge?.payments.find(({ transaction }) => transaction === body.transaction)
      if (charge === undefined || payment === undefined) throw missing('payment')
      const amountMinor =
        body.amount === undefined ? payment.amountMinor : amountOf(body.amount, charge.currency)
      return ok(presentDispute(openDispute(change, charge, payment, body.reason, amountMinor)))
    }),
    route('POST', '/control/disputes/:key', null, { body: verdictBody }, ({ change, key, body }) => {
      const dispute = change.get('dispute', key)
      if (dispute === undefined) throw missing('dispute')
      return ok(presentDispute(closeDispute(change, dispute, body.status)))
    }),
    route('POST', '/control/methods/:key', null, { body: methodBody }, ({ change, key, body }) => {
      const method = change.get('method', key)
      if (method === undefined) throw missing('method')
      const changed = { ...method, ...body }
      saveMethod(change, changed, 'updated')
      return ok(presentMethod(changed))
    }),
    route('POST', '/control/deliver', null, {}, () => ({ ...ok({}), afterwards: deliverAll })),
  ]
}

export function act(change: Change, charge: Charge, body: z.output<typeof payerBody>): Charge {
  switch (body.action) {
    case 'pay':
      return pay(change, charge, charge.amountMinor)
    case 'pay_twice':
      return pay(change, pay(change, charge, charge.amountMinor), charge.amountMinor)
    case 'pay_part':
      return pay(change, charge, amountOf(body.amount, charge.currency))
    default:
      return refuse(change, charge)
  }
}
