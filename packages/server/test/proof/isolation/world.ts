/**
 * Two customers in the test environment, and in the live one a namesake of the first, each with something of everything.
 *
 * Owns: the server, its log, the keys, and what nobody else may see (`hidden…`). Does not own: single calls
 * (`fixtures.ts`), nor what is proved.
 * Invariant: what is hidden is in no request of a fixture, so that it comes out only if it was read.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { type AdjustableClock, fixedClock } from '../../../src/clock.ts'
import { createLogger } from '../../../src/logger.ts'
import { sequenceEvents } from '../../../src/operations/events/sequence.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Answer, startTestServer, type TestServer } from '../../support/server.ts'
import { createSnapshots, type Snapshots } from './snapshot.ts'

export type Mode = 'test' | 'live'

/** One customer in one environment, and the secret key of that environment. */
export interface Tenant {
  readonly world: World
  readonly mode: Mode
  readonly customer: string
  readonly member: string
  /** What is stored with this customer and nowhere else. */
  readonly hidden: string
  readonly key: string
  /** @throws unless the answer is 2xx */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
  call(method: string, path: string, body?: unknown): Promise<any>
}

export interface World {
  readonly database: TestDatabase
  readonly server: TestServer
  readonly clock: AdjustableClock
  readonly snapshots: Snapshots
  /** Everything that was logged, at every level. */
  readonly log: string[]
  readonly keys: Record<Mode, string>
  readonly tenants: { alpha: Tenant; beta: Tenant; liveAlpha: Tenant }
  /** Secrets that were made, to look for in the log. */
  readonly secrets: string[]
  makeKey(key: Parameters<TestServer['createKey']>[0]): Promise<{ id: string; secret: string }>
  close(): Promise<void>
}

export const environmentOf: Record<Mode, number> = { test: 1, live: 2 }
/** What only the catalog of an environment holds. */
export const hiddenCatalog = (mode: Mode): string => `hiddencatalog${mode}`

const limit = 1_000_000

export const catalogOf = (mode: Mode): CatalogDefinition => ({
  operator: {
    name: 'Seller',
    address: { line1: '2 avenue Deux', country: 'SN' },
    taxIds: [{ type: 'ninea', value: '1234567' }],
  },
  features: {
    calls: { kind: 'meter', name: `Calls ${hiddenCatalog(mode)}` },
    seats: { kind: 'gauge', name: `Seats ${hiddenCatalog(mode)}` },
    billed: { kind: 'meter', name: 'Billed above the limit' },
    credits: { kind: 'credits', costs: { sms: 1 } },
    shiny: { kind: 'flag' },
  },
  coupons: { WELCOME: { percentOff: 10 } },
  plans: {
    base: {
      description: hiddenCatalog(mode),
      prices: { XOF: { month: 1000 } },
      allowances: {
        calls: { limit, memberLimit: limit },
        seats: { limit, memberLimit: limit },
        billed: { limit: 1, policy: { overage: { XOF: '2' } } },
        credits: { limit, perQuantity: 'seats' },
      },
    },
    grand: {
      prices: { XOF: { month: { amountMinor: 9000, perUnit: { seats: '10' } } } },
      allowances: { calls: 9 * limit, seats: 9 * limit },
    },
  },
  addOns: {
    pack: { kind: 'one_off', prices: { XOF: 100 }, allowances: { credits: 5 } },
    extra: { kind: 'recurring', prices: { XOF: { month: 500 } }, allowances: { shiny: true } },
  },
  bundles: { both: { addOns: ['extra'], prices: { XOF: { month: 300 } } } },
})

const DAY_MS = 86_400_000

