import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { instant } from '../primitives.ts'

const origin = z
  .string()
  .max(300)
  .regex(
    /^https?:\/\/[^/?#\s*]+?(:\*)?$/,
    'Use an origin such as https://app.example.com or http://localhost:*',
  )

const environmentAnswer = z.object({
  object: z.literal('environment'),
  id: z.string(),
  livemode: z.boolean(),
  allowedOrigins: z
    .array(origin)
    .describe(
      'Web pages of these origins may call the API with a publishable key. `:*` stands for any port.',
    ),
  providerWebhooks: z
    .array(z.object({ provider: z.string(), path: z.string() }))
    .describe('Where each payment provider sends what it tells, below the address of this server'),
  createdAt: instant,
})

export const environment = {
  get: endpoint({
    method: 'GET',
    path: '/v1/environment',
    summary: 'Read the environment of the key',
    scope: 'keys:write',
    response: environmentAnswer,
    idempotency: 'natural',
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/environment',
    summary: 'Change the environment of the key',
    scope: 'keys:write',
    body: z.strictObject({ allowedOrigins: z.array(origin).max(100) }),
    response: environmentAnswer,
    idempotency: 'natural',
  }),
}
