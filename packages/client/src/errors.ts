import type { Decision, ErrorCode } from './api.gen.ts'

/** What went wrong on the way rather than in the engine. */
export type ConnectionCode =
  /** No answer: the name, the connection or the body failed. */
  | 'network_error'
  /** No answer in `timeoutMs`, or none in `deadlineMs` over all attempts. */
  | 'timeout'
  /** An answer that isn't the API's: a proxy's page, a redirect. */
  | 'invalid_response'

/** Why a decision was "no", where one is thrown (`consumeOrThrow`). */
export type RefusalCode = Exclude<Decision['code'], 'ok'>

/** All codes known when this client was made; a newer server may send others. */
export type KnownCode = ErrorCode | ConnectionCode | RefusalCode
export type Code = KnownCode | (string & {})

export interface FieldError {
  /** The path of the field, for example `plans.starter.allowances.seats`. */
  param: string
  message: string
}

/** What something comes to, in minor units; below zero it is given back. */
export interface ActualFigures {
  currency: string
  subtotalMinor: number
  discountMinor: number
  taxMinor: number
  totalMinor: number
}

export interface ErrorDetails {
  code: Code
  status: number
  title: string
  detail?: string | undefined
  param?: string | undefined
  requestId?: string | undefined
  errors?: FieldError[] | undefined
  expected?: { totalMinor: number } | undefined
  actual?: ActualFigures | undefined
  retryAfterMs?: number | undefined
  cause?: unknown
}

const brand = Symbol.for('tollkeeper.error')

/**
 * A call that had no usable answer. `code` is what to branch on; `title` and `detail` are sentences in the language
 * the client asked for.
 *
 * @example
 * try { await client.customers.get('acme') } catch (error) {
 *   if (!isCode(error, 'customer_not_found')) throw error
 * }
 */
export class TollkeeperError extends Error {
  readonly code: Code
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  /** The field that is to blame. */
  readonly param: string | undefined
  /** Give it to whoever runs the server: it finds the request in the log. */
  readonly requestId: string | undefined
  /** Everything that is wrong with the request, if it's more than one field. */
  readonly errors: FieldError[]
  /** Of `total_mismatch`: what was sent. */
  readonly expected: { totalMinor: number } | undefined
  /** Of `total_mismatch` and `preview_changed`: what it comes to now. */
  readonly actual: ActualFigures | undefined
  /** How long the server asked us to stay away. */
  readonly retryAfterMs: number | undefined
  /** Of a call that does something: with this key in its options, the same call again has one effect with this one. */
  idempotencyKey: string | undefined

  constructor(details: ErrorDetails) {
    super(details.detail ?? details.title, details.cause === undefined ? {} : { cause: details.cause })
    this.name = 'TollkeeperError'
    this.code = details.code
    this.status = details.status
    this.title = details.title
    this.detail = details.detail
    this.param = details.param
    this.requestId = details.requestId
    this.errors = details.errors ?? []
    this.expected = details.expected
    this.actual = details.actual
    this.retryAfterMs = details.retryAfterMs
    this.idempotencyKey = undefined
    Object.defineProperty(this, brand, { value: true })
  }
}

/** True for an error of any copy of this package: `instanceof` fails when two are installed. */
export function isTollkeeperError(error: unknown): error is TollkeeperError {
  return error instanceof Error && brand in error
}

/**
 * True when the error carries one of these codes.
 *
 * @example if (isCode(error, 'quota_exceeded', 'insufficient_credits')) return upgradePage(error)
 */
export function isCode<const Wanted extends KnownCode>(
  error: unknown,
  ...codes: Wanted[]
): error is TollkeeperError & { code: Wanted } {
  return isTollkeeperError(error) && (codes as string[]).includes(error.code)
}
