import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { moveClock } from '../support/move-clock.ts'

const prices = (minor: number) => ({
  XOF: { month: { amountMinor: minor, perUnit: { seats: '333.333' } } },
  USD: { month: { amountMinor: minor, perUnit: { seats: '33.3335' } } },
  KWD: { month: { amountMinor: minor, perUnit: { seats: '1001.0005' } } },
})
const catalog = {
  operator: {
    name: 'Seller',
    timeZone: 'Africa/Abidjan',
    address: { line1: '1', city: 'Paris', country: 'FR' },
  },
  features: { seats: { kind: 'gauge' }, tickets: { kind: 'meter' } },
  plans: {
    small: {
      prices: prices(19_99),
      allowances: { seats: { limit: 1, perQuantity: 'seats' }, tickets: 10 },
      policies: { quantityChange: 'prorate', downgrade: 'now' },
    },
    large: {
      prices: prices(70_01),
      allowances: {
        seats: { limit: 1, perQuantity: 'seats' },
        tickets: { limit: 5, policy: { overage: { XOF: '12.5', USD: '0.333', KWD: '1.0005' } } },
      },
      policies: { quantityChange: 'prorate', downgrade: 'now' },
    },
  },
  coupons: { TENTH: { percentOff: 10, periods: 'forever' } },
  taxes: { vat: { name: 'TVA', country: 'FR', percent: 5.5 } },
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

async function openAccount(customer: string, currency: string, instrument: string | null) {
  const clock = await ask('POST', '/v1/test-clocks', { now: '2026-01-31T12:00:00Z' })
  await ask('PUT', `/v1/customers/${customer}`, { currency, testClock: clock.id })
  if (instrument !== null) {
    await ask('POST', `/v1/customers/${customer}/payment-methods`, { provider: 'simulator', instrument })
  }
  return (to: string) => moveClock(ask, clock.id, to)
}

/** A year in which much is changed; what it comes to is read from the invoices. */
async function liveAYear(customer: string, currency: string, instrument: string) {
  const moveTo = await openAccount(customer, currency, instrument)
  const { id } = await ask('POST', '/v1/subscriptions', {
    customer,
    plan: 'small',
    quantities: { seats: 3 },
    coupons: ['TENTH'],
  })
  const change = (body: unknown) => ask('POST', `/v1/subscriptions/${id}/change`, body)
  await moveTo('2026-02-10T03:04:05Z')
  await change({ plan: 'large' })
  await moveTo('2026-02-20T10:00:00Z')
  await ask('POST', '/v1/consume', { customer, feature: 'tickets', amount: 12 })
  await change({ quantities: { seats: 7 } })
  await moveTo('2026-03-31T11:59:59Z')
  await change({ quantities: { seats: 2 } })
  await moveTo('2026-06-15T00:00:00Z')
  await change({ plan: 'small' })
  await moveTo('2026-12-31T23:59:59Z')
  return (await ask('GET', `/v1/customers/${customer}/invoices?limit=100`)).data
}

const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0)

