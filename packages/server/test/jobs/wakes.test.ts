/** Jobs that hardly look by themselves: what one has done, the next one hears of. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startJobs, type Jobs } from '../../src/jobs/index.ts'
import { openSimulatedWorld, type SimulatedWorld } from '../money/simulated-world.ts'
import { eventually } from '../support/eventually.ts'

const HOUR_MS = 3_600_000

let world: SimulatedWorld
let jobs: Jobs
beforeAll(async () => {
  const plans = { monthly: { prices: { EUR: { month: 1_000 } } } }
  world = await openSimulatedWorld({ operator: { name: 'Seller' }, features: {}, plans }, { jobs: false })
  jobs = startJobs(world.server.engine.context, { leastEveryMs: HOUR_MS })
})
afterAll(async () => {
  await jobs?.stop()
  await world?.close()
})

it('who finds an invoice to collect wakes who charges it', async () => {
  await world.customer('quick', 'card_ok')
  const lookedAt = () => jobs.health().map(({ finishedAt }) => finishedAt)
  await eventually('all have looked once', () => (lookedAt().includes(null) ? undefined : true))
  await world.ask('POST', '/v1/subscriptions', { customer: 'quick', plan: 'monthly' })
  jobs.wake()
  const paid = await eventually('it is paid', async () => {
    const invoices = await world.invoices('quick')
    return invoices[0]?.includes(' paid ') ? invoices : undefined
  })
  expect(paid).toEqual(['period paid 1000/1000'])
})
