/**
 * One run of a seed: step after step, and after each the invariants.
 *
 * Owns: the order of steps, faults on order, the report of a failure. Does not own: actions and rules.
 * Invariant: the seed and the size alone decide what is tried; a failure tells both, the step and what was done in it.
 * What processes make of it depends on their timing too, so a replay tries the same and may meet it another way.
 */
import { createRandom } from '../proof/support/random.ts'
import type { Random } from '../proof/support/random.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { DAY_MS, MINUTE_MS } from '../../src/domain/time/instant.ts'
import { drawAction } from './actions.ts'
import { attachCard } from './actions/money.ts'
import { subscribe } from './actions/subscribing.ts'
import { bookRules } from './audit/books.ts'
import { courseRules } from './audit/course.ts'
import { checkDocuments } from './audit/documents.ts'
import { checkDeliveries } from './audit/deliveries.ts'
import { consultDoctor } from './audit/doctor.ts'
import { checkGivenBack } from './audit/given-back.ts'
import { checkHolding } from './audit/holding.ts'
import { checkOutside } from './audit/outside.ts'
import { check } from './audit/rule.ts'
import { checkSites } from './audit/sites.ts'
import { checkStretches } from './audit/stretches.ts'
import { checkUsage } from './audit/usage.ts'
import { catchUp, comeToRest, moveClock } from './driving.ts'
import { reconcile } from './reconciling.ts'
import { changeMood, recover, tellTheRest } from './telling.ts'
import { beginTurn } from './turn.ts'
import { openWorld } from './world.ts'
import type { World, WorldOptions } from './world.ts'

export interface RunOptions extends WorldOptions {
  /** So many months of every customer's time. */
  months: number
  /** How far time is moved at a step, at most. */
  mostDays: number
  /** Told after each step. */
  onStep?: ((progress: Progress) => void) | undefined
  /** Told now and then while all documents are read in the end. */
  onDocuments?: ((done: number, all: number) => void) | undefined
}

export interface Progress {
  step: number
  /** Of the clock that is behind all others. */
  months: number
  customers: number
  turns: number
  cuts: number
  kills: number
  /** How long the last step took, and to look whether all holds after it. */
  workedMs: number
  examinedMs: number
}

/** Something that must hold doesn't. */
export class Broken extends Error {
  /** What rules found. */
  readonly findings: string[]
  /** What went wrong otherwise: it proves nothing of any rule. */
  readonly errors: string[]
  constructor(
    options: RunOptions,
    step: number,
    { findings = [], errors = [] }: { findings?: string[]; errors?: string[] },
    trace: readonly string[],
  ) {
    const { seed, customers, months } = options
    const parts = [
      `Seed ${seed} breaks at step ${step}:`,
      ...findings.map((finding) => `  ${finding}`),
      ...errors.map((error) => `  an error: ${error}`),
      'What was done in it:',
      ...trace.map((line) => `  ${line}`),
      `Replay it: npm run simulate -- --seed ${seed} --customers ${customers} --months ${months}`,
    ]
    super(parts.join('\n'))
    this.findings = findings
    this.errors = errors
  }
}

const MONTH_MS = 30.4 * DAY_MS

export async function runSeed(options: RunOptions): Promise<Progress> {
  const world = await openWorld(options)
  let step = 0
  const took = { workedMs: 0, examinedMs: 0 }
  const progress = (): Progress => ({
    step,
    months: monthsOf(world),
    customers: world.customers.length,
    turns: world.turns,
    cuts: world.workers.cuts,
    kills: world.workers.kills,
    ...took,
  })
  try {
    await settleIn(world)
    while (monthsOf(world) < options.months) {
      step += 1
      world.random = createRandom(options.seed * 100_003 + step)
      world.trace.length = 0
      took.workedMs = await duration(takeStep(world, options))
      took.examinedMs = await duration(mustHold(world, options, step, false))
      options.onStep?.(progress())
    }
    // waiting for what is told late brings on what is due meanwhile
    do await comeToRest(world)
    while (await tellTheRest(world))
    await mustHold(world, options, step, true)
    const wrong = await checkDocuments(world, options.onDocuments)
    if (wrong.length > 0) throw new Broken(options, step, { findings: wrong }, world.trace)
    return progress()
  } catch (error) {
    if (error instanceof Broken) throw error
    const errors = [error instanceof Error ? (error.stack ?? '') : String(error), ...world.workers.errors]
    throw new Broken(options, step, { errors }, world.trace)
  } finally {
    await world.close()
  }
}

async function duration(work: Promise<void>): Promise<number> {
  const begin = performance.now()
  await work
  return performance.now() - begin
}

function monthsOf({ clocks, clock, startedAt }: World): number {
  const last = Math.min(clock.now(), ...clocks.map(({ at }) => at))
  return Math.max(0, (last - startedAt) / MONTH_MS)
}

const AT_ONCE = 10

/** Most begin as customers do: with a card and a plan. */
async function settleIn(world: World): Promise<void> {
  const turns = world.customers
    .filter(() => world.random.chance(0.8))
    .map((customer) => [beginTurn(world, customer), beginTurn(world, customer)] as const)
  for (let from = 0; from < turns.length; from += AT_ONCE)
    await Promise.all(
      turns.slice(from, from + AT_ONCE).map(async ([first, second]) => {
        await attachCard(first)
        await subscribe(second)
      }),
    )
}

