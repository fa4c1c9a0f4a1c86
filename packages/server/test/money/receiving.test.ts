import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
})
afterAll(() => world?.close())

const once = (customer: string, unitMinor: number) =>
  world.ask('POST', '/v1/invoices', {
    customer,
    currency: 'XOF',
    lines: [{ description: 'Once', unitMinor }],
    collection: 'send',
  })

describe('money that is recorded by hand', () => {
  it('pays the invoice that is named, then the oldest, and the rest is the balance', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'several')
    const oldest = await once('several', 100)
    const named = await once('several', 200)
    const money = {
      customer: 'several',
      currency: 'XOF',
      amountMinor: 350,
      invoice: named.id,
      transaction: 'T1',
    }
    const payment = await world.ask('POST', '/v1/payments', money)
    expect(payment).toMatchObject({
      object: 'payment',
      provider: 'manual',
      transaction: 'T1',
      allocations: [
        { invoice: named.id, amountMinor: 200 },
        { invoice: oldest.id, amountMinor: 100 },
      ],
      toBalanceMinor: 50,
    })
    expect(await world.refused('POST', '/v1/payments', money)).toBe('409 payment_exists')
    const { data } = await world.ask('GET', '/v1/payments?customer=several')
    expect(data).toEqual([payment])
    expect(await world.books('several')).toEqual({ 'cash:manual': 350, customer_credit: -50, revenue: -300 })
  })

  it('I-2 lands once for its reference, though two clerks type it in for two customers at once', async () => {
    const customers = Array.from({ length: 8 }, (_, index) => `clerk-${index}`)
    for (const customer of customers) await world.ask('PUT', `/v1/customers/${customer}`, {})
    for (const transaction of ['same-1', 'same-2', 'same-3']) {
      const answers = await Promise.all(
        customers.map((customer) =>
          world.server.request('POST', '/v1/payments', {
            body: { customer, currency: 'XOF', amountMinor: 10, transaction },
          }),
        ),
      )
      const told = answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()).toSorted()
      expect(told).toEqual(['201', ...Array.from({ length: 7 }, () => '409 payment_exists')])
    }
  })

  it('restores access in the same moment', async () => {
    const moveTo = await world.customerOn('2026-03-01T00:00:00Z', 'locked')
    await world.ask('POST', '/v1/subscriptions', { customer: 'locked', plan: 'essential', currency: 'XOF' })
    await moveTo('2026-03-20T00:00:00Z')
    expect(await world.ask('GET', '/v1/customers/locked/access')).toMatchObject({ level: 'blocked' })
    const money = { customer: 'locked', currency: 'XOF', transaction: 'T2' }
    await world.ask('POST', '/v1/payments', { ...money, amountMinor: 14_999 })
    expect(await world.ask('GET', '/v1/customers/locked/access')).toMatchObject({ level: 'blocked' })
    await world.ask('POST', '/v1/payments', { ...money, amountMinor: 1, transaction: 'T3' })
    expect(await world.ask('GET', '/v1/customers/locked/access')).toMatchObject({
      level: 'full',
      reason: 'ok',
    })
  })

  it('closes what the customer was asked to pay by hand', async () => {
    const moveTo = await world.customerOn('2026-03-01T10:00:00Z', 'transfer')
    const method = { provider: 'manual', kind: 'bank_transfer' }
    await world.ask('POST', '/v1/customers/transfer/payment-methods', method)
    const invoice = await once('transfer', 500)
    const { attempt } = await world.ask('POST', `/v1/invoices/${invoice.id}/pay`, {})
    expect(attempt).toMatchObject({ status: 'pending' })
    const money = { customer: 'transfer', currency: 'XOF', amountMinor: 500, invoice: invoice.id }
    const payment = await world.ask('POST', '/v1/payments', { ...money, transaction: 'T4' })
    expect(payment.attempts).toMatchObject([{ id: attempt.id, status: 'succeeded' }])
    expect(await world.ask('GET', `/v1/payments/${attempt.id}`)).toEqual(payment)
    await moveTo('2026-04-01T10:00:00Z')
  })

  it.each([
    ['an invoice of nobody', { invoice: 'inv_test_nobody' }, '404 invoice_not_found'],
    ['nothing', { amountMinor: 0 }, '400 invalid_request'],
    ['a moment in the future', { receivedAt: '2999-01-01T00:00:00Z' }, '400 invalid_request'],
    ['another customer', { customer: 'nobody-at-all' }, '404 customer_not_found'],
  ])('I-9 is refused for %s', async (_, rest, expected) => {
    await world.ask('PUT', '/v1/customers/refused', {})
    const money = { customer: 'refused', currency: 'XOF', amountMinor: 100, transaction: 'T5' }
    expect(await world.refused('POST', '/v1/payments', { ...money, ...rest })).toBe(expected)
  })
})
