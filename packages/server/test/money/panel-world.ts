/**
 * A panel that bills by the seat: customers on clocks of their own, each with a site of its own on real HTTP.
 */
import { expect } from 'vitest'
import { fixedClock, systemClock, type AdjustableClock } from '../../src/clock.ts'
import { createTestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { startTenantSite, type TenantSite } from './tenant-site.ts'
import { moveClock } from '../support/move-clock.ts'

const bySeat = (quantityChange?: string) => ({
  prices: { EUR: { month: { perUnit: { seats: '900' } } } },
  allowances: { seats: { limit: 1, perQuantity: 'seats' } },
  policies: { proration: 'day', ...(quantityChange === undefined ? {} : { quantityChange }) },
})
const catalog = {
  operator: { name: 'Panel', timeZone: 'Africa/Abidjan' },
  features: { seats: { kind: 'gauge' } },
  plans: {
    per_seat: bySeat('next_period'),
    prorated: bySeat('prorate'),
    never_lower: bySeat('raise_now'),
    site_wide: { prices: { EUR: { month: 29_900 } }, allowances: { seats: 'unlimited' } },
  },
}

export interface Panel {
  customer: string
  subscription: string
  site: TenantSite
  moveTo(to: string): Promise<void>
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Answered = any

export interface PanelWorld {
  clock: AdjustableClock
  readonly server: TestServer
  /** Another one on the same database and clock. */
  start(options?: object): Promise<TestServer>
  /** From now on this one is asked. */
  use(server: TestServer): void
  ask(method: string, path: string, body?: unknown): Promise<Answered>
  tenantSite(users: number): Promise<TenantSite>
  /** A customer on a clock of its own, with a site of its own. */
  panel(plan: string, seats: number, now?: string): Promise<Panel>
  seatsOf(panel: Panel): Promise<number>
  limitOf(panel: Panel): Promise<number>
  siteOf(panel: Panel): Promise<Answered>
  /** Of its timeline, oldest first. */
  happened(panel: Panel, type: string): Promise<Answered[]>
  /** Oldest first: kind and total, and each line as quantity = amount from–to. */
  invoicesOf(panel: Panel): Promise<string[]>
  closeSites(): Promise<void>
  close(): Promise<void>
}

export async function openPanelWorld(): Promise<PanelWorld> {
  const database = await createTestDatabase({ max: 20 })
  // signatures are good for five minutes of real time, which the sites live by
  const clock = fixedClock(systemClock.now())
  const sites: TenantSite[] = []
  let customers = 0
  const start = (options: object = {}) =>
    startTestServer({
      db: database.db,
      clock,
      siteTimeoutMs: 1_000,
      deliveries: { allowPrivateWebhooks: true },
      ...options,
    })
  let server = await start()
  const ask = async (method: string, path: string, body?: unknown): Promise<Answered> => {
    const answer = await server.request(method, path, { body })
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer.body
  }
  await ask('PUT', '/v1/catalog', catalog)
  const tenantSite = async (users: number) => {
    const site = await startTenantSite(users)
    sites.push(site)
    return site
  }
  const closeSites = async () => void (await Promise.all(sites.splice(0).map((site) => site.close())))
  return {
    clock,
    get server() {
      return server
    },
    start,
    use: (other) => void (server = other),
    ask,
    tenantSite,
    panel: (plan, seats, now = '2026-06-01T00:00:00Z') =>
      makePanel({ ask, tenantSite }, `panel-${(customers += 1)}`, { plan, seats, now }),
    ...readersOf(ask),
    closeSites,
    async close() {
      await closeSites()
      await server.stop()
      await database.close()
    },
  }
}

async function makePanel(
  { ask, tenantSite }: Pick<PanelWorld, 'ask' | 'tenantSite'>,
  customer: string,
  { plan, seats, now }: { plan: string; seats: number; now: string },
): Promise<Panel> {
  const testClock = await ask('POST', '/v1/test-clocks', { now })
  await ask('PUT', `/v1/customers/${customer}`, { testClock: testClock.id, currency: 'EUR' })
  await ask('POST', `/v1/customers/${customer}/payment-methods`, {
    provider: 'simulator',
    instrument: 'card_ok',
  })
  const quantities = plan === 'site_wide' ? {} : { seats }
  const { id } = await ask('POST', '/v1/subscriptions', { customer, plan, quantities })
  const site = await tenantSite(seats)
  const { secret } = await ask('PUT', `/v1/customers/${customer}/site`, { url: site.url })
  site.secret = secret
  return {
    customer,
    subscription: id,
    site,
    moveTo: (to) => moveClock(ask, testClock.id, to),
  }
}

function readersOf(
  ask: PanelWorld['ask'],
): Pick<PanelWorld, 'seatsOf' | 'limitOf' | 'siteOf' | 'happened' | 'invoicesOf'> {
  return {
    seatsOf: async ({ subscription }) =>
      (await ask('GET', `/v1/subscriptions/${subscription}`)).quantities.seats,
    limitOf: async ({ customer }) => (await ask('GET', `/v1/customers/${customer}/usage`)).data[0].limit,
    siteOf: ({ customer }) => ask('GET', `/v1/customers/${customer}/site`),
    happened: async ({ customer }, type) =>
      (await ask('GET', `/v1/customers/${customer}/timeline?limit=100`)).data
        .filter((event: { type: string }) => event.type === type)
        .toReversed(),
    invoicesOf: async ({ customer }) =>
      (await ask('GET', `/v1/customers/${customer}/invoices?limit=100`)).data.toReversed().map(inWords),
  }
}

interface Line {
  quantity: string
  amountMinor: number
  serviceStart: string
  serviceEnd: string
}

function inWords({ kind, totalMinor, lines }: { kind: string; totalMinor: number; lines: Line[] }): string {
  const parts = lines.map(
    ({ quantity, amountMinor, serviceStart, serviceEnd }) =>
      `${quantity} = ${amountMinor} ${serviceStart.slice(5, 10)}–${serviceEnd.slice(5, 10)}`,
  )
  return `${kind} ${totalMinor}: ${parts.join(', ')}`
}
