import { z } from 'zod'
import { decisionCodes } from '../decision-codes.ts'
import { endpoint } from '../endpoint.ts'
import {
  amount,
  callerId,
  idempotencyKey,
  instant,
  limitFields,
  list,
  listQuery,
  metadata,
  positiveAmount,
} from '../primitives.ts'

const take = {
  customer: callerId,
  feature: callerId.describe('A counted feature, or an action that a credits feature has a cost for'),
  amount: positiveAmount.default(1).describe("Whole units of 10^-scale of the feature's unit"),
  member: callerId.optional().describe('Who uses it'),
}

const upgrade = z
  .object({
    plan: z.string(),
    name: z.string(),
    limit: z.number().nullable(),
    unlimited: z.boolean(),
    price: z.object({ currency: z.string(), interval: z.string(), amountMinor: z.number() }).nullable(),
  })
  .describe('The cheapest dearer plan, in the same currency and interval, that admits what was asked')

const decision = {
  allowed: z.boolean(),
  code: z.enum(decisionCodes),
  customer: z.string(),
  feature: z.string(),
  amount: z.number().describe('What was asked; for an action, its cost in credits'),
  ...limitFields,
  used: z.number(),
  remaining: z.number().nullable().describe('Never below 0; null when unlimited'),
  overage: z.number().describe('The part of `used` above what was granted'),
  resetsAt: z.string().nullable(),
  access: z.object({ level: z.string(), reason: z.string() }),
  message: z.string().describe('In the language of Accept-Language'),
  upgrade: upgrade.nullable(),
  topUp: z
    .object({
      addOn: z.string(),
      name: z.string(),
      amount: z.number(),
      price: z.object({ currency: z.string(), amountMinor: z.number() }),
    })
    .nullable()
    .describe('The one-off add-on that would help'),
}

export const decisionAnswer = z.object(decision)
const consumed = z.object({
  ...decision,
  event: z.string().nullable().describe('Id of the recorded use; null when refused'),
  replayed: z.boolean().describe('The key had its effect before; this is its answer'),
})
const reserved = z.object({
  ...decision,
  id: z.string().nullable().describe('`res_…`; null when refused'),
  expiresAt: z.string().nullable(),
  replayed: z.boolean(),
})
const level = z.object({
  customer: z.string(),
  feature: z.string(),
  member: z.string().nullable(),
  ...limitFields,
  used: z.number(),
  remaining: z.number().nullable(),
  overage: z.number(),
  event: z.string(),
  replayed: z.boolean(),
})
const settled = z.object({
  object: z.enum(['reservation', 'lease']),
  id: z.string(),
  status: z.enum(['open', 'settled', 'canceled', 'expired']),
  customer: z.string(),
  feature: z.string(),
  member: z.string().nullable(),
  amount: z.number().describe('The estimate'),
  settled: z.number().nullable().describe('The truth'),
  overEstimate: z.boolean(),
  expiresAt: z.string(),
})
const key = { idempotencyKey: idempotencyKey.optional().describe('The same as the header Idempotency-Key') }
/** What every use may carry, so that one shape serves all calls. */
const use = {
  ...take,
  ...key,
  at: instant
    .optional()
    .describe(
      'When: a take counts now, so this may be 5 minutes off at most. Other times go to POST /v1/events',
    ),
  metadata: metadata.optional(),
}
const holdParams = z.object({ id: z.string().min(1).max(80) })