export async function createWorld(): Promise<World> {
  const database = await createTestDatabase()
  const log: string[] = []
  const clock = fixedClock(Date.UTC(2026, 0, 10, 12))
  const logger = createLogger({ level: 'trace', destination: { write: (line) => void log.push(line) } })
  const most = 100_000_000
  const rateLimits = { usage: most, quota: most, read: most, write: most }
  const server = await startTestServer({ db: database.db, clock, logger, rateLimits, jobs: false })
  const secrets = [server.secretKey]
  const makeKey: World['makeKey'] = async (key) => {
    const made = await server.createKey(key)
    secrets.push(made.secret)
    return made
  }
  const keys = { test: server.secretKey, live: (await makeKey({ mode: 'live' })).secret }
  const world = { database, server, clock, log, keys, secrets, makeKey } as unknown as World
  const tenants = {
    alpha: createTenant(world, 'test', 'alpha'),
    beta: createTenant(world, 'test', 'beta'),
    liveAlpha: createTenant(world, 'live', 'alpha'),
  }
  const snapshots = await createSnapshots(database.db)
  const close = async () => {
    await server.stop()
    await database.close()
  }
  Object.assign(world, { tenants, snapshots, close })
  await fill(world)
  return world
}

function createTenant(world: World, mode: Mode, customer: string): Tenant {
  const key = world.keys[mode]
  return {
    world,
    mode,
    customer,
    key,
    member: `${customer}-ann`,
    hidden: `hidden${mode}${customer}`,
    async call(method, path, body) {
      const answer: Answer = await world.server.request(method, path, { key, body })
      if (answer.status >= 300) throw new Error(`${method} ${path} → ${answer.status} ${answer.text}`)
      return answer.body
    },
  }
}

async function fill(world: World): Promise<void> {
  const { alpha, beta, liveAlpha } = world.tenants
  await alpha.call('PUT', '/v1/catalog', catalogOf('test'))
  // so that no revision is that of the other environment
  await liveAlpha.call('PUT', '/v1/catalog', { features: {}, plans: {} })
  await liveAlpha.call('PUT', '/v1/catalog', catalogOf('live'))
  const all = [alpha, beta, liveAlpha]
  for (const each of all) {
    await makeCustomer(each, each.customer)
    await subscribe(each, each.customer)
    await fillCustomer(each)
  }
  for (let month = 0; month < 3; month += 1) {
    for (const each of all) await use(each)
    // windows end, and are kept
    if (month < 2) world.clock.advance(32 * DAY_MS)
  }
  await sequenceEvents(world.database)
}

export const personOf = ({ hidden }: Tenant) => ({ name: `Ms ${hidden}`, email: `${hidden}@people.example` })

/** A customer with a member, both named after what is hidden. */
export async function makeCustomer(tenant: Tenant, customer: string, testClock?: string): Promise<void> {
  const person = { ...personOf(tenant), metadata: { note: tenant.hidden } }
  const clock = testClock === undefined ? {} : { testClock }
  await tenant.call('PUT', `/v1/customers/${customer}`, { ...person, currency: 'XOF', ...clock })
  await tenant.call('PUT', `/v1/customers/${customer}/members/${tenant.member}`, person)
}

export async function subscribe(tenant: Tenant, customer: string, rest: object = {}): Promise<string> {
  const metadata = { note: tenant.hidden }
  const terms = { customer, plan: 'base', currency: 'XOF', metadata, ...rest }
  const { id } = await tenant.call('POST', '/v1/subscriptions', terms)
  return id
}

async function fillCustomer(tenant: Tenant): Promise<void> {
  const { customer, hidden } = tenant
  const of = `/v1/customers/${customer}`
  await tenant.call('PUT', `${of}/members/${customer}-bob`, personOf(tenant))
  for (const amount of [100, 200])
    await tenant.call('POST', `${of}/grants`, { feature: 'credits', amount, reason: hidden })
  const override = { limit: 2 * limit, reason: hidden, author: hidden }
  await tenant.call('PUT', `${of}/overrides/seats`, override)
}

async function use({ call, customer, member, hidden }: Tenant): Promise<void> {
  const metadata = { note: hidden }
  for (const feature of ['calls', 'seats', 'sms', 'billed']) {
    const who = feature === 'billed' || feature === 'sms' ? {} : { member }
    await call('POST', '/v1/consume', { customer, feature, amount: 3, metadata, ...who })
  }
}
