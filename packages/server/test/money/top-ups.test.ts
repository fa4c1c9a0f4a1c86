import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC', address: { line1: '1', city: 'Paris', country: 'FR' } },
  taxes: { tva: { name: 'TVA', country: 'FR', percent: 20 } },
  features: { credits: { kind: 'credits' }, storage: { kind: 'gauge' } },
  plans: {
    now: {
      prices: { EUR: { month: 3_000 } },
      allowances: { credits: 10, storage: 5 },
      policies: { modules: 'now', proration: 'day' },
    },
    later: {
      prices: { EUR: { month: 3_000 } },
      allowances: { credits: 10, storage: 5 },
      policies: { modules: 'next_invoice', proration: 'day' },
    },
  },
  addOns: {
    pack: { kind: 'one_off', prices: { EUR: 1_000 }, grantDays: 30, allowances: { credits: 50 } },
    more: { kind: 'recurring', prices: { EUR: { month: 3_000 } }, allowances: { storage: 10 } },
  },
  bundles: { whole: { addOns: ['more'], prices: { EUR: { month: 2_000 } } } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const remaining = async (customer: string, feature: string) =>
  (await world.ask('POST', '/v1/check', { customer, feature })).remaining
const buy = (customer: string, more: object = {}) =>
  world.ask('POST', '/v1/top-ups', { customer, addOn: 'pack', ...more })
const grantsOf = async (customer: string) =>
  (await world.ask('GET', `/v1/customers/${customer}/grants`)).data.filter(
    (each: Json) => each.source === 'top_up',
  )

describe('a top-up', () => {
  it('CM-11 is granted once when paid, with tax and an expiry of its own', async () => {
    await world.customer('buyer', 'card_ok')
    const bought = await buy('buyer', { quantity: 2, idempotencyKey: 'order' })
    expect(bought).toMatchObject({ status: 'paid', url: null, quantity: 2 })
    expect(bought.invoice).toMatchObject({
      reason: 'top_up',
      status: 'paid',
      collection: 'prepaid',
      subtotalMinor: 2_000,
      taxMinor: 400,
      totalMinor: 2_400,
      amountPaidMinor: 2_400,
    })
    expect(bought.invoice.number).toMatch(/^INV-/)
    expect(await remaining('buyer', 'credits')).toBe(100)
    const [grant, ...others] = await grantsOf('buyer')
    expect(others).toEqual([])
    expect(grant.amount).toBe(100)
    expect(Date.parse(grant.expiresAt) - Date.parse(grant.startsAt)).toBe(30 * 86_400_000)
    expect(await world.books('buyer')).toEqual({ 'cash:simulator': 2_400, revenue: -2_000, tax: -400 })
  })

  it('CP-3 two clicks buy once: one after the other and at once; two orders are two', async () => {
    await world.customer('clicks', 'card_ok')
    const twice = await Promise.all(['a', 'a', 'a', 'b'].map((key) => buy('clicks', { idempotencyKey: key })))
    const again = await buy('clicks', { idempotencyKey: 'a' })
    expect(twice.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid', 'paid'])
    expect(new Set(twice.map(({ invoice }) => invoice.id)).size).toBe(2)
    expect(again.invoice.id).toBe(twice[0]?.invoice.id)
    expect(await world.payments('clicks')).toBe(2)
    expect(await remaining('clicks', 'credits')).toBe(100)
    expect(
      await world.refused('POST', '/v1/top-ups', {
        customer: 'clicks',
        addOn: 'pack',
        quantity: 3,
        idempotencyKey: 'a',
      }),
    ).toBe('422 idempotency_key_reused')
  })

  it('CP-3 a declined charge leaves nothing but the failed attempt', async () => {
    await world.customer('declined', 'card_insufficient_funds')
    const order = { customer: 'declined', addOn: 'pack', idempotencyKey: 'order' }
    for (const time of ['first', 'again']) {
      expect(await world.refused('POST', '/v1/top-ups', order), time).toBe('402 payment_declined')
    }
    expect(await world.invoices('declined')).toEqual([])
    expect(await world.books('declined')).toEqual({})
    expect(await grantsOf('declined')).toEqual([])
    const { data } = await world.ask('GET', '/v1/customers/declined/timeline?limit=100')
    expect(data.map(({ type }: Json) => type)).toEqual([
      'payment.failed',
      'payment_method.attached',
      'entitlements.changed',
      'customer.created',
    ])
  })

  it('CM-11 is not sold without a way to pay, nor for what is renewed', async () => {
    await world.customer('penniless')
    const order = { customer: 'penniless', addOn: 'pack' }
    expect(await world.refused('POST', '/v1/top-ups', order)).toBe('409 payment_method_missing')
    expect(await world.refused('POST', '/v1/top-ups', { ...order, addOn: 'more' })).toBe('422 add_on_kind')
    expect(await world.refused('POST', '/v1/top-ups', { ...order, addOn: 'none' })).toBe(
      '404 add_on_not_found',
    )
    expect(await world.invoices('penniless')).toEqual([])
  })

  it.each(['timeout_after_effect', 'lost_answer', 'unavailable_after_effect', 'unavailable'])(
    'I-2 a provider that answers %s charges once, and the truth is found by asking again',
    async (fault) => {
      const customer = `fault-${fault}`
      await world.customer(customer, 'card_ok')
      const times = fault === 'timeout_after_effect' ? 0 : 1
      if (times > 0) await world.control('POST', '/control/faults', { fault, on: 'charge' })
      const first = await buy(customer, { idempotencyKey: 'order' })
      expect(['processing', 'paid']).toContain(first.status)
      const replay = await buy(customer, { idempotencyKey: 'order' })
      expect(replay).toMatchObject({ status: 'paid' })
      expect(await world.payments(customer)).toBe(1)
      expect(await remaining(customer, 'credits')).toBe(50)
    },
  )

  it('CM-11 asked for by a prompt is granted when the prompt is paid', async () => {
    await world.customer('phone', '+221771234567')
    const asked = await buy('phone', { idempotencyKey: 'order' })
    expect(asked).toMatchObject({ status: 'pending', url: expect.stringContaining('/pay/') })
    expect(await grantsOf('phone')).toEqual([])
    await world.control('POST', `/control/charges/${asked.attempt.id}`, { action: 'pay' })
    expect(await buy('phone', { idempotencyKey: 'order' })).toMatchObject({ status: 'paid', url: null })
    expect(await remaining('phone', 'credits')).toBe(50)
  })
})

describe('a module', () => {
  const START = '2026-04-01T00:00:00Z'
  const subscribe = async (customer: string, plan: string, instrument: string) => {
    const moveTo = await world.customer(customer, instrument, START)
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan })
    await moveTo('2026-04-16T00:00:00Z')
    return { moveTo, path: `/v1/subscriptions/${id}/add-ons/more` }
  }

  it('CP-3 charges the prorated part first, and only then raises the entitlement; two clicks buy once', async () => {
    const { path, moveTo } = await subscribe('modules', 'now', 'card_ok')
    const clicks = await Promise.all([world.ask('PUT', path, {}), world.ask('PUT', path, {})])
    expect(clicks.map(({ addOns }) => addOns.map(({ id }: Json) => id))).toEqual([['more'], ['more']])
    expect(await world.invoices('modules')).toEqual(['add_on paid 1800/1800', 'period paid 3600/3600'])
    expect(await remaining('modules', 'storage')).toBe(15)
    // one more unit costs one more; off and on again within what is paid is free
    await world.ask('PUT', path, { quantity: 2 })
    await world.ask('DELETE', path)
    expect((await world.ask('PUT', path, { quantity: 2 })).payment).toBeNull()
    expect(await world.invoices('modules')).toEqual([
      'add_on paid 1800/1800',
      'add_on paid 1800/1800',
      'period paid 3600/3600',
    ])
    expect(await remaining('modules', 'storage')).toBe(25)
    await moveTo('2026-05-01T00:00:00Z')
    expect((await world.invoices('modules'))[0]).toBe('period paid 10800/10800')
    expect(await world.payments('modules')).toBe(4)
  })

  it('CP-3 a declined charge raises nothing', async () => {
    const { path } = await subscribe('refused', 'now', 'card_ok')
    const card = { provider: 'simulator', instrument: 'card_insufficient_funds', isDefault: true }
    await world.ask('POST', '/v1/customers/refused/payment-methods', card)
    expect(await world.refused('PUT', path, {})).toBe('402 payment_declined')
    expect(await world.invoices('refused')).toEqual(['period paid 3600/3600'])
    expect(await remaining('refused', 'storage')).toBe(5)
  })

  it('CM-7 on the next invoice where the policy says so, and toggling never doubles', async () => {
    const { path, moveTo } = await subscribe('toggles', 'later', 'card_ok')
    for (let times = 0; times < 3; times += 1) {
      expect((await world.ask('PUT', path, {})).payment).toBeNull()
      await world.ask('DELETE', path)
    }
    await world.ask('PUT', path, {})
    expect(await remaining('toggles', 'storage')).toBe(15)
    await moveTo('2026-05-01T00:00:00Z')
    // the plan and the module for May, and half of April's module: with tax
    expect((await world.invoices('toggles'))[0]).toBe('period paid 9000/9000')
  })

  it('CP-3 paid by a prompt, it is in force once that is paid', async () => {
    const { path } = await subscribe('prompted', 'now', 'card_ok')
    const phone = { provider: 'simulator', kind: 'phone', instrument: '+221771234568', isDefault: true }
    await world.ask('POST', '/v1/customers/prompted/payment-methods', phone)
    const answer = await world.server.request('PUT', path, { body: {} })
    expect([answer.status, answer.body.payment.status]).toEqual([202, 'pending'])
    expect(await remaining('prompted', 'storage')).toBe(5)
    expect(await world.refused('PUT', path, { quantity: 4 })).toBe('409 payment_in_flight')
    const { id } = answer.body.payment.attempt
    await world.control('POST', `/control/charges/${id}`, { action: 'pay' })
    const paid = await world.ask('PUT', path, {})
    expect(paid.payment).toMatchObject({ status: 'paid' })
    expect(await remaining('prompted', 'storage')).toBe(15)
  })
})

