/**
 * Live readers of the feed. One poller in the process reads for all of them and keeps the newest events in memory;
 * who is further behind reads pages from the database.
 *
 * Owns: followers and what they share. Does not own: positions (the sequencer), the wire (`api/events.ts`).
 * Invariant: a follower gets every event after its position that its filter admits, once, in order. It pulls, so a
 * slow one costs no memory: it falls back to reading pages.
 */
import { startLoop } from '../../loop.ts'
import type { Loop } from '../../loop.ts'
import type { Logger } from '../../logger.ts'
import { Refusal } from '../../refusal.ts'
import type { Database } from '../../store/database/pool.ts'
import { loadFeed, loadFeedPosition } from '../../store/event-feed.ts'
import type { FeedEvent, FeedFilter } from '../../store/event-feed.ts'

export type { FeedEvent, FeedFilter } from '../../store/event-feed.ts'

export interface FeedBatch {
  /** Empty when nothing happened for a while. */
  events: FeedEvent[]
  /** Everything up to here has been seen; a reader that starts again starts after it. */
  position: number
}

export interface FollowOptions extends FeedFilter {
  /** Start after this position; undefined starts with what happens from now on. */
  after?: number
  signal?: AbortSignal
}

export interface EventFeed {
  /**
   * Yields until the signal is aborted or the feed closes.
   *
   * @throws Refusal `overloaded` when the process has as many followers as it takes; `shutting_down` once closed:
   * at once, before the first event is asked for.
   */
  follow(environment: number, options: FollowOptions): AsyncGenerator<FeedBatch, void, undefined>
  /** There may be something new. */
  wake(): void
  followers(): number
  close(): Promise<void>
}

export interface FeedOptions {
  pollMs?: number
  /** A follower without events gets an empty batch this often. */
  idleMs?: number
  maxFollowers?: number
  /** Newest events kept in memory for each environment that is followed. */
  kept?: number
  pageSize?: number
}

interface Channel {
  environment: number
  /** What has been read so far. */
  position: number
  /** Events keptAfter + 1, keptAfter + 2, … position. */
  recent: FeedEvent[]
  keptAfter: number
  followers: number
  waiting: Set<() => void>
}

const DEFAULTS = { pollMs: 200, idleMs: 15_000, maxFollowers: 1_000, kept: 2_000, pageSize: 500 }

export function createEventFeed(ctx: { db: Database; logger: Logger }, options: FeedOptions = {}): EventFeed {
  const settings = { ...DEFAULTS, ...options }
  const channels = new Map<number, Channel>()
  let poller: Loop | undefined
  let followers = 0
  let closed = false

  const poll = async () => {
    for (const channel of channels.values()) await readNew(ctx.db, channel, settings)
  }
  const enter = async (environment: number): Promise<Channel> => {
    poller ??= startLoop({
      everyMs: settings.pollMs,
      work: poll,
      onError: (error) => ctx.logger.warn({ err: error }, 'The event feed could not be read'),
    })
    const position = channels.has(environment) ? 0 : await loadFeedPosition(ctx.db, environment)
    const channel = channels.get(environment) ?? newChannel(environment, position)
    channels.set(environment, channel)
    channel.followers += 1
    return channel
  }
  const leave = (channel: Channel) => {
    channel.followers -= 1
    if (channel.followers === 0) channels.delete(channel.environment)
  }

  const refuse = () => {
    if (closed) throw new Refusal('shutting_down')
    if (followers >= settings.maxFollowers) throw new Refusal('overloaded', { retryAfterSeconds: 5 })
  }
  async function* batches(
    environment: number,
    wanted: FollowOptions,
  ): AsyncGenerator<FeedBatch, void, undefined> {
    refuse()
    followers += 1
    let channel: Channel | undefined
    try {
      channel = await enter(environment)
      let position = wanted.after ?? channel.position
      while (!closed && wanted.signal?.aborted !== true) {
        const batch = await nextBatch(ctx.db, channel, position, wanted, settings.pageSize)
        if (batch !== null) position = batch.position
        if (batch !== null && batch.events.length > 0) yield batch
        else if (position >= channel.position && !closed) {
          if (!(await somethingNew(channel, settings.idleMs, wanted.signal))) yield { events: [], position }
        }
      }
    } finally {
      followers -= 1
      if (channel !== undefined) leave(channel)
    }
  }

  return {
    follow(environment, wanted) {
      refuse()
      return batches(environment, wanted)
    },
    wake: () => poller?.wake(),
    followers: () => followers,
    async close() {
      closed = true
      await poller?.stop()
      for (const channel of channels.values()) wakeAll(channel)
    },
  }
}

const newChannel = (environment: number, position: number): Channel => ({
  environment,
  position,
  recent: [],
  keptAfter: position,
  followers: 0,
  waiting: new Set(),
})

function wakeAll(channel: Channel): void {
  const waiting = [...channel.waiting]
  channel.waiting.clear()
  for (const resume of waiting) resume()
}

async function readNew(db: Database, channel: Channel, settings: { kept: number; pageSize: number }) {
  for (;;) {
    const page = await loadFeed(db, channel.environment, {
      after: channel.position,
      limit: settings.pageSize,
    })
    const last = page.at(-1)
    if (last === undefined) return
    channel.recent.push(...page)
    channel.position = last.position
    const surplus = channel.recent.length - settings.kept
    if (surplus > 0) channel.keptAfter = (channel.recent.splice(0, surplus).at(-1) as FeedEvent).position
    wakeAll(channel)
    if (page.length < settings.pageSize) return
  }
}

/** What follows `position`, from memory if it is there; null when nothing does. */
async function nextBatch(
  db: Database,
  channel: Channel,
  position: number,
  filter: FeedFilter,
  pageSize: number,
): Promise<FeedBatch | null> {
  if (position >= channel.position) return null
  if (position < channel.keptAfter) {
    const upTo = channel.position
    const events = await loadFeed(db, channel.environment, {
      ...filter,
      after: position,
      upTo,
      limit: pageSize,
    })
    const full = events.length === pageSize
    return { events, position: full ? (events.at(-1) as FeedEvent).position : upTo }
  }
  // positions have no gaps, so the place in the list follows from the position
  const from = position - channel.keptAfter
  const page = channel.recent.slice(from, from + pageSize)
  const events = page.filter((event) => admits(filter, event))
  return { events, position: (page.at(-1) as FeedEvent).position }
}

function admits(filter: FeedFilter, event: FeedEvent): boolean {
  if (filter.customer !== undefined && filter.customer !== event.customer) return false
  return filter.types === undefined || filter.types.includes(event.type)
}

/** Resolves true when there may be something new (or it is time to go), false after `idleMs` of silence. */
function somethingNew(channel: Channel, idleMs: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted === true) return Promise.resolve(true)
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      clearTimeout(timer)
      channel.waiting.delete(resume)
      signal?.removeEventListener('abort', resume)
      resolve(answer)
    }
    const resume = () => end(true)
    const timer = setTimeout(() => end(false), idleMs)
    timer.unref()
    channel.waiting.add(resume)
    signal?.addEventListener('abort', resume)
  })
}
