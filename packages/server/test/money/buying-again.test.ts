import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const policies = {
  purchaseWhileLive: 'append',
  proration: 'second',
  failure: {
    graceDays: 0,
    access: 'blocked',
    reason: 'subscription_inactive',
    grants: 'all',
    modules: 'off',
  },
}
const catalog = {
  operator: { name: 'Inspections', timeZone: 'UTC' },
  features: {
    inspections: { kind: 'credits' },
    calls: { kind: 'meter' },
    reports: { kind: 'flag' },
    plans: { kind: 'flag' },
  },
  plans: {
    tier: { prices: { EUR: { month: 7_500 } }, allowances: { inspections: 75 }, policies },
    small: { prices: { EUR: { month: 3_000 } }, allowances: { inspections: 30 }, policies },
    sent: {
      prices: { EUR: { month: 7_500 } },
      allowances: { inspections: 75 },
      policies: { ...policies, collection: 'send', dueDays: 14 },
    },
    counted: {
      prices: {
        EUR: {
          month: {
            amountMinor: 7_500,
            components: { calls: { feature: 'calls', model: { perUnit: '10' } } },
          },
        },
      },
      allowances: { inspections: 75, calls: { limit: 'unlimited', window: 'billing_period' } },
      policies,
    },
  },
  addOns: {
    module: { kind: 'recurring', prices: { EUR: { month: 1_000 } }, allowances: { reports: true } },
    other: { kind: 'recurring', prices: { EUR: { month: 400 } }, allowances: { plans: true } },
  },
  bundles: { all: { name: 'All', addOns: ['module', 'other'], prices: { EUR: { month: 1_200 } } } },
  coupons: {
    ONCE: { amountOff: { EUR: 500 }, maximumRedemptions: 1 },
    HALF: { percentOff: 50, periods: 'forever' },
    FIRST: { percentOff: 50, periods: 1 },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const START = '2026-03-10T10:00:00Z'
let buyers = 0

async function buyerOf(plan: string, instrument = 'card_ok') {
  const id = `buyer-${(buyers += 1)}`
  const moveTo = await world.customer(id, instrument, START)
  const read = async () => (await world.ask('GET', `/v1/subscriptions?customer=${id}`)).data[0]
  const buyer = {
    id,
    moveTo,
    body: (more: object = {}) => ({ customer: id, plan, ...more }),
    buy: (more: object = {}) => world.ask('POST', '/v1/subscriptions', buyer.body(more)),
    refused: (more: object = {}) => world.refused('POST', '/v1/subscriptions', buyer.body(more)),
    subscription: read,
    async payBy(kind: string, given: string) {
      const { data } = await world.ask('GET', `/v1/customers/${id}/payment-methods`)
      const method = { provider: 'simulator', kind, instrument: given, isDefault: true }
      await world.ask('POST', `/v1/customers/${id}/payment-methods`, method)
      for (const { id: old } of data) await world.ask('DELETE', `/v1/customers/${id}/payment-methods/${old}`)
    },
    /** What it has, and what it owes. */
    async standing() {
      const { remaining } = await world.ask('POST', '/v1/check', { customer: id, feature: 'inspections' })
      const { level } = await world.ask('GET', `/v1/customers/${id}/access`)
      return { remaining, level, invoices: await world.invoices(id) }
    },
    /** Prompts that are out, oldest first. */
    prompts: async () =>
      (await world.charges()).filter((each) => each.customer === id && each.status === 'pending'),
  }
  return buyer
}

const pay = (key: string) => world.control('POST', `/control/charges/${key}`, { action: 'pay' })

/** A buyer with a paid period whose phone is asked from now on. */
async function byPhone(number: string) {
  const buyer = await buyerOf('tier')
  await buyer.buy()
  await buyer.moveTo('2026-03-11T10:00:00Z')
  await buyer.payBy('phone', number)
  return buyer
}
const aPrompt = (buyer: Awaited<ReturnType<typeof buyerOf>>) =>
  eventually('a prompt is out', async () => (await buyer.prompts()).at(-1) as Json | undefined)
const balanceOf = async (id: string) => (await world.books(id)).customer_credit ?? 0

describe('buying again while live', () => {
  it('CM-3 declined, however often, changes nothing: no quota is gone, nothing is owed, nobody is locked out', async () => {
    const buyer = await buyerOf('tier')
    await buyer.buy()
    await buyer.moveTo('2026-03-11T10:00:00Z')
    await buyer.payBy('card', 'card_insufficient_funds')
    const before = { subscription: await buyer.subscription(), ...(await buyer.standing()) }
    for (let tried = 0; tried < 4; tried += 1) expect(await buyer.refused()).toBe('402 payment_declined')
    expect({ subscription: await buyer.subscription(), ...(await buyer.standing()) }).toEqual(before)
    expect(before).toMatchObject({ remaining: 75, level: 'full', invoices: ['period paid 7500/7500'] })
    await buyer.moveTo('2026-03-31T10:00:00Z')
    expect(await buyer.standing()).toMatchObject({ remaining: 75, level: 'full' })
    // paid, it has exactly what was bought: a whole period, and what was left until that would have ended
    await buyer.payBy('card', 'card_ok')
    expect(await buyer.buy()).toMatchObject({
      id: before.subscription.id,
      periodStart: '2026-03-31T10:00:00.000Z',
      periodEnd: '2026-04-30T10:00:00.000Z',
      billedUntil: '2026-04-30T10:00:00.000Z',
      payment: { status: 'paid' },
    })
    expect(await buyer.standing()).toEqual({
      remaining: 150,
      level: 'full',
      invoices: ['change paid 7500/7500', 'period paid 7500/7500'],
    })
    await buyer.moveTo('2026-04-11T10:00:00Z')
    expect(await buyer.standing()).toMatchObject({ remaining: 75 })
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('CM-3 with one key is one purchase, also when declined; with another it is another', async () => {
    const buyer = await buyerOf('tier')
    await buyer.buy()
    const both = await Promise.all([1, 2, 3].map(() => buyer.buy({ idempotencyKey: 'one' })))
    expect(new Set(both.map(({ payment }) => payment.attempt.id)).size).toBe(1)
    await buyer.buy({ idempotencyKey: 'two' })
    expect((await buyer.standing()).remaining).toBe(225)
    await buyer.payBy('card', 'card_insufficient_funds')
    for (let tried = 0; tried < 3; tried += 1) {
      expect(await buyer.refused({ idempotencyKey: 'three' })).toBe('402 payment_declined')
    }
    const charges = (await world.charges()).filter(({ customer }) => customer === buyer.id)
    expect(charges.filter(({ status }) => status === 'declined')).toHaveLength(1)
  })

  it('CM-13 several purchases at once are one subscription, each that is made paid and granted', async () => {
    const buyer = await buyerOf('tier')
    const bought = await Promise.all([1, 2, 3, 4].map(() => buyer.buy()))
    expect(new Set(bought.map(({ id }) => id)).size).toBe(1)
    await buyer.moveTo('2026-03-10T10:00:01Z')
    // a click while the one before is being paid is that purchase
    const { invoices, remaining } = await buyer.standing()
    expect(invoices.length).toBeGreaterThan(1)
    expect(invoices.filter((each) => !each.endsWith(' paid 7500/7500'))).toEqual([])
    expect(remaining).toBe(75 * invoices.length)
    expect(await world.payments(buyer.id)).toBe(invoices.length)
  })

  it('CM-3 a prompt that is out: the same again is that purchase, another takes its place, and each payment lands', async () => {
    const buyer = await byPhone('+221770000101')
    const before = await buyer.subscription()
    const answer = await world.server.request('POST', '/v1/subscriptions', { body: buyer.body() })
    expect(answer).toMatchObject({ status: 202, body: { id: before.id, payment: { status: 'pending' } } })
    const same = await buyer.buy()
    expect(same.payment.attempt.id).toBe(answer.body.payment.attempt.id)
    expect(await buyer.subscription()).toEqual(before)
    const first = await aPrompt(buyer)
    const other = await buyer.buy({ plan: 'small' })
    expect(other).toMatchObject({ plan: 'tier', payment: { status: 'pending' } })
    const second = await eventually('the other prompt is out', async () =>
      (await buyer.prompts()).find(({ key }) => key === other.payment.attempt.id),
    )
    await pay(second.key)
    await eventually('it has what was paid for', async () =>
      (await buyer.subscription()).plan === 'small' ? true : undefined,
    )
    expect((await buyer.standing()).remaining).toBe(105)
    // what the first is paid nevertheless, nothing is given for
    if ((await world.charges()).some(({ key, status }) => key === first.key && status === 'pending')) {
      await pay(first.key)
      await eventually('it lands', async () => ((await balanceOf(buyer.id)) === -7_500 ? true : undefined))
    }
    expect((await buyer.standing()).remaining).toBe(105)
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('CM-3 not paid for a day, or no longer what it was ordered for, it is over: what comes then is the balance', async () => {
    const changes: [string, (buyer: Awaited<ReturnType<typeof buyerOf>>, id: string) => Promise<unknown>][] =
      [
        ['a day passes', (buyer) => buyer.moveTo('2026-03-12T10:00:00Z')],
        [
          'it is to end',
          (_, id) => world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'period_end' }),
        ],
        ['a module more', (_, id) => world.ask('PUT', `/v1/subscriptions/${id}/add-ons/module`, {})],
        ['it is paused', (_, id) => world.ask('POST', `/v1/subscriptions/${id}/pause`, {})],
      ]
    for (const [index, [what, happens]] of changes.entries()) {
      const buyer = await byPhone(`+22177000020${String(index)}`)
      const { id, payment } = await buyer.buy()
      const prompt = await aPrompt(buyer)
      await happens(buyer, id)
      const { plan, periodEnd } = await buyer.subscription()
      await pay(prompt.key)
      await eventually(`${what}: it lands`, async () =>
        (await balanceOf(buyer.id)) === -7_500 ? true : undefined,
      )
      expect(await buyer.subscription()).toMatchObject({ plan, periodEnd })
      expect(payment.status).toBe('pending')
      expect((await buyer.standing()).invoices.filter((each) => each.startsWith('change'))).toEqual([])
    }
  })

  it('CM-3 ordered before the renewal and paid after it, it pays the renewal', async () => {
    const buyer = await byPhone('+221770000301')
    await buyer.moveTo('2026-04-10T09:00:00Z')
    await buyer.buy()
    const prompt = await aPrompt(buyer)
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect((await buyer.standing()).invoices).toEqual(['period open 0/7500', 'period paid 7500/7500'])
    await pay(prompt.key)
    await eventually('the renewal is paid', async () =>
      (await buyer.standing()).invoices[0] === 'period paid 7500/7500' ? true : undefined,
    )
    expect(await buyer.standing()).toMatchObject({ remaining: 75, level: 'full' })
    expect((await buyer.subscription()).periodEnd).toBe('2026-05-10T10:00:00.000Z')
  })

  it('CM-3 is previewed to the unit, and a total that the page got wrong is refused', async () => {
    const buyer = await buyerOf('tier')
    await buyer.buy()
    await buyer.moveTo('2026-03-20T10:00:00Z')
    const more = { addOns: ['module'], coupons: ['ONCE'] }
    const preview = await world.ask('POST', '/v1/subscriptions/preview', buyer.body(more))
    expect(preview).toMatchObject({ kind: 'invoice', totalMinor: 8_000, amountDueMinor: 8_000 })
    expect(await buyer.refused({ ...more, totalMinor: 7_999 })).toBe('409 total_mismatch')
    await buyer.moveTo('2026-03-20T10:05:00Z')
    await buyer.payBy('card', 'card_insufficient_funds')
    // a coupon that was redeemed for nothing can be redeemed again
    expect(await buyer.refused(more)).toBe('402 payment_declined')
    await buyer.payBy('card', 'card_ok')
    const again = await world.ask('POST', '/v1/subscriptions/preview', buyer.body(more))
    await buyer.moveTo('2026-03-20T10:08:00Z')
    const bought = await buyer.buy({ ...more, previewToken: again.previewToken })
    expect(bought).toMatchObject({ periodStart: again.effectiveAt, addOns: [{ id: 'module' }] })
    expect((await buyer.standing()).invoices[0]).toBe('change paid 8000/8000')
    expect(await buyer.refused({ coupons: ['ONCE'] })).toBe('409 coupon_used')
  })

  it('CM-7 a module that is bought again is charged for the time alone that is not paid for yet', async () => {
    const buyer = await buyerOf('tier')
    await buyer.buy({ addOns: ['module'] })
    await buyer.moveTo('2026-03-10T10:00:05Z')
    // half of its 31 days are left, and of the credits all that are unused stay
    await buyer.moveTo('2026-03-25T22:00:00Z')
    const preview = await world.ask('POST', '/v1/subscriptions/preview', buyer.body({ addOns: ['module'] }))
    expect(preview).toMatchObject({ totalMinor: 8_000 })
    await buyer.payBy('card', 'card_insufficient_funds')
    expect(await buyer.refused({ addOns: ['module'] })).toBe('402 payment_declined')
    await buyer.payBy('card', 'card_ok')
    await buyer.buy({ addOns: ['module'] })
    const { data } = await world.ask('GET', `/v1/customers/${buyer.id}/invoices`)
    expect(
      data[0].lines.map(({ kind, reference, amountMinor }: Json) => `${kind} ${reference} ${amountMinor}`),
    ).toEqual(['plan tier 7500', 'add_on module 1000', 'credit module -500'])
    expect(await buyer.standing()).toMatchObject({
      remaining: 150,
      invoices: ['change paid 8000/8000', 'period paid 8500/8500'],
    })
    // who leaves it out has switched it off, which gives nothing back
    expect(await world.ask('POST', '/v1/subscriptions/preview', buyer.body())).toMatchObject({
      totalMinor: 7_500,
    })
    await buyer.moveTo('2026-04-25T22:00:01Z')
    expect((await buyer.standing()).invoices[0]).toBe('period paid 8500/8500')
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it.each([
    ['by itself, then in a bundle', { addOns: ['module'] }, { bundles: ['all'] }, [-500]],
    ['in a bundle, then each by itself', { bundles: ['all'] }, { addOns: ['module', 'other'] }, [-600]],
    ['in a bundle, then one of them', { bundles: ['all'] }, { addOns: ['module'] }, []],
    // the other two are left out
    [
      'three times, then in a bundle',
      { addOns: [{ id: 'module', quantity: 3 }] },
      { bundles: ['all'] },
      [-500],
    ],
    [
      'three times, then in a bundle and once beside it',
      { addOns: [{ id: 'module', quantity: 3 }] },
      { addOns: [{ id: 'module', quantity: 2 }], bundles: ['all'] },
      [-1_000],
    ],
  ])('CM-8 a module that is had %s is paid for until its time is over', async (_, first, second, setOff) => {
    const buyer = await buyerOf('tier')
    await buyer.buy(first)
    await buyer.moveTo('2026-03-25T22:00:00Z')
    await buyer.buy(second)
    const { data } = await world.ask('GET', `/v1/customers/${buyer.id}/invoices`)
    const credits = data[0].lines.filter(({ kind }: Json) => kind === 'credit')
    expect(credits.map(({ amountMinor }: Json) => amountMinor)).toEqual(setOff)
  })

  it('CM-3 paid by the balance nobody is charged; behind a closed door nothing is bought', async () => {
    const buyer = await buyerOf('tier')
    await buyer.buy()
    await buyer.moveTo('2026-03-11T10:00:00Z')
    const received = {
      customer: buyer.id,
      amountMinor: 7_500,
      currency: 'EUR',
      transaction: `bank-${buyer.id}`,
    }
    await world.ask('POST', '/v1/payments', received)
    await buyer.payBy('card', 'card_insufficient_funds')
    // of an order the balance pays all, or nothing
    const previewed = async (more: object) => {
      const preview = await world.ask('POST', '/v1/subscriptions/preview', buyer.body(more))
      return [preview.totalMinor, preview.creditAppliedMinor, preview.amountDueMinor]
    }
    expect(await previewed({ addOns: ['module'] })).toEqual([8_500, 0, 8_500])
    expect(await previewed({})).toEqual([7_500, 7_500, 0])
    expect(await buyer.buy()).toMatchObject({ payment: { status: 'paid', attempt: null } })
    expect((await buyer.standing()).remaining).toBe(150)
    await buyer.moveTo('2026-04-12T10:00:00Z')
    expect((await buyer.standing()).level).toBe('blocked')
    expect(await buyer.refused()).toBe('403 subscription_inactive')
  })

  it('CM-3 where invoices are sent, it is given at once and an invoice asks for it', async () => {
    const buyer = await buyerOf('sent')
    await buyer.buy()
    expect(await buyer.buy()).toMatchObject({ payment: null })
    await buyer.moveTo('2026-03-10T10:00:01Z')
    expect(await buyer.standing()).toMatchObject({
      remaining: 150,
      invoices: ['change open 0/7500', 'period open 0/7500'],
    })
  })

  it.each(['HALF', 'FIRST'])(
    'CM-3 ST-8 shows what its payment closes with its coupon: %s',
    async (coupon) => {
      const buyer = await buyerOf('counted')
      await buyer.buy()
      await buyer.moveTo('2026-03-20T10:00:00Z')
      await world.ask('POST', '/v1/consume', { customer: buyer.id, feature: 'calls', amount: 12 })
      const body = { coupons: [coupon] }
      const preview = await world.ask('POST', '/v1/subscriptions/preview', buyer.body(body))
      await buyer.buy({ ...body, previewToken: preview.previewToken })
      await buyer.moveTo('2026-03-20T10:00:01Z')
      const { data } = await world.ask('GET', `/v1/customers/${buyer.id}/invoices`)
      const [closed] = data.filter(({ lines }: Json) => lines[0].kind === 'usage')
      expect([preview.totalMinor, preview.nextInvoiceTotalMinor]).toEqual([3_750, closed.totalMinor])
    },
  )

  it('CM-3 closes what the period before is charged for afterwards, once', async () => {
    const buyer = await buyerOf('counted')
    await buyer.buy()
    await buyer.moveTo('2026-03-20T10:00:00Z')
    await world.ask('POST', '/v1/consume', { customer: buyer.id, feature: 'calls', amount: 12 })
    const preview = await world.ask('POST', '/v1/subscriptions/preview', buyer.body({}))
    expect(preview).toMatchObject({
      totalMinor: 7_500,
      nextInvoice: [{ kind: 'usage', quantity: '12', amountMinor: 120, currency: 'EUR' }],
      nextInvoiceAt: preview.effectiveAt,
      nextInvoiceTotalMinor: 120,
    })
    await buyer.buy({ previewToken: preview.previewToken })
    await buyer.moveTo('2026-04-20T10:00:01Z')
    expect((await buyer.standing()).invoices.toSorted()).toEqual([
      'change paid 120/120',
      'change paid 7500/7500',
      'period paid 7500/7500',
      'period paid 7500/7500',
    ])
  })
})
