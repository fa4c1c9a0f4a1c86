/**
 * For each call of the contract: how to make what it needs, and a request for it.
 *
 * Owns: requests that succeed. Does not own: whose they are (`world.ts`).
 * Invariant: the same label makes the same caller's ids for namesakes in two environments, and other ones for another
 * customer; what has an id of the engine's own is made anew.
 */
import { fanOutEvents } from '../../../src/operations/deliveries/fan-out.ts'
import { sequenceEvents } from '../../../src/operations/events/sequence.ts'
import type { Sent } from './calls.ts'
import { catalogOf, makeCustomer, type Tenant } from './world.ts'
import { siteFixtures } from './site-fixtures.ts'
import { subscriptionFixtures } from './subscription-fixtures.ts'
import { orderFixtures } from './order-fixtures.ts'
import { moneyFixtures } from './money-fixtures.ts'
import { usageFixtures } from './usage-fixtures.ts'

export interface Fixture {
  make(tenant: Tenant, label: string): Promise<Sent>
  /** Makes what the ids of the request name, so it succeeds in an environment that has never seen them. */
  creates?: true
  /** Places whose ids need not exist: they are made, or are the environment's rather than a customer's. */
  free?: string[]
  /** Makes somebody's what was nobody's. */
  nobodys?: true
  /** Is of the environment as a whole: one success is all there can be. */
  once?: true
}

const customerPath = async ({ customer }: Tenant): Promise<Sent> => ({ params: { id: customer } })

async function ownCustomer(tenant: Tenant, label: string): Promise<string> {
  const customer = `${tenant.customer}-${label}`
  await makeCustomer(tenant, customer)
  return customer
}

export async function ownClock(tenant: Tenant, label: string): Promise<string> {
  const now = '2026-03-01T00:00:00Z'
  const { id } = await tenant.call('POST', '/v1/test-clocks', { now, name: `${tenant.hidden} ${label}` })
  return id
}

async function ownPlan(tenant: Tenant, label: string): Promise<string> {
  const id = `${tenant.customer}-${label}`
  const allowances = { calls: 5 }
  await tenant.call('POST', '/v1/plans', { id, description: `hiddencatalog${tenant.mode}`, allowances })
  return id
}

/** Tells the endpoints there are of all that has happened; nothing runs by itself here. */
async function tellEndpoints({ world: { database, server } }: Tenant): Promise<void> {
  await sequenceEvents(database)
  const { context } = server.engine
  while ((await fanOutEvents(context, { carriers: { test: null, live: null } })).more);
}

async function ownEndpoint(tenant: Tenant): Promise<Sent> {
  // an endpoint is told what happens from now on, not of all calls before this one
  await tellEndpoints(tenant)
  const body = { url: 'https://receiver.example/hook', description: tenant.hidden }
  const { id } = await tenant.call('POST', '/v1/webhook-endpoints', body)
  return { params: { id } }
}

/** Of an event that was planned, and not sent. */
async function ownDelivery(tenant: Tenant, label: string): Promise<Sent> {
  await ownEndpoint(tenant)
  const customer = await ownCustomer(tenant, label)
  await tellEndpoints(tenant)
  const { data } = await tenant.call('GET', `/v1/deliveries?customer=${customer}`)
  return { params: { id: data[0].id } }
}

/** Two of them, of the customer itself. */
async function someDeliveries(tenant: Tenant, label: string): Promise<Sent> {
  await ownEndpoint(tenant)
  const { customer, hidden } = tenant
  for (const number of [1, 2])
    await tenant.call('PUT', `/v1/customers/${customer}/members/${customer}-${label}-${number}`, {
      name: hidden,
    })
  await tellEndpoints(tenant)
  return { query: { customer, status: 'pending', channel: 'webhook' } }
}

async function ownKey(tenant: Tenant): Promise<Sent> {
  const { id } = await tenant.world.makeKey({ mode: tenant.mode, name: tenant.hidden })
  return { params: { id } }
}

const clockIn = async (tenant: Tenant, label: string): Promise<Record<string, string>> =>
  tenant.mode === 'test' ? { testClock: await ownClock(tenant, label) } : {}

