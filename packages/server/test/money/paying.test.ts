import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { eventually } from '../support/eventually.ts'
import { moveClock } from '../support/move-clock.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'Africa/Abidjan' },
  features: { tickets: { kind: 'meter' } },
  plans: {
    essential: {
      prices: { XOF: { month: 15000 } },
      allowances: { tickets: 500 },
      policies: { retries: { hour: 2, afterDays: [1, 2, 3] } },
    },
  },
}

let database: TestDatabase
let server: TestServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  const put = await server.request('PUT', '/v1/catalog', { body: catalog })
  expect(put.status, put.text).toBe(200)
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

async function ask(method: string, path: string, body?: unknown) {
  const answer = await server.request(method, path, { body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}

describe('an automatic charge', () => {
  async function subscribe(customer: string, instrument: string) {
    const clock = await ask('POST', '/v1/test-clocks', { now: '2026-01-31T10:00:00Z' })
    await ask('PUT', `/v1/customers/${customer}`, { testClock: clock.id })
    await ask('POST', `/v1/customers/${customer}/payment-methods`, { provider: 'simulator', instrument })
    await ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency: 'XOF' })
    return (to: string) => moveClock(ask, clock.id, to)
  }
  const invoicesOf = async (customer: string) =>
    (await ask('GET', `/v1/customers/${customer}/invoices`)).data.map(
      (each: { number: string; status: string; amountPaidMinor: number; attempts: number }) =>
        `${each.number} ${each.status} ${each.amountPaidMinor} ${each.attempts}`,
    )

  it('pays each month', async () => {
    const moveTo = await subscribe('pays', 'card_ok')
    await moveTo('2026-03-31T10:00:00Z')
    expect(await invoicesOf('pays')).toEqual([
      'INV-2026-000003 paid 15000 1',
      'INV-2026-000002 paid 15000 1',
      'INV-2026-000001 paid 15000 1',
    ])
  })

  it('QE-6 is tried again at 02:00, three times at most, within 7 days', async () => {
    const moveTo = await subscribe('poor', 'card_insufficient_funds')
    await moveTo('2026-02-20T10:00:00Z')
    expect(await invoicesOf('poor')).toEqual(['INV-2026-000001 open 0 4'])
    const { rows } = await database.db.query<{ at: string }>({
      text: `select payment_attempt.created_at::text as at from payment_attempt join customer on customer.id = payment_attempt.customer
             where key = 'poor' order by 1`,
    })
    expect(rows.map(({ at }) => at)).toEqual([
      '2026-01-31 10:00:00+00',
      '2026-02-01 02:00:00+00',
      '2026-02-02 02:00:00+00',
      '2026-02-03 02:00:00+00',
    ])
    const access = await ask('GET', '/v1/customers/poor/access')
    expect(access).toMatchObject({ level: 'blocked', reason: 'payment_required' })
  })

  async function withFallback(customer: string, instrument: string, fallback: string) {
    const clock = await ask('POST', '/v1/test-clocks', { now: '2026-01-31T10:00:00Z' })
    await ask('PUT', `/v1/customers/${customer}`, { testClock: clock.id })
    const methods = `/v1/customers/${customer}/payment-methods`
    await ask('POST', methods, { provider: 'simulator', instrument, isDefault: true })
    await ask('POST', methods, { provider: 'simulator', instrument: fallback, isFallback: true })
    await ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency: 'XOF' })
    return (to: string) => moveClock(ask, clock.id, to)
  }
  const toldOf = async (customer: string): Promise<string[]> => {
    const { data } = await ask('GET', `/v1/customers/${customer}/timeline?limit=100`)
    return data
      .map(({ type }: { type: string }) => type)
      .filter((type: string) => type.startsWith('invoice.pa'))
  }

  it.each(['card_insufficient_funds', 'card_stolen'])(
    'ST-9 what the default method does not pay the fallback pays at once, within the same try (%s)',
    async (instrument) => {
      const customer = `falls-back-${instrument}`
      const moveTo = await withFallback(customer, instrument, 'card_ok')
      await moveTo('2026-01-31T10:00:01Z')
      expect(await invoicesOf(customer)).toEqual([expect.stringMatching(/^INV-2026-\d{6} paid 15000 1$/)])
    },
  )

  it.each([
    ['card_authenticate_always', 'card_insufficient_funds'],
    ['card_insufficient_funds', 'card_authenticate_always'],
  ])(
    'ST-9 where neither pays the holder is asked, and each promised try comes (%s, %s)',
    async (...cards) => {
      const customer = `tried-${cards[0]}`
      const moveTo = await withFallback(customer, ...cards)
      await moveTo('2026-02-20T10:00:00Z')
      const told = await toldOf(customer)
      expect(told.filter((type) => type === 'invoice.payment_action_required').length).toBeGreaterThan(1)
      const { rows } = await database.db.query<{ day: string }>({
        text: `select distinct payment_attempt.created_at::date::text as day from payment_attempt
             join customer on customer.id = payment_attempt.customer where key = $1 order by 1`,
        values: [customer],
      })
      expect(rows.map(({ day }) => day.slice(5))).toEqual(['01-31', '02-01', '02-02', '02-03'])
    },
  )

  it('ST-9 a method that is neither default nor fallback is charged before nobody is', async () => {
    const moveTo = await withFallback('promoted', 'card_ok', 'card_ok')
    await moveTo('2026-02-01T00:00:00Z')
    const methods = '/v1/customers/promoted/payment-methods'
    const [one, other] = (await ask('GET', methods)).data
    const [fallback, first] = one.isFallback ? [one, other] : [other, one]
    await ask('PATCH', `${methods}/${fallback.id}`, { isFallback: false })
    await ask('DELETE', `${methods}/${first.id}`)
    await moveTo('2026-02-28T10:00:01Z')
    expect((await invoicesOf('promoted'))[0]).toMatch(/ paid 15000 1$/)
  })

  it('ST-9 where neither pays, both are tried on each day of the policy', async () => {
    const moveTo = await subscribe('both-poor', 'card_insufficient_funds')
    await ask('POST', '/v1/customers/both-poor/payment-methods', {
      provider: 'simulator',
      instrument: 'card_insufficient_funds',
      isFallback: true,
    })
    await moveTo('2026-02-20T10:00:00Z')
    const { rows } = await database.db.query<{ at: string }>({
      text: `select payment_attempt.created_at::date::text as at from payment_attempt
             join customer on customer.id = payment_attempt.customer where key = 'both-poor' order by payment_attempt.id`,
    })
    expect(rows.map(({ at }) => at.slice(5))).toEqual([
      '01-31',
      '01-31',
      '02-01',
      '02-01',
      '02-02',
      '02-02',
      '02-03',
      '02-03',
    ])
  })

  it('ST-13 a hard decline is not tried again; a new card is, at once, and restores access with the payment', async () => {
    const moveTo = await subscribe('stolen', 'card_stolen')
    await moveTo('2026-02-20T10:00:00Z')
    expect(await invoicesOf('stolen')).toEqual(['INV-2026-000001 open 0 1'])
    expect(await ask('GET', '/v1/customers/stolen/access')).toMatchObject({ level: 'blocked' })
    await ask('POST', '/v1/customers/stolen/payment-methods', {
      provider: 'simulator',
      instrument: 'card_ok',
    })
    await moveTo('2026-02-20T10:00:01Z')
    expect(await invoicesOf('stolen')).toEqual(['INV-2026-000001 paid 15000 1'])
    expect(await ask('GET', '/v1/customers/stolen/access')).toMatchObject({ level: 'full', reason: 'ok' })
  })

  it('QE-5 what waits for the customer (a transfer, a confirmation) stops no reminder, and gives way to a card', async () => {
    for (const [customer, provider, kind, instrument] of [
      ['transfers', 'manual', 'bank_transfer', undefined],
      ['confirms', 'simulator', 'card', 'card_authenticate_always'],
    ] as const) {
      const clock = await ask('POST', '/v1/test-clocks', { now: '2026-01-31T10:00:00Z' })
      const moveTo = (to: string) => moveClock(ask, clock.id, to)
      await ask('PUT', `/v1/customers/${customer}`, { testClock: clock.id })
      const methods = `/v1/customers/${customer}/payment-methods`
      await ask('POST', methods, { provider, kind, instrument })
      await ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency: 'XOF' })
      await moveTo('2026-02-08T10:00:00Z')
      expect(await ask('GET', `/v1/customers/${customer}/access`), customer).toMatchObject({
        level: 'blocked',
      })
      await ask('POST', methods, { provider: 'simulator', instrument: 'card_ok', isDefault: true })
      await eventually(`the card of ${customer} pays`, async () => {
        const [invoice] = (await ask('GET', `/v1/customers/${customer}/invoices`)).data
        if (invoice.status === 'paid') return invoice
        // the job that tries the new card may be at it, or have done it
        const { status, body } = await server.request('POST', `/v1/invoices/${invoice.id}/pay`, { body: {} })
        if (status >= 300) expect(body.code).toBeOneOf(['payment_in_flight', 'invoice_state'])
        return undefined
      })
      expect(await invoicesOf(customer), customer).toMatchObject([expect.stringContaining('paid 15000')])
      expect(await ask('GET', `/v1/customers/${customer}/access`)).toMatchObject({ level: 'full' })
      const { rows } = await database.db.query<{ status: string }>({
        text: `select status from payment_attempt join customer on customer.id = payment_attempt.customer
               where key = $1 order by payment_attempt.id`,
        values: [customer],
      })
      expect(
        rows.map(({ status }) => status),
        customer,
      ).toEqual(['superseded', 'succeeded'])
    }
  })
})
