import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, idempotencyKey, instant, list, webAddress } from '../primitives.ts'

const paymentMethod = z.object({
  object: z.literal('payment_method'),
  id: z.string().describe('`pm_…`'),
  livemode: z.boolean(),
  customer: callerId,
  provider: z.string(),
  kind: z.enum(['card', 'phone', 'bank_transfer', 'cash']),
  label: z.string().describe('For people: `Visa •••• 4242`'),
  expires: z.string().nullable().describe('`YYYY-MM`, of cards'),
  silent: z
    .boolean()
    .describe('Whether it can be charged with nobody there; others are asked by a prompt or a link'),
  isDefault: z.boolean(),
  isFallback: z.boolean().describe('Charged when the default one fails'),
  failedAt: instant.nullable().describe('Since when it is declined for good; null while it works'),
  createdAt: instant,
})

const EITHER = 'Make it the default or the fallback, not both'
const isEither = ({
  isDefault,
  isFallback,
}: {
  isDefault?: boolean | undefined
  isFallback?: boolean | undefined
}) => isDefault !== true || isFallback !== true

const params = z.object({ id: callerId, methodId: z.string().min(1).max(100).describe('`pm_…`') })

export const paymentMethods = {
  attach: endpoint({
    method: 'POST',
    path: '/v1/customers/{id}/payment-methods',
    summary: 'Add a way to pay',
    description:
      'The first one becomes the default, and so does one that is added where the default is declined for good. Invoices whose payment failed are tried with it at once. `status` is ' +
      '`action_needed` where the customer has to confirm at `url`; the method is there once that has happened.',
    scope: 'money:write',
    params: z.object({ id: callerId }),
    body: z
      .strictObject({
        provider: z.string().min(1).max(50),
        kind: z.enum(['card', 'phone', 'bank_transfer', 'cash']).default('card'),
        instrument: z
          .string()
          .min(1)
          .max(500)
          .optional()
          .describe('What a page of the provider collected: a token, a phone number. Never a card number'),
        isDefault: z.boolean().optional(),
        isFallback: z
          .boolean()
          .optional()
          .describe(
            'Charged when the default one fails. Where there is no other one that works, it becomes the default',
          ),
        returnUrl: webAddress.optional(),
        idempotencyKey: idempotencyKey.optional(),
      })
      .refine(isEither, { error: EITHER, path: ['isFallback'] }),
    status: 201,
    response: z.object({
      object: z.literal('payment_method_setup'),
      status: z.enum(['attached', 'action_needed', 'unknown']),
      url: z.string().nullable(),
      method: paymentMethod.nullable(),
    }),
    idempotency: 'resumed',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/payment-methods',
    summary: 'List the ways to pay of a customer',
    scope: 'money:read',
    params: z.object({ id: callerId }),
    response: list(paymentMethod),
    idempotency: 'natural',
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/customers/{id}/payment-methods/{methodId}',
    summary: 'Make it the default or the fallback',
    description:
      'One is the default, and one the fallback: what another one was before, it is no longer. The default is no fallback: make ' +
      'another one the default first. One that can’t be charged any more becomes neither.',
    scope: 'money:write',
    params,
    body: z
      .strictObject({ isDefault: z.literal(true).optional(), isFallback: z.boolean().optional() })
      .refine(isEither, { error: EITHER, path: ['isFallback'] }),
    response: paymentMethod,
    idempotency: 'natural',
  }),
  detach: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/payment-methods/{methodId}',
    summary: 'Remove a way to pay',
    scope: 'money:write',
    params,
    response: z.object({ object: z.literal('payment_method'), id: z.string(), deleted: z.literal(true) }),
    idempotency: 'natural',
  }),
}
