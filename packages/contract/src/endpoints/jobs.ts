import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

const job = z.object({
  object: z.literal('job'),
  name: z.string(),
  startedAt: z.string().describe('When it last began'),
  finishedAt: z.string().nullable().describe('When it last came to its end; a job that hangs stays behind'),
  handled: z.number().describe('How much it has done since the installation was set up'),
  failing: z.number().describe('Customers it could not handle at its last run and will try again'),
  failure: z.string().nullable().describe('The kind of the last failure; the log has the details'),
})

export const jobs = {
  list: endpoint({
    method: 'GET',
    path: '/v1/jobs',
    summary: 'See what runs by itself',
    scope: 'events:read',
    response: z.object({ object: z.literal('list'), data: z.array(job) }),
    idempotency: 'natural',
  }),
}
