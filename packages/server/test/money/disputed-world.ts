/**
 * Customers whose payers dispute what they have paid.
 *
 * Owns: their catalog, subscribing them, disputing, and reading what they have then. Does not own: what is expected.
 */
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const calls = { feature: 'calls', model: { perUnit: '100' } }
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { calls: { kind: 'meter', latenessDays: 120 }, sso: { kind: 'flag' }, audit: { kind: 'flag' } },
  plans: {
    seated: {
      prices: { EUR: { month: { perUnit: { seats: '1000' } } } },
      policies: { quantityChange: 'prorate' },
    },
    both: {
      prices: { EUR: { month: { amountMinor: 5_000, perUnit: { seats: '1000' } } } },
      policies: { quantityChange: 'prorate' },
    },
    small: { prices: { EUR: { month: 1_000 } } },
    large: { prices: { EUR: { month: 6_000 } } },
    largest: { prices: { EUR: { month: 10_000 } } },
    byUse: {
      prices: { EUR: { month: { components: { calls } } } },
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
    },
    metered: {
      prices: { EUR: { month: { amountMinor: 1_000, components: { calls } } } },
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
    },
  },
  addOns: {
    sso: { kind: 'recurring', prices: { EUR: { month: 600 } }, allowances: { sso: true } },
    audit: { kind: 'recurring', prices: { EUR: { month: 800 } }, allowances: { audit: true } },
  },
  bundles: { both: { addOns: ['sso', 'audit'], prices: { EUR: { month: 1_200 } } } },
}

/** What the customer has been billed, has paid, and has. */
const moneyIn = (world: SimulatedWorld) => (customer: string) => {
  const list = async (what: string): Promise<Json[]> =>
    (await world.ask('GET', `/v1/${what}?customer=${customer}`)).data
  return {
    list,
    /** What waits comes along. */
    write: ({ unitMinor = '100', finalise = true } = {}) =>
      world.ask('POST', '/v1/invoices', {
        customer,
        currency: 'EUR',
        pendingItems: true,
        finalise,
        lines: [{ description: 'Advice', quantity: '1', unitMinor }],
      }),
    /** Of the newest document. */
    async credit(amountMinor: number) {
      const [{ id: invoice }] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
      return world.refused('POST', `/v1/invoices/${invoice}/credit-notes`, { amountMinor })
    },
    /** Of the newest payment. */
    async payOut(amountMinor: number) {
      const [{ id: payment }] = await list('payments')
      const body = { amountMinor, creditNote: false }
      return world.refused('POST', `/v1/payments/${payment}/refunds`, body)
    },
    async balance(): Promise<number> {
      const { balances } = await world.ask('GET', `/v1/customers/${customer}/balance`)
      return balances[0]?.amountMinor ?? 0
    },
    /** Of the newest document. */
    async newest(): Promise<string> {
      const [{ kind, totalMinor }] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
      return `${kind} ${totalMinor}`
    },
  }
}

/** A subscription that is paid by card, and what can be done with it. */
const beginIn = (world: SimulatedWorld) => async (customer: string, terms: object) => {
  const moveTo = await world.customer(customer, 'card_ok', '2026-06-01T00:00:00Z')
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, ...terms })
  await moveTo('2026-06-01T00:00:02Z')
  const ofCalls = { customer, feature: 'calls' }
  const disputes: string[] = []
  const money = moneyIn(world)(customer)
  return {
    ...money,
    moveTo,
    use: async (amount: number): Promise<string> =>
      (await world.ask('POST', '/v1/consume', { ...ofCalls, amount })).event,
    giveBack: (of: string, amount: number) => world.ask('POST', '/v1/release', { ...ofCalls, of, amount }),
    /** Later, of the first period. */
    tell: (amount: number) =>
      world.ask('POST', '/v1/events', {
        events: [{ ...ofCalls, amount, at: '2026-06-20T00:00:00Z', idempotencyKey: customer }],
      }),
    async pause() {
      await world.ask('POST', `/v1/subscriptions/${id}/pause`, {})
      await moveTo('2026-07-03T00:00:00Z')
      await world.ask('POST', `/v1/subscriptions/${id}/resume`, {})
    },
    put: (module: string) => world.ask('PUT', `/v1/subscriptions/${id}/${module}`, {}),
    change: (body: object) => world.ask('POST', `/v1/subscriptions/${id}/change`, body),
    end: () => world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now', credit: true }),
    /** The newest payment, or so many before it, or a part of it; `won`: what was disputed last. */
    async dispute(
      status: 'open' | 'lost' | 'won',
      { before = 0, amount }: { before?: number; amount?: string } = {},
    ) {
      const { transaction } = await eventually(
        'it is paid',
        async () => (await money.list('payments'))[before],
      )
      const body = amount === undefined ? { transaction } : { transaction, amount }
      if (status !== 'won') disputes.push((await world.control('POST', '/control/disputes', body)).id)
      const reference = disputes.at(-1)
      if (status !== 'open') await world.control('POST', `/control/disputes/${reference}`, { status })
      await eventually(`it is ${status}`, async () =>
        (await money.list('disputes')).some((each) => each.reference === reference && each.status === status)
          ? true
          : undefined,
      )
    },
  }
}

export interface DisputedWorld extends SimulatedWorld {
  begin: ReturnType<typeof beginIn>
  moneyOf: ReturnType<typeof moneyIn>
}

export async function openDisputedWorld(): Promise<DisputedWorld> {
  const world = await openSimulatedWorld(catalog)
  return { ...world, begin: beginIn(world), moneyOf: moneyIn(world) }
}
