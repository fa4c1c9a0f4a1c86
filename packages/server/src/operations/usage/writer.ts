/**
 * The usage writer: turns many callers at once into few transactions, without a timer and without added wait.
 *
 * Owns: lanes, batches, back-pressure. Does not own: statements (`store/usage`), decisions (`domain/usage`).
 * While a commit is in flight, what arrives gathers; the next batch takes all of it. A customer always goes to the
 * same lane and a lane has one batch in flight, so two batches of one process never meet on a row. Lanes with little
 * in them share a batch. A customer whose rows somebody else holds moves to a lane of its own until it is served, and
 * stalls nobody.
 * Invariant: an answer is given after the commit of its effect, or it says that nothing is known (503).
 */
import { Refusal } from '../../refusal.ts'
import { DatabaseUnavailable, sqlStateOf } from '../../store/database/errors.ts'
import { transaction } from '../../store/database/transaction.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { type FirstGearItem, type FirstGearTaken, takeInFirstGear } from '../../store/usage/first-gear.ts'
import { leanRefusals, takeLean } from '../../store/usage/first-gear-lean.ts'
import { isLockTimeout, limitLockWait } from '../../store/usage/locks.ts'
import type { Outcome, UsageCommand } from './commands.ts'
import { firstGearItem, isForFirstGear, outcomeOfFirstGear } from './first-gear-items.ts'
import { type Lane, lanesOfNextBatch } from './lanes.ts'
import { KeyTakenMeanwhile } from './save-batch.ts'
import { type BatchContext, decideBatch } from './second-gear.ts'

export interface WriterLimits {
  /** Lanes of the many, and with it batches in flight at most. */
  lanes: number
  /** While another batch is in flight, a smaller one waits for company: a commit costs the same for few and for many. */
  worthwhile: number
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
  worthwhile: 64,
  batchSize: 512,
  waiting: 10_000,
  heldLanes: 4,
  patienceMs: 8_000,
}

/** How long the first gear's lean form rests after a key that was bound or a balance that was held. */
const REST_OF_LEAN_MS = 5_000
/** How long all lanes' customers wait for one balance, and how long a customer alone does. */
const SHORT_PATIENCE = '20ms'
const LONG_PATIENCE = '2s'

