/**
 * The one way in which a call is made: with a key of its own, again when that is safe, and never past its deadline.
 *
 * Invariant: all attempts of one call carry the same `Idempotency-Key`, so its effect happens at most once.
 */
import { envelopeOf, readFile, readJson, send } from './connection.ts'
import type { Call, Connection, Envelope } from './connection.ts'
import { isTollkeeperError, TollkeeperError } from './errors.ts'
import { retryDelayMs } from './retry.ts'
import { pause } from './runtime.ts'

export interface RequestOptions {
  /** Gives the call up; the promise rejects with the signal's reason. */
  signal?: AbortSignal
  /** For each attempt. Default: the client's, 10,000. */
  timeoutMs?: number
  /** For all attempts and the waiting between them. Default: the client's, 30,000. */
  deadlineMs?: number
  /** Attempts after the first. Default: the client's, 3. */
  maxRetries?: number
  /**
   * Makes a POST happen once, however often it is sent. A new one is drawn for each call unless you give one: give
   * your own (an order's id, say) when your process may die between two tries.
   */
  idempotencyKey?: string
  /** As in `Accept-Language`. Default: the client's. */
  language?: string
}

/** Makes a call and returns the JSON of its answer, or its bytes where that is a file. Throws a TollkeeperError, or the reason of the caller's signal. */
export async function request(
  connection: Connection,
  call: Call,
  options: RequestOptions = {},
): Promise<unknown> {
  const { runtime } = connection
  const startedAt = runtime.elapsedMs()
  const deadlineMs = options.deadlineMs ?? connection.deadlineMs
  const envelope = await envelopeOf(connection, call, options.language)
  const key = call.method === 'POST' ? idempotencyKeyOf(connection, call, options) : undefined
  if (key !== undefined) envelope.headers['Idempotency-Key'] = key
  for (let number = 1; ; number += 1) {
    options.signal?.throwIfAborted()
    const remainingMs = deadlineMs - (runtime.elapsedMs() - startedAt)
    const timeoutMs = Math.min(options.timeoutMs ?? connection.timeoutMs, remainingMs)
    try {
      return await attempt(connection, call, envelope, { number, timeoutMs, signal: options.signal })
    } catch (error) {
      if (!isTollkeeperError(error)) throw error
      error.idempotencyKey = key
      const delayMs = retryDelayMs(error, {
        number,
        idempotent: call.idempotent,
        maxRetries: options.maxRetries ?? connection.maxRetries,
        remainingMs: deadlineMs - (runtime.elapsedMs() - startedAt),
        random: runtime.random(),
      })
      if (delayMs === null) throw error
      await pause(runtime, delayMs, options.signal)
    }
  }
}

function idempotencyKeyOf({ runtime }: Connection, call: Call, options: RequestOptions): string {
  const { idempotencyKey } = (call.body ?? {}) as { idempotencyKey?: unknown }
  const inBody = typeof idempotencyKey === 'string' ? idempotencyKey : undefined
  return options.idempotencyKey ?? inBody ?? runtime.uniqueId()
}

/** One try, with a limit to its time. Whatever goes wrong is a TollkeeperError, save the caller's own abort. */
async function attempt(
  connection: Connection,
  call: Call,
  envelope: Envelope,
  { number, timeoutMs, signal }: { number: number; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<unknown> {
  const { runtime } = connection
  const controller = new AbortController()
  let hasTimedOut = false
  const cancelTimeout = runtime.after(Math.max(0, timeoutMs), () => {
    hasTimedOut = true
    controller.abort()
  })
  const onAbort = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const startedAt = runtime.elapsedMs()
  let status = 0
  let requestId: string | undefined
  try {
    const response = await send(connection, call, envelope, controller.signal)
    status = response.status
    requestId = response.headers.get('x-request-id') ?? undefined
    return await (call.answersFile === true ? readFile(response) : readJson(response))
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    const error = isTollkeeperError(cause) ? cause : connectionError(cause, hasTimedOut, timeoutMs)
    status = error.status
    requestId = error.requestId
    throw error
  } finally {
    cancelTimeout()
    signal?.removeEventListener('abort', onAbort)
    const durationMs = runtime.elapsedMs() - startedAt
    connection.onResponse?.({
      method: call.method,
      path: call.path,
      status,
      requestId,
      attempt: number,
      durationMs,
    })
  }
}

export function connectionError(cause: unknown, hasTimedOut: boolean, timeoutMs: number): TollkeeperError {
  if (hasTimedOut) {
    return new TollkeeperError({
      code: 'timeout',
      status: 0,
      title: 'The server did not answer in time',
      detail: `There was no complete answer within ${Math.round(timeoutMs)} ms.`,
      cause,
    })
  }
  return new TollkeeperError({
    code: 'network_error',
    status: 0,
    title: 'The server could not be reached',
    detail: `The connection failed: ${reasonOf(cause)}`,
    cause,
  })
}

/** `fetch` says only "fetch failed" in Node; what failed is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
