/** Windows of 30 × 24 hours count from the first use: not from when it was told, nor from what was refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CustomerBench, startBench } from '../customers/support.ts'

const catalog = {
  features: { steps: { kind: 'meter' } },
  plans: {
    plain: { prices: { XOF: { month: 1 } }, allowances: { steps: { limit: 10, window: 'rolling_30_days' } } },
    parted: {
      prices: { XOF: { month: 1 } },
      allowances: { steps: { limit: 10, memberLimit: 4, window: 'rolling_30_days' } },
    },
  },
} as const

let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench(catalog)
})
afterAll(() => bench.stop())

const NOW = '2026-03-20T10:00:00Z'

async function begin(customer: string, plan: 'plain' | 'parted' = 'plain') {
  bench.moveTo(NOW)
  await bench.subscribe(customer, plan)
  await bench.ok('PUT', `/v1/customers/${customer}/members/ada`, {})
  const use = { customer, feature: 'steps' }
  return {
    report: (amount: number, at: string) =>
      bench.ok('POST', '/v1/events', {
        events: [{ ...use, amount, at, idempotencyKey: `${customer}-${at}` }],
      }),
    take: (amount: number, member?: string) => bench.ok('POST', '/v1/consume', { ...use, amount, member }),
    lease: (amount: number) => bench.ok('POST', '/v1/leases', { ...use, amount, holder: 'here' }),
    async window() {
      const { data } = await bench.ok('GET', `/v1/customers/${customer}/usage`)
      const { used, limit, windowStart, resetsAt } = data.find(
        (row: { member: unknown }) => row.member === null,
      )
      return {
        used,
        limit,
        windowStart: windowStart?.slice(0, 10) ?? null,
        resetsAt: resetsAt?.slice(0, 10) ?? null,
      }
    },
    ended: async () => (await bench.ok('GET', `/v1/customers/${customer}/usage/windows`)).data,
  }
}
const unopened = { used: 0, limit: 10, windowStart: null, resetsAt: null }

describe('CP-7 a rolling window begins with the first use', () => {
  it('that is reported after the fact, at the moment it was', async () => {
    const own = await begin('late')
    expect(await own.report(4, '2026-03-10T00:00:00Z')).toMatchObject({ accepted: 1 })
    expect(await own.window()).toEqual({
      used: 4,
      limit: 10,
      windowStart: '2026-03-10',
      resetsAt: '2026-04-09',
    })
    expect(await own.take(7)).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    expect(await own.ended()).toEqual([])
    bench.moveTo('2026-04-09T00:00:00Z')
    expect(await own.take(10)).toMatchObject({ allowed: true })
    expect(await own.window()).toMatchObject({ windowStart: '2026-04-09', resetsAt: '2026-05-09' })
  })

  it('also where its first window is over by then', async () => {
    const own = await begin('later')
    bench.moveTo('2026-03-21T12:00:00Z')
    await own.report(4, '2026-02-19T12:00:00Z')
    expect(await own.window()).toMatchObject({ used: 0, windowStart: '2026-03-21', resetsAt: '2026-04-20' })
    expect(await own.ended()).toMatchObject([
      { windowStart: '2026-02-19T12:00:00.000Z', windowEnd: '2026-03-21T12:00:00.000Z', used: 4, limit: 10 },
    ])
  })

  it.each(['2026-01-01T00:00:00Z', '2026-03-20T10:06:00Z'])(
    'and not with a report of %s that is rejected',
    async (at) => {
      const own = await begin(`rejected-${at.slice(0, 10)}`)
      expect(await own.report(4, at)).toMatchObject({ accepted: 0 })
      expect(await own.window()).toEqual(unopened)
    },
  )

  it('and not with a take that closed access refuses', async () => {
    const own = await begin('shut')
    await bench.ok('PUT', '/v1/customers/shut/suspension', { reason: 'a test' })
    expect(await own.take(1)).toMatchObject({ allowed: false, code: 'tenant_suspended', resetsAt: null })
    await bench.ok('DELETE', '/v1/customers/shut/suspension')
    bench.moveTo('2026-03-25T10:00:00Z')
    expect(await own.window()).toEqual(unopened)
    await own.take(1)
    expect(await own.window()).toMatchObject({ windowStart: '2026-03-25', resetsAt: '2026-04-24' })
  })

  it('and not with one that fits all but not the member, while a lease opens it with what there is', async () => {
    const own = await begin('member', 'parted')
    expect(await own.take(5, 'ada')).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    expect(await own.window()).toEqual(unopened)
    expect(await own.lease(50)).toMatchObject({ granted: 10 })
    expect(await own.window()).toMatchObject({ windowStart: '2026-03-20', resetsAt: '2026-04-19' })
  })
})
