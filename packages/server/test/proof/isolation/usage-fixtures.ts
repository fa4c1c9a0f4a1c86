/** Requests of the usage calls, and what they need. */
import type { Sent } from './calls.ts'
import type { Fixture } from './fixtures.ts'
import type { Tenant } from './world.ts'

const take = ({ customer, member }: Tenant) => ({ customer, feature: 'calls', amount: 2, member })

const taking = (rest: object = {}): Fixture => ({
  make: async (tenant) => ({ body: { ...take(tenant), ...rest } }),
})

async function hold(tenant: Tenant, path: string, key: 'reservations' | 'leases'): Promise<string> {
  const metadata = key === 'leases' ? { holder: tenant.hidden } : { metadata: { note: tenant.hidden } }
  const { id } = await tenant.call('POST', path, { ...take(tenant), ...metadata })
  return id
}

const reservation = async (tenant: Tenant): Promise<Sent> => ({
  params: { id: await hold(tenant, '/v1/reservations', 'reservations') },
})

const filtered =
  (query: (tenant: Tenant) => Record<string, string>): Fixture['make'] =>
  async (tenant) => ({ params: { id: tenant.customer }, query: query(tenant) })

export const usageFixtures: Record<string, Fixture[]> = {
  'usage.check': [taking()],
  'usage.consume': [
    taking({ metadata: { a: 1 } }),
    { make: async (tenant) => ({ body: { ...take(tenant), feature: 'seats' } }) },
  ],
  'usage.release': [
    {
      make: async (tenant) => {
        const { event } = await tenant.call('POST', '/v1/consume', take(tenant))
        return { body: { ...take(tenant), amount: 1, of: event, metadata: { a: 1 } } }
      },
    },
    {
      // by the key of the use, which another customer has not used
      make: async (tenant, label) => {
        const of = `${tenant.customer}-${label}-use`
        await tenant.call('POST', '/v1/consume', { ...take(tenant), idempotencyKey: of })
        return { body: { ...take(tenant), amount: 1, of } }
      },
    },
    { make: async (tenant) => ({ body: { ...take(tenant), feature: 'seats', amount: 1 } }) },
  ],
  'usage.set': [{ make: async (tenant) => ({ body: { ...take(tenant), feature: 'seats', amount: 9 } }) }],
  'usage.track': [
    {
      make: async (tenant, label) => ({
        body: {
          events: [{ ...take(tenant), idempotencyKey: `${label}-a`, metadata: { a: 1 } }],
        },
      }),
    },
  ],
  'usage.reserve': [taking({ ttlSeconds: 60, metadata: { a: 1 } })],
  'usage.getReservation': [{ make: reservation }],
  'usage.settle': [{ make: async (tenant) => ({ ...(await reservation(tenant)), body: { amount: 1 } }) }],
  'usage.cancelReservation': [{ make: reservation }],
  'usage.lease': [taking({ ttlSeconds: 20, holder: 'a machine' })],
  'usage.reportLease': [
    {
      make: async (tenant) => ({
        params: { id: await hold(tenant, '/v1/leases', 'leases') },
        body: { amount: 1 },
      }),
    },
  ],
  'usage.summary': [{ make: filtered(({ member }) => ({ member })) }],
  'usage.windows': [{ make: filtered(({ member }) => ({ member, feature: 'calls' })) }],
  'usage.history': [
    { make: filtered(({ member }) => ({ member, feature: 'calls', from: '2026-01-01T00:00:00Z' })) },
  ],
  'usage.overages': [{ make: filtered(() => ({ feature: 'billed' })) }],
}
