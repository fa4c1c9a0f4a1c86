import { afterAll, beforeAll, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from '../money/support.ts'

const plan = (limit: number) => ({
  prices: { XOF: { month: limit * 10 } },
  allowances: { inspections: limit },
  policies: { usageOnChange: 'reset', downgrade: 'now' },
})
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { inspections: { kind: 'credits' } },
  plans: { large: plan(75), small: plan(30) },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

it('CM-9 another tier in the very instant in which the first began gives its own quota, and nothing is out of order', async () => {
  await world.customerOn('2026-03-01T00:00:00Z', 'hasty')
  const { id } = await world.ask('POST', '/v1/subscriptions', {
    customer: 'hasty',
    plan: 'large',
    currency: 'XOF',
  })
  const take = { customer: 'hasty', feature: 'inspections', amount: 20 }
  await world.ask('POST', '/v1/consume', take)
  await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'small', when: 'now' })
  await world.ask('POST', '/v1/consume', { ...take, amount: 3 })
  const { remaining } = await world.ask('POST', '/v1/check', { customer: 'hasty', feature: 'inspections' })
  expect(remaining).toBe(27)
  const { findings } = await world.ask('GET', '/v1/doctor')
  expect(findings.filter(({ check }: { check: string }) => check !== 'job')).toEqual([])
})
