/**
 * Decides uses in this process, out of amounts that it has drawn from the engine ahead: no request per use, and still
 * never oversold, because what is drawn counts against the limit from the moment it is given.
 *
 * Owns: drawing, the time of each lease, reporting what was used. Does not own: how much may be drawn (the engine).
 * Invariant: nothing is taken from a lease once its time is over. Its time is counted from before the request left, by
 * the larger of the monotonic and the wall time that has passed: one stands still while a machine sleeps, the other
 * may be set back.
 */
import type { Client } from './client.ts'
import { isTollkeeperError } from './errors.ts'
import type { EventStream } from './event-stream.ts'
import { backoffMs } from './retry.ts'
import { pause, webRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'

export interface LeaseHolderOptions {
  customer: string
  feature: string
  member?: string
  /** Units drawn at a time. While they are held, nobody else can have them. Default 100. */
  drawAmount?: number
  /** How long a lease lasts at most, 1 to 60. Cut off from the engine, it goes on for no longer. Default 30. */
  ttlSeconds?: number
  /** How long a use waits for a draw before it is refused. Default 2,000. */
  drawTimeoutMs?: number
  /** Who holds it, for people. */
  holder?: string
  /** Told of what went wrong in the background; it is tried again by itself. */
  onError?: (error: unknown) => void
  /** Clocks and timers of one's own, for tests. */
  runtime?: HolderRuntime
}

export interface HolderRuntime extends Runtime {
  /** Milliseconds by the clock on the wall. */
  wallMs: () => number
}

export interface LeaseHolder {
  /**
   * May it be used now? At once where what was drawn suffices; else a promise, for the next draw. A positive answer
   * is a use: it is reported when the lease ends.
   *
   * @example if (!(await holder.take())) return respond(429)
   */
  take(amount?: number): boolean | Promise<boolean>
  /** What can be taken at once. */
  readonly available: number
  /** Reports what was used and gives back the rest. Takes are refused from now on. */
  close(): Promise<void>
}

interface Lease {
  id: string
  granted: number
  used: number
  startedAt: Moment
  lastsMs: number
  cancelTimer: () => void
}

interface Moment {
  elapsedMs: number
  wallMs: number
}

interface State {
  client: Client
  options: LeaseHolderOptions & { drawAmount: number; ttlSeconds: number; drawTimeoutMs: number }
  runtime: HolderRuntime
  leases: Lease[]
  /** Grows with every change of what the customer may use: what was drawn under an older one is given back. */
  generation: number
  drawing: Promise<boolean> | null
  /** The engine gave less than was asked: drawing ahead would only ask again and again. */
  isShort: boolean
  chores: Set<Promise<void>>
  following: Promise<void> | null
  stream: EventStream<{ type: string }> | null
  stop: AbortController
}

/** A new lease is drawn when this part of the old one's time has passed. */
const RENEW_AFTER = 0.7
/** Nothing that must be told to the engine is tried for longer: by then it has made up its mind for good. */
const LONGEST_DELAY_MS = 5_000

/**
 * Opens no connection before the first use. The key needs the scopes `usage:write` and `events:read`.
 *
 * @throws RangeError when `drawAmount` or `ttlSeconds` can't be used
 * @example
 * const holder = createLeaseHolder(client, { customer: 'acme', feature: 'tokens', drawAmount: 1_000 })
 * if (await holder.take(12)) answer()
 * await holder.close()
 */
export function createLeaseHolder(client: Client, options: LeaseHolderOptions): LeaseHolder {
  const { drawAmount = 100, ttlSeconds = 30, drawTimeoutMs = 2_000 } = options
  if (!Number.isSafeInteger(drawAmount) || drawAmount < 1)
    throw new RangeError('`drawAmount` must be a whole number from 1 on')
  if (!(ttlSeconds >= 1 && ttlSeconds <= 60)) throw new RangeError('`ttlSeconds` must be from 1 to 60')
  const state: State = {
    client,
    options: { ...options, drawAmount, ttlSeconds, drawTimeoutMs },
    runtime: options.runtime ?? { ...webRuntime, wallMs: () => Date.now() },
    leases: [],
    generation: 0,
    drawing: null,
    isShort: false,
    chores: new Set(),
    following: null,
    stream: null,
    stop: new AbortController(),
  }
  return {
    take: (amount = 1) => take(state, amount),
    get available() {
      return availableOf(state)
    },
    close: () => close(state),
  }
}

function take(state: State, amount: number): boolean | Promise<boolean> {
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw new RangeError('What is taken must be a whole number from 1 on')
  if (state.stop.signal.aborted) return false
  if (!takeFromLeases(state, amount)) return takeAfterDraw(state, amount)
  if (!state.isShort && availableOf(state) * 2 < state.options.drawAmount) void draw(state, 0)
  return true
}

/** All of it, or nothing. */
function takeFromLeases(state: State, amount: number): boolean {
  if (availableOf(state) < amount) return false
  let left = amount
  for (const lease of state.leases) {
    const part = Math.min(left, lease.granted - lease.used)
    lease.used += part
    left -= part
  }
  return true
}

async function takeAfterDraw(state: State, amount: number): Promise<boolean> {
  const until = state.runtime.elapsedMs() + state.options.drawTimeoutMs
  for (;;) {
    const missing = amount - availableOf(state)
    const got = await draw(state, missing)
    if (state.stop.signal.aborted) return false
    if (takeFromLeases(state, amount)) return true
    // Others may have taken what came; it is drawn again as long as something comes.
    if (!got || state.runtime.elapsedMs() >= until) return false
  }
}

/** What is there; leases whose time is over are put away first. */
function availableOf(state: State): number {
  for (const lease of state.leases) if (isOver(state, lease)) retire(state, lease)
  return state.leases.reduce((sum, lease) => sum + lease.granted - lease.used, 0)
}

const momentOf = ({ runtime }: State): Moment => ({
  elapsedMs: runtime.elapsedMs(),
  wallMs: runtime.wallMs(),
})

function isOver(state: State, { startedAt, lastsMs }: Lease): boolean {
  const now = momentOf(state)
  return Math.max(now.elapsedMs - startedAt.elapsedMs, now.wallMs - startedAt.wallMs) >= lastsMs
}

// Drawing ----------------------------------------------------------------------------------------

/** One draw at a time; whoever needs one meanwhile waits for the same. Answers whether something came. */
function draw(state: State, missing: number): Promise<boolean> {
  state.drawing ??= drawOnce(state, missing).finally(() => {
    state.drawing = null
  })
  return state.drawing
}

async function drawOnce(state: State, missing: number): Promise<boolean> {
  const { customer, feature, member, drawAmount, ttlSeconds, drawTimeoutMs, holder } = state.options
  const amount = Math.max(drawAmount, missing)
  const body = { customer, feature, member, amount, ttlSeconds, holder }
  const idempotencyKey = state.runtime.uniqueId()
  const ask = () => state.client.usage.lease(body, { idempotencyKey, deadlineMs: drawTimeoutMs })
  try {
    // Changes are followed from before the draw: none can slip in between.
    await follow(state)
  } catch (error) {
    return failed(state, error)
  }
  const startedAt = momentOf(state)
  const { generation } = state
  try {
    return adopt(state, await ask(), startedAt, generation, amount)
  } catch (error) {
    // It may have been given without our hearing of it. Asked again with its key, it can be used or given back.
    if (isPassing(error))
      persist(state, async () => void adopt(state, await ask(), startedAt, generation, amount))
    return failed(state, error)
  }
}

function failed({ options }: State, error: unknown): false {
  options.onError?.(error)
  return false
}

function adopt(
  state: State,
  given: { id: string | null; granted: number; expiresInMs: number | null },
  startedAt: Moment,
  generation: number,
  asked: number,
): boolean {
  state.isShort = given.granted < asked
  if (given.id === null) return false
  const lastsMs = given.expiresInMs ?? 0
  const lease: Lease = { id: given.id, granted: given.granted, used: 0, startedAt, lastsMs, cancelTimer() {} }
  const isStale = generation !== state.generation || state.stop.signal.aborted || isOver(state, lease)
  state.leases.push(lease)
  if (isStale) {
    retire(state, lease)
    // Not refused: whoever waits asks again.
    return !state.stop.signal.aborted
  }
  lease.cancelTimer = state.runtime.after(lastsMs * RENEW_AFTER, () => void renew(state, lease))
  return true
}

/** Replaces a lease that is being used before its time is over; one that nobody used goes back. */
async function renew(state: State, lease: Lease): Promise<void> {
  const isNeeded = lease.used > 0 && availableOf(state) > 0
  const replaced = isNeeded && (await draw(state, 0))
  if (!isNeeded || replaced) return retire(state, lease)
  const { elapsedMs } = momentOf(state)
  const leftMs = lease.startedAt.elapsedMs + lease.lastsMs - elapsedMs
  lease.cancelTimer = state.runtime.after(Math.max(0, leftMs), () => retire(state, lease))
}

// Reporting --------------------------------------------------------------------------------------

/** Takes nothing more from it, and tells the engine what was used. */
function retire(state: State, lease: Lease): void {
  if (!state.leases.includes(lease)) return
  state.leases = state.leases.filter((each) => each !== lease)
  lease.cancelTimer()
  const { id, used } = lease
  persist(state, async () => {
    await state.client.usage.reportLease(id, { amount: used }, { deadlineMs: state.options.drawTimeoutMs })
  })
}

/** Tries until it works or makes no sense any more. A report that is late replaces what the engine assumed. */
function persist(state: State, work: () => Promise<void>): void {
  const { runtime, options } = state
  const chore = (async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        options.onError?.(error)
        // Closing waits for one more try of everything, and no longer.
        if (!isPassing(error) || (state.stop.signal.aborted && attempt > 1)) return
      }
      const delayMs = backoffMs(attempt, runtime.random(), LONGEST_DELAY_MS)
      await pause(runtime, delayMs, state.stop.signal).catch(() => undefined)
    }
  })()
  state.chores.add(chore)
  void chore.finally(() => state.chores.delete(chore))
}

