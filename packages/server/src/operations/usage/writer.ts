/**
 * The usage writer: turns many callers at once into few transactions, without a timer and without added wait.
 *
 * Owns: lanes, batches, back-pressure. Does not own: statements (`store/usage`), decisions (`domain/usage`).
 * While the last commit of a lane is in flight, what arrives gathers; the next batch takes all of it. A customer
 * always goes to the same lane, so two batches of one process never meet on a row. A customer whose rows somebody
 * else holds moves to a lane of its own until it is served, and stalls nobody.
 * Invariant: an answer is given after the commit of its effect, or it says that nothing is known (503).
 */
import { Refusal } from '../../refusal.ts'
import { DatabaseUnavailable, sqlStateOf } from '../../store/database/errors.ts'
import { transaction } from '../../store/database/transaction.ts'
import { takeInFirstGear } from '../../store/usage/first-gear.ts'
import type { Outcome, UsageCommand } from './commands.ts'
import { firstGearItem, isForFirstGear, outcomeOfFirstGear } from './first-gear-items.ts'
import { KeyTakenMeanwhile } from './save-batch.ts'
import { type BatchContext, decideBatch } from './second-gear.ts'

export interface WriterLimits {
  /** Lanes of the many; each has one batch in flight. */
  lanes: number
  batchSize: number
  /** Commands waiting in the process; one more is refused before anything was taken. */
  waiting: number
  /** Lanes of customers whose rows are held, at most. */
  heldLanes: number
  /** A command that has waited this long is refused before anything was taken. */
  patienceMs: number
}

export const defaultLimits: WriterLimits = {
  lanes: 2,
  batchSize: 512,
  waiting: 10_000,
  heldLanes: 4,
  patienceMs: 8_000,
}

