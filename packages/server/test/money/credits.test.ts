import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog } from '../../../../examples/credits-modules/catalog.ts'
import { openCreditsWorld, type CreditsWorld } from './credits-world.ts'

let world: CreditsWorld
beforeAll(async () => {
  world = await openCreditsWorld()
  const { growth } = catalog.plans
  const failure = { ...growth.policies?.failure, modulesWhenPaid: 'restore' }
  const restored = { ...growth, policies: { ...growth.policies, failure } }
  await world.simulated.ask('PUT', '/v1/catalog', { ...catalog, plans: { ...catalog.plans, restored } })
})
afterAll(() => world?.close())

const units = (quantity: number) => ({ addOns: [{ id: 'unit', quantity }] })

describe('a purchase', () => {
  it('CM-3 grants what the tier includes and the additional units', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'professional', ...units(10) })
    expect(await buyer.balance()).toBe(85)
    await buyer.moveTo('2026-03-10T10:00:01Z')
    expect(await buyer.invoices()).toEqual(['paid 22900: 1 professional 19900, 10 unit 3000'])
  })

  it('CM-3 while live is the same subscription: its quota is the new total, unused credits are kept', async () => {
    const buyer = await world.buyer()
    const first = await buyer.buy({ plan: 'growth' })
    await buyer.take(12)
    await buyer.moveTo('2026-03-20T10:00:00Z')
    const again = await buyer.buy({ plan: 'professional', ...units(10) })
    expect(again).toMatchObject({
      id: first.id,
      plan: 'professional',
      periodStart: '2026-03-20T10:00:00.000Z',
      periodEnd: '2026-04-20T10:00:00.000Z',
    })
    // 18 of 30 were left, 85 are new; what is left stays as long as it would have
    expect(await buyer.balance()).toBe(103)
    expect(await buyer.grants()).toEqual(['rollover 18 2026-04-10', 'plan 85 2026-04-20'])
    await buyer.take(5)
    await buyer.moveTo('2026-04-10T10:00:00Z')
    expect(await buyer.balance()).toBe(85)
    // paid in full, and nothing of the first purchase came back
    expect(await buyer.invoices()).toEqual([
      'paid 9900: 1 growth 9900',
      'paid 22900: 1 professional 19900, 10 unit 3000',
    ])
    await buyer.moveTo('2026-04-20T10:00:01Z')
    expect(await buyer.balance()).toBe(85)
    expect((await buyer.invoices()).at(-1)).toBe('paid 22900: 1 professional 19900, 10 unit 3000')
  })

  it('CM-3 again at the very same moment grants again, and is paid again', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth' })
    await buyer.buy({ plan: 'growth' })
    expect(await buyer.balance()).toBe(60)
    await buyer.moveTo('2026-03-10T10:00:01Z')
    expect(await buyer.invoices()).toEqual(['paid 9900: 1 growth 9900', 'paid 9900: 1 growth 9900'])
    const { data } = await world.simulated.ask('GET', `/v1/subscriptions?customer=${buyer.id}`)
    expect(data).toHaveLength(1)
  })

  it('CM-3 after the renewal date the renewal has given anew, and what was unused before is gone', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth' })
    await buyer.take(10)
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.balance()).toBe(30)
    await buyer.buy({ plan: 'growth' })
    expect(await buyer.balance()).toBe(60)
  })

  it('CM-3 buying again once it is over is a first purchase', async () => {
    const buyer = await world.buyer()
    const first = await buyer.buy({ plan: 'professional' })
    await world.simulated.ask('POST', `/v1/subscriptions/${first.id}/cancel`, { when: 'now' })
    const second = await buyer.buy({ plan: 'growth' })
    expect(second.id).not.toBe(first.id)
    expect(await buyer.balance()).toBe(30)
  })

  it('CM-3 in another currency is refused, and nothing has changed', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth' })
    const body = { customer: buyer.id, plan: 'growth', currency: 'USD' }
    expect(await world.simulated.refused('POST', '/v1/subscriptions', body)).toBe('422 price_not_found')
    expect(await buyer.balance()).toBe(30)
  })
})