describe.each([
  ['XOF', 'card_ok'],
  ['USD', 'card_ok'],
  ['KWD', 'card_insufficient_funds'],
])('a year in %s, with %s', (currency, instrument) => {
  it('I-4 the books balance: every entry sums to zero, every document is its lines, accounts are what documents say', async () => {
    const customer = `books-${currency}`
    const documents = await liveAYear(customer, currency, instrument)
    expect(documents.length).toBeGreaterThan(10)
    for (const each of documents) {
      const { lines } = each
      expect(each.subtotalMinor - each.discountMinor + each.taxMinor, each.number).toBe(each.totalMinor)
      expect(sum(lines.map((line: { netMinor: number }) => line.netMinor))).toBe(
        each.subtotalMinor - each.discountMinor,
      )
      expect(sum(lines.map((line: { taxMinor: number }) => line.taxMinor))).toBe(each.taxMinor)
      expect(sum(each.taxes.map((tax: { taxMinor: number }) => tax.taxMinor))).toBe(each.taxMinor)
    }
    const { rows: postings } = await database.db.query<{ account: string; sum: number }>({
      text: `select account, sum(amount_minor)::bigint as sum from ledger_posting
             join customer on customer.id = ledger_posting.customer where key = $1 group by account`,
      values: [customer],
    })
    const balance = Object.fromEntries(postings.map(({ account, sum: total }) => [account, total]))
    expect(sum(Object.values(balance))).toBe(0)
    const invoices = documents.filter((each: { kind: string }) => each.kind === 'invoice')
    expect(balance.receivable ?? 0).toBe(
      sum(invoices.map((each: { amountDueMinor: number }) => each.amountDueMinor)),
    )
    expect(balance['cash:simulator'] ?? 0).toBe(
      sum(invoices.map((each: { amountPaidMinor: number }) => each.amountPaidMinor)),
    )
    const { rows: credit } = await database.db.query<{ minor: number }>({
      text: `select coalesce(sum(amount_minor), 0)::bigint as minor from credit_balance
             join customer on customer.id = credit_balance.customer where key = $1`,
      values: [customer],
    })
    expect(0 - (balance.customer_credit ?? 0)).toBe(credit[0]?.minor)
  })

  it('I-6 money is exact: whole minor units, each line its exact price rounded once', async () => {
    const customer = `exact-${currency}`
    const moveTo = await openAccount(customer, currency, instrument)
    await ask('POST', '/v1/subscriptions', { customer, plan: 'small', quantities: { seats: 3 } })
    await moveTo('2026-01-31T12:00:01Z')
    const [first] = (await ask('GET', `/v1/customers/${customer}/invoices`)).data
    const seats = { XOF: 1000, USD: 100, KWD: 3003 }[currency] as number
    const amounts = first.lines.map((line: { amountMinor: number }) => line.amountMinor)
    expect(amounts).toEqual([1999, seats])
    // 5.5 per cent of all of it, rounded once, half away from zero
    expect(first.taxMinor).toBe(Math.floor(((1999 + seats) * 55 + 500) / 1000))
    for (const amount of [...amounts, first.totalMinor, first.taxMinor])
      expect(Number.isSafeInteger(amount)).toBe(true)
  })
})

describe('who renews', () => {
  it('I-8 a subscription that the provider renews has no invoice, no charge and no dunning of ours', async () => {
    const moveTo = await openAccount('mirrored', 'USD', 'card_ok')
    await ask('POST', '/v1/subscriptions', { customer: 'mirrored', plan: 'large', authority: 'provider' })
    await moveTo('2026-05-01T00:00:00Z')
    expect((await ask('GET', '/v1/customers/mirrored/invoices')).data).toEqual([])
    expect(await ask('GET', '/v1/customers/mirrored/access')).toMatchObject({ level: 'full' })
  })

  it('I-8 one that we renew is billed once for each period, however many sweeps and commands meet at its end', async () => {
    const moveTo = await openAccount('renewed', 'USD', 'card_ok')
    const { id } = await ask('POST', '/v1/subscriptions', { customer: 'renewed', plan: 'small' })
    await Promise.all([
      moveTo('2026-04-30T12:00:00Z'),
      ...Array.from({ length: 20 }, (_, index) =>
        ask('PUT', `/v1/customers/renewed/members/member-${String(index)}`, {}),
      ),
      ...Array.from({ length: 10 }, () => ask('GET', `/v1/subscriptions/${id}`)),
    ])
    await moveTo('2026-04-30T12:00:01Z')
    const invoices = (await ask('GET', '/v1/customers/renewed/invoices')).data
    expect(invoices.map((each: { periodStart: string }) => each.periodStart)).toEqual([
      '2026-04-30T12:00:00.000Z',
      '2026-03-31T12:00:00.000Z',
      '2026-02-28T12:00:00.000Z',
      '2026-01-31T12:00:00.000Z',
    ])
  })
})
