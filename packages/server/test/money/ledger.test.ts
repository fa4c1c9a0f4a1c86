import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

interface Entry {
  id: string
  kind: string
  customer: string
  currency: string
  occurredAt: string
  postings: { account: string; amountMinor: number }[]
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  for (const [customer, day] of [
    ['one', '2026-01-10'],
    ['two', '2026-02-10'],
  ] as const) {
    await world.customerOn(`${day}T10:00:00Z`, customer)
    const lines = [{ description: 'Once', unitMinor: 10_000 }]
    const order = { customer, currency: 'XOF', lines, collection: 'send' }
    const { id: invoice } = await world.ask('POST', '/v1/invoices', order)
    const money = { customer, currency: 'XOF', amountMinor: 12_000, invoice, transaction: customer }
    await world.ask('POST', '/v1/payments', money)
  }
})
afterAll(() => world?.close())

const entries = async (query = ''): Promise<Entry[]> =>
  (await world.ask('GET', `/v1/ledger/entries?limit=100${query}`)).data

const accounts = async (query = ''): Promise<Record<string, number>> => {
  const found = (await world.ask('GET', `/v1/ledger/accounts?${query}`)).accounts
  return Object.fromEntries(
    found.map((each: { account: string; balanceMinor: number }) => [each.account, each.balanceMinor]),
  )
}

describe('the books', () => {
  it('I-4 can be read: each entry sums to zero, by customer, account, invoice and time', async () => {
    const all = await entries()
    expect(all.map(({ kind }) => kind)).toEqual([
      'receipt.allocated',
      'receipt.received',
      'invoice.issued',
      'receipt.allocated',
      'receipt.received',
      'invoice.issued',
    ])
    for (const { postings } of all) {
      expect(postings.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(0)
    }
    expect(await entries('&customer=one')).toEqual(all.slice(3))
    expect(await entries('&account=revenue')).toHaveLength(2)
    expect(await entries('&since=2026-02-01T00:00:00Z')).toEqual(all.slice(0, 3))
    expect(await entries('&until=2026-02-01T00:00:00Z')).toEqual(all.slice(3))
    const page = await world.ask('GET', '/v1/ledger/entries?limit=4')
    const rest = await world.ask('GET', `/v1/ledger/entries?limit=4&cursor=${page.nextCursor}`)
    expect([...page.data, ...rest.data]).toEqual(all)
    expect(rest.nextCursor).toBeNull()
    expect(await world.refused('GET', '/v1/ledger/entries?cursor=nonsense')).toBe('400 invalid_cursor')
    expect(await world.refused('GET', '/v1/ledger/entries?customer=nobody')).toBe('404 customer_not_found')
  })

  it('I-4 say what each account comes to, of a customer, at a moment, and all together', async () => {
    const one = {
      'cash:manual': 12_000,
      customer_credit: -2_000,
      receivable: 0,
      revenue: -10_000,
      unapplied_cash: 0,
    }
    expect(await accounts('customer=one')).toEqual(one)
    expect(await accounts('until=2026-02-01T00:00:00Z')).toEqual(one)
    expect(await accounts()).toMatchObject({ 'cash:manual': 24_000, revenue: -20_000 })
    const sum = Object.values(await accounts()).reduce((total, each) => total + each, 0)
    expect(sum).toBe(0)
  })

  it('I-4 are only added to, whoever asks the database', async () => {
    const { db } = world.database
    for (const statement of [
      'delete from ledger_entry',
      'update ledger_entry set amounts_minor = array[-amounts_minor[1], -amounts_minor[2]]',
    ]) {
      await expect(db.query(statement)).rejects.toThrow('only added to')
    }
  })

  it('are read with the scope of money alone', async () => {
    const key = await world.server.createKey({ kind: 'restricted', scopes: ['usage:read'] })
    const answer = await world.server.request('GET', '/v1/ledger/entries', { key: key.secret })
    expect(answer.status).toBe(403)
  })
})