describe('a renewal that is paid', () => {
  it('CM-4 expires what the plan gave, gives the full quota anew, and leaves modules as they are', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth', addOns: [{ id: 'unit', quantity: 10 }, 'reports_module'] })
    await buyer.take(4)
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.balance()).toBe(40)
    expect(await buyer.grants()).toEqual(['plan 40 2026-05-10'])
    expect(await buyer.hasFeature('reports')).toBe(true)
    expect((await buyer.invoices()).slice(-2)).toEqual([
      'paid 12900: 1 growth 9900, 10 unit 3000',
      'paid 3000: 1 reports_module 3000',
    ])
  })

  it('CM-4 keeps bought credits, which have an expiry of their own', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth' })
    await buyer.topUp()
    await buyer.take(33)
    expect(await buyer.balance()).toBe(7)
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.balance()).toBe(37)
  })

  it('CM-4 lets the unused go on by the plan’s policy: at most 20, for two periods', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth_keeping' })
    await buyer.take(5)
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.grants()).toEqual(['plan 30 2026-05-10', 'rollover 20 2026-06-10'])
    expect(await buyer.balance()).toBe(50)
    await buyer.take(15)
    await buyer.moveTo('2026-05-10T10:00:01Z')
    // 15 of the plan’s 30 go on, beside the 20 of the month before
    expect(await buyer.balance()).toBe(65)
  })

  it('CM-4 set to cancel at its end: what is unused expires, and nothing new is given', async () => {
    const buyer = await world.buyer()
    const { id } = await buyer.buy({ plan: 'growth_keeping' })
    await world.simulated.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'period_end' })
    await buyer.moveTo('2026-04-10T09:59:59Z')
    expect(await buyer.balance()).toBe(30)
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.grants()).toEqual([])
    expect(await buyer.take(1)).toMatchObject({ allowed: false, code: 'subscription_inactive' })
    expect(await buyer.invoices()).toHaveLength(1)
  })
})

describe('a renewal that is not paid', () => {
  async function failing() {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth', addOns: [{ id: 'unit', quantity: 10 }, 'reports_module'] })
    await buyer.topUp()
    await buyer.moveTo('2026-04-01T00:00:00Z')
    await buyer.payBy('card_insufficient_funds')
    await buyer.moveTo('2026-04-10T10:00:01Z')
    return buyer
  }

  it('CM-8 switches modules off, expires all credits, bought ones too, and closes the door as inactive', async () => {
    const buyer = await failing()
    expect(await buyer.access()).toBe('blocked subscription_inactive')
    // the quota waits to be paid
    expect(await buyer.grants()).toEqual(['plan 0 2026-05-10'])
    expect(await buyer.take(1)).toMatchObject({ allowed: false, code: 'subscription_inactive', remaining: 0 })
    // additional units are part of the quota, and no module
    expect((await buyer.subscription()).addOns).toMatchObject([{ id: 'unit', quantity: 10 }])
    expect((await buyer.invoices()).slice(-2).join()).toMatch(/^open 12900: .*,open 3000: /)
    // enabling needs a subscription that isn't locked
    const { id } = await buyer.subscription()
    expect(await world.simulated.refused('PUT', `/v1/subscriptions/${id}/add-ons/reports_module`, {})).toBe(
      '403 subscription_inactive',
    )
  })

  it('CM-8 paid later it is active again, the quota is granted once, and modules wait for a hand', async () => {
    const buyer = await failing()
    await buyer.payBy('card_ok')
    // the next try is a day after the first
    await buyer.moveTo('2026-04-11T10:00:02Z')
    expect((await buyer.invoices()).slice(-2).join()).toMatch(/^paid 12900: .*,paid 3000: /)
    expect(await buyer.access()).toBe('full ok')
    expect(await buyer.hasFeature('reports')).toBe(false)
    expect(await buyer.grants()).toEqual(['plan 40 2026-05-10'])
    await buyer.moveTo('2026-04-20T00:00:00Z')
    expect(await buyer.balance()).toBe(40)
    const { id } = await buyer.subscription()
    await world.simulated.ask('PUT', `/v1/subscriptions/${id}/add-ons/reports_module`, {})
    expect(await buyer.hasFeature('reports')).toBe(true)
    await buyer.moveTo('2026-05-10T10:00:01Z')
    expect(await buyer.balance()).toBe(40)
  })
})

