import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CustomerBench, startBench } from './support.ts'

let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.stop())

/** Sends all at once; answers the statuses. */
const atOnce = async (calls: [method: string, path: string, body?: unknown][]) => {
  const answers = await Promise.all(
    calls.map(([method, path, body]) =>
      bench.server.request(method, path, body === undefined ? {} : { body }),
    ),
  )
  return answers
}

describe('many commands on one customer at once', () => {
  it('make it once', async () => {
    const answers = await atOnce(
      Array.from({ length: 12 }, (_, index) => ['PUT', '/v1/customers/one', { name: `Name ${index}` }]),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200))
    const happened = await bench.happened('one')
    expect(happened.filter((type) => type === 'customer.created')).toHaveLength(1)
  })

  it('I-1 plans go up and down while units are taken: never above a limit that held, and the guard follows', async () => {
    const { id } = await bench.subscribe('busy', 'essential', { trialDays: 0 })
    const take = { customer: 'busy', feature: 'agents' }
    const change = (plan: string) =>
      ['POST', `/v1/subscriptions/${id}/change`, { plan, when: 'now' }] as [string, string, unknown]
    const calls: [string, string, unknown?][] = []
    for (let round = 0; round < 6; round += 1) {
      for (let index = 0; index < 8; index += 1) calls.push(['POST', '/v1/consume', take])
      calls.push(change(round % 2 === 0 ? 'professional' : 'essential'))
      calls.push(['PUT', '/v1/customers/busy/overrides/queues', { limit: round, reason: 'a race' }])
    }
    const answers = await atOnce(calls)
    expect(answers.filter(({ status }) => status >= 400)).toEqual([])
    const allowed = answers.filter(({ body }) => body.allowed === true).length
    const check = await bench.ok('POST', '/v1/check', take)
    expect(check.used).toBe(allowed)
    expect(allowed).toBeLessThanOrEqual(20)
    const { rows } = await bench.database.db.query(
      `select count(*)::int as stale from balance b join customer_head h using (environment, customer)
       where b.entitlement_version <> h.entitlement_version`,
    )
    expect(rows[0]?.stale).toBe(0)
  })

  it('members that join at once have a balance each', async () => {
    await bench.subscribe('crowd', 'essential')
    const answers = await atOnce(
      Array.from({ length: 12 }, (_, index) => ['PUT', `/v1/customers/crowd/members/m${index % 6}`, {}]),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect((await bench.ok('GET', '/v1/customers/crowd/members')).data).toHaveLength(6)
  })

  it('cancel and change at once leave a state that one order of them gives', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await bench.subscribe(`torn-${round}`, 'essential', { trialDays: 0 })
      await atOnce([
        ['POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' }],
        ['POST', `/v1/subscriptions/${id}/change`, { plan: 'professional' }],
        ['POST', `/v1/subscriptions/${id}/pause`, {}],
      ])
      expect(await bench.ok('GET', `/v1/subscriptions/${id}`)).toMatchObject({ status: 'canceled' })
      expect((await bench.ok('GET', `/v1/customers/torn-${round}`)).access.reason).toBe(
        'subscription_cancelled',
      )
    }
  })

  it('events of a customer are in the order of its commits, without a gap', async () => {
    const { data } = await bench.ok('GET', '/v1/customers/busy/timeline?limit=100')
    const sequences = data.map((each: { sequence: number }) => each.sequence)
    expect(sequences).toEqual(sequences.map((_: number, index: number) => sequences[0] - index))
  })
})
