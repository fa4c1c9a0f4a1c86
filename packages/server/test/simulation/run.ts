/**
 * One run of a seed: step after step, and after each the invariants.
 *
 * Owns: the order of steps, faults on order, the report of a failure. Does not own: actions and rules.
 * Invariant: the seed alone decides what is tried; a failure tells the seed, the step and what was done in it.
 */
import { checkOutside } from './audit/outside.ts'
import { bookRules } from './audit/books.ts'
import { courseRules } from './audit/course.ts'
import { check } from './audit/rule.ts'
import { checkStretches } from './audit/stretches.ts'
import { checkUsage } from './audit/usage.ts'
import { drawAction } from './actions.ts'
import { attachCard } from './actions/money.ts'
import { subscribe } from './actions/subscribing.ts'
import { createRandom } from '../proof/support/random.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { beginTurn } from './turn.ts'
import { moveClock, openWorld } from './world.ts'
import type { World, WorldOptions } from './world.ts'
import { DAY_MS, MINUTE_MS } from '../../src/domain/time/instant.ts'

export interface RunOptions extends WorldOptions {
  steps: number
  /** How far clocks are moved at a step, at most. */
  mostDays?: number
}

/** Something that must hold doesn't. */
export class Broken extends Error {
  readonly findings: string[]
  constructor(seed: number, step: number, findings: string[], trace: readonly string[]) {
    const parts = [
      `Seed ${seed} breaks at step ${step}:`,
      ...findings.map((finding) => `  ${finding}`),
      'What was done in it:',
      ...trace.map((line) => `  ${line}`),
      `Replay it: npm run simulate -- --seed ${seed}`,
    ]
    super(parts.join('\n'))
    this.findings = findings
  }
}

export async function runSeed(options: RunOptions): Promise<{ steps: number; cuts: number }> {
  const world = await openWorld(options)
  let step = 0
  try {
    await settleIn(world)
    for (step = 1; step <= options.steps; step += 1) {
      world.random = createRandom(options.seed * 100_003 + step)
      world.trace.length = 0
      await takeStep(world, options)
      await mustHold(world, step, false)
    }
    await comeToRest(world)
    await mustHold(world, step, true)
    return { steps: options.steps, cuts: world.workers.cuts() }
  } catch (error) {
    if (error instanceof Broken) throw error
    const reasons = [error instanceof Error ? (error.stack ?? '') : String(error), ...world.workers.errors]
    throw new Broken(options.seed, step, reasons, world.trace)
  } finally {
    await world.close()
  }
}

/** Most begin as customers do: with a card and a plan. */
async function settleIn(world: World): Promise<void> {
  const turns = world.customers
    .filter(() => world.random.chance(0.8))
    .map((customer) => [beginTurn(world, customer), beginTurn(world, customer)] as const)
  for (const [first, second] of turns) {
    await attachCard(first)
    await subscribe(second)
  }
}

const WEBHOOK_FAULTS = ['duplicate', 'reorder'] as const
const FAULTS = ['rate_limited', 'unavailable', 'unavailable_after_effect', 'lost_answer'] as const

async function takeStep(world: World, { mostDays = 14 }: RunOptions): Promise<void> {
  const { random } = world
  await orderFaults(world)
  // who was asked by a prompt is asked about again
  world.clock.leap(3 * MINUTE_MS)
  // now and then all of it concerns one and the same customer
  const crowded = random.chance(0.3) ? random.pick(world.customers) : null
  const turns = Array.from({ length: random.between(1, 8) }, () => {
    const action = drawAction(random)
    const turn = beginTurn(world, crowded ?? random.pick(world.customers))
    return () => action(turn)
  })
  const moves = world.clocks
    .filter(() => random.chance(0.6))
    .map((clock) => {
      const to = clock.at + random.between(1, mostDays * 24) * (DAY_MS / 24)
      const worker = random.below(world.workers.count)
      return () => moveClock(world, clock, to, worker)
    })
  // half of the time everything happens at once
  if (random.chance(0.5)) await Promise.all([...turns, ...moves].map((work) => work()))
  else {
    await Promise.all(moves.map((work) => work()))
    await Promise.all(turns.map((work) => work()))
  }
  world.workers.calm()
  await world.outside.control('POST', '/control/deliver')
}

async function orderFaults({ random, workers, outside }: World): Promise<void> {
  for (let worker = 0; worker < workers.count; worker += 1) {
    const cut = { inWrites: random.between(1, 60), after: random.chance(0.3) }
    if (random.chance(0.4)) workers.crash(worker, cut)
  }
  const fault = {
    fault: random.pick(FAULTS),
    on: random.pick(['charge', 'any']),
    times: random.between(1, 2),
  }
  if (random.chance(0.3)) await outside.control('POST', '/control/faults', fault)
  const told = { fault: random.pick(WEBHOOK_FAULTS), on: 'webhook', times: random.between(1, 3) }
  if (random.chance(0.5)) await outside.control('POST', '/control/faults', told)
}

async function mustHold(world: World, step: number, atRest: boolean): Promise<void> {
  const { outside, database } = world
  await outside.read()
  const before = [...outside.payments.values()]
  const findings = await transaction(
    database.db,
    async (tx) => [
      ...(await check(tx, bookRules)),
      ...(await check(tx, courseRules)),
      ...(await checkUsage(world, tx)),
      ...(await checkStretches(tx)),
      ...(await checkOutside(tx, outside, before, atRest)),
    ],
    { isolation: 'repeatable read', readOnly: true },
  )
  findings.push(...world.contradictions.map((each) => `I-2 one key, one effect: ${each}`))
  findings.push(...world.workers.errors.map((error) => `an error in the log: ${error}`))
  if (findings.length > 0) throw new Broken(world.seed, step, findings, world.trace)
}

const UNDER_WAY = `select count(*)::int as count from (
  select 1 from payment_attempt where environment = 1 and status in ('created', 'started', 'unknown')
  union all select 1 from refund where environment = 1 and status in ('created', 'started')
  union all select 1 from provider_event where environment = 1 and applied_at is null) under_way`

/** No more faults: whatever is in doubt is cleared up by itself. */
async function comeToRest(world: World): Promise<void> {
  await world.outside.control('DELETE', '/control/faults')
  await world.outside.control('POST', '/control/deliver')
  const end = performance.now() + 30_000
  for (;;) {
    const { rows } = await world.database.db.query<{ count: number }>(UNDER_WAY)
    if (rows[0]?.count === 0) return
    if (performance.now() > end)
      throw new Error(`${String(rows[0]?.count)} payments and events stay in doubt`)
    world.clock.leap(3 * MINUTE_MS)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