async function takeStep(world: World, { mostDays, customers }: RunOptions): Promise<void> {
  const { random, workers } = world
  await recover(world)
  // between the steps nobody is at work: time may leap as if all had slept
  if (random.chance(0.6)) world.clock.leap(random.between(1, mostDays * 24) * (DAY_MS / 24))
  // who was asked by a prompt is asked about again
  world.clock.leap(3 * MINUTE_MS)
  await workers.revive()
  await orderFaults(world)
  changeMood(world, random)
  const reconciles = random.chance(0.5)
  // now and then all of it concerns one and the same customer
  const crowded = random.chance(0.3) ? random.pick(world.customers) : null
  const turns: (() => Promise<unknown>)[] = Array.from(
    { length: random.between(1, 8 + Math.floor(customers / 10)) },
    () => {
      const action = drawAction(random)
      const turn = beginTurn(world, crowded ?? random.pick(world.customers))
      return () => action(turn)
    },
  )
  turns.push(...world.later.splice(0))
  const moves = world.clocks
    .filter(() => random.chance(0.6))
    .map((clock) => {
      const to = destination(random, clock.at, mostDays)
      const worker = random.below(workers.count)
      return () => moveClock(world, clock, to, worker)
    })
  workers.wake()
  // half of the time everything happens at once
  if (random.chance(0.5)) await Promise.all([...turns, ...moves].map((work) => work()))
  else {
    await Promise.all(moves.map((work) => work()))
    await Promise.all(turns.map((work) => work()))
  }
  workers.calm()
  await world.outside.control('POST', '/control/deliver')
  if (world.maybeUnheard && reconciles) await lookForUnheard(world)
  await catchUp(world)
}

/** Moments at which calendars go wrong: a month begins, an hour is lost or had twice, a leap day begins and ends. */
const NOTABLE = [
  Date.UTC(2026, 2, 8, 7),
  Date.UTC(2026, 2, 29, 1),
  Date.UTC(2026, 9, 25, 1),
  Date.UTC(2026, 10, 1, 6),
  Date.UTC(2027, 2, 28, 1),
  Date.UTC(2027, 9, 31, 1),
  Date.UTC(2028, 1, 29),
  Date.UTC(2028, 2, 1),
  Date.UTC(2028, 2, 26, 1),
  ...Array.from({ length: 60 }, (_, month) => Date.UTC(2026, month, 1)),
]

/** Mostly somewhere; now and then right at, before or after a moment that matters. */
function destination(random: Random, from: number, mostDays: number): number {
  const to = from + random.between(1, mostDays * 24) * (DAY_MS / 24)
  const [isNotable, offset] = [random.chance(0.25), random.pick([-1, 0, 1]) * 1_000]
  const notable = NOTABLE.map((at) => at + offset).filter((at) => at > from && at <= to)
  return isNotable && notable.length > 0 ? Math.min(...notable) : to
}

async function lookForUnheard(world: World): Promise<void> {
  await world.outside.control('DELETE', '/control/faults')
  const [context] = world.workers.contexts
  if (context !== undefined && (await reconcile(context)) !== null) world.maybeUnheard = false
}

const WEBHOOK_FAULTS = ['duplicate', 'reorder', 'drop', 'delay'] as const
const FAULTS = [
  'rate_limited',
  'unavailable',
  'unavailable_after_effect',
  'lost_answer',
  'timeout_after_effect',
] as const

async function orderFaults(world: World): Promise<void> {
  const { random, workers, outside } = world
  workers.crash(() => {
    const cut = { inWrites: random.between(1, 60), after: random.chance(0.3) }
    return random.chance(0.4) ? cut : null
  })
  workers.kill(() => {
    const kill = { inCalls: random.between(1, 6), afterMs: random.below(40) }
    return random.chance(0.25) ? kill : null
  })
  const fault = {
    fault: random.pick(FAULTS),
    on: random.pick(['charge', 'refund', 'look_up', 'any']),
    times: random.between(1, 2),
  }
  if (random.chance(0.3)) await outside.control('POST', '/control/faults', fault)
  const told = { fault: random.pick(WEBHOOK_FAULTS), on: 'webhook', times: random.between(1, 3) }
  const late = told.fault === 'delay' ? { seconds: random.between(1, 86_400) } : {}
  if (random.chance(0.5)) {
    await outside.control('POST', '/control/faults', { ...told, ...late })
    if (told.fault === 'drop' || told.fault === 'delay') world.maybeUnheard = true
  }
}

/** What takes a whole look at everything is not done after each step. */
const DOCTOR_EVERY = 3

async function mustHold(world: World, options: RunOptions, step: number, atRest: boolean): Promise<void> {
  const { outside, database } = world
  await outside.read()
  const before = world.maybeUnheard && !atRest ? [] : [...outside.payments.values()]
  const findings = await transaction(
    database.db,
    async (tx) => [
      ...(await check(tx, bookRules)),
      ...(await check(tx, courseRules)),
      ...(await checkUsage(world, tx)),
      ...(await checkHolding(world, tx)),
      ...(await checkSites(world, tx)),
      ...(await checkDeliveries(world, tx, atRest)),
      ...(atRest ? await checkGivenBack(tx, outside) : []),
      ...(await checkStretches(tx, world)),
      ...(await checkOutside(tx, outside, before, atRest)),
    ],
    { isolation: 'repeatable read', readOnly: true },
  )
  if (atRest || step % DOCTOR_EVERY === 0) findings.push(...(await consultDoctor(world)))
  findings.push(...world.contradictions.map((each) => `I-2 one key, one effect: ${each}`))
  const { errors } = world.workers
  if (findings.length + errors.length > 0) throw new Broken(options, step, { findings, errors }, world.trace)
}
