import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

interface Charge {
  key: string
  status: string
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
})
afterAll(() => world?.close())

const accessOf = async (customer: string) => {
  const { level, reason } = await world.ask('GET', `/v1/customers/${customer}/access`)
  return `${level} ${reason}`
}

/** A customer whose first invoice of 15,000 XOF is due after five days, and blocks it after two more. */
async function unpaid(customer: string) {
  const moveTo = await world.customerOn('2026-03-01T00:00:00Z', customer)
  await world.ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency: 'XOF' })
  await moveTo('2026-03-01T00:00:01Z')
  const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
  return { moveTo, id: data[0].id as string }
}

describe('a void invoice', () => {
  it('keeps its number, leaves nothing in the books, and lets the customer in again', async () => {
    const { moveTo, id } = await unpaid('void')
    await moveTo('2026-03-20T00:00:00Z')
    expect(await accessOf('void')).toBe('blocked payment_required')
    const voided = await world.ask('POST', `/v1/invoices/${id}/void`)
    expect(voided).toMatchObject({ status: 'void', number: 'INV-2026-000001', amountDueMinor: 0 })
    expect(voided.voidedAt).toBe('2026-03-20T00:00:00.000Z')
    expect(await accessOf('void')).toBe('full ok')
    expect(await world.books('void')).toEqual({})
    expect(await world.refused('POST', `/v1/invoices/${id}/void`)).toBe('409 invoice_state')
    expect(await world.refused('POST', `/v1/invoices/${id}/pay`)).toBe('409 invoice_state')
  })

  it('gives nothing back of its period, which is not billed again', async () => {
    const { moveTo, id } = await unpaid('free')
    await world.ask('POST', `/v1/invoices/${id}/void`)
    const { data: subscriptions } = await world.ask('GET', '/v1/subscriptions?customer=free')
    await moveTo('2026-03-16T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${subscriptions[0].id}/cancel`, { when: 'now' })
    await moveTo('2026-04-10T00:00:00Z')
    const { data } = await world.ask('GET', '/v1/customers/free/invoices')
    expect(data.map((each: { status: string }) => each.status)).toEqual(['void'])
  })

  it('returns what the balance had paid', async () => {
    await world.customerOn('2026-03-01T00:00:00Z', 'returned')
    const given = { currency: 'XOF', amountMinor: 300, reason: 'a gift' }
    await world.ask('POST', '/v1/customers/returned/balance-adjustments', given)
    const lines = [{ description: 'Once', unitMinor: 700 }]
    const { id } = await world.ask('POST', '/v1/invoices', { customer: 'returned', currency: 'XOF', lines })
    await world.ask('POST', `/v1/invoices/${id}/void`)
    const { balances } = await world.ask('GET', '/v1/customers/returned/balance')
    expect(balances).toEqual([{ currency: 'XOF', amountMinor: 300 }])
    expect(await world.books('returned')).toEqual({ customer_credit: -300, promotional_credit: 300 })
  })

  it('calls back what was asked, and keeps what is paid for it nevertheless for the customer', async () => {
    await world.customerOn('2026-03-01T00:00:00Z', 'asked')
    const phone = { provider: 'simulator', kind: 'phone', instrument: '+221771234599', isDefault: true }
    await world.ask('POST', '/v1/customers/asked/payment-methods', phone)
    const lines = [{ description: 'Once', unitMinor: 700 }]
    const written = { customer: 'asked', currency: 'XOF', lines, collection: 'send' }
    const { id } = await world.ask('POST', '/v1/invoices', written)
    const { attempt } = await world.ask('POST', `/v1/invoices/${id}/pay`, {})
    expect(attempt).toMatchObject({ status: 'pending' })
    await world.ask('POST', `/v1/invoices/${id}/void`)
    await eventually('the prompt is called back', async () => {
      const { events } = (await world.control('GET', '/events')) as { events: { data: Charge }[] }
      const own = events.map(({ data }) => data).filter(({ key }) => key === attempt.id)
      return own.at(-1)?.status === 'canceled' ? true : undefined
    })
    const late = { customer: 'asked', currency: 'XOF', amountMinor: 700, transaction: 'late', invoice: id }
    expect(await world.ask('POST', '/v1/payments', late)).toMatchObject({
      allocations: [],
      toBalanceMinor: 700,
    })
    expect(await world.ask('GET', `/v1/invoices/${id}`)).toMatchObject({ status: 'void', amountPaidMinor: 0 })
    expect(await world.books('asked')).toEqual({ 'cash:manual': 700, customer_credit: -700 })
  })

  it('is not possible once a later invoice has given back of it: what is left is credited', async () => {
    const moveTo = await world.customerOn('2026-03-01T00:00:00Z', 'replaced')
    const body = { customer: 'replaced', plan: 'essential', currency: 'EUR' }
    const { id: subscription } = await world.ask('POST', '/v1/subscriptions', body)
    await moveTo('2026-03-03T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${subscription}/change`, { plan: 'large', when: 'now' })
    await moveTo('2026-03-03T00:00:01Z')
    const { data } = await world.ask('GET', '/v1/customers/replaced/invoices')
    const [second, first] = data
    expect(await world.refused('POST', `/v1/invoices/${first.id}/void`)).toBe('409 invoice_state')
    // two of 31 days
    const note = await world.ask('POST', `/v1/invoices/${first.id}/credit-notes`, {})
    expect(note.totalMinor).toBe(645)
    expect((await world.ask('POST', `/v1/invoices/${second.id}/void`)).status).toBe('void')
  })

  it('is not possible once something of it is paid', async () => {
    const { id } = await unpaid('part')
    const money = { customer: 'part', currency: 'XOF', amountMinor: 1, transaction: 'part-1', invoice: id }
    await world.ask('POST', '/v1/payments', money)
    expect(await world.refused('POST', `/v1/invoices/${id}/void`)).toBe('409 invoice_state')
  })
})

describe('an invoice that is given up', () => {
  it('is a loss, keeps the customer out, and still settles when it is paid', async () => {
    const { moveTo, id } = await unpaid('lost')
    await moveTo('2026-03-20T00:00:00Z')
    const given = await world.ask('POST', `/v1/invoices/${id}/mark-uncollectible`)
    expect(given).toMatchObject({ status: 'uncollectible', amountDueMinor: 15_000, nextAttemptAt: null })
    expect(await accessOf('lost')).toBe('blocked payment_required')
    const lost = await world.books('lost')
    expect(lost.write_offs).toBe(15_000)
    expect(lost.receivable).toBeUndefined()
    const money = { customer: 'lost', currency: 'XOF', transaction: 'lost-1', invoice: id }
    await world.ask('POST', '/v1/payments', { ...money, amountMinor: 5_000 })
    expect(await world.ask('GET', `/v1/invoices/${id}`)).toMatchObject({
      status: 'uncollectible',
      amountDueMinor: 10_000,
    })
    expect((await world.books('lost')).write_offs).toBe(10_000)
    await world.ask('POST', '/v1/payments', { ...money, transaction: 'lost-2', amountMinor: 10_000 })
    expect(await world.ask('GET', `/v1/invoices/${id}`)).toMatchObject({ status: 'paid', amountDueMinor: 0 })
    expect(await accessOf('lost')).toBe('full ok')
    const settled = await world.books('lost')
    expect(settled.write_offs).toBeUndefined()
    expect(settled['cash:manual']).toBe(15_000)
  })

  it('takes no money that was meant for something else', async () => {
    const { id } = await unpaid('other')
    await world.ask('POST', `/v1/invoices/${id}/mark-uncollectible`)
    const money = { customer: 'other', currency: 'XOF', amountMinor: 20_000, transaction: 'other-1' }
    const payment = await world.ask('POST', '/v1/payments', money)
    expect(payment).toMatchObject({ allocations: [], toBalanceMinor: 20_000 })
  })

  it('can be credited: then nothing is owed and nothing lost', async () => {
    const { id } = await unpaid('forgiven')
    await world.ask('POST', `/v1/invoices/${id}/mark-uncollectible`)
    await world.ask('POST', `/v1/invoices/${id}/credit-notes`, {})
    expect(await world.ask('GET', `/v1/invoices/${id}`)).toMatchObject({
      status: 'paid',
      creditedMinor: 15_000,
    })
    expect(await world.books('forgiven')).toEqual({})
  })
})