const isPassing = (error: unknown): boolean =>
  isTollkeeperError(error) && (error.status === 0 || error.status === 429 || error.status >= 500)

// Changes ----------------------------------------------------------------------------------------

/** Resolves once changes from now on will be heard. */
function follow(state: State): Promise<void> {
  state.following ??= startFollowing(state).catch((error: unknown) => {
    state.following = null
    throw error
  })
  return state.following
}

async function startFollowing(state: State): Promise<void> {
  const { client, options } = state
  const page = await client.events.list({ limit: 1 }, { deadlineMs: options.drawTimeoutMs })
  const after = page.data[0]?.position ?? 0
  const type = 'entitlements.changed,access.changed'
  const stream = client.events.stream(
    { after, type, customer: options.customer },
    { signal: state.stop.signal },
  )
  state.stream = stream
  void listen(state, stream)
}

/** What was drawn under what no longer holds goes back; the next draw is decided anew. */
async function listen(state: State, stream: AsyncIterable<{ type: string }>): Promise<void> {
  try {
    const changes = stream[Symbol.asyncIterator]()
    while (!(await changes.next()).done) {
      state.generation += 1
      state.isShort = false
      for (const lease of state.leases) retire(state, lease)
    }
  } catch (error) {
    state.options.onError?.(error)
  }
  // The next draw listens anew.
  state.following = null
}

async function close(state: State): Promise<void> {
  state.stop.abort()
  state.stream?.close()
  for (const lease of state.leases) retire(state, lease)
  await state.drawing?.catch(() => undefined)
  while (state.chores.size > 0) await Promise.all(state.chores)
}