interface Waiting {
  command: UsageCommand
  since: number
  /** It has its answer. */
  answered: boolean
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

/** What became of one command of many. */
export type Settled = { outcome: Outcome } | { failure: unknown }

export interface UsageWriter {
  /** @throws Refusal of the command; `overloaded` or DatabaseUnavailable when it can't be served in time. */
  submit(command: UsageCommand): Promise<Outcome>
  /** Each by itself, and one promise for all of them. @returns in the order of the commands */
  submitAll(commands: readonly UsageCommand[]): Promise<Settled[]>
  /** Serves what waits, then takes nothing more. */
  stop(): Promise<void>
  readonly waiting: number
}

/** Told of each batch: its size and the gear that served it. */
export type BatchListener = (size: number, gear: 1 | 2) => void

/** What one writer has in hand. */
interface Work {
  ctx: BatchContext
  limits: WriterLimits
  lanes: Lane<Waiting>[]
  /** By customer. */
  held: Map<number, Lane<Waiting>>
  heldRunning: number
  /** The first gear's lean form is tried from then on. */
  leanFrom: Instant
  active: Set<Promise<void>>
  waiting: number
  /** The lanes are looked at once this turn is over. */
  waking: boolean
  stopped: boolean
  tellBatch: BatchListener
}

export function createUsageWriter(
  ctx: BatchContext,
  limits: WriterLimits,
  tellBatch: BatchListener,
): UsageWriter {
  const work: Work = {
    ctx,
    limits,
    lanes: Array.from({ length: limits.lanes }, () => ({ queue: [], running: false })),
    held: new Map(),
    heldRunning: 0,
    leanFrom: Number.NEGATIVE_INFINITY,
    active: new Set(),
    waiting: 0,
    waking: false,
    stopped: false,
    tellBatch,
  }
  return {
    submit: (command) => new Promise((resolve, reject) => enqueue(work, command, resolve, reject)),
    submitAll: (commands) => enqueueAll(work, commands),
    async stop() {
      work.stopped = true
      while (work.active.size > 0) await Promise.allSettled(work.active)
    },
    get waiting() {
      return work.waiting
    },
  }
}

function enqueue(
  work: Work,
  command: UsageCommand,
  resolve: Waiting['resolve'],
  reject: Waiting['reject'],
): void {
  if (work.stopped) return reject(new Refusal('shutting_down', { retryAfterSeconds: 1 }))
  if (work.waiting >= work.limits.waiting) return reject(overloaded())
  work.waiting += 1
  const item: Waiting = { command, since: work.ctx.clock.now(), answered: false, resolve, reject }
  const own = work.held.get(command.customer)
  if (own !== undefined) {
    own.queue.push(item)
    return
  }
  const lane = work.lanes[command.customer % work.limits.lanes] as Lane<Waiting>
  lane.queue.push(item)
  wake(work)
}

function enqueueAll(work: Work, commands: readonly UsageCommand[]): Promise<Settled[]> {
  return new Promise((done) => {
    const settled: Settled[] = Array.from({ length: commands.length })
    let open = commands.length
    const settle = (index: number, answer: Settled) => {
      settled[index] = answer
      open -= 1
      if (open === 0) done(settled)
    }
    if (open === 0) done(settled)
    commands.forEach((command, index) =>
      enqueue(
        work,
        command,
        (outcome) => settle(index, { outcome }),
        (failure) => settle(index, { failure }),
      ),
    )
  })
}

const overloaded = () => new Refusal('overloaded', { retryAfterSeconds: 1 })

function track(work: Work, running: Promise<void>): void {
  work.active.add(running)
  void running.finally(() => work.active.delete(running))
}

/** One turn later: callers of the same turn share the batch. */
function wake(work: Work): void {
  if (work.waking) return
  work.waking = true
  track(
    work,
    Promise.resolve().then(() => {
      work.waking = false
      startLanes(work)
    }),
  )
}

function startLanes(work: Work): void {
  for (;;) {
    const sharing = lanesOfNextBatch(work.lanes, work.limits.worthwhile)
    if (sharing.length === 0) return
    for (const lane of sharing) lane.running = true
    track(work, run(work, sharing))
  }
}

async function run(work: Work, sharing: Lane<Waiting>[]): Promise<void> {
  const batch = sharing.reduce<Waiting[]>(
    (taken, lane) => taken.concat(nextBatch(work, lane, taken.length)),
    [],
  )
  if (batch.length > 0) await serve(work, batch)
  // Who was answered just now asks again within this turn of the loop: let them into the next batch.
  await new Promise((resolve) => setImmediate(resolve))
  for (const lane of sharing) lane.running = false
  startLanes(work)
}

/** Whoever has waited too long is refused; nothing was taken for them. */
function nextBatch(work: Work, lane: Lane<Waiting>, taken = 0): Waiting[] {
  const latest = work.ctx.clock.now() - work.limits.patienceMs
  return lane.queue.splice(0, work.limits.batchSize - taken).filter((item) => {
    if (item.since >= latest) return true
    fail(work, item, overloaded())
    return false
  })
}

async function serve(work: Work, batch: Waiting[]): Promise<void> {
  try {
    const left = await firstGear(work, batch, takeUndecided)
    if (left.length > 0) hold(work, await secondGearApart(work, left))
  } catch (error) {
    for (const item of batch) fail(work, item, error)
  }
}

/** Serves what the guard admits. @returns the others */
async function firstGear(work: Work, batch: Waiting[], take: typeof takeUndecided): Promise<Waiting[]> {
  const { ctx } = work
  const fast = batch.filter((item) => isForFirstGear(item.command))
  if (fast.length === 0) return batch
  // Sorting is stable: of one balance, who came first is served first.
  fast.sort(compareBalances)
  const now = ctx.clock.now()
  const items = fast.map(({ command }) => firstGearItem(command, now))
  const taken = await take(work, items, now)
  work.tellBatch(taken.length, 1)
  for (const each of taken) succeed(work, fast[each.place] as Waiting, outcomeOfFirstGear(each))
  return batch.filter((item) => !item.answered)
}

/** The lean form where it may be tried, else the one that leaves out what is bound or held. */
async function takeUndecided(work: Work, items: FirstGearItem[], now: Instant): Promise<FirstGearTaken[]> {
  const { db, environment } = work.ctx
  if (now >= work.leanFrom) {
    try {
      return await takeLean(db, environment.id, items, now, SHORT_PATIENCE)
    } catch (error) {
      if (!leanRefusals.has(sqlStateOf(error))) throw error
      work.leanFrom = now + REST_OF_LEAN_MS
    }
  }
  return retried(() => takeInFirstGear(db, environment.id, items, now))
}

/** For one customer: mostly another process takes from the same balance, and is done in a moment. */
async function takeWhenFree(work: Work, items: FirstGearItem[], now: Instant): Promise<FirstGearTaken[]> {
  const { db, environment } = work.ctx
  try {
    return await takeLean(db, environment.id, items, now, LONG_PATIENCE)
  } catch (error) {
    if (!leanRefusals.has(sqlStateOf(error))) throw error
    return []
  }
}

/**
 * The second gear for many. What fails for a reason of one customer's own must fail nobody else: then each customer is
 * served apart. Nothing of the failed attempt is kept, for it was one transaction.
 */
async function secondGearApart(work: Work, batch: Waiting[]): Promise<Waiting[]> {
  try {
    return await secondGear(work, batch, 'skip')
  } catch (error) {
    const customers = byCustomer(batch)
    if (error instanceof DatabaseUnavailable || customers.size === 1) throw error
    const missed: Waiting[] = []
    for (const own of customers.values()) {
      try {
        missed.push(...(await secondGear(work, own, 'skip')))
      } catch (reason) {
        for (const item of own) fail(work, item, reason)
      }
    }
    return missed
  }
}

/** @returns those whose customer is held by somebody else (with `skip` alone) */
async function secondGear(work: Work, batch: Waiting[], mode: 'skip' | 'wait'): Promise<Waiting[]> {
  const byCommand = new Map(batch.map((item) => [item.command, item]))
  const result = await retried(() =>
    transaction(work.ctx.db, async (tx) => {
      if (mode === 'wait') await limitLockWait(tx)
      return decideBatch(work.ctx, tx, [...byCommand.keys()], mode)
    }),
  )
  work.tellBatch(result.applied.size, 2)
  for (const [command, applied] of result.applied) {
    const item = byCommand.get(command) as Waiting
    if ('outcome' in applied) succeed(work, item, applied.outcome)
    else fail(work, item, applied.refusal)
  }
  return result.missed.map((command) => byCommand.get(command) as Waiting)
}

/** Customers whose heads are held wait in lanes of their own. */
function hold(work: Work, missed: Waiting[]): void {
  for (const item of missed) {
    const { customer } = item.command
    let lane = work.held.get(customer)
    if (lane === undefined) {
      lane = { queue: [], running: false }
      work.held.set(customer, lane)
    }
    lane.queue.push(item)
  }
  startHeldLanes(work)
}

function startHeldLanes(work: Work): void {
  for (const [customer, lane] of work.held) {
    if (work.heldRunning >= work.limits.heldLanes) return
    if (lane.running) continue
    lane.running = true
    work.heldRunning += 1
    track(work, runHeld(work, customer, lane))
  }
}

async function runHeld(work: Work, customer: number, lane: Lane<Waiting>): Promise<void> {
  while (lane.queue.length > 0) {
    const batch = nextBatch(work, lane)
    if (batch.length === 0) continue
    try {
      const left = await firstGear(work, batch, takeWhenFree)
      if (left.length > 0) await secondGear(work, left, 'wait')
    } catch (error) {
      const reason = isLockTimeout(error) ? overloaded() : error
      for (const item of batch) fail(work, item, reason)
    }
  }
  work.held.delete(customer)
  work.heldRunning -= 1
  startHeldLanes(work)
}

function succeed(work: Work, item: Waiting, outcome: Outcome): void {
  if (isFirstAnswer(work, item)) item.resolve(outcome)
}

function fail(work: Work, item: Waiting, error: unknown): void {
  if (isFirstAnswer(work, item)) item.reject(error)
}

function isFirstAnswer(work: Work, item: Waiting): boolean {
  if (item.answered) return false
  item.answered = true
  work.waiting -= 1
  return true
}

/** In the first gear all balances are the customers' own. */
const compareBalances = ({ command: left }: Waiting, { command: right }: Waiting): number =>
  left.customer - right.customer || left.feature.id - right.feature.id

/** A deadlock, a failed serialization, a partition that came meanwhile: nothing happened, the whole batch runs again. */
const retriedStates: ReadonlySet<string | undefined> = new Set(['40P01', '40001', '23514'])

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const again = error instanceof KeyTakenMeanwhile || retriedStates.has(sqlStateOf(error))
      if (!again || attempt >= 8 || error instanceof DatabaseUnavailable) throw error
    }
  }
}

function byCustomer(batch: Waiting[]): Map<number, Waiting[]> {
  const groups = new Map<number, Waiting[]>()
  for (const item of batch)
    groups.set(item.command.customer, [...(groups.get(item.command.customer) ?? []), item])
  return groups
}
