/**
 * Refusals as events: the first of a customer and feature in an hour is announced, off the way of the answer.
 *
 * Owns: which refusals are worth it. Does not own: the decision (`domain/usage`) and who is told of the event.
 * Invariant: however many processes refuse, one event an hour. A refusal changes nothing, so what was noted by a process
 * that dies is not missed: the next one is announced instead.
 */
import { LRUCache } from 'lru-cache'
import type { Context, Environment } from '../../context.ts'
import { suggestUpgrade } from '../../domain/catalog/suggest-upgrade.ts'
import { HOUR_MS, type Instant, toIso, toIsoOrNull } from '../../domain/time/instant.ts'
import { startLoop } from '../../loop.ts'
import type { Loop } from '../../loop.ts'
import { growingTo } from '../growing-to.ts'
import type { Transaction } from '../../store/database/pool.ts'
import { transaction } from '../../store/database/transaction.ts'
import { appendEvents } from '../../store/events.ts'
import { insertRefusalHour, loadRefused } from '../../store/usage-refusals.ts'
import { limitLockWait, loadTestClockTimes, lockHeads } from '../../store/usage/locks.ts'
import type { Outcome } from './commands.ts'

export interface UsageRefusal {
  /** The caller's ids. */
  customer: string
  member: string | undefined
  feature: string
  amount: number
  outcome: Outcome
}

export interface Refusals {
  /** Costs a look into memory. Answers that refuse for another reason than the limit are passed over. */
  note(environment: Environment, refusal: UsageRefusal): void
  /** Announces what is left, and ends. */
  stop(): Promise<void>
}

interface Noted extends UsageRefusal {
  environment: Environment
}

const MOST_REMEMBERED = 100_000
/** More than this waits in no process: the rest of a storm says nothing new. */
const MOST_WAITING = 10_000
const codes = new Set(['quota_exceeded', 'insufficient_credits'])

type RefusalContext = Pick<Context, 'db' | 'clock' | 'catalogs' | 'logger'>

export function createRefusals(ctx: RefusalContext): Refusals {
  /** The hour of the system's clock in which it was noted last. */
  const hours = new LRUCache<string, number>(growingTo(MOST_REMEMBERED))
  const waiting = new Map<string, Noted>()
  let loop: Loop | undefined

  const announceAll = async () => {
    for (const [name, noted] of waiting) {
      waiting.delete(name)
      let again = true
      try {
        // the hours of a test clock pass when it is moved, so only the database knows them
        again = await transaction(ctx.db, (tx) => announce(ctx, tx, noted))
      } finally {
        if (again) hours.delete(name)
      }
    }
  }
  return {
    note(environment, refusal) {
      if (!codes.has(refusal.outcome.decision.code)) return
      const name = `${environment.id} ${refusal.customer} ${refusal.feature}`
      const hour = Math.floor(ctx.clock.now() / HOUR_MS)
      if (hours.get(name) === hour || waiting.size >= MOST_WAITING) return
      hours.set(name, hour)
      waiting.set(name, { ...refusal, environment })
      loop ??= startLoop({
        everyMs: 5_000,
        work: announceAll,
        onError: (error) => ctx.logger.warn({ err: error }, 'a refusal could not be announced'),
      })
      loop.wake()
    },
    async stop() {
      await loop?.stop()
      if (loop !== undefined) await announceAll()
    },
  }
}

/** @returns whether the customer is on a test clock */
async function announce(ctx: RefusalContext, tx: Transaction, noted: Noted): Promise<boolean> {
  const environment = noted.environment.id
  const refused = await loadRefused(tx, environment, noted.customer)
  if (refused === null) return false
  const { customer, testClock } = refused
  await limitLockWait(tx)
  await lockHeads(tx, environment, [customer], 'wait')
  const recordedAt = ctx.clock.now()
  const times = testClock === null ? undefined : await loadTestClockTimes(tx, environment, [testClock])
  const at: Instant = times?.get(testClock ?? '') ?? recordedAt
  const hourAt = at - (at % HOUR_MS)
  const isFirst = await insertRefusalHour(tx, environment, customer, {
    feature: noted.feature,
    hourAt,
    recordedAt,
  })
  if (isFirst) {
    const payload = await payloadOf(ctx, tx, noted, hourAt)
    const event = { type: 'usage.refused' as const, subject: noted.feature, payload, occurredAt: at }
    await appendEvents(tx, environment, customer, [event], recordedAt)
  }
  return testClock !== null
}

async function payloadOf(ctx: RefusalContext, tx: Transaction, noted: Noted, hourAt: Instant) {
  const { decision, plan, currency, interval } = noted.outcome
  const { limit, used } = decision
  const catalog = await ctx.catalogs.current(noted.environment.id, tx)
  return {
    feature: noted.feature,
    member: noted.member ?? null,
    code: decision.code,
    amount: noted.amount,
    used,
    limit: limit.unlimited ? null : limit.amount,
    unlimited: limit.unlimited,
    resetsAt: toIsoOrNull(decision.resetsAt),
    hour: toIso(hourAt),
    upgrade: suggestUpgrade({
      catalog,
      plan: plan?.key ?? null,
      currency,
      interval,
      feature: noted.feature,
      needed: used + noted.amount,
    }),
  }
}