describe('a bundle whose renewal is not paid', () => {
  it.each([
    ['growth', false],
    ['restored', true],
  ])('CM-8 goes off with its modules, and comes back as %s says', async (plan, comesBack) => {
    const buyer = await world.buyer()
    await buyer.buy({ plan, bundles: ['everything'] })
    expect(await buyer.hasFeature('insights')).toBe(true)
    await buyer.moveTo('2026-04-01T00:00:00Z')
    await buyer.payBy('card_insufficient_funds')
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.access()).toBe('blocked subscription_inactive')
    expect((await buyer.subscription()).bundles).toEqual([])
    await buyer.payBy('card_ok')
    await buyer.moveTo('2026-04-11T10:00:02Z')
    expect(await buyer.access()).toBe('full ok')
    expect(await buyer.hasFeature('insights')).toBe(comesBack)
    await buyer.moveTo('2026-05-10T10:00:01Z')
    expect((await buyer.invoices()).at(-1)?.includes('everything')).toBe(comesBack)
  })
})

describe('a module that is off because of a renewal that is not paid', () => {
  it.each(['before, for the end of the period', 'while it is off'])(
    'CM-7 and was called off (%s) does not come back with the payment',
    async (moment) => {
      const buyer = await world.buyer()
      const { id } = await buyer.buy({
        plan: 'restored',
        addOns: ['reports_module'],
        bundles: ['everything'],
      })
      const callOff = async (when: string) => {
        for (const path of ['add-ons/reports_module', 'bundles/everything'])
          await world.simulated.ask('DELETE', `/v1/subscriptions/${id}/${path}?when=${when}`)
      }
      await buyer.moveTo('2026-04-01T00:00:00Z')
      await buyer.payBy('card_insufficient_funds')
      if (moment.startsWith('before')) await callOff('period_end')
      await buyer.moveTo('2026-04-10T10:00:01Z')
      if (!moment.startsWith('before')) await callOff('now')
      await buyer.payBy('card_ok')
      await buyer.moveTo('2026-04-11T10:00:02Z')
      expect(await buyer.access()).toBe('full ok')
      expect([await buyer.hasFeature('reports'), await buyer.hasFeature('insights')]).toEqual([false, false])
      await buyer.moveTo('2026-05-10T10:00:01Z')
      expect((await buyer.invoices()).at(-1)).toBe('paid 9900: 1 restored 9900')
    },
  )
})

describe('a cancellation', () => {
  it('CM-10 now: all credits expire, modules are off, and it is inactive', async () => {
    const buyer = await world.buyer()
    const { id } = await buyer.buy({ plan: 'growth', addOns: ['reports_module'] })
    await buyer.topUp()
    await world.simulated.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' })
    expect(await buyer.grants()).toEqual([])
    expect(await buyer.hasFeature('reports')).toBe(false)
    expect(await buyer.access()).toBe('blocked subscription_inactive')
  })

  it('CM-10 at the period’s end: everything stays until then; undone before, it goes on', async () => {
    const buyer = await world.buyer()
    const { id } = await buyer.buy({ plan: 'growth', addOns: ['reports_module'] })
    await buyer.topUp()
    await world.simulated.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'period_end' })
    await buyer.moveTo('2026-04-01T00:00:00Z')
    expect([await buyer.balance(), await buyer.hasFeature('reports')]).toEqual([40, true])
    await world.simulated.ask('POST', `/v1/subscriptions/${id}/resume`, {})
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect([await buyer.balance(), await buyer.access()]).toEqual([40, 'full ok'])
    await world.simulated.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'period_end' })
    await buyer.moveTo('2026-05-10T10:00:01Z')
    expect([await buyer.grants(), await buyer.access()]).toEqual([[], 'blocked subscription_inactive'])
    expect(await world.simulated.refused('POST', `/v1/subscriptions/${id}/resume`, {})).toBe(
      '409 subscription_state',
    )
  })
})

