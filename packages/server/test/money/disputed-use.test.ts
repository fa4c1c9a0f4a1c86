/** Use that was taken back of what a payer disputes: it counts as paid for, until it comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const calls = { feature: 'calls', model: { perUnit: '100' } }
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { calls: { kind: 'meter', latenessDays: 120 } },
  plans: {
    metered: {
      prices: { EUR: { month: { amountMinor: 1_000, components: { calls } } } },
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
    },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

/** 50 calls in June, which are paid in July. */
async function begin(customer: string) {
  const moveTo = await world.customer(customer, 'card_ok', '2026-06-01T00:00:00Z')
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'metered' })
  await moveTo('2026-06-01T00:00:02Z')
  const ofCalls = { customer, feature: 'calls' }
  const { event } = await world.ask('POST', '/v1/consume', { ...ofCalls, amount: 50 })
  await moveTo('2026-07-01T00:00:02Z')
  const list = async (what: string): Promise<Json[]> =>
    (await world.ask('GET', `/v1/${what}?customer=${customer}`)).data
  const disputes: string[] = []
  return {
    moveTo,
    giveBack: (amount: number) => world.ask('POST', '/v1/release', { ...ofCalls, of: event, amount }),
    tell: (amount: number) =>
      world.ask('POST', '/v1/events', {
        events: [{ ...ofCalls, amount, at: '2026-06-20T00:00:00Z', idempotencyKey: customer }],
      }),
    async pause() {
      await world.ask('POST', `/v1/subscriptions/${id}/pause`, {})
      await moveTo('2026-07-03T00:00:00Z')
      await world.ask('POST', `/v1/subscriptions/${id}/resume`, {})
    },
    /** What paid the calls. */
    async dispute(status: 'open' | 'lost' | 'won') {
      const { transaction } = await eventually('it is paid', async () =>
        (await list('payments')).find(({ amountMinor }) => amountMinor === 6_000),
      )
      if (status === 'open')
        disputes.push((await world.control('POST', '/control/disputes', { transaction })).id)
      else await world.control('POST', `/control/disputes/${disputes[0]}`, { status })
      await eventually(`it is ${status}`, async () =>
        (await list('disputes')).find((each) => each.status === status),
      )
    },
    /** What waits comes along, unless it is disputed. */
    write: () =>
      world.ask('POST', '/v1/invoices', {
        customer,
        currency: 'EUR',
        pendingItems: true,
        lines: [{ description: 'Advice', quantity: '1', unitMinor: '100' }],
      }),
    async creditByHand(amountMinor: number) {
      const invoices: Json[] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
      const { id: invoice, lines } = invoices.find(({ totalMinor }) => totalMinor === 6_000)
      const { id: line } = lines.find(({ kind }: Json) => kind === 'usage')
      await world.ask('POST', `/v1/invoices/${invoice}/credit-notes`, { lines: [{ line, amountMinor }] })
    },
    /** Of the newest document. */
    async newest(): Promise<string> {
      const [{ kind, totalMinor }] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
      return `${kind} ${totalMinor}`
    },
  }
}

describe('use that was taken back of what is disputed', () => {
  it.each([
    ['given back', 0, -100],
    ['told again', 10, 1_000],
  ])('I-4 is not paid for where a credit note has given it back by hand (%s)', async (_, told, charged) => {
    const own = await begin(`by-hand-${told}`)
    await own.dispute('open')
    await own.giveBack(25)
    await own.moveTo('2026-08-01T00:00:02Z')
    await own.dispute('won')
    await own.creditByHand(2_500)
    if (told === 0) await own.giveBack(1)
    else await own.tell(told)
    await own.moveTo('2026-09-01T00:00:02Z')
    // the plan, and what has changed since
    expect(await own.newest()).toBe(`invoice ${1_000 + charged}`)
  })

  it.each(['a period', 'an invoice by hand'])(
    'I-3 is paid for where it is told again, though it was lost while it waited for %s',
    async (what) => {
      const own = await begin(`lost-${what.replaceAll(' ', '-')}`)
      await own.giveBack(25)
      await own.pause()
      await own.dispute('open')
      await own.dispute('lost')
      if (what !== 'a period') await own.write()
      await own.moveTo('2026-08-01T00:00:02Z')
      await own.tell(25)
      await own.moveTo('2026-09-01T00:00:02Z')
      expect(await own.newest()).toBe('invoice 1000')
    },
  )
})