const catalogCalls: Record<string, Fixture> = {
  'catalog.get': { make: async () => ({}) },
  'catalog.put': { make: catalogRequest, once: true },
  'catalog.preview': { make: catalogRequest, once: true },
  'features.list': { make: async () => ({}) },
  'plans.list': { make: async () => ({ query: { archived: 'false' } }) },
  'plans.get': {
    make: async (tenant, label) => ({
      params: { id: await ownPlan(tenant, label) },
      query: { version: '1' },
    }),
  },
  'plans.create': {
    make: async ({ customer }, label) => ({ body: { id: `${customer}-${label}`, allowances: { calls: 7 } } }),
    creates: true,
  },
  'plans.update': {
    make: async (tenant, label) => ({
      params: { id: await ownPlan(tenant, label) },
      body: { name: 'Changed' },
    }),
  },
  'plans.delete': {
    make: async (tenant, label) => ({ params: { id: await ownPlan(tenant, label) } }),
  },
}

async function catalogRequest(tenant: Tenant, label: string): Promise<Sent> {
  const { revision } = await tenant.call('GET', '/v1/catalog')
  const catalog = catalogOf(tenant.mode)
  catalog.plans[`${label}-extra`] = { allowances: { calls: 1 } }
  return { query: { expectedRevision: String(revision) }, body: catalog }
}

const customerCalls: Record<string, Fixture> = {
  'customers.put': {
    make: async (tenant, label) => ({
      params: { id: `${tenant.customer}-${label}` },
      body: {
        name: 'Anyone',
        email: 'anyone@people.example',
        timeZone: 'Africa/Abidjan',
        locale: 'fr',
        currency: 'XOF',
        metadata: { a: 1 },
        ...(await clockIn(tenant, label)),
      },
    }),
    creates: true,
    free: ['body.testClock'],
  },
  'customers.get': { make: customerPath },
  'customers.list': {
    make: async (tenant, label) => {
      const clock = await clockIn(tenant, label)
      const customer = `${tenant.customer}-${label}`
      for (const number of [1, 2]) await makeCustomer(tenant, `${customer}-${number}`, clock.testClock)
      return { query: { search: customer, status: 'none', ...clock } }
    },
  },
  'customers.delete': {
    make: async (tenant, label) => ({ params: { id: await ownCustomer(tenant, label) } }),
  },
  'customers.entitlements': { make: customerPath },
  'customers.timeline': { make: customerPath },
  'members.put': {
    make: async ({ customer }, label) => ({
      params: { id: customer, memberId: `${customer}-${label}` },
      body: { name: 'Anyone', email: null, metadata: { a: 'b' } },
    }),
    free: ['params.memberId'],
  },
  'members.get': {
    make: async ({ customer, member }) => ({ params: { id: customer, memberId: member } }),
  },
  'members.list': { make: customerPath },
  'members.delete': {
    make: async (tenant, label) => {
      const params = { id: tenant.customer, memberId: `${tenant.customer}-${label}` }
      const named = { name: tenant.hidden }
      await tenant.call('PUT', `/v1/customers/${params.id}/members/${params.memberId}`, named)
      return { params }
    },
  },
  'access.get': { make: customerPath },
  'access.suspend': {
    make: async (tenant, label) => ({
      params: { id: await ownCustomer(tenant, label) },
      body: { reason: 'fraud', note: 'Seen twice', author: 'desk' },
    }),
  },
  'access.lift': {
    make: async (tenant, label) => {
      const id = await ownCustomer(tenant, label)
      const { hidden } = tenant
      await tenant.call('PUT', `/v1/customers/${id}/suspension`, { reason: hidden, note: hidden })
      return { params: { id } }
    },
  },
  'overrides.put': {
    make: async ({ customer }) => ({
      params: { id: customer, featureId: 'calls' },
      body: { limit: 3_000_000, reason: 'asked', author: 'desk', expiresAt: '2027-01-01T00:00:00Z' },
    }),
  },
  'overrides.get': { make: async ({ customer }) => ({ params: { id: customer, featureId: 'seats' } }) },
  'overrides.list': { make: customerPath },
  'overrides.delete': {
    make: async (tenant, label) => {
      const id = await ownCustomer(tenant, label)
      await tenant.call('PUT', `/v1/customers/${id}/overrides/seats`, { limit: 1, reason: tenant.hidden })
      return { params: { id, featureId: 'seats' } }
    },
  },
  'grants.create': {
    make: async ({ customer, member }) => ({
      params: { id: customer },
      body: { feature: 'calls', amount: 5, member, priority: 3, source: 'promotion', reason: 'asked' },
    }),
  },
  'grants.list': {
    make: async ({ customer }) => ({ params: { id: customer }, query: { feature: 'credits', open: 'true' } }),
  },
  'grants.revoke': {
    make: async (tenant) => {
      const body = { feature: 'credits', amount: 5, reason: tenant.hidden }
      const { id } = await tenant.call('POST', `/v1/customers/${tenant.customer}/grants`, body)
      return { params: { id: tenant.customer, grantId: id } }
    },
  },
  'imports.create': {
    make: async (tenant, label) => {
      const id = `${tenant.customer}-${label}`
      const clock = await clockIn(tenant, label)
      const held = { held: { seats: 2 }, used: { calls: 3 }, members: [{ id: `${id}-ann`, name: 'Anyone' }] }
      const terms = { plan: 'base', interval: 'month', trialDays: 3, currency: 'XOF' }
      return { body: { customers: [{ id, ...terms, ...held, ...clock }] } }
    },
    creates: true,
    free: ['body.customers.0.id', 'body.customers.0.members.0.id', 'body.customers.0.testClock'],
  },
}