describe('modules', () => {
  it('CM-7 switched on in the middle cost their part on the next invoice, beside the full price', async () => {
    const buyer = await world.buyer('2026-04-01T00:00:00Z')
    const { id } = await buyer.buy({ plan: 'growth' })
    await buyer.moveTo('2026-04-16T00:00:00Z')
    await world.simulated.ask('PUT', `/v1/subscriptions/${id}/add-ons/reports_module`, {})
    expect(await buyer.hasFeature('reports')).toBe(true)
    expect(await buyer.invoices()).toHaveLength(1)
    await buyer.moveTo('2026-05-01T00:00:01Z')
    expect((await buyer.invoices()).slice(1)).toEqual([
      'paid 9900: 1 growth 9900',
      'paid 4500: 1 reports_module 3000, 1 reports_module 1500',
    ])
    await buyer.moveTo('2026-06-01T00:00:01Z')
    expect((await buyer.invoices()).slice(3)).toEqual([
      'paid 9900: 1 growth 9900',
      'paid 3000: 1 reports_module 3000',
    ])
    // switched off, it is gone at once and charged no more
    await world.simulated.ask('DELETE', `/v1/subscriptions/${id}/add-ons/reports_module`)
    expect(await buyer.hasFeature('reports')).toBe(false)
    await buyer.moveTo('2026-07-01T00:00:01Z')
    expect((await buyer.invoices()).slice(5)).toEqual(['paid 9900: 1 growth 9900'])
  })

  it('CM-7 whose charge fails stop neither the renewal nor its grants: it is tried again, and told', async () => {
    const buyer = await world.buyer('2026-04-01T00:00:00Z')
    await buyer.buy({ plan: 'growth', addOns: ['reports_module'] })
    await buyer.moveTo('2026-04-20T00:00:00Z')
    // the balance pays for the plan; the module is left to a card that has nothing
    const adjustment = { currency: 'EUR', amountMinor: 9_900, reason: 'goodwill' }
    await world.simulated.ask('POST', `/v1/customers/${buyer.id}/balance-adjustments`, adjustment)
    await buyer.payBy('card_insufficient_funds')
    await buyer.moveTo('2026-05-10T00:00:00Z')
    expect((await buyer.invoices()).slice(2)).toEqual([
      'paid 9900: 1 growth 9900',
      'open 3000: 1 reports_module 3000',
    ])
    expect(await buyer.access()).toBe('full ok')
    expect(await buyer.grants()).toEqual(['plan 30 2026-06-01'])
    const { data } = await world.simulated.ask('GET', `/v1/customers/${buyer.id}/timeline?limit=100`)
    const failed = data.filter(({ type }: { type: string }) => type === 'invoice.payment_failed')
    // at once, and after one, three and five days
    expect(failed).toHaveLength(4)
    // where the plan would be blocked its modules go off, and nothing else
    expect(await buyer.hasFeature('reports')).toBe(false)
    await buyer.payBy('card_ok')
    await buyer.moveTo('2026-05-10T00:00:01Z')
    expect((await buyer.invoices()).slice(3)).toEqual(['paid 3000: 1 reports_module 3000'])
    expect(await buyer.hasFeature('reports')).toBe(false)
  })

  it('CM-7 are in what is agreed to, though they have an invoice of their own', async () => {
    const buyer = await world.buyer('2026-04-01T00:00:00Z')
    const order = { customer: buyer.id, plan: 'growth', addOns: ['reports_module'] }
    const preview = await world.simulated.ask('POST', '/v1/subscriptions/preview', order)
    expect(preview).toMatchObject({ totalMinor: 12_900, amountDueMinor: 12_900, kind: 'invoice' })
    expect(preview.lines).toHaveLength(2)
    const { previewToken, totalMinor } = preview
    await buyer.buy({ ...order, previewToken, totalMinor })
    expect(await buyer.invoices()).toHaveLength(2)
  })

  it('CM-7 covered by a bundle cost nothing of their own', async () => {
    const buyer = await world.buyer('2026-04-01T00:00:00Z')
    await buyer.buy({ plan: 'growth', addOns: ['reports_module'], bundles: ['everything'] })
    await buyer.moveTo('2026-05-01T00:00:01Z')
    expect((await buyer.invoices()).slice(-2)).toEqual([
      'paid 9900: 1 growth 9900',
      'paid 3900: 1 everything 3900',
    ])
    expect(await buyer.hasFeature('insights')).toBe(true)
  })
})
