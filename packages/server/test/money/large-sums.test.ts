import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
  await world.ask('PUT', '/v1/catalog', {
    operator: { name: 'Seller', timeZone: 'UTC' },
    features: { calls: { kind: 'meter' } },
    plans: {
      over: {
        prices: { USD: { month: { amountMinor: 1_000, perUnit: { seats: '100000' } } } },
        allowances: { calls: { limit: 10, window: 'billing_period', policy: { overage: { USD: '12.5' } } } },
      },
    },
  })
})
afterAll(() => world?.close())

const MOST = 10 ** 13

describe('an absurd number', () => {
  it('I-9 of use is charged up to the most that a line holds, and stops nothing', async () => {
    const moveTo = await world.customerOn('2026-01-01T00:00:00Z', 'absurd')
    await world.ask('POST', '/v1/subscriptions', { customer: 'absurd', plan: 'over' })
    const used = { customer: 'absurd', feature: 'calls', amount: 9_007_199_254_740_000 }
    expect(await world.ask('POST', '/v1/consume', used)).toMatchObject({ allowed: true })
    await moveTo('2026-03-01T00:00:01Z')
    const { data } = await world.ask('GET', '/v1/customers/absurd/invoices')
    const totals = data.map(({ totalMinor }: { totalMinor: number }) => totalMinor).toReversed()
    // with one seat
    expect(totals).toEqual([101_000, MOST + 101_000, 101_000])
  })

  it.each([
    [
      'of units',
      '/v1/invoices',
      { lines: [{ description: 'x', unitMinor: '999999999999999', quantity: '9' }] },
    ],
    ['of a payment', '/v1/payments', { amountMinor: 9e15, transaction: 'T' }],
  ])('I-9 is refused at the entrance: %s', async (_, path, body) => {
    await world.ask('PUT', '/v1/customers/refused', {})
    const order = { customer: 'refused', currency: 'USD', ...body }
    expect(await world.refused('POST', path, order)).toBe('400 invalid_request')
  })

  it('I-9 of seats is refused before anything is agreed on', async () => {
    await world.ask('PUT', '/v1/customers/seats', {})
    const order = { customer: 'seats', plan: 'over', trialDays: 5, quantities: { seats: 1_000_000_000 } }
    expect(await world.refused('POST', '/v1/subscriptions', order)).toBe('400 invalid_request')
  })

  it('I-9 many of the largest together are told as far as they go, and the doctor still sees', async () => {
    await world.database.db.query({
      text: `insert into ledger_entry (environment, customer, id, cause, kind, currency, accounts, amounts_minor,
               occurred_at, recorded_at)
             select 1, (select id from customer where key = 'absurd'), 'le_test_' || n, 'planted:' || n, 'planted', 'USD',
               array['receivable', 'revenue'], array[9000000000000000, -9000000000000000], $1, $1
             from generate_series(1, 3) n`,
      values: [new Date('2026-01-05T00:00:00Z')],
    })
    const { accounts } = await world.ask('GET', '/v1/ledger/accounts?customer=absurd')
    expect(accounts).toContainEqual(
      expect.objectContaining({ account: 'receivable', balanceMinor: Number.MAX_SAFE_INTEGER }),
    )
    expect(
      (await world.ask('GET', '/v1/analytics/revenue?from=2026-01-01&to=2026-02-01')).object,
    ).toBeDefined()
    expect((await world.ask('GET', '/v1/doctor')).count).toBeGreaterThan(0)
  })
})
