import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { idempotencyKey, list, listQuery, startInstant } from '../primitives.ts'

const testClock = z.object({
  object: z.literal('test_clock'),
  id: z.string().describe('`clock_test_…`'),
  name: z.string(),
  now: z.string().describe('What time it is for its customers'),
  status: z
    .enum(['ready', 'advancing', 'failed'])
    .describe(
      '`advancing` until everything due up to `target` has been done; `failed` if something could not be',
    ),
  target: z.string().nullable().describe('Where it is being moved to'),
  failure: z.string().nullable().describe('Why it stands still before its target; advance it again to retry'),
  livemode: z.boolean(),
  createdAt: z.string(),
})

const params = z.object({ id: z.string().min(1).max(100) })

export const testClocks = {
  create: endpoint({
    method: 'POST',
    path: '/v1/test-clocks',
    summary: 'Create a test clock',
    description: 'Customers join it at their creation (`testClock`) and then live by its time alone.',
    scope: 'clocks:write',
    testOnly: true,
    body: z.strictObject({
      now: startInstant,
      name: z.string().max(200).default(''),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: testClock,
    idempotency: 'stored',
  }),
  advance: endpoint({
    method: 'POST',
    path: '/v1/test-clocks/{id}/advance',
    summary: 'Move a test clock forward',
    description:
      'Stops at every instant at which something is due for one of its customers, does it, and goes on. Answers ' +
      '200 when all is done, or 202 with the status `advancing` after about five seconds: it goes on by itself, ' +
      'also if the server is restarted. At most five years in one call.',
    scope: 'clocks:write',
    testOnly: true,
    params,
    body: z.strictObject({ to: startInstant, idempotencyKey: idempotencyKey.optional() }),
    mayTakeLong: true,
    response: testClock,
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/test-clocks/{id}',
    summary: 'Read a test clock',
    scope: 'clocks:write',
    testOnly: true,
    params,
    response: testClock,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/test-clocks',
    summary: 'List test clocks',
    scope: 'clocks:write',
    testOnly: true,
    query: listQuery,
    response: list(testClock),
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/test-clocks/{id}',
    summary: 'Delete a test clock',
    description: 'Only when it has no customers left.',
    scope: 'clocks:write',
    testOnly: true,
    params,
    response: z.object({ object: z.literal('test_clock'), id: z.string(), deleted: z.literal(true) }),
    idempotency: 'natural',
  }),
}
