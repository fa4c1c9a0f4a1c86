/** Requests about customers' sites, and what they need. */
import type { Sent } from './calls.ts'
import type { Fixture } from './fixtures.ts'
import { makeCustomer, type Tenant } from './world.ts'

async function ownSite(tenant: Tenant, label: string): Promise<Sent> {
  const id = `${tenant.customer}-${label}`
  await makeCustomer(tenant, id)
  const url = `https://site.example/${tenant.hidden}`
  await tenant.call('PUT', `/v1/customers/${id}/site`, { url })
  return { params: { id } }
}

export const siteFixtures: Record<string, Fixture[]> = {
  'sites.put': [
    {
      make: async ({ customer }) => ({
        params: { id: customer },
        body: { url: 'https://site.example/seats', quantity: 'seats', hour: 4 },
      }),
    },
  ],
  'sites.get': [{ make: ownSite }],
  'sites.delete': [{ make: ownSite }],
  'sites.rollSecret': [
    { make: async (tenant, label) => ({ ...(await ownSite(tenant, label)), body: { overlapHours: 1 } }) },
  ],
  'seatSyncs.list': [
    {
      make: async (tenant, label) => {
        for (const number of [1, 2]) await ownSite(tenant, `${label}-${number}`)
        return {}
      },
    },
  ],
}
