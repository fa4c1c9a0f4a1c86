import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, idempotencyKey } from '../primitives.ts'
import { invoice } from './invoices.ts'
import { attempt } from './payment-attempts.ts'

export const topUps = {
  create: endpoint({
    method: 'POST',
    path: '/v1/top-ups',
    summary: 'Buy a one-off add-on',
    description:
      'Charged now, granted once it is paid; the grant keeps its own expiry. A declined charge is refused as ' +
      '`payment_declined` and leaves nothing but the failed attempt. Methods that ask the payer answer `pending` or ' +
      '`action_needed` with a `url`. The same idempotency key is the same purchase.',
    scope: 'money:write',
    body: z.strictObject({
      customer: callerId,
      addOn: callerId.describe('Of the kind `one_off`'),
      quantity: z.int().min(1).max(1_000_000).default(1),
      paymentMethod: z.string().min(1).max(100).optional().describe('Left out: the default one'),
      returnUrl: z.url().max(2000).optional().describe('Where the customer goes on after confirming'),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: z.object({
      object: z.literal('top_up'),
      livemode: z.boolean(),
      customer: callerId,
      addOn: callerId,
      quantity: z.number(),
      status: z.enum(['paid', 'pending', 'action_needed', 'processing', 'failed']),
      url: z.string().nullable().describe('Where the customer pays or confirms'),
      attempt: attempt.nullable().describe('null where nobody had to be charged'),
      invoice: invoice.nullable().describe('A draft until it is paid; null when it was not'),
    }),
    idempotency: 'resumed',
  }),
}