describe('a bundle', () => {
  const subscribe = async (customer: string) => {
    const moveTo = await world.customer(customer, 'card_ok', '2026-04-01T00:00:00Z')
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'now' })
    await moveTo('2026-04-16T00:00:00Z')
    return {
      moveTo,
      path: `/v1/subscriptions/${id}/bundles/whole`,
      addOn: `/v1/subscriptions/${id}/add-ons/more`,
    }
  }
  const payWith = (customer: string, method: object) =>
    world.ask('POST', `/v1/customers/${customer}/payment-methods`, {
      provider: 'simulator',
      isDefault: true,
      ...method,
    })

  it('CP-3 is paid first, once, and only then its add-ons are in force', async () => {
    const { path, moveTo } = await subscribe('bundled')
    const clicks = await Promise.all([world.ask('PUT', path, {}), world.ask('PUT', path, {})])
    expect(clicks.map(({ bundles }) => bundles.map(({ id }: Json) => id))).toEqual([['whole'], ['whole']])
    expect(await world.invoices('bundled')).toEqual(['add_on paid 1200/1200', 'period paid 3600/3600'])
    expect(await remaining('bundled', 'storage')).toBe(15)
    await moveTo('2026-05-01T00:00:00Z')
    expect((await world.invoices('bundled'))[0]).toBe('period paid 6000/6000')
  })

  it('CM-7 and what it covers are charged once for the same time', async () => {
    const { path, addOn } = await subscribe('bundled-once')
    await world.ask('PUT', path, {})
    const paid = ['add_on paid 1200/1200', 'period paid 3600/3600']
    expect(await world.invoices('bundled-once')).toEqual(paid)
    await world.ask('DELETE', path)
    await world.ask('PUT', addOn, {})
    expect(await remaining('bundled-once', 'storage')).toBe(15)
    expect(await world.invoices('bundled-once')).toEqual(paid)
  })

  it('CM-7 is switched off whatever the subscription is: of one that is over all is', async () => {
    const { path, addOn } = await subscribe('bundled-over')
    await world.ask('PUT', path, {})
    await world.ask('PUT', addOn, {})
    await world.ask('POST', `${path.replace('/bundles/whole', '')}/cancel`, { when: 'now' })
    await world.ask('DELETE', addOn)
    await world.ask('DELETE', path)
    expect(await world.refused('PUT', addOn, {})).toBe('403 subscription_inactive')
  })

  it('CP-3 a declined charge raises nothing', async () => {
    const { path } = await subscribe('unbundled')
    await payWith('unbundled', { instrument: 'card_insufficient_funds' })
    expect(await world.refused('PUT', path, {})).toBe('402 payment_declined')
    expect(await world.invoices('unbundled')).toEqual(['period paid 3600/3600'])
    expect(await remaining('unbundled', 'storage')).toBe(5)
  })

  it('CP-3 paid by a prompt, it is in force once that is paid', async () => {
    const { path } = await subscribe('bundle-prompted')
    await payWith('bundle-prompted', { kind: 'phone', instrument: '+221771234569' })
    const answer = await world.server.request('PUT', path, { body: {} })
    expect([answer.status, answer.body.payment.status]).toEqual([202, 'pending'])
    expect(await remaining('bundle-prompted', 'storage')).toBe(5)
    await world.control('POST', `/control/charges/${answer.body.payment.attempt.id}`, { action: 'pay' })
    expect((await world.ask('PUT', path, {})).payment).toMatchObject({ status: 'paid' })
    expect(await remaining('bundle-prompted', 'storage')).toBe(15)
  })

  it('CM-7 pays for one of each of its add-ons: what is more is charged', async () => {
    const { path, addOn, moveTo } = await subscribe('several')
    await world.ask('PUT', path, {})
    await world.ask('PUT', addOn, { quantity: 3 })
    expect(await remaining('several', 'storage')).toBe(35)
    // the bundle for half a month, and two of three for half a month
    expect((await world.invoices('several')).slice(0, 2)).toEqual([
      'add_on paid 3600/3600',
      'add_on paid 1200/1200',
    ])
    await moveTo('2026-05-01T00:00:00Z')
    expect((await world.invoices('several'))[0]).toBe('period paid 13200/13200')
  })
})
