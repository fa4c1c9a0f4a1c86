/** Requests of the calls about subscriptions, and what they need. */
import type { Sent } from './calls.ts'
import type { Fixture } from './fixtures.ts'
import { makeCustomer, subscribe, type Tenant } from './world.ts'

async function ownCustomer(tenant: Tenant, label: string): Promise<string> {
  const customer = `${tenant.customer}-${label}`
  await makeCustomer(tenant, customer)
  return customer
}

async function ownSubscription(tenant: Tenant, label: string, rest: object = {}): Promise<Sent> {
  const customer = await ownCustomer(tenant, label)
  return { params: { id: await subscribe(tenant, customer, rest) } }
}

const subscriptionCalls: Record<string, Fixture> = {
  'subscriptions.create': {
    make: async (tenant, label) => ({
      body: {
        customer: await ownCustomer(tenant, label),
        plan: 'base',
        interval: 'month',
        currency: 'XOF',
        quantities: { seats: 2 },
        addOns: [{ id: 'extra', quantity: 1 }],
        metadata: { a: 1 },
      },
    }),
  },
  'subscriptions.get': { make: (tenant, label) => ownSubscription(tenant, label) },
  'subscriptions.list': {
    make: async (tenant, label) => {
      const customer = await ownCustomer(tenant, label)
      for (const again of [true, false]) {
        const id = await subscribe(tenant, customer)
        const status = { when: 'now' }
        await tenant.call('POST', `/v1/subscriptions/${id}/cancel`, status)
        if (!again) break
      }
      return { query: { customer, status: 'canceled', plan: 'base' } }
    },
  },
  'subscriptions.change': {
    make: async (tenant, label) => ({
      ...(await ownSubscription(tenant, label)),
      body: { plan: 'grand', interval: 'month', currency: 'XOF', quantities: { seats: 3 }, when: 'now' },
    }),
  },
  'subscriptions.cancel': {
    make: async (tenant, label) => ({
      ...(await ownSubscription(tenant, label)),
      body: { when: 'period_end' },
    }),
  },
  'subscriptions.resume': {
    make: async (tenant, label) => {
      const sent = await ownSubscription(tenant, label)
      await tenant.call('POST', `/v1/subscriptions/${sent.params?.id}/pause`, {})
      return { ...sent, body: {} }
    },
  },
  'subscriptions.pause': {
    make: async (tenant, label) => ({
      ...(await ownSubscription(tenant, label)),
      body: { resumeAt: '2026-06-01T00:00:00Z' },
    }),
  },
  'subscriptions.activate': {
    make: async (tenant, label) => ({
      ...(await ownSubscription(tenant, label, { activation: 'manual' })),
      body: {},
    }),
  },
  'subscriptions.putAddOn': {
    make: async (tenant, label) => {
      const { params } = await ownSubscription(tenant, label)
      return { params: { ...params, addOnId: 'extra' }, body: { quantity: 2 } }
    },
  },
  'subscriptions.deleteAddOn': {
    make: async (tenant, label) => {
      const { params } = await ownSubscription(tenant, label, { addOns: ['extra'] })
      return { params: { ...params, addOnId: 'extra' }, query: { when: 'now' } }
    },
  },
  'subscriptions.preview': {
    make: async (tenant, label) => ({
      body: { customer: await ownCustomer(tenant, label), plan: 'base', currency: 'XOF', bundles: ['both'] },
    }),
  },
  'subscriptions.previewChange': {
    make: async (tenant, label) => ({
      ...(await ownSubscription(tenant, label)),
      body: { plan: 'grand', coupons: ['WELCOME'] },
    }),
  },
  'subscriptions.putBundle': {
    make: async (tenant, label) => {
      const { params } = await ownSubscription(tenant, label)
      return { params: { ...params, bundleId: 'both' }, body: {} }
    },
  },
  'subscriptions.deleteBundle': {
    make: async (tenant, label) => {
      const { params } = await ownSubscription(tenant, label, { bundles: ['both'] })
      return { params: { ...params, bundleId: 'both' }, query: { when: 'now' } }
    },
  },
}

export const subscriptionFixtures: Record<string, Fixture[]> = Object.fromEntries(
  Object.entries(subscriptionCalls).map(([name, fixture]) => [name, [fixture]]),
)