export const usage = {
  check: endpoint({
    method: 'POST',
    path: '/v1/check',
    summary: 'Ask whether a use would be allowed',
    description:
      'The same decision as consume on a fresh read, taking nothing. A forecast: another may take first. The key and the metadata of the use that is asked about are ignored.',
    scope: 'usage:read',
    body: z.object(use),
    response: decisionAnswer,
    idempotency: 'usage',
  }),
  consume: endpoint({
    method: 'POST',
    path: '/v1/consume',
    summary: 'Ask and take at once',
    description:
      'Exact however many ask at once, and durable when answered. A refusal is 200 with `allowed: false` and does not bind the key.',
    scope: 'usage:write',
    body: z.object(use),
    response: consumed,
    idempotency: 'usage',
  }),
  release: endpoint({
    method: 'POST',
    path: '/v1/release',
    summary: 'Give back',
    description:
      'A gauge gives back an amount. A meter or credits name what they give back in `of`: the id of the use, or the key it was made under.',
    scope: 'usage:write',
    body: z.object({
      ...use,
      amount: positiveAmount
        .optional()
        .describe('A gauge: 1 unless told. A meter or credits: all that is left of the use'),
      of: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe('A meter or credits: the event, or the key, given back'),
    }),
    response: level,
    idempotency: 'usage',
  }),
  set: endpoint({
    method: 'POST',
    path: '/v1/set',
    summary: 'State the absolute level of a gauge',
    description: 'Records the truth: it may pass the limit, says so, and stops further admission.',
    scope: 'usage:write',
    body: z.object({ ...use, amount: amount.describe('The level') }),
    response: level,
    idempotency: 'usage',
  }),
  track: endpoint({
    method: 'POST',
    path: '/v1/events',
    summary: 'Report uses after the fact',
    description:
      'Up to 1,000. Each is recorded even above the limit. Late ones count in the window they belong to, within the lateness limit of the feature; later or future ones are rejected by index. After a 503 some may have been counted: send all again under their keys. An event without a key counts each time it is sent.',
    scope: 'usage:write',
    body: z.object({
      events: z
        .array(z.strictObject({ ...take, ...key, at: instant.optional(), metadata: metadata.optional() }))
        .min(1)
        .max(1000),
      ...key,
    }),
    response: z.object({
      accepted: z.number(),
      duplicates: z.number(),
      rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })),
    }),
    idempotency: 'usage',
  }),
  reserve: endpoint({
    method: 'POST',
    path: '/v1/reservations',
    summary: 'Take an estimate, settle it later',
    description:
      'What is not settled within its time to live returns by itself. A refusal is 200 with `allowed: false` and no id.',
    scope: 'usage:write',
    body: z.object({
      ...use,
      ttlSeconds: z.int().min(1).max(86_400).default(300),
    }),
    response: reserved,
    idempotency: 'usage',
  }),
  getReservation: endpoint({
    method: 'GET',
    path: '/v1/reservations/{id}',
    summary: 'Read a reservation',
    scope: 'usage:read',
    params: holdParams,
    response: settled,
    idempotency: 'natural',
  }),
  settle: endpoint({
    method: 'POST',
    path: '/v1/reservations/{id}/settle',
    summary: 'Settle a reservation with what was really used',
    description:
      'Above the estimate is recorded too, and said. After the time to live the truth is still recorded.',
    scope: 'usage:write',
    params: holdParams,
    body: z.object({ amount, ...key }),
    response: settled,
    idempotency: 'usage',
  }),
  cancelReservation: endpoint({
    method: 'DELETE',
    path: '/v1/reservations/{id}',
    summary: 'Cancel a reservation',
    scope: 'usage:write',
    params: holdParams,
    response: settled,
    idempotency: 'usage',
  }),
  lease: endpoint({
    method: 'POST',
    path: '/v1/leases',
    summary: 'Draw an amount for local enforcement',
    description:
      'Gives up to the amount asked, counted against the limit whole from now on. Ends at the earliest of window, grant, trial and time to live. What is not reported by then counts as used; a late report replaces that.',
    scope: 'usage:write',
    body: z.object({
      ...use,
      ttlSeconds: z.int().min(1).max(60).default(30),
      holder: z.string().max(255).default('').describe('Who holds it, for people'),
    }),
    response: z.object({
      ...decision,
      id: z.string().nullable(),
      granted: z.number(),
      expiresInMs: z
        .number()
        .nullable()
        .describe('How long it lasts. Count it from before the request left, on a clock of your own'),
      expiresAt: z.string().nullable(),
      replayed: z.boolean(),
    }),
    idempotency: 'usage',
  }),
  reportLease: endpoint({
    method: 'POST',
    path: '/v1/leases/{id}/report',
    summary: 'Report what was used of a lease, and give back the rest',
    scope: 'usage:write',
    params: holdParams,
    body: z.object({ amount, ...key }),
    response: settled,
    idempotency: 'usage',
  }),
  summary: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/usage',
    summary: 'Usage of every counted feature in its running window',
    scope: 'usage:read',
    params: z.object({ id: callerId }),
    query: z.object({ member: callerId.optional() }),
    response: z.object({
      object: z.literal('usage'),
      customer: z.string(),
      livemode: z.boolean(),
      access: z.object({ level: z.string(), reason: z.string() }),
      period: z.object({ start: z.string(), end: z.string() }).nullable(),
      data: z.array(
        z.object({
          feature: z.string(),
          name: z.string(),
          kind: z.string(),
          unit: z.string(),
          member: z.string().nullable(),
          ...limitFields,
          used: z.number(),
          reserved: z.number().describe('Taken by open reservations and leases'),
          remaining: z.number().nullable(),
          percentage: z
            .number()
            .nullable()
            .describe('Two decimals; 100 for a limit of 0; null when unlimited'),
          overage: z.number(),
          thresholds: z.array(z.object({ percent: z.number(), reached: z.boolean() })),
          windowStart: z.string().nullable(),
          resetsAt: z.string().nullable(),
          upgrade: upgrade.nullable(),
        }),
      ),
    }),
    idempotency: 'natural',
  }),
  windows: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/usage/windows',
    summary: 'Windows that have ended, with the limit they had',
    scope: 'usage:read',
    params: z.object({ id: callerId }),
    query: listQuery.extend({ feature: callerId.optional(), member: callerId.optional() }),
    response: list(
      z.object({
        feature: z.string(),
        member: z.string().nullable(),
        windowStart: z.string(),
        windowEnd: z.string(),
        ...limitFields,
        used: z.number(),
        reserved: z.number(),
        overage: z.number(),
        percentage: z.number().nullable(),
      }),
    ),
    idempotency: 'natural',
  }),
  history: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/usage/events',
    summary: 'Each recorded use: subscription, member, feature, amount, time',
    scope: 'usage:read',
    params: z.object({ id: callerId }),
    query: listQuery.extend({
      feature: callerId.optional(),
      member: callerId.optional(),
      from: instant.optional(),
      to: instant.optional(),
    }),
    response: list(
      z.object({
        id: z.string(),
        verb: z.enum(['consume', 'track', 'release', 'set', 'settle', 'lease', 'import']),
        feature: z.string(),
        member: z.string().nullable(),
        subscription: z.string().nullable(),
        amount: z.number(),
        overage: z.number(),
        usedAfter: z.number(),
        occurredAt: z.string(),
        recordedAt: z.string(),
        metadata: z.record(z.string(), z.unknown()),
      }),
    ),
    idempotency: 'natural',
  }),
  overages: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/overages',
    summary: 'Use above what was granted, as it will be billed or reported',
    scope: 'usage:read',
    params: z.object({ id: callerId }),
    query: listQuery.extend({ feature: callerId.optional() }),
    response: list(
      z.object({
        feature: z.string(),
        member: z.string().nullable(),
        windowStart: z.string(),
        amount: z.number(),
        priced: z.boolean(),
        unitPrices: z.record(z.string(), z.string()).nullable(),
        event: z.string(),
        at: z.string(),
      }),
    ),
    idempotency: 'natural',
  }),
}
