import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { instant, list, listQuery } from '../primitives.ts'

const status = z.enum(['waiting', 'failed', 'applied'])

export const providerEvents = {
  list: endpoint({
    method: 'GET',
    path: '/v1/provider-events',
    summary: 'List what payment providers told us, newest first',
    description:
      'Each is stored once and applied by a job. `failed` ones are tried again at `nextAttemptAt`, at longer and longer ' +
      'intervals. `unallocated` money is for nothing we know of: find out whose it is, and `POST /v1/unallocated-payments/{id}/assign`.',
    scope: 'money:read',
    query: listQuery.extend({ provider: z.string().min(1).max(50).optional(), status: status.optional() }),
    response: list(
      z.object({
        object: z.literal('provider_event'),
        id: z.string().describe("The provider's own"),
        livemode: z.boolean(),
        provider: z.string(),
        type: z.enum(['charge', 'receipt', 'refund', 'dispute', 'method']),
        status,
        outcome: z.enum(['applied', 'ignored', 'unallocated']).nullable(),
        attempts: z.number(),
        failure: z.string().nullable(),
        receivedAt: instant,
        appliedAt: instant.nullable(),
        nextAttemptAt: instant.nullable(),
      }),
    ),
    idempotency: 'natural',
  }),
}
