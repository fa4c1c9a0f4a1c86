import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, instant, list, listQuery } from '../primitives.ts'

const status = z.enum(['open', 'won', 'lost'])

export const disputes = {
  list: endpoint({
    method: 'GET',
    path: '/v1/disputes',
    summary: 'List payments that the payer wants back through the bank, newest first',
    scope: 'money:read',
    query: listQuery.extend({ customer: callerId.optional(), status: status.optional() }),
    response: list(
      z.object({
        object: z.literal('dispute'),
        id: z.string().describe('`dsp_…`'),
        livemode: z.boolean(),
        customer: callerId,
        payment: z.string(),
        provider: z.string(),
        reference: z.string().describe('How the provider knows it'),
        amountMinor: z.number(),
        withdrawnMinor: z.number().describe('What the provider holds of it at this moment'),
        currency: z.string(),
        status,
        reason: z.string(),
        evidenceDueAt: instant.nullable(),
        openedAt: instant,
        closedAt: instant.nullable(),
      }),
    ),
    idempotency: 'natural',
  }),
}
