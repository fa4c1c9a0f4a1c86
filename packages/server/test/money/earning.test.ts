import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
})
afterAll(() => world?.close())

const subscribe = (customer: string, rest: object = {}) =>
  world.ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency: 'EUR', ...rest })

async function invoicesOf(customer: string) {
  const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
  return data.toReversed()
}

async function earnedAt(customer: string) {
  const { rows } = await world.database.db.query<{ at: string; earned: number }>({
    text: `select p.occurred_at at time zone 'UTC' as at, -p.amount_minor as earned from ledger_posting p
           join customer c on c.environment = p.environment and c.id = p.customer
           where c.key = $1 and p.account = 'revenue' order by p.occurred_at, p.cause`,
    values: [customer],
  })
  return rows.map(({ at, earned }) => `${new Date(at).toISOString()} ${earned}`)
}

describe('deferred revenue', () => {
  it("I-4 is earned at the end of each of the operator's months and of its service, once", async () => {
    // ten days of thirty-one in January
    const moveTo = await world.customerOn('2026-01-22T00:00:00Z', 'earns')
    await subscribe('earns')
    await moveTo('2026-01-22T01:00:00Z')
    expect(await world.books('earns')).toEqual({ deferred_revenue: -10_000, receivable: 10_000 })
    await moveTo('2026-02-01T00:00:00Z')
    expect(await world.books('earns')).toMatchObject({ deferred_revenue: -6_774, revenue: -3_226 })
    await moveTo('2026-02-22T00:00:00Z')
    expect(await earnedAt('earns')).toEqual([
      '2026-01-31T23:59:59.999Z 3226',
      '2026-02-21T23:59:59.999Z 6774',
    ])
    const before = await world.books('earns')
    await moveTo('2026-02-22T00:00:01Z')
    expect(await world.books('earns')).toEqual(before)
  })

  it('is none of what is charged at once', async () => {
    await world.customerOn('2026-01-22T00:00:00Z', 'at-once')
    await world.ask('POST', '/v1/invoices', {
      customer: 'at-once',
      currency: 'EUR',
      lines: [{ description: 'Setting up', unitMinor: 700 }],
    })
    expect(await world.books('at-once')).toEqual({ receivable: 700, revenue: -700 })
  })

  it('of a void invoice is neither owed nor earned', async () => {
    const moveTo = await world.customerOn('2026-01-22T00:00:00Z', 'voids')
    await subscribe('voids')
    await moveTo('2026-02-10T00:00:00Z')
    expect(await world.books('voids')).toMatchObject({ revenue: -3_226 })
    const [{ id }] = await invoicesOf('voids')
    await world.ask('POST', `/v1/invoices/${id}/void`)
    expect(await world.books('voids')).toEqual({})
    await moveTo('2026-02-20T00:00:00Z')
    expect(await world.books('voids')).toEqual({})
  })

  it('that is credited when part of it is earned leaves nothing behind', async () => {
    const moveTo = await world.customerOn('2026-01-22T00:00:00Z', 'credits')
    await subscribe('credits')
    await moveTo('2026-02-10T00:00:00Z')
    const [{ id }] = await invoicesOf('credits')
    await world.ask('POST', `/v1/invoices/${id}/credit-notes`, {})
    // nineteen days of thirty-one, of which the invoice has posted ten
    expect(await world.books('credits')).toEqual({ deferred_revenue: -2_903, revenue: 2_903 })
    await moveTo('2026-02-21T23:59:59Z')
    await moveTo('2026-02-22T00:00:00Z')
    const { rows } = await world.database.db.query({
      text: `select i.kind, l.earned_minor, l.net_minor from invoice_line l
             join invoice i on i.environment = l.environment and i.customer = l.customer and i.id = l.invoice
             join customer c on c.environment = i.environment and c.id = i.customer
             where c.key = 'credits' and i.period_start is distinct from '2026-02-22T00:00:00Z' order by i.kind desc`,
    })
    expect(rows).toEqual([
      { kind: 'invoice', earned_minor: 10_000, net_minor: 10_000 },
      { kind: 'credit_note', earned_minor: 10_000, net_minor: 10_000 },
    ])
    // the next period is deferred whole
    await moveTo('2026-02-22T01:00:00Z')
    expect(await world.books('credits')).toEqual({ deferred_revenue: -10_000, receivable: 10_000 })
  })

  it('is given back where an upgrade gives back the rest of a period', async () => {
    const moveTo = await world.customerOn('2026-01-22T00:00:00Z', 'upgrades')
    const { id } = await subscribe('upgrades')
    await moveTo('2026-02-06T12:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'large' })
    await moveTo('2026-02-22T00:00:00Z')
    const earned = (await earnedAt('upgrades')).reduce((sum, each) => sum + Number(each.split(' ')[1]), 0)
    // half of one month of the small plan, and half of the large one's
    expect(earned).toBe(5_000 + 10_000)
  })
})
