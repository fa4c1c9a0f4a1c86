/**
 * A seeded world: engines, the provider outside, customers of all products, half of them on clocks that are moved together,
 * the others living by the engines' own time.
 *
 * Owns: making it, and what the driver itself knows for certain. Does not own: what is done in it (`actions.ts`), how it is
 * brought on (`driving.ts`) and what must hold (`audit/`).
 * Invariant: what is written down here was acknowledged, so it must be found again.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import type { Answer } from '../support/server.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { createRandom } from '../proof/support/random.ts'
import type { Random } from '../proof/support/random.ts'
import { buyerNumber } from './buyers.ts'
import { catalog, products } from './catalog.ts'
import type { Product } from './catalog.ts'
import { openOutside } from './outside.ts'
import type { Outside } from './outside.ts'
import { leapOverClaims, openClock } from './simulated-clock.ts'
import type { SimulatedClock } from './simulated-clock.ts'
import { nothingTold, openListener, TOLD_TYPES } from './listener.ts'
import type { Listener, ToldSoFar } from './listener.ts'
import { openSites } from './sites.ts'
import type { Sites } from './sites.ts'
import { openWitness } from './witness.ts'
import type { Witness } from './witness.ts'
import { startWorkers } from './workers.ts'
import type { Workers } from './workers.ts'

export interface SimulatedCustomer {
  id: string
  product: Product
  /** null: lives by the engines' time. */
  clock: CustomerClock | null
  /** Has been given more than a plan gives, or another limit. */
  extended: boolean
  deleted: boolean
}

export interface CustomerClock {
  id: string
  at: number
}

export interface World {
  seed: number
  startedAt: number
  random: Random
  /** Of the engines. */
  clock: SimulatedClock
  database: TestDatabase
  workers: Workers
  outside: Outside
  sites: Sites
  listener: Listener
  told: ToldSoFar
  /** Something that the provider told may have got lost, and nobody has looked since. */
  maybeUnheard: boolean
  customers: SimulatedCustomer[]
  clocks: CustomerClock[]
  witness: Witness
  /** Every catalog that was in force. */
  catalogs: CatalogDefinition[]
  /** Of invoices: amounts that were found right. */
  rightLines: Set<string>
  /** What was asked and answered since the last step, for the report of a failure. */
  trace: string[]
  /** Answers that differ though they were given under one key. */
  contradictions: string[]
  /** What is done at the next step, when time has moved on. */
  later: (() => Promise<unknown>)[]
  turns: number
  close(): Promise<void>
}

export interface WorldOptions {
  seed: number
  customers: number
  /** In this process, and processes of their own. */
  workers: number
  processes: number
  customersAClock?: number
  rewrite?: ((text: string) => string) | undefined
}

/** Before months of all lengths, both changes of the hour, and a 29 February. */
const STARTS = [Date.UTC(2026, 0, 31, 10), Date.UTC(2026, 9, 15, 7), Date.UTC(2027, 11, 31, 10)]
export const ZONES = ['UTC', 'Africa/Abidjan', 'Europe/Paris', 'America/New_York']

export async function openWorld(options: WorldOptions): Promise<World> {
  const { seed, workers: count, processes, rewrite } = options
  const random = createRandom(seed)
  const startedAt = random.pick(STARTS)
  const database = await createTestDatabase()
  const clock = openClock(startedAt)
  const endLeaps = leapOverClaims(clock, database.db)
  const outside = await openOutside(clock, 'simulation')
  const { url, key } = outside
  const sites = await openSites(seed)
  const listener = await openListener(seed)
  const workers = await startWorkers({ database, clock, count, processes, simulator: { url, key }, rewrite })
  const world: World = {
    seed,
    startedAt,
    random,
    clock,
    database,
    workers,
    outside,
    sites,
    listener,
    told: nothingTold(),
    maybeUnheard: false,
    customers: [],
    clocks: [],
    witness: openWitness(),
    catalogs: [],
    rightLines: new Set(),
    trace: [],
    contradictions: [],
    later: [],
    turns: 0,
    async close() {
      await endLeaps()
      await workers.stop()
      await outside.stop()
      await sites.stop()
      await listener.stop()
      await database.close()
    },
  }
  const first = withFallback(random)
  await must(world, 'PUT', '/v1/catalog', first)
  world.catalogs.push(first)
  await listen(world)
  await populate(world, options)
  return world
}

async function listen(world: World): Promise<void> {
  const { listener } = world
  const body = { url: listener.url, eventTypes: TOLD_TYPES }
  const { body: made } = await must(world, 'POST', '/v1/webhook-endpoints', body)
  listener.secret = made.secret
  listener.id = made.id
}

/** In half of the worlds a free plan catches whoever has none. */
function withFallback(random: Random): CatalogDefinition {
  if (random.chance(0.5)) return catalog
  return { ...catalog, fallbackPlan: 'free' }
}

/** So many come at once, on a clock each. */
async function populate(world: World, options: WorldOptions): Promise<void> {
  const { random } = world
  const { customersAClock = 10 } = options
  for (let from = 0; from < options.customers; from += customersAClock) {
    const at = world.startedAt + random.below(86_400) * 1_000
    const { body } = await must(world, 'POST', '/v1/test-clocks', { now: new Date(at).toISOString() })
    const clock = { id: body.id, at }
    world.clocks.push(clock)
    const coming: Promise<void>[] = []
    for (let index = from; index < Math.min(from + customersAClock, options.customers); index += 1) {
      const product = products[index % products.length] as Product
      // of each product, every other one lives by the engines' time
      const isLive = Math.floor(index / products.length) % 2 === 1
      coming.push(addCustomer(world, random, product, isLive ? null : clock))
    }
    await Promise.all(coming)
  }
}

/** Another customer comes. Who it is doesn't depend on when it is answered. */
export async function addCustomer(
  world: World,
  random: Random,
  product: Product,
  clock: CustomerClock | null,
): Promise<void> {
  const timeZone = random.pick(ZONES)
  const number = world.customers.length
  const { locale, billing } = buyerNumber(world.seed + number)
  const id = `${product.name}-${number}`
  world.customers.push({ id, product, clock, extended: false, deleted: false })
  await must(world, 'PUT', `/v1/customers/${id}`, {
    ...(clock === null ? {} : { testClock: clock.id }),
    currency: random.pick(product.currencies),
    timeZone,
    ...(locale === '' ? {} : { locale }),
    billing,
  })
  for (const member of product.members) await must(world, 'PUT', `/v1/customers/${id}/members/${member}`, {})
  // half of them; the first one lives by the engines' time, as each day of a clock that is moved takes a visit
  if (!product.seats || ![1, 2].includes(Math.floor(number / products.length) % 4)) return
  const path = `/v1/customers/${id}/site`
  const { body } = await must(world, 'PUT', path, { url: world.sites.urlOf(id) })
  // whoever asks again after a crash is not told it a second time
  const { secret } = body.secret === null ? (await must(world, 'POST', `${path}/roll-secret`, {})).body : body
  world.sites.trust(id, secret)
}

/** @throws Error unless it is answered with 2xx */
export async function must({ workers }: World, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await workers.call({ worker: 0, method, path, body })
  if (answer.status >= 300) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.text}`)
  return answer
}
