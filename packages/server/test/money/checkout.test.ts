import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' }, storage: { kind: 'gauge' } },
  plans: {
    professional: {
      prices: { EUR: { month: { amountMinor: 5_000, perUnit: { inspections: '100' } } } },
      allowances: { credits: 75 },
    },
    again: {
      prices: { EUR: { month: 5_000 } },
      allowances: { credits: 30 },
      policies: { purchaseWhileLive: 'append' },
    },
    business: {
      prices: { EUR: { month: { amountMinor: 9_000, perUnit: { inspections: '100' } } } },
      policies: { modules: 'now' },
    },
  },
  coupons: { ONCE: { amountOff: { EUR: 1_000 }, maximumRedemptions: 1 } },
  addOns: {
    atOnce: { kind: 'recurring', prices: { EUR: { month: 1_000 } } },
    module: { kind: 'recurring', prices: { EUR: { month: 2_000 } }, allowances: { storage: 10 } },
    pack: { kind: 'one_off', prices: { EUR: 1_000 }, allowances: { credits: 50 } },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const order = (customer: string) => ({
  customer,
  plan: 'professional',
  quantities: { inspections: 10 },
  addOns: ['module'],
  topUps: [{ id: 'pack', quantity: 2 }],
  provider: 'simulator',
  successUrl: 'https://shop.example/thanks',
  cancelUrl: 'https://shop.example/cart',
})
/** 50.00 + 10 × 1.00 + 20.00 + 2 × 10.00 */
const TOTAL = 10_000
const open = async (customer: string, more: object = {}) => {
  await world.customer(customer)
  return world.ask('POST', '/v1/checkout-sessions', { ...order(customer), ...more })
}
const enter = async (url: string, instrument: string) => {
  const body = new URLSearchParams({ action: 'attach', instrument })
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://shop.example/thanks'])
}
const complete = (id: string, customer: string) =>
  world.ask('POST', `/v1/checkout-sessions/${id}/complete`, { customer })
const read = (id: string) => world.ask('GET', `/v1/checkout-sessions/${id}`)
const whatItHas = async (customer: string) => {
  const { data } = await world.ask('GET', `/v1/subscriptions?customer=${customer}`)
  const left = async (feature: string) =>
    (await world.ask('POST', '/v1/check', { customer, feature })).remaining
  return {
    subscriptions: data.map((each: Json) => each.status),
    credits: await left('credits'),
    storage: await left('storage'),
    payments: await world.payments(customer),
    invoices: await world.invoices(customer),
  }
}
const ALL = {
  subscriptions: ['active'],
  credits: 175,
  storage: 10,
  payments: 1,
  invoices: ['change paid 10000/10000'],
}

describe('a checkout', () => {
  it('CM-1 is priced by the server; another total is refused with both figures, and nothing begins', async () => {
    await world.customer('priced')
    const body = { ...order('priced'), totalMinor: 9_999 }
    const refused = await world.server.request('POST', '/v1/checkout-sessions', { body })
    expect([refused.status, refused.body.code]).toEqual([409, 'total_mismatch'])
    expect(refused.body.detail).toMatch(/9,?999.*10,?000/)
    expect(refused.body).toMatchObject({
      expected: { totalMinor: 9_999 },
      actual: { currency: 'EUR', taxMinor: 0, totalMinor: TOTAL },
    })
    expect(await whatItHas('priced')).toMatchObject({ subscriptions: [], invoices: [] })
    const opened = await open('priced', { totalMinor: TOTAL })
    expect(opened).toMatchObject({ status: 'open', totalMinor: TOTAL, url: expect.stringContaining('/pay/') })
    expect(opened.id).toMatch(/^cs_test_/)
    const waiting = await whatItHas('priced')
    expect(waiting).toMatchObject({ subscriptions: ['incomplete'], payments: 0 })
  })

  it('CM-13 begins no second plan', async () => {
    await world.customer('settled', 'card_ok')
    await world.ask('POST', '/v1/subscriptions', { customer: 'settled', plan: 'professional' })
    expect(await world.refused('POST', '/v1/checkout-sessions', order('settled'))).toBe(
      '409 subscription_exists',
    )
  })

  it('CM-3 buys again while live, once it is paid; declined nothing has changed', async () => {
    await world.customer('again', 'card_ok')
    await world.ask('POST', '/v1/subscriptions', { customer: 'again', plan: 'again' })
    const before = await world.ask('GET', '/v1/subscriptions?customer=again')
    const body = { ...order('again'), plan: 'again', quantities: {}, addOns: [], topUps: ['pack'] }
    const left = async () =>
      (await world.ask('POST', '/v1/check', { customer: 'again', feature: 'credits' })).remaining
    const first = await world.ask('POST', '/v1/checkout-sessions', body)
    expect(first).toMatchObject({ status: 'open', totalMinor: 6_000, subscription: before.data[0].id })
    const declined = await world.ask('POST', '/v1/checkout-sessions', body)
    // who opens another page has thought again
    expect(await read(first.id)).toMatchObject({ status: 'expired', invoice: null })
    await world.control('POST', '/control/faults', { fault: 'drop', times: 100 })
    await enter(declined.url, 'card_insufficient_funds')
    const path = `/v1/checkout-sessions/${declined.id}/complete`
    expect(await world.refused('POST', path, { customer: 'again' })).toBe('402 payment_declined')
    await world.control('DELETE', '/control/faults')
    expect(await left()).toBe(30)
    expect(await world.ask('GET', '/v1/subscriptions?customer=again')).toEqual(before)
    const paid = await world.ask('POST', '/v1/checkout-sessions', body)
    await enter(paid.url, 'card_ok')
    expect(await complete(paid.id, 'again')).toMatchObject({ status: 'complete', url: null })
    expect(await complete(paid.id, 'again')).toMatchObject({ status: 'complete' })
    expect(await left()).toBe(30 + 30 + 50)
    const { data } = await world.ask('GET', '/v1/subscriptions?customer=again')
    expect(data).toMatchObject([{ id: before.data[0].id, status: 'active' }])
    expect(data[0].periodStart > before.data[0].periodStart).toBe(true)
  })

  it('CM-2 completes by the webhook alone', async () => {
    const { id, url } = await open('hooked')
    await enter(url, 'card_ok')
    await eventually('it is complete', async () =>
      (await read(id)).status === 'complete' ? true : undefined,
    )
    expect(await whatItHas('hooked')).toEqual(ALL)
    // and the return page afterwards
    expect(await complete(id, 'hooked')).toMatchObject({ status: 'complete', url: null })
    expect(await whatItHas('hooked')).toEqual(ALL)
  })

  it('CM-2 completes by the return page alone, and the webhook afterwards does nothing', async () => {
    const { id, url } = await open('returned')
    await world.control('POST', '/control/faults', { fault: 'drop', times: 100 })
    await enter(url, 'card_ok')
    const clicks = await Promise.all([1, 2, 3].map(() => complete(id, 'returned')))
    expect(clicks.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete'])
    await world.control('DELETE', '/control/faults')
    expect(await whatItHas('returned')).toEqual(ALL)
    expect(await world.books('returned')).toMatchObject({ 'cash:simulator': TOTAL })
  })

  it('CM-2 unpaid it grants nothing, and another customer does not find it', async () => {
    const { id } = await open('unpaid')
    await world.customer('stranger')
    const path = `/v1/checkout-sessions/${id}/complete`
    expect(await world.refused('POST', path, { customer: 'stranger' })).toBe('404 checkout_not_found')
    expect(await complete(id, 'unpaid')).toMatchObject({ status: 'open', url: expect.any(String) })
    expect(await whatItHas('unpaid')).toMatchObject({ subscriptions: ['incomplete'], payments: 0 })
  })

  it('CM-2 gives nothing any more once the subscription is another, and what is paid to it pays what is owed, or is the balance', async () => {
    const phone = { kind: 'phone', topUps: [], addOns: [] }
    const changes: [string, string, object, object][] = [
      ['activated', 'activate', {}, { deferred_revenue: -6_000 }],
      ['upgraded', 'change', { plan: 'business' }, { customer_credit: -6_000 }],
      ['grown', 'change', { quantities: { inspections: 50 } }, { customer_credit: -6_000 }],
    ]
    for (const [customer, verb, body, books] of changes) {
      const { id, url, subscription } = await open(customer, phone)
      await enter(url, '+221770000010')
      const charge = await eventually('it is asked', async () =>
        (await world.charges()).find((each) => each.customer === customer),
      )
      await world.ask('POST', `/v1/subscriptions/${subscription}/${verb}`, body)
      expect(await read(id)).toMatchObject({ status: 'expired', url: null })
      await world.control('POST', `/control/charges/${charge.key}`, { action: 'pay' })
      const landed = await eventually('it lands', async () => {
        const accounts = await world.books(customer)
        const there = Object.keys(books).every((account) => account in accounts)
        return there && 'cash:simulator' in accounts && !('receivable' in accounts) ? accounts : undefined
      })
      expect(landed).toEqual({ 'cash:simulator': 6_000, ...books })
    }
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('CM-2 gives way to another that the customer opens, also when the first could not be shown', async () => {
    const first = await open('undecided')
    const bad = { ...order('undecided'), successUrl: 'javascript:alert(1)' }
    expect(await world.refused('POST', '/v1/checkout-sessions', bad)).toBe('400 invalid_request')
    const second = await open('undecided', { plan: 'business' })
    expect(await read(first.id)).toMatchObject({ status: 'expired', url: null })
    await enter(second.url, 'card_ok')
    expect(await complete(second.id, 'undecided')).toMatchObject({ status: 'complete' })
    expect((await whatItHas('undecided')).subscriptions).toEqual(['active', 'expired'])
  })

  it('a coupon of an order that is never paid can be redeemed again, by anybody', async () => {
    const coupons = ['ONCE']
    const first = await open('saving', { coupons })
    expect(first.totalMinor).toBe(TOTAL - 1_000)
    expect(await world.refused('POST', '/v1/customers/saving/discounts', { coupon: 'ONCE' })).toBe(
      '409 coupon_used',
    )
    const second = await open('saving', { coupons })
    expect(second.totalMinor).toBe(TOTAL - 1_000)
    await world.ask('POST', `/v1/subscriptions/${second.subscription}/cancel`, { when: 'now' })
    const other = await open('other-saver', { coupons })
    await enter(other.url, 'card_ok')
    expect(await complete(other.id, 'other-saver')).toMatchObject({
      status: 'complete',
      totalMinor: TOTAL - 1_000,
    })
    await world.customer('too-late')
    const late = { ...order('too-late'), coupons }
    expect(await world.refused('POST', '/v1/checkout-sessions', late)).toMatch(/coupon_ended/)
  })

  it('CM-2 declined it is over, and another one can be opened at once', async () => {
    const { id, url } = await open('declined')
    await world.control('POST', '/control/faults', { fault: 'drop', times: 100 })
    await enter(url, 'card_insufficient_funds')
    const path = `/v1/checkout-sessions/${id}/complete`
    expect(await world.refused('POST', path, { customer: 'declined' })).toBe('402 payment_declined')
    await world.control('DELETE', '/control/faults')
    expect(await read(id)).toMatchObject({ status: 'expired', url: null, invoice: null })
    const again = await open('declined')
    await enter(again.url, 'card_ok')
    await complete(again.id, 'declined')
    expect(await whatItHas('declined')).toEqual({ ...ALL, subscriptions: ['active', 'expired'] })
  })

  it('CM-2 confirmed by the bank on the way, it is complete when that has happened', async () => {
    const { id, url } = await open('confirmed')
    await enter(url, 'card_authenticate_always')
    const bank = await eventually('the bank asks', async () => {
      const { status, url: next } = await complete(id, 'confirmed')
      return status === 'open' && next !== url ? (next as string) : undefined
    })
    await fetch(bank, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ action: 'pay' }) })
    expect(await complete(id, 'confirmed')).toMatchObject({ status: 'complete' })
    expect(await whatItHas('confirmed')).toEqual(ALL)
  })

  it('CM-2 not paid for a day, the subscription expires; what comes then is the balance', async () => {
    const moveTo = await world.customer('slow', undefined, '2026-03-01T00:00:00Z')
    const phone = { kind: 'phone', topUps: [] }
    const { id, url } = await world.ask('POST', '/v1/checkout-sessions', { ...order('slow'), ...phone })
    await enter(url, '+221770000009')
    const charge = await eventually('it is asked', async () =>
      (await world.charges()).find((each) => each.customer === 'slow'),
    )
    await moveTo('2026-03-02T00:00:00Z')
    expect((await whatItHas('slow')).subscriptions).toEqual(['expired'])
    expect(await read(id)).toMatchObject({ status: 'expired' })
    await world.control('POST', `/control/charges/${charge.key}`, { action: 'pay' })
    await eventually('it lands', async () =>
      (await world.books('slow')).customer_credit === -8_000 ? true : undefined,
    )
    expect((await whatItHas('slow')).subscriptions).toEqual(['expired'])
  })
})
