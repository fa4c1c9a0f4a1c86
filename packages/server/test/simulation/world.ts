/**
 * A seeded world: engines, the provider outside, customers of all products on clocks that are moved together.
 *
 * Owns: making it, moving its clocks, what the driver itself knows for certain. Does not own: what is done in it
 * (`actions.ts`) and what must hold (`audit/`).
 * Invariant: what is written down here was acknowledged, so it must be found again.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import type { Answer } from '../support/server.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { createRandom } from '../proof/support/random.ts'
import type { Random } from '../proof/support/random.ts'
import { catalog, products } from './catalog.ts'
import type { Product } from './catalog.ts'
import { openOutside } from './outside.ts'
import type { Outside } from './outside.ts'
import { leapOverClaims, openClock } from './simulated-clock.ts'
import type { SimulatedClock } from './simulated-clock.ts'
import { startWorkers } from './workers.ts'
import type { Workers } from './workers.ts'

export interface SimulatedCustomer {
  id: string
  product: Product
  clock: CustomerClock
  timeZone: string
  /** Amounts that were admitted, by feature. */
  consumed: Map<string, number>
  deleted: boolean
}

export interface CustomerClock {
  id: string
  at: number
}

export interface World {
  seed: number
  random: Random
  /** Of the engines. */
  clock: SimulatedClock
  database: TestDatabase
  workers: Workers
  outside: Outside
  customers: SimulatedCustomer[]
  clocks: CustomerClock[]
  /** What was asked and answered since the last step, for the report of a failure. */
  trace: string[]
  /** Answers that differ though they were given under one key. */
  contradictions: string[]
  turns: number
  close(): Promise<void>
}

export interface WorldOptions {
  seed: number
  customers: number
  workers: number
  customersAClock?: number
  products?: readonly string[]
  rewrite?: ((text: string) => string) | undefined
}

export const START = Date.UTC(2026, 0, 31, 10)
const ZONES = ['UTC', 'Africa/Abidjan', 'Europe/Paris', 'America/New_York']

export async function openWorld(options: WorldOptions): Promise<World> {
  const { seed } = options
  const random = createRandom(seed)
  const database = await createTestDatabase()
  const clock = openClock(START)
  const endLeaps = leapOverClaims(clock, database.db)
  const outside = await openOutside(clock, 'simulation')
  const { url, key } = outside
  const workers = await startWorkers({
    database,
    clock,
    count: options.workers,
    simulator: { url, key },
    rewrite: options.rewrite,
  })
  const world: World = {
    seed,
    random,
    clock,
    database,
    workers,
    outside,
    customers: [],
    clocks: [],
    trace: [],
    contradictions: [],
    turns: 0,
    async close() {
      await endLeaps()
      await workers.stop()
      await outside.stop()
      await database.close()
    },
  }
  await must(world, 'PUT', '/v1/catalog', withFallback(random))
  await populate(world, options)
  return world
}

/** In half of the worlds a free plan catches whoever has none. */
function withFallback(random: Random): CatalogDefinition {
  if (random.chance(0.5)) return catalog
  const plans = { ...catalog.plans, free: { allowances: { prompts: { limit: 5, window: 'week' as const } } } }
  return { ...catalog, plans, fallbackPlan: 'free' }
}

async function populate(world: World, options: WorldOptions): Promise<void> {
  const { random } = world
  const sold = products.filter(({ name }) => options.products?.includes(name) ?? true)
  const { customersAClock = 10 } = options
  for (let index = 0; index < options.customers; index += 1) {
    if (index % customersAClock === 0) {
      const at = START + random.below(86_400) * 1_000
      const { body } = await must(world, 'POST', '/v1/test-clocks', { now: new Date(at).toISOString() })
      world.clocks.push({ id: body.id, at })
    }
    const product = sold[index % sold.length] as Product
    const customer: SimulatedCustomer = {
      id: `${product.name}-${index}`,
      product,
      clock: world.clocks.at(-1) as CustomerClock,
      timeZone: random.pick(ZONES),
      consumed: new Map(),
      deleted: false,
    }
    const country = random.pick(['FR', 'FR', 'SN', 'US'])
    await must(world, 'PUT', `/v1/customers/${customer.id}`, {
      testClock: customer.clock.id,
      currency: product.currency,
      timeZone: customer.timeZone,
    })
    const billing = { address: { line1: '2 Low Street', country } }
    await world.workers.call({
      worker: 0,
      method: 'PUT',
      path: `/v1/customers/${customer.id}`,
      body: { billing },
    })
    world.customers.push(customer)
  }
}

/** @throws Error unless it is answered with 2xx */
export async function must({ workers }: World, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await workers.call({ worker: 0, method, path, body })
  if (answer.status >= 300) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.text}`)
  return answer
}

const PATIENCE_MS = 300_000

/** Moves a clock and waits until everything due on the way is done. */
export async function moveClock(
  world: World,
  clock: CustomerClock,
  to: number,
  worker: number,
): Promise<void> {
  const path = `/v1/test-clocks/${clock.id}`
  const body = { to: new Date(to).toISOString() }
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const moved = await world.workers.call({ worker, method: 'POST', path: `${path}/advance`, body })
    const { status, now, failure } = moved.status < 300 ? moved.body : (await must(world, 'GET', path)).body
    if (status === 'ready' && Date.parse(now) >= to) break
    if (status === 'failed') throw new Error(`The clock stands still: ${failure}`)
    if (performance.now() > end) throw new Error(`The clock doesn't arrive: ${status} ${now}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  world.trace.push(`clock ${clock.id} → ${body.to}`)
  clock.at = to
}
