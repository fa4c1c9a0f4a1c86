/** Requests of the calls that sell and are paid at once. Paid by hand: that works in both environments. */
import { newId } from '../../../src/ids.ts'
import { saveDispute } from '../../../src/store/disputes.ts'
import { transaction } from '../../../src/store/database/transaction.ts'
import { insertProviderEvents } from '../../../src/store/provider-events.ts'
import { insertUnallocatedReceipt } from '../../../src/store/unallocated-receipts.ts'
import type { Sent } from './calls.ts'
import type { Fixture } from './fixtures.ts'
import { environmentOf, makeCustomer, type Tenant } from './world.ts'

async function ownCustomer(tenant: Tenant, label: string): Promise<string> {
  const customer = `${tenant.customer}-${label}`
  await makeCustomer(tenant, customer)
  return customer
}

const page = {
  plan: 'base',
  interval: 'month',
  currency: 'XOF',
  provider: 'manual',
  kind: 'bank_transfer',
  successUrl: 'https://shop.example/thanks',
  cancelUrl: 'https://shop.example/cart',
}

async function ownSession(tenant: Tenant, label: string): Promise<{ customer: string; sent: Sent }> {
  const customer = await ownCustomer(tenant, label)
  const { id } = await tenant.call('POST', '/v1/checkout-sessions', { ...page, customer })
  return { customer, sent: { params: { id } } }
}

/** As a provider told it: money for nothing we know. */
async function keepMoney({ world, mode, customer }: Tenant, label: string): Promise<string> {
  const receivedAt = world.clock.now()
  const id = newId('una', mode === 'live', receivedAt)
  const money = { provider: 'simulator', attemptKey: null, currency: 'XOF', amountMinor: 100, receivedAt }
  await transaction(world.database.db, (tx) =>
    insertUnallocatedReceipt(tx, environmentOf[mode], {
      ...money,
      id,
      transaction: `hiddencatalog${mode} ${customer} ${label} ${id}`,
    }),
  )
  return id
}

/** Nobody disputes anything through the API: providers tell it. */
async function disputeTwice({ world, mode, hidden }: Tenant, customer: string): Promise<void> {
  const { db } = world.database
  const environment = environmentOf[mode]
  const { rows } = await db.query<{ id: number }>({
    text: 'select id from customer where environment = $1 and key = $2',
    values: [environment, customer],
  })
  const at = world.clock.now()
  for (const _ of [1, 2]) {
    const id = newId('dsp', mode === 'live', at)
    await saveDispute(db, environment, rows[0]?.id ?? 0, {
      id,
      provider: 'simulator',
      reference: id,
      receipt: hidden,
      amountMinor: 1,
      withdrawnMinor: 1,
      currency: 'XOF',
      status: 'open',
      reason: hidden,
      evidenceDueAt: null,
      openedAt: at,
      closedAt: null,
      toldAt: at,
    })
  }
}

export const orderFixtures: Record<string, Fixture[]> = {
  'topUps.create': [
    {
      make: async (tenant, label) => {
        const customer = await ownCustomer(tenant, label)
        const method = { provider: 'manual', kind: 'bank_transfer', instrument: tenant.hidden }
        const made = await tenant.call('POST', `/v1/customers/${customer}/payment-methods`, method)
        return { body: { customer, addOn: 'pack', quantity: 2, paymentMethod: made.method.id } }
      },
    },
  ],
  'checkoutSessions.create': [
    {
      make: async (tenant, label) => ({
        body: {
          ...page,
          customer: await ownCustomer(tenant, label),
          quantities: { seats: 2 },
          addOns: ['extra'],
        },
      }),
    },
  ],
  'checkoutSessions.get': [{ make: async (tenant, label) => (await ownSession(tenant, label)).sent }],
  'checkoutSessions.complete': [
    {
      make: async (tenant, label) => {
        const { customer, sent } = await ownSession(tenant, label)
        return { ...sent, body: { customer } }
      },
    },
  ],
  'disputes.list': [
    {
      make: async (tenant, label) => {
        const customer = await ownCustomer(tenant, label)
        await disputeTwice(tenant, customer)
        return { query: { customer, status: 'open' } }
      },
    },
  ],
  'unallocatedPayments.list': [
    {
      make: async (tenant) => {
        for (const each of ['one', 'two']) await keepMoney(tenant, each)
        return { query: { status: 'waiting' } }
      },
    },
  ],
  'unallocatedPayments.assign': [
    {
      make: async (tenant, label) => ({
        params: { id: await keepMoney(tenant, label) },
        body: { customer: tenant.customer },
      }),
      // whose it is nobody knows, so that it can be given to anybody
      free: ['params.id'],
      nobodys: true,
    },
  ],
  'providerEvents.list': [
    {
      make: async (tenant) => {
        const { world, mode, hidden } = tenant
        const events = [1, 2].map((each) => ({ id: `${hidden} ${String(each)}`, type: 'charge' }))
        const { db } = world.database
        await insertProviderEvents(db, environmentOf[mode], 'simulator', events, world.clock.now())
        return { query: { provider: 'simulator', status: 'waiting' } }
      },
    },
  ],
}
