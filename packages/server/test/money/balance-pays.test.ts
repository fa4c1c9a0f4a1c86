import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
  await world.ask('PUT', '/v1/catalog', {
    operator: { name: 'Seller', timeZone: 'UTC' },
    features: { credits: { kind: 'credits' } },
    plans: {
      basic: {
        prices: { EUR: { month: 1_900, year: 19_000 } },
        policies: { dueDays: 0, retries: { afterDays: [] }, failure: { graceDays: 3 } },
      },
      pro: { prices: { EUR: { month: 6_900 } } },
    },
    addOns: { pack: { kind: 'one_off', prices: { EUR: 1_000 }, allowances: { credits: 50 } } },
  })
})
afterAll(() => world?.close())

const invoices = async (customer: string) =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data.toReversed()
const dues = async (customer: string) =>
  (await invoices(customer)).map(({ amountDueMinor }: { amountDueMinor: number }) => amountDueMinor)
const balances = async (customer: string) =>
  (await world.ask('GET', `/v1/customers/${customer}/balance`)).balances.filter(
    ({ amountMinor }: { amountMinor: number }) => amountMinor !== 0,
  )
const give = (customer: string, amountMinor: number) =>
  world.ask('POST', `/v1/customers/${customer}/balance-adjustments`, {
    currency: 'EUR',
    amountMinor,
    reason: 'an apology',
  })
const access = async (customer: string) => (await world.ask('GET', `/v1/customers/${customer}/access`)).level

describe('a balance', () => {
  it('ST-11 pays what is owed in the transaction in which it rises, and access is whole again', async () => {
    const moveTo = await world.customerOn('2026-03-01T00:00:00Z', 'owes')
    await world.ask('POST', '/v1/subscriptions', { customer: 'owes', plan: 'basic' })
    await moveTo('2026-03-08T00:00:00Z')
    expect(await access('owes')).toBe('blocked')
    await give('owes', 1_000)
    expect(await dues('owes')).toEqual([900])
    expect(await access('owes')).toBe('blocked')
    await give('owes', 1_500)
    expect(await access('owes')).toBe('full')
    expect(await invoices('owes')).toMatchObject([
      { status: 'paid', amountDueMinor: 0, creditAppliedMinor: 1_900, amountPaidMinor: 0 },
    ])
    expect(await balances('owes')).toEqual([{ currency: 'EUR', amountMinor: 600 }])
    expect(await world.books('owes')).toMatchObject({ customer_credit: -600, promotional_credit: 2_500 })
    expect(await world.books('owes')).not.toHaveProperty('receivable')
    const told = (await world.ask('GET', '/v1/customers/owes/timeline?limit=100')).data
    expect(told.map(({ type }: { type: string }) => type)).toContain('invoice.paid')
  })

  it('ST-11 by a credit note pays another invoice that is open', async () => {
    const moveTo = await world.customerOn('2026-03-01T00:00:00Z', 'credited')
    const lines = [{ description: 'Once', unitMinor: 5_000 }]
    const order = { customer: 'credited', currency: 'EUR', lines, collection: 'send' }
    const first = await world.ask('POST', '/v1/invoices', order)
    await world.ask('POST', '/v1/payments', {
      customer: 'credited',
      currency: 'EUR',
      amountMinor: 5_000,
      invoice: first.id,
      transaction: 'T1',
    })
    await moveTo('2026-03-02T00:00:00Z')
    await world.ask('POST', '/v1/invoices', order)
    await world.ask('POST', `/v1/invoices/${first.id}/credit-notes`, { amountMinor: 4_000 })
    const owed = (await invoices('credited')).filter(({ kind }: { kind: string }) => kind === 'invoice')
    expect(owed).toMatchObject([
      { status: 'paid' },
      { status: 'open', amountDueMinor: 1_000, creditAppliedMinor: 4_000 },
    ])
    expect(await balances('credited')).toEqual([])
  })

  it('ST-9 nobody who never paid has one: what was charged and given back lowers what is owed', async () => {
    const moveTo = await world.customerOn('2026-04-01T00:00:00Z', 'never')
    await world.ask('POST', '/v1/customers/never/payment-methods', {
      provider: 'simulator',
      instrument: 'card_insufficient_funds',
    })
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer: 'never', plan: 'basic' })
    await moveTo('2026-04-02T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'pro', when: 'now' })
    await moveTo('2026-04-02T01:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'basic', when: 'now' })
    await moveTo('2026-04-02T02:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now', credit: true })
    await moveTo('2026-04-02T03:00:00Z')
    expect(await balances('never')).toEqual([])
    // a day and some hours of basic, an hour of pro
    const owed = (await dues('never')).reduce((sum: number, due: number) => sum + due, 0)
    expect(owed).toBe(76)
    expect(await world.books('never')).toMatchObject({ receivable: 76 })
    expect(await world.refused('POST', '/v1/top-ups', { customer: 'never', addOn: 'pack' })).toBe(
      '402 payment_declined',
    )
  })

  it('ST-8 a year that was cut short for months is charged once', async () => {
    const moveTo = await world.customerOn('2026-05-01T00:00:00Z', 'shorter')
    await world.ask('POST', '/v1/customers/shorter/payment-methods', {
      provider: 'simulator',
      instrument: 'card_ok',
    })
    const order = { customer: 'shorter', plan: 'basic', interval: 'year' }
    const { id } = await world.ask('POST', '/v1/subscriptions', order)
    await moveTo('2026-08-01T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { interval: 'month', when: 'now' })
    await moveTo('2026-10-02T00:00:00Z')
    const { data } = await world.ask('GET', '/v1/customers/shorter/invoices')
    expect(data.map(({ kind }: { kind: string }) => kind)).toContain('credit_note')
  })

  it('leaves nothing for the doctor to find', async () => {
    const { findings } = await world.ask('GET', '/v1/doctor')
    expect(findings).toEqual([])
  })
})
