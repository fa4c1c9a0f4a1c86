import type { z } from 'zod'

/** What a restricted key may be allowed. A secret key has all of them. */
export const scopes = [
  'catalog:read',
  'catalog:write',
  'customers:read',
  'customers:write',
  'subscriptions:read',
  'subscriptions:write',
  'money:read',
  'money:write',
  'usage:read',
  'usage:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'analytics:read',
  'audit:read',
  'clocks:write',
  'keys:write',
] as const
export type KeyScope = (typeof scopes)[number]

/**
 * One call of the API, as data. Routes, OpenAPI, the client and the isolation suite are all made from it.
 *
 * `idempotency`: `stored` keeps the answer under the caller's `Idempotency-Key` in the effect's own transaction;
 * `usage` is deduplicated by the usage writer; `resumed` crosses several transactions (a provider is asked in between): the
 * operation keeps the key with what it began, and a replay goes on from there and answers what became of it; `natural` needs no key (GET, PUT, DELETE, a pure preview).
 */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for each path parameter. */
  path: `/v1/${string}`
  summary: string
  description?: string
  scope: KeyScope
  /** May a publishable key call it? */
  publishable?: boolean
  /** Only in a test environment? */
  testOnly?: boolean
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** 200 unless told. */
  status?: 200 | 201 | 202
  /** Answers the same with 202 while it is still under way. */
  mayTakeLong?: boolean
  response: z.ZodType
  /** The answer holds a secret that is shown once: what is kept for replays is sealed with the caller's key. */
  secretAnswer?: boolean
  /** Answers a stream of server-sent events rather than one JSON document. */
  stream?: boolean
  /** Answers a file of this media type rather than JSON. */
  file?: 'application/pdf' | 'application/xml'
  idempotency: 'stored' | 'usage' | 'resumed' | 'natural'
}

/** Keeps the literal types of one call, and checks its form. */
export const endpoint = <const Definition extends Endpoint>(definition: Definition): Definition => definition