interface Waiting {
  command: UsageCommand
  since: number
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

interface Lane {
  queue: Waiting[]
  running: boolean
}

export interface UsageWriter {
  /** @throws Refusal of the command; `overloaded` or DatabaseUnavailable when it can't be served in time. */
  submit(command: UsageCommand): Promise<Outcome>
  /** Serves what waits, then takes nothing more. */
  stop(): Promise<void>
  readonly waiting: number
  /** Told of each batch: its size and the gear that served it. */
  onBatch?: (size: number, gear: 1 | 2) => void
}

export function createUsageWriter(ctx: BatchContext, limits: WriterLimits = defaultLimits): UsageWriter {
  const lanes: Lane[] = Array.from({ length: limits.lanes }, () => ({ queue: [], running: false }))
  const held = new Map<number, Lane>()
  const active = new Set<Promise<void>>()
  let waiting = 0
  let stopped = false
  let heldRunning = 0

  const writer: UsageWriter = {
    submit(command) {
      if (stopped) return Promise.reject(new Refusal('shutting_down', { retryAfterSeconds: 1 }))
      if (waiting >= limits.waiting)
        return Promise.reject(new Refusal('overloaded', { retryAfterSeconds: 1 }))
      waiting += 1
      return new Promise<Outcome>((resolve, reject) => {
        const item: Waiting = { command, since: ctx.clock.now(), resolve, reject }
        const own = held.get(command.customer)
        if (own !== undefined) own.queue.push(item)
        else {
          const lane = lanes[command.customer % limits.lanes] as Lane
          lane.queue.push(item)
          wake(lane)
        }
      })
    },
    async stop() {
      stopped = true
      while (active.size > 0) await Promise.allSettled([...active])
    },
    get waiting() {
      return waiting
    },
  }

  function track(work: Promise<void>): void {
    active.add(work)
    void work.finally(() => active.delete(work))
  }

  function wake(lane: Lane): void {
    if (lane.running) return
    lane.running = true
    // One turn later: callers of the same turn share the batch.
    track(Promise.resolve().then(() => run(lane)))
  }

  async function run(lane: Lane): Promise<void> {
    while (lane.queue.length > 0) {
      const batch = admit(lane.queue.splice(0, limits.batchSize))
      if (batch.length > 0) await serve(batch)
    }
    lane.running = false
  }

  /** Whoever has waited too long is refused; nothing was taken for them. */
  function admit(batch: Waiting[]): Waiting[] {
    const latest = ctx.clock.now() - limits.patienceMs
    return batch.filter((item) => {
      if (item.since >= latest) return true
      fail(item, new Refusal('overloaded', { retryAfterSeconds: 1 }))
      return false
    })
  }

  async function serve(batch: Waiting[]): Promise<void> {
    try {
      const left = await firstGear(batch)
      if (left.length > 0) hold(await secondGear(left, 'skip'))
    } catch (error) {
      for (const item of batch) fail(item, error)
    }
  }

  async function firstGear(batch: Waiting[]): Promise<Waiting[]> {
    const fast = batch.filter((item) => isForFirstGear(item.command))
    if (fast.length === 0) return batch
    const now = ctx.clock.now()
    const items = fast.map((item) => firstGearItem(ctx.environment.id, item.command, now))
    const order = items
      .map((_, index) => index)
      .sort((left, right) => compareBalances(items[left], items[right]) || left - right)
    const taken = await retried(() =>
      takeInFirstGear(
        ctx.db,
        order.map((index) => items[index] as never),
        now,
      ),
    )
    const byEvent = new Map(taken.map((each) => [each.event, each]))
    writer.onBatch?.(taken.length, 1)
    fast.forEach((item, index) => {
      const answer = byEvent.get((items[index] as { event: string }).event)
      if (answer !== undefined) succeed(item, outcomeOfFirstGear(answer))
    })
    return batch.filter((item) => !settled.has(item))
  }

  async function secondGear(batch: Waiting[], mode: 'skip' | 'wait'): Promise<Waiting[]> {
    const byCommand = new Map(batch.map((item) => [item.command, item]))
    const result = await retried(() =>
      transaction(ctx.db, async (tx) => {
        if (mode === 'wait') await tx.query("set local lock_timeout = '5s'")
        return decideBatch(ctx, tx, [...byCommand.keys()], mode)
      }),
    )
    writer.onBatch?.(result.applied.size, 2)
    for (const [command, applied] of result.applied) {
      const item = byCommand.get(command) as Waiting
      if ('outcome' in applied) succeed(item, applied.outcome)
      else fail(item, applied.refusal)
    }
    return result.missed.map((command) => byCommand.get(command) as Waiting)
  }

  /** Customers whose heads are held wait in lanes of their own. */
  function hold(missed: Waiting[]): void {
    for (const item of missed) {
      const { customer } = item.command
      let lane = held.get(customer)
      if (lane === undefined) {
        lane = { queue: [], running: false }
        held.set(customer, lane)
      }
      lane.queue.push(item)
    }
    startHeldLanes()
  }

  function startHeldLanes(): void {
    for (const [customer, lane] of held) {
      if (heldRunning >= limits.heldLanes) return
      if (lane.running) continue
      lane.running = true
      heldRunning += 1
      track(runHeld(customer, lane))
    }
  }

  async function runHeld(customer: number, lane: Lane): Promise<void> {
    while (lane.queue.length > 0) {
      const batch = admit(lane.queue.splice(0, limits.batchSize))
      if (batch.length === 0) continue
      try {
        await secondGear(batch, 'wait')
      } catch (error) {
        const reason =
          sqlStateOf(error) === '55P03' ? new Refusal('overloaded', { retryAfterSeconds: 1 }) : error
        for (const item of batch) fail(item, reason)
      }
    }
    held.delete(customer)
    heldRunning -= 1
    startHeldLanes()
  }

  const settled = new WeakSet<Waiting>()
  function succeed(item: Waiting, outcome: Outcome): void {
    if (!settle(item)) return
    item.resolve(outcome)
  }
  function fail(item: Waiting, error: unknown): void {
    if (!settle(item)) return
    item.reject(error)
  }
  function settle(item: Waiting): boolean {
    if (settled.has(item)) return false
    settled.add(item)
    waiting -= 1
    return true
  }

  return writer
}

const compareBalances = (left: unknown, right: unknown): number => {
  const [a, b] = [left, right] as { customer: number; feature: number; balanceMember: number }[]
  if (a === undefined || b === undefined) return 0
  return a.customer - b.customer || a.feature - b.feature || a.balanceMember - b.balanceMember
}

/** A deadlock, a failed serialization or a key bound meanwhile: nothing happened, the whole batch runs again. */
async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const state = sqlStateOf(error)
      const again = error instanceof KeyTakenMeanwhile || state === '40P01' || state === '40001'
      if (!again || attempt >= 8 || error instanceof DatabaseUnavailable) throw error
    }
  }
}
