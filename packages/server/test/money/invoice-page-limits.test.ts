import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSimulatedWorld, type SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld({
    operator: { name: 'Seller', timeZone: 'UTC' },
    features: { reports: { kind: 'flag' } },
    plans: { monthly: { prices: { EUR: { month: 1_500 } } } },
  })
})
afterAll(() => world?.close())

it('a link pays so many times a minute, and is read all the same', async () => {
  const moveTo = await world.customer('hasty', undefined, '2026-06-01T00:00:00Z')
  await world.ask('POST', '/v1/subscriptions', { customer: 'hasty', plan: 'monthly' })
  await moveTo('2026-06-01T01:00:00Z')
  const [{ id }] = (await world.ask('GET', '/v1/customers/hasty/invoices')).data
  const { path } = await world.ask('POST', `/v1/invoices/${id}/link`, {})
  const paid = Array.from({ length: 41 }, () =>
    fetch(new URL(`${path}/pay?provider=simulator&kind=card`, world.server.url), { method: 'POST' }),
  )
  const answers = await Promise.all(paid)
  const refused = answers.filter(({ status }) => status === 429)
  // a minute may end meanwhile
  expect(refused.length).toBeGreaterThan(0)
  expect(await refused[0]?.json()).toMatchObject({ code: 'rate_limited' })
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(20)
  expect((await fetch(new URL(path, world.server.url))).status).toBe(200)
})
