/**
 * The API as an OpenAPI 3.1 document, made from the contract.
 *
 * Owns: its form. Does not own: a single word of what it says of the calls (contract).
 * Invariant: the same contract gives the same bytes.
 */
import { errorCodes } from '@tollkeeper/contract'
import type { z } from 'zod'
import { en } from '../language/en.ts'
import { inputSchema, outputSchema } from './json-schema.ts'
import { shareSchemas } from './openapi-components.ts'
import type { Call } from './routes.ts'
import { calls } from './routes.ts'

type Json = Record<string, unknown>

export function openApiDocument(selected: readonly Call[] = calls): Json {
  const written: Record<string, Json> = {}
  for (const call of selected) {
    const { path, method } = call.endpoint
    written[path] = { ...written[path], [method.toLowerCase()]: operationOf(call) }
  }
  const { paths, schemas } = shareSchemas(written)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tollkeeper',
      version: '1',
      description: 'May this customer do this now, and what does this customer owe?',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: [...new Set(selected.map(({ noun }) => noun))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key such as sk_test_…' },
      },
      schemas: { Problem: problemSchema(), ...schemas },
      responses: {
        Problem: {
          description: 'Refused, or failed. `code` never changes its meaning.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      headers: responseHeaders,
    },
  }
}

function operationOf({ name, noun, endpoint }: Call): Json {
  const { summary, description, status = 200, mayTakeLong = false, testOnly, body } = endpoint
  const notes = [
    description,
    testOnly === true ? 'Only in test environments.' : undefined,
    `Scope: \`${endpoint.scope}\`.`,
  ]
  return {
    operationId: name,
    tags: [noun],
    summary,
    description: notes.filter((note) => note !== undefined).join('\n\n'),
    parameters: [
      ...parametersOf(endpoint.params, 'path'),
      ...parametersOf(endpoint.query, 'query'),
      ...(endpoint.idempotency === 'natural' ? [] : [idempotencyHeader]),
      languageHeader,
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: inputSchema(body) } } } }),
    responses: {
      [String(status)]: answerOf(endpoint, 'Done.'),
      ...(mayTakeLong ? { 202: answerOf(endpoint, 'Begun, and still under way.') } : {}),
      default: { $ref: '#/components/responses/Problem' },
    },
    'x-scope': endpoint.scope,
    'x-idempotency': endpoint.idempotency,
    'x-publishable': endpoint.publishable === true,
  }
}

function answerOf(endpoint: Call['endpoint'], description: string): Json {
  return {
    description,
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      RateLimit: { $ref: '#/components/headers/RateLimit' },
    },
    content:
      endpoint.stream === true
        ? { 'text/event-stream': { schema: { type: 'string' } } }
        : endpoint.file !== undefined
          ? { [endpoint.file]: { schema: { type: 'string', format: 'binary' } } }
          : { 'application/json': { schema: outputSchema(endpoint.response) } },
  }
}

const idempotencyHeader: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'One key, one effect: a repeated request gets the answer of the first. The same as `idempotencyKey` in the body.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const languageHeader: Json = {
  name: 'Accept-Language',
  in: 'header',
  description: 'Of messages and errors: `en` (default) or `fr`.',
  schema: { type: 'string' },
}

const responseHeaders: Json = {
  RequestId: {
    description: 'Tell it to the operator when something went wrong.',
    schema: { type: 'string' },
  },
  RateLimit: {
    description: '`r`: requests left, `t`: seconds until the window ends.',
    schema: { type: 'string' },
  },
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = inputSchema(schema) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function problemSchema(): Json {
  const text = { type: 'string' }
  const total = { totalMinor: { type: 'integer' } }
  const parts = ['subtotalMinor', 'discountMinor', 'taxMinor']
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
    properties: {
      type: { ...text, description: 'Where the code is explained.' },
      title: text,
      status: { type: 'integer' },
      detail: { ...text, description: 'What to do about it.' },
      code: { ...text, enum: Object.keys(errorCodes) },
      param: { ...text, description: 'The field that is the cause.' },
      requestId: text,
      errors: {
        type: 'array',
        items: { type: 'object', required: ['param', 'message'], properties: { param: text, message: text } },
      },
      expected: {
        type: 'object',
        description: 'Of `total_mismatch`: what you sent.',
        required: ['totalMinor'],
        properties: total,
      },
      actual: {
        type: 'object',
        description:
          'Of `total_mismatch` and `preview_changed`: what it comes to now, in minor units; below zero it is given back.',
        required: ['currency', ...parts, 'totalMinor'],
        properties: {
          currency: text,
          ...Object.fromEntries(parts.map((part) => [part, { type: 'integer' }])),
          ...total,
        },
      },
    },
  }
}

/** A short text about the API for language models. */
export function llmsText(selected: readonly Call[] = calls): string {
  const line = ({ endpoint }: Call) => `- ${endpoint.method} ${endpoint.path}: ${endpoint.summary}`
  const nouns = [...new Set(selected.map(({ noun }) => noun))]
  const sections = nouns.flatMap((noun) => [
    `## ${noun}`,
    '',
    ...selected.filter((call) => call.noun === noun).map(line),
    '',
  ])
  const codes = Object.entries(errorCodes).map(
    ([code, { status }]) => `- ${code} (${status}): ${en.errors[code as keyof typeof errorCodes].title}`,
  )
  return `${[
    '# Tollkeeper',
    '',
    '> Subscriptions, entitlements and billing. It answers: may this customer do this now, and what does this customer owe?',
    '',
    'JSON over HTTP. `Authorization: Bearer sk_test_…`; the key decides the environment. Ids of customers, members,',
    'features, plans and add-ons are your own. Times are ISO 8601, amounts integers. Send an `Idempotency-Key` with every POST.',
    'A limit that is reached is an answer (200, `allowed: false`), not an error. Errors are problem+json with a stable `code`.',
    '',
    '- [OpenAPI 3.1](/openapi.json)',
    '- [Reference](/docs)',
    '',
    ...sections,
    '## Error codes',
    '',
    ...codes,
  ].join('\n')}\n`
}
