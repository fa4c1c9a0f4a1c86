/**
 * The one error map: whatever was thrown becomes problem+json (RFC 9457).
 *
 * Owns: which status, code and sentence an error has. Does not own: the codes (contract) and the sentences
 * (`language/`).
 * Invariant: only refusals tell the caller what was wrong; anything else is a 500 whose cause is in the log alone.
 */
import { errorCodes } from '@tollkeeper/contract'
import type { ErrorCode } from '@tollkeeper/contract'
import { describeRefusal } from '../language/format.ts'
import { languages } from '../language/index.ts'
import type { LanguageTag } from '../language/index.ts'
import { sayPhrase } from '../language/say-phrase.ts'
import { refusalOf } from '../operations/failures.ts'
import { Refusal } from '../refusal.ts'
import type { FieldError, RefusedFigures } from '../refusal.ts'

export interface Problem extends Partial<RefusedFigures> {
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  param?: string
  requestId: string
  errors?: FieldError[]
}

/** What Fastify refuses before a handler runs. */
const frameworkCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_json',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_ROUTE_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
}

/** Any error as a refusal; `undefined` for a bug. */
function refusalFor(error: unknown): Refusal | undefined {
  const refusal = refusalOf(error)
  if (refusal !== undefined) return refusal
  const { code, limit } = (error ?? {}) as { code?: unknown; limit?: unknown }
  const known = typeof code === 'string' ? frameworkCodes[code] : undefined
  if (known === undefined) return undefined
  return new Refusal(known, { values: typeof limit === 'number' ? { limit } : {} })
}

export function problemOf(error: unknown, language: LanguageTag, requestId: string): Problem {
  const refusal = refusalFor(error) ?? new Refusal('internal_error')
  const { errors, phrases } = languages[language]
  const { title } = errors[refusal.code]
  const problem: Problem = {
    type: `/docs#${refusal.code}`,
    title,
    status: errorCodes[refusal.code].status,
    detail: describeRefusal(language, refusal),
    code: refusal.code,
    requestId,
    ...refusal.figures,
  }
  if (refusal.param !== undefined) problem.param = refusal.param
  if (refusal.errors.length > 0) {
    problem.errors = refusal.errors.map(({ param, message }) => ({
      param,
      message: sayPhrase(phrases, message),
    }))
  }
  return problem
}

/** The headers that go with a refusal. */
export function problemHeaders(error: unknown, code: ErrorCode): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json; charset=utf-8' }
  const seconds = refusalFor(error)?.retryAfterSeconds
  if (seconds !== undefined) headers['retry-after'] = String(seconds)
  else if (errorCodes[code].status === 503) headers['retry-after'] = '1'
  if (errorCodes[code].status === 401) headers['www-authenticate'] = 'Bearer realm="tollkeeper"'
  if (code === 'idempotency_key_in_flight') headers['retry-after'] = '1'
  return headers
}