const environmentCalls: Record<string, Fixture> = {
  'testClocks.create': {
    make: async () => ({ body: { now: '2026-03-01T00:00:00Z', name: 'Anything' } }),
  },
  'testClocks.advance': {
    make: async (tenant, label) => ({
      params: { id: await ownClock(tenant, label) },
      body: { to: '2026-03-02T00:00:00Z' },
    }),
  },
  'testClocks.get': {
    make: async (tenant, label) => ({ params: { id: await ownClock(tenant, label) } }),
  },
  'testClocks.list': { make: async () => ({}) },
  'testClocks.delete': {
    make: async (tenant, label) => ({ params: { id: await ownClock(tenant, label) } }),
  },
  'jobs.list': { make: async () => ({}) },
  'doctor.examine': { make: async () => ({}) },
  'ledger.entries': {
    make: async ({ customer, call }) => {
      const path = `/v1/customers/${customer}/balance-adjustments`
      for (const amountMinor of [7, -7]) {
        await call('POST', path, { currency: 'XOF', amountMinor, reason: 'twice' })
      }
      return { query: { customer } }
    },
  },
  'ledger.accounts': { make: async ({ customer }) => ({ query: { customer } }) },
  'auditLog.list': { make: async ({ customer }) => ({ query: { customer } }) },
  'events.list': { make: async ({ customer }) => ({ query: { customer, after: '0' } }) },
  'events.stream': { make: async ({ customer }) => ({ query: { customer, after: '0' } }) },
  'environment.get': { make: async () => ({}) },
  'environment.update': {
    make: async () => ({ body: { allowedOrigins: ['https://app.example'] } }),
  },
  'webhookEndpoints.create': {
    make: async () => ({
      body: { url: 'https://receiver.example/hook', eventTypes: ['customer.created'], format: 'standard' },
    }),
  },
  'webhookEndpoints.list': { make: async () => ({}) },
  'webhookEndpoints.get': { make: ownEndpoint },
  'webhookEndpoints.update': {
    make: async (tenant) => ({ ...(await ownEndpoint(tenant)), body: { status: 'disabled' } }),
  },
  'webhookEndpoints.delete': { make: ownEndpoint },
  'webhookEndpoints.rollSecret': {
    make: async (tenant) => ({ ...(await ownEndpoint(tenant)), body: { overlapHours: 1 } }),
  },
  'webhookEndpoints.test': { make: ownEndpoint },
  'deliveries.list': { make: someDeliveries },
  'deliveries.get': { make: ownDelivery },
  'deliveries.resend': { make: ownDelivery },
  'keys.create': {
    make: async () => ({ body: { kind: 'restricted', name: 'Anything', scopes: ['events:read'] } }),
  },
  'keys.list': { make: async () => ({}) },
  'keys.roll': {
    make: async (tenant) => ({ ...(await ownKey(tenant)), body: { overlapHours: 1 } }),
  },
  'keys.revoke': { make: ownKey },
}

const figures = ['mrr', 'arr', 'arpu', 'ltv', 'churn', 'trials', 'retention', 'revenue', 'recovered', 'quota']
const analyticsCalls: Record<string, Fixture> = Object.fromEntries(
  [...figures, 'suspensions', 'overdue', 'figures'].map((name) => [
    `analytics.${name}`,
    {
      make: async (tenant, label) => ({
        query: { from: '2026-01-01', to: '2026-06-01', ...(await clockIn(tenant, label)) },
      }),
    },
  ]),
)

export const fixtures: Record<string, Fixture[]> = {
  ...Object.fromEntries(
    Object.entries({
      ...catalogCalls,
      ...customerCalls,
      ...environmentCalls,
      ...analyticsCalls,
    }).map(([name, fixture]) => [name, [fixture]]),
  ),
  ...moneyFixtures,
  ...orderFixtures,
  ...usageFixtures,
  ...siteFixtures,
  ...subscriptionFixtures,
}
