import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog } from '../../../../examples/credits-modules/catalog.ts'
import { openCreditsWorld, type CreditsWorld } from './credits-world.ts'

let world: CreditsWorld
beforeAll(async () => {
  world = await openCreditsWorld()
  const once = (plan: (typeof catalog.plans)['growth' | 'professional']) => ({
    ...plan,
    policies: { ...plan.policies, usageOnChange: 'reset_once' },
  })
  const { growth, professional } = catalog.plans
  const plans = { ...catalog.plans, growth_once: once(growth), professional_once: once(professional) }
  await world.simulated.ask('PUT', '/v1/catalog', { ...catalog, plans })
})
afterAll(() => world?.close())

const units = (quantity: number) => ({ addOns: [{ id: 'unit', quantity }] })

describe('another tier', () => {
  it('CM-9 keeps the additional units: 85 = 75 + 10 become 30 + 10 = 40, and the old grants expire', async () => {
    const buyer = await world.buyer()
    const { id } = await buyer.buy({ plan: 'professional', ...units(10) })
    await buyer.take(20)
    await buyer.topUp()
    expect(await buyer.balance()).toBe(75)
    await buyer.moveTo('2026-03-15T10:00:00Z')
    await world.simulated.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'growth' })
    expect(await buyer.grants()).toEqual(['plan 40 2026-04-10', 'top_up 10 2027-03-10'])
    expect(await buyer.balance()).toBe(50)
    expect((await buyer.subscription()).addOns).toMatchObject([{ id: 'unit', quantity: 10 }])
    const { data } = await world.simulated.ask('GET', `/v1/customers/${buyer.id}/grants`)
    expect(data.find(({ amount }: { amount: number }) => amount === 85)).toMatchObject({
      burnt: 20,
      expired: 65,
    })
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect((await buyer.invoices()).at(-1)).toBe('paid 12900: 1 growth 9900, 10 unit 3000')
  })

  it('CM-9 gives anew at every change, up and down', async () => {
    const buyer = await world.buyer()
    const { id } = await buyer.buy({ plan: 'professional', ...units(10) })
    await buyer.moveTo('2026-03-15T10:00:00Z')
    for (const [plan, credits] of [
      ['growth', 40],
      ['professional', 85],
      ['growth', 40],
    ] as const) {
      await buyer.take(25)
      await world.simulated.ask('POST', `/v1/subscriptions/${id}/change`, { plan, when: 'now' })
      expect(await buyer.grants()).toEqual([`plan ${credits} 2026-04-10`])
    }
    const { findings } = await world.simulated.ask('GET', '/v1/doctor')
    expect(findings.filter(({ check }: { check: string }) => check !== 'job')).toEqual([])
  })

  it('gives anew once in a period where the plans say so, and then what is left of that', async () => {
    const buyer = await world.buyer()
    const { id } = await buyer.buy({ plan: 'professional_once' })
    await buyer.moveTo('2026-03-15T10:00:00Z')
    const changeTo = (plan: string) =>
      world.simulated.ask('POST', `/v1/subscriptions/${id}/change`, { plan, when: 'now' })
    await buyer.take(75)
    await changeTo('growth_once')
    expect(await buyer.balance()).toBe(30)
    await buyer.take(30)
    await changeTo('professional_once')
    expect(await buyer.balance()).toBe(45)
    await buyer.take(45)
    for (const plan of ['growth_once', 'professional_once', 'growth_once']) {
      await changeTo(plan)
      expect(await buyer.balance()).toBe(0)
    }
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.balance()).toBe(30)
    await changeTo('professional_once')
    expect(await buyer.balance()).toBe(75)
  })
})
