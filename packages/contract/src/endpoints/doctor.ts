import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { instant } from '../primitives.ts'

const finding = z.object({
  check: z.string().describe('What was examined; the guide names them all'),
  customer: z.string().nullable().describe("The caller's id; null for what is the environment's"),
  subject: z.string().describe('The id of what does not hold, or an account, a feature, a series'),
  expected: z.string(),
  found: z.string(),
})

export const doctor = {
  examine: endpoint({
    method: 'GET',
    path: '/v1/doctor',
    summary: 'Examine whether everything stored agrees',
    description:
      'Reads all customers, their books, documents, receipts, grants and counters, and answers what does not hold. It changes ' +
      'and locks nothing, but reads much: a job asks every night, too.',
    scope: 'money:read',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('Of findings'),
    }),
    response: z.object({
      object: z.literal('doctor_report'),
      examinedAt: instant,
      customers: z.number().describe('How many were examined'),
      count: z.number().describe('Of everything found; 0 when all is well'),
      findings: z.array(finding),
    }),
    idempotency: 'natural',
  }),
}
