import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CustomerBench, startBench } from '../customers/support.ts'

const plan = (limit: number) => ({ prices: { XOF: { month: 1 } }, allowances: { seats: limit } })
let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench({
    features: { seats: { kind: 'gauge' } },
    plans: { small: plan(5), large: plan(10) },
  })
})
afterAll(() => bench.stop())

describe('GT-5 the thresholds of a gauge', () => {
  it('are told once per period, however often it goes up and down, and anew under another limit', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('busy', 'small')
    const seats = { customer: 'busy', feature: 'seats' }
    const upAndDown = async (amount: number) => {
      for (let turn = 0; turn < 4; turn += 1) {
        await bench.ok('POST', '/v1/consume', { ...seats, amount })
        await bench.ok('POST', '/v1/release', { ...seats, amount })
      }
    }
    const told = async () =>
      (await bench.ok('GET', '/v1/customers/busy/timeline?limit=100')).data
        .filter(({ type }: { type: string }) => type === 'usage.threshold_reached')
        .map(({ data }: { data: { threshold: number } }) => data.threshold)
        .toReversed()
    await bench.ok('POST', '/v1/set', { ...seats, amount: 3 })
    await upAndDown(2)
    expect(await told()).toEqual([80, 90, 100])
    await bench.ok('POST', `/v1/subscriptions/${id}/change`, { plan: 'large', when: 'now' })
    await upAndDown(5)
    expect(await told()).toEqual([80, 90, 100, 80])
    bench.moveTo('2026-04-10T10:00:00Z')
    await upAndDown(5)
    expect(await told()).toEqual([80, 90, 100, 80, 80])
  })
})
