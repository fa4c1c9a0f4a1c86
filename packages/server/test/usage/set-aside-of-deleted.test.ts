import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customerSweeps } from '../../src/operations/sweeps/customer-sweeps.ts'
import { goOnWithTestClocks } from '../../src/operations/test-clocks/go-on.ts'
import { type CustomerBench, startBench } from '../customers/support.ts'
import { moveClock } from '../support/move-clock.ts'

let bench: CustomerBench
beforeAll(async () => {
  const allowances = { calls: { limit: 100, memberLimit: 50 } }
  bench = await startBench({
    features: { calls: { kind: 'meter' } },
    plans: { plain: { prices: { XOF: { month: 1 } }, allowances } },
  })
})
afterAll(() => bench.stop())

describe('ST-13 a customer is deleted while something of it is set aside', () => {
  it('what it held ends in its time, and nobody else is held up', async () => {
    const { id: clock } = await bench.ok('POST', '/v1/test-clocks', { now: '2026-03-10T00:00:00Z' })
    for (const customer of ['gone', 'stays']) {
      await bench.ok('PUT', `/v1/customers/${customer}`, { testClock: clock })
      await bench.ok('PUT', `/v1/customers/${customer}/members/ada`, {})
      await bench.subscribe(customer, 'plain')
    }
    const calls = { customer: 'gone', feature: 'calls', member: 'ada' }
    const held = await bench.ok('POST', '/v1/reservations', { ...calls, amount: 30, ttlSeconds: 60 })
    await bench.ok('POST', '/v1/leases', { ...calls, amount: 20, holder: 'here', ttlSeconds: 30 })
    await bench.ok('DELETE', '/v1/customers/gone')
    const goOn = () => goOnWithTestClocks(bench.server.engine.context, { sweeps: customerSweeps })
    await moveClock(bench.ok, clock, '2026-03-12T00:00:00Z', goOn)
    expect(await bench.ok('GET', `/v1/test-clocks/${clock}`)).toMatchObject({
      status: 'ready',
      now: '2026-03-12T00:00:00.000Z',
    })
    expect(await bench.ok('GET', `/v1/reservations/${held.id}`)).toMatchObject({ status: 'expired' })
    expect((await bench.ok('GET', '/v1/doctor')).findings).toEqual([])
    expect(await bench.refused('POST', '/v1/consume', { ...calls, amount: 1 })).toBe('409 customer_deleted')
  })
})
