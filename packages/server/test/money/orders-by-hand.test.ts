import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const allowances = { credits: 75, storage: 5 }
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' }, storage: { kind: 'gauge' } },
  plans: {
    tier: {
      prices: { EUR: { month: 7_500 } },
      allowances,
      policies: { purchaseWhileLive: 'append', modules: 'now', proration: 'second' },
    },
  },
  addOns: {
    pack: { kind: 'one_off', prices: { EUR: 1_500 }, grantDays: 365, allowances: { credits: 50 } },
    more: { kind: 'recurring', prices: { EUR: { month: 700 } }, allowances: { storage: 10 } },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const START = '2026-03-10T10:00:00Z'
let transactions = 0

/** Who pays by transfer alone. */
async function payer(id: string) {
  const moveTo = await world.customer(id, undefined, START)
  await world.ask('POST', `/v1/customers/${id}/payment-methods`, {
    provider: 'manual',
    kind: 'bank_transfer',
  })
  const left = async (feature: string) =>
    (await world.ask('POST', '/v1/check', { customer: id, feature })).remaining
  const pay = (invoice: string, amountMinor: number, more: object = {}): Promise<Json> =>
    world.ask('POST', '/v1/payments', {
      customer: id,
      currency: 'EUR',
      amountMinor,
      invoice,
      transaction: `by-hand-${(transactions += 1)}`,
      ...more,
    })
  return { id, moveTo, left, pay }
}

/** With its first period paid. */
async function subscriber(id: string) {
  const found = await payer(id)
  const subscription = await world.ask('POST', '/v1/subscriptions', { customer: id, plan: 'tier' })
  await found.moveTo('2026-03-10T12:00:00Z')
  const [{ id: first }] = (await world.ask('GET', `/v1/customers/${id}/invoices`)).data
  await found.pay(first, 7_500)
  const topUp = (): Promise<Json> => world.ask('POST', '/v1/top-ups', { customer: id, addOn: 'pack' })
  return { ...found, subscription, topUp }
}

describe('an order that is paid by hand', () => {
  it('CM-11 of credits is given when its transfer is recorded, once', async () => {
    const { id, left, pay, topUp } = await subscriber('top-up')
    const { status, invoice, attempt } = await topUp()
    expect([status, invoice.status]).toEqual(['pending', 'draft'])
    const transfer = { transaction: 'the-transfer' }
    const payment = await pay(invoice.id, 1_500, transfer)
    expect(payment).toMatchObject({
      allocations: [{ invoice: invoice.id, amountMinor: 1_500 }],
      toBalanceMinor: 0,
      attempts: [{ id: attempt.id, status: 'succeeded' }],
    })
    expect(await left('credits')).toBe(125)
    const again = { customer: id, currency: 'EUR', amountMinor: 1_500, invoice: invoice.id, ...transfer }
    expect(await world.refused('POST', '/v1/payments', again)).toBe('409 payment_exists')
    expect(await left('credits')).toBe(125)
    expect(await world.ask('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({
      status: 'paid',
      number: expect.stringMatching(/^INV-/),
    })
    expect(await world.books(id)).toMatchObject({ 'cash:manual': 9_000, revenue: -1_500 })
  })

  it('CM-11 in parts is given with the last of them, and what is too much is the balance', async () => {
    const { id, left, pay, topUp } = await subscriber('in-parts')
    const { invoice } = await topUp()
    await pay(invoice.id, 1_000)
    expect(await left('credits')).toBe(75)
    expect(await world.ask('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({
      status: 'open',
      amountDueMinor: 500,
    })
    expect(await pay(invoice.id, 600)).toMatchObject({ toBalanceMinor: 100 })
    expect(await left('credits')).toBe(125)
    expect(await pay(invoice.id, 1_500)).toMatchObject({ allocations: [], toBalanceMinor: 1_500 })
    expect(await left('credits')).toBe(125)
    expect(await world.books(id)).toMatchObject({ customer_credit: -1_600 })
  })

  it('CM-7 of a module switches it on', async () => {
    const { subscription, left, pay } = await subscriber('module')
    await world.ask('PUT', `/v1/subscriptions/${subscription.id}/add-ons/more`, {})
    const [order] = (await world.ask('GET', '/v1/customers/module/invoices')).data
    expect([order.status, await left('storage')]).toEqual(['draft', 5])
    await pay(order.id, order.totalMinor)
    expect(await left('storage')).toBe(15)
  })

  it('CM-3 of what is bought again begins the new period', async () => {
    const { id, left, pay, subscription } = await subscriber('again')
    await world.ask('POST', '/v1/subscriptions', { customer: id, plan: 'tier' })
    const [order] = (await world.ask('GET', `/v1/customers/${id}/invoices`)).data
    expect([order.status, await left('credits')]).toEqual(['draft', 75])
    await pay(order.id, order.totalMinor)
    expect(await left('credits')).toBe(150)
    const after = await world.ask('GET', `/v1/subscriptions/${subscription.id}`)
    expect(after.periodStart > subscription.periodStart).toBe(true)
  })

  it('CM-2 of a checkout session activates its subscription', async () => {
    const { id, left, pay } = await payer('checkout')
    const session = await checkout(id)
    expect(session.invoice.status).toBe('draft')
    await pay(session.invoice.id, 7_500)
    expect(await world.ask('GET', `/v1/subscriptions?customer=${id}`)).toMatchObject({
      data: [{ status: 'active' }],
    })
    expect(await left('credits')).toBe(75)
    expect(await world.ask('GET', `/v1/checkout-sessions/${session.id}`)).toMatchObject({
      status: 'complete',
    })
  })

  it('CM-2 of a checkout session is begun by the credit note that settles the rest', async () => {
    const { id, left, pay } = await payer('checkout-credited')
    const session = await checkout(id)
    await pay(session.invoice.id, 3_000)
    expect(await left('credits')).toBe(0)
    await world.ask('POST', `/v1/invoices/${session.invoice.id}/credit-notes`, { amountMinor: 4_500 })
    expect(await world.ask('GET', `/v1/subscriptions?customer=${id}`)).toMatchObject({
      data: [{ status: 'active' }],
    })
    expect(await left('credits')).toBe(75)
  })

  it('CM-2 too late, after the order has gone, is the balance', async () => {
    const { id, moveTo, pay } = await payer('late')
    const { invoice } = await checkout(id)
    await moveTo('2026-03-12T10:00:00Z')
    expect(await pay(invoice.id, 7_500)).toMatchObject({ allocations: [], toBalanceMinor: 7_500 })
    // which buys it after all
    await world.ask('POST', '/v1/subscriptions', { customer: id, plan: 'tier' })
    await moveTo('2026-03-12T12:00:00Z')
    expect(await world.invoices(id)).toEqual(['period paid 0/7500'])
  })

  it('CP-3 in cash instead of by the prompt that is out is given, and the prompt called back', async () => {
    const id = 'cash'
    await world.customer(id, '+221770000031')
    const order = await world.ask('POST', '/v1/top-ups', { customer: id, addOn: 'pack' })
    expect(order.status).toBe('pending')
    const cash = { currency: 'EUR', amountMinor: 1_500, invoice: order.invoice.id, transaction: 'cash-1' }
    await world.ask('POST', '/v1/payments', { customer: id, ...cash })
    expect(await world.ask('POST', '/v1/check', { customer: id, feature: 'credits' })).toMatchObject({
      remaining: 50,
    })
    await eventually('the prompt is called back', async () =>
      (await world.charges()).find((each) => each.customer === id && each.status === 'canceled'),
    )
  })

  it('CM-3 that is bought again and paid in parts is the balance where another period has begun', async () => {
    const { id, left, pay, moveTo, subscription } = await subscriber('late-again')
    await world.ask('POST', '/v1/subscriptions', { customer: id, plan: 'tier' })
    const order = (await world.ask('GET', `/v1/customers/${id}/invoices`)).data.find(
      ({ status }: Json) => status === 'draft',
    )
    await pay(order.id, 3_000)
    await moveTo('2026-04-11T09:00:00Z')
    const renewed = await world.ask('GET', `/v1/subscriptions/${subscription.id}`)
    expect(renewed.periodStart).toBe('2026-04-10T10:00:00.000Z')
    expect(await left('credits')).toBe(75)
    const [renewal] = (await world.ask('GET', `/v1/customers/${id}/invoices`)).data
    await pay(order.id, 4_500)
    expect(await world.ask('GET', `/v1/invoices/${renewal.id}`)).toMatchObject({ amountDueMinor: 3_000 })
    expect(await world.ask('GET', `/v1/subscriptions/${subscription.id}`)).toMatchObject({
      periodStart: renewed.periodStart,
    })
    expect(await left('credits')).toBe(75)
    const findings = async () =>
      (await world.ask('GET', '/v1/doctor')).findings.filter(({ customer }: Json) => customer === id)
    expect(await findings()).toEqual([])
    await moveTo('2026-05-11T09:00:01Z')
    expect(await findings()).toEqual([])
  })

  it('CM-2 of a plan that is paid in parts, the last of them when the order is over, is given what it ordered', async () => {
    const { id, left, pay, moveTo } = await payer('late-first')
    await checkout(id)
    const [order] = (await world.ask('GET', `/v1/customers/${id}/invoices`)).data
    await pay(order.id, 3_000)
    await moveTo('2026-03-13T09:00:00Z')
    expect(await left('credits')).toBe(0)
    await pay(order.id, 4_500)
    const { data } = await world.ask('GET', `/v1/subscriptions?customer=${id}`)
    expect(data).toMatchObject([
      { status: 'active', periodStart: '2026-03-10T10:00:00.000Z', periodEnd: '2026-04-10T10:00:00.000Z' },
    ])
    expect(await left('credits')).toBe(75)
    await moveTo('2026-04-10T10:00:01Z')
    expect((await world.invoices(id)).toSorted()).toEqual(['change paid 7500/7500', 'period open 0/7500'])
    const { findings } = await world.ask('GET', '/v1/doctor')
    expect(findings.filter(({ customer }: Json) => customer === id)).toEqual([])
  })

  it('CM-2 of a plan that is paid up behind another one is the balance, and begins nothing', async () => {
    const { id, pay, moveTo } = await payer('late-behind')
    await checkout(id)
    const [order] = (await world.ask('GET', `/v1/customers/${id}/invoices`)).data
    await pay(order.id, 3_000)
    await moveTo('2026-03-13T09:00:00Z')
    const other = await world.ask('POST', '/v1/subscriptions', { customer: id, plan: 'tier' })
    expect(await world.refused('POST', `/v1/invoices/${order.id}/pay`, {})).toBe('409 invoice_state')
    // nor is the balance of who owes nothing else taken for it
    await pay(order.id, 4_500)
    await moveTo('2026-03-13T10:00:00Z')
    expect(await world.books(id)).toMatchObject({ receivable: 4_500 + 3_000 })
    const paid = await pay(order.id, 4_000)
    expect(paid.allocations.map((each: Json) => each.invoice)).not.toContain(order.id)
    expect(await world.books(id)).toMatchObject({ customer_credit: -1_000, receivable: 4_500 })
    const { data } = await world.ask('GET', `/v1/subscriptions?customer=${id}`)
    expect(data.map((each: Json) => [each.id === other.id, each.status])).toEqual([
      [true, 'active'],
      [false, 'expired'],
    ])
  })
})

const checkout = (customer: string): Promise<Json> =>
  world.ask('POST', '/v1/checkout-sessions', {
    customer,
    plan: 'tier',
    provider: 'manual',
    kind: 'bank_transfer',
    successUrl: 'https://shop.example/thanks',
    cancelUrl: 'https://shop.example/cart',
  })
