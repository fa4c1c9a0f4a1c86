/**
 * Events as they happen, as one loop that survives cut connections and restarted servers.
 *
 * Invariant: what is yielded has ascending positions with none twice; after a cut it goes on after the last one yielded.
 */
import { envelopeOf, errorOfProblem, send } from './connection.ts'
import type { Call, Connection, Envelope } from './connection.ts'
import { isTollkeeperError, TollkeeperError } from './errors.ts'
import type { Page } from './pages.ts'
import { connectionError, request } from './request.ts'
import { backoffMs } from './retry.ts'
import { pause } from './runtime.ts'
import { messageReader } from './server-sent-events.ts'

/** A connection that is silent for so long is taken for dead; the server says something every 15 seconds or so. */
const SILENCE_MS = 45_000
const LONGEST_DELAY_MS = 30_000
const STEADY_MS = 10_000

export interface EventStreamOptions {
  /** Ends the loop, quietly. */
  signal?: AbortSignal
  /** How long the line may be silent, heartbeats included, before a new connection is made. Default 45,000. */
  silenceMs?: number
  /** Told whenever the connection is lost, before the next attempt. */
  onReconnect?: (reconnect: { error: TollkeeperError | undefined; delayMs: number }) => void
}

export interface EventStream<Item> extends AsyncIterable<Item> {
  /** The place of the last item that was yielded: keep it, and give it back as `after` when you start again. */
  readonly position: number | undefined
  /** Ends the loop, quietly. */
  close(): void
}

interface State {
  position: number | undefined
  hasConnected: boolean
  failures: number
}

/** A stream that connects when it is first looped over. */
export function eventStream<Item>(
  connection: Connection,
  call: Call,
  options: EventStreamOptions = {},
): EventStream<Item> {
  const after = Number(call.query?.after)
  const state: State = {
    position: call.query?.after === undefined || Number.isNaN(after) ? undefined : after,
    hasConnected: false,
    failures: 0,
  }
  const closing = new AbortController()
  const close = () => closing.abort()
  return {
    get position() {
      return state.position
    },
    close,
    async *[Symbol.asyncIterator]() {
      if (options.signal?.aborted) close()
      options.signal?.addEventListener('abort', close, { once: true })
      try {
        yield* follow<Item>(connection, call, options, state, closing.signal)
      } finally {
        options.signal?.removeEventListener('abort', close)
      }
    },
  }
}

/** Connection after connection, until it is told to stop or the server says that there's no point. */
async function* follow<Item>(
  connection: Connection,
  call: Call,
  options: EventStreamOptions,
  state: State,
  signal: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  const { runtime } = connection
  while (!signal.aborted) {
    const startedAt = runtime.elapsedMs()
    let error: TollkeeperError | undefined
    try {
      for await (const item of listen<Item>(connection, call, options, state, signal)) {
        state.failures = 0
        yield item
      }
    } catch (caught) {
      if (signal.aborted) return
      error = toleratedError(caught, state, connection.maxRetries)
    }
    if (signal.aborted) return
    if (runtime.elapsedMs() - startedAt >= STEADY_MS) state.failures = 0
    state.failures += 1
    const delayMs = (error?.retryAfterMs ?? 0) + backoffMs(state.failures, runtime.random(), LONGEST_DELAY_MS)
    options.onReconnect?.({ error, delayMs })
    await pause(runtime, delayMs, signal).catch(() => undefined) // only an abort ends it early: the loop sees that
  }
}

/** Gives back an error after which it's worth connecting again, and throws the others. */
function toleratedError(error: unknown, state: State, maxRetries: number): TollkeeperError {
  if (!isTollkeeperError(error)) throw error
  const isPassing = error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500
  if (!isPassing) throw error
  // Before the first success it may be a wrong address, and trying forever would hide that.
  if (!state.hasConnected && state.failures >= maxRetries) throw error
  return error
}

/** One connection, from its opening to its end. */
async function* listen<Item>(
  connection: Connection,
  call: Call,
  options: EventStreamOptions,
  state: State,
  signal: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  const envelope = await envelopeOf(connection, call)
  envelope.headers.Accept = 'text/event-stream'
  const guard = silenceGuard(connection, signal)
  let body: ReadableStreamDefaultReader<Uint8Array> | undefined
  try {
    guard.expect(connection.timeoutMs)
    state.position ??= await latestPosition(connection, call, guard.signal)
    body = await open(
      connection,
      { ...call, query: { ...call.query, after: state.position } },
      envelope,
      guard.signal,
    )
    state.hasConnected = true
    const decoder = new TextDecoder()
    const read = messageReader()
    for (;;) {
      guard.expect(options.silenceMs ?? SILENCE_MS)
      const piece = await body.read()
      guard.calm()
      if (piece.done) return
      for (const { id, event, data } of read(decoder.decode(piece.value, { stream: true }))) {
        if (event === 'error') throw errorOfProblem(parseItem(data ?? 'null')) ?? new Error(data)
        const position = id === undefined || id === '' ? undefined : Number(id)
        const isOld = position !== undefined && state.position !== undefined && position <= state.position
        if (position !== undefined && !isOld) state.position = position
        if (data !== undefined && !isOld) yield parseItem<Item>(data)
      }
    }
  } catch (error) {
    if (isTollkeeperError(error) || signal.aborted) throw error
    throw connectionError(error, guard.isBroken(), guard.limitMs())
  } finally {
    guard.end()
    await body?.cancel().catch(() => undefined) // it may have ended by itself
  }
}

/**
 * Where "from now on" begins. Known before the stream is opened, so that a cut before the first event loses nothing.
 * A stream at `…/stream` follows the list beside it, whose first entry is the newest.
 */
async function latestPosition(connection: Connection, call: Call, signal: AbortSignal): Promise<number> {
  const path = call.path.replace(/\/stream$/, '')
  const list = { method: 'GET', path, query: { limit: 1 }, idempotent: true }
  const page = (await request(connection, list, { signal, maxRetries: 0 })) as Page<{ position: number }>
  return page.data[0]?.position ?? 0
}

async function open(connection: Connection, call: Call, envelope: Envelope, signal: AbortSignal) {
  const response = await send(connection, call, envelope, signal)
  if (response.body) return response.body.getReader()
  throw new TollkeeperError({
    code: 'invalid_response',
    status: response.status,
    title: 'The stream has no body',
  })
}

function parseItem<Item>(data: string): Item {
  try {
    return JSON.parse(data) as Item
  } catch (cause) {
    throw new TollkeeperError({
      code: 'invalid_response',
      status: 200,
      title: 'The stream holds no JSON',
      cause,
    })
  }
}

/** Aborts what it guards when nothing has come for too long, or when the caller says stop. */
function silenceGuard({ runtime }: Connection, stop: AbortSignal) {
  const controller = new AbortController()
  let isBroken = false
  let limitMs = 0
  let cancel = () => {}
  const onStop = () => controller.abort(stop.reason)
  stop.addEventListener('abort', onStop, { once: true })
  return {
    signal: controller.signal,
    isBroken: () => isBroken,
    limitMs: () => limitMs,
    expect(withinMs: number) {
      cancel()
      limitMs = withinMs
      cancel = runtime.after(withinMs, () => {
        isBroken = true
        controller.abort()
      })
    },
    calm: () => cancel(),
    end() {
      cancel()
      stop.removeEventListener('abort', onStop)
      controller.abort() // lets go of the connection, also when the loop was left with `break`
    },
  }
}
