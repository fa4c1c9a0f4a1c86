import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { addUpDecisions } from '../../src/operations/analytics/count-decisions.ts'
import { createDecisionCounter } from '../../src/operations/analytics/decision-counter.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const catalog = {
  operator: { timeZone: 'Asia/Tokyo' },
  features: { tickets: { kind: 'meter' }, seats: { kind: 'gauge' }, other: { kind: 'meter' } },
  plans: {
    base: { allowances: { tickets: 2, seats: 1 } },
    team: { allowances: { tickets: 9, seats: 5 } },
  },
  fallbackPlan: 'base',
}

let database: TestDatabase
let server: TestServer
const clock = fixedClock(Date.UTC(2026, 2, 1, 20))

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, clock, jobs: false })
  await ask('PUT', '/v1/catalog', catalog)
  await ask('PUT', '/v1/customers/acme', {})
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

async function ask(method: string, path: string, body?: unknown) {
  const answer = await server.request(method, path, { body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}
const consume = (customer: string, feature: string, more: object = {}) =>
  ask('POST', '/v1/consume', { customer, feature, ...more })
const kept = async () => {
  const { rows } = await database.db.query(
    `select test_clock as "testClock", day::text, feature.key as feature, item.key as plan, decisions, refusals
     from quota_decision join feature on feature.id = quota_decision.feature
     join catalog_item item on item.id = quota_decision.plan order by 1, 2, 3, 4`,
  )
  return rows
}
type Rate = { numerator: number; denominator: number }
const quota = async (query: string): Promise<[numerator: number, denominator: number][]> => {
  const { series } = await ask('GET', `/v1/analytics/quota?interval=day&${query}`)
  type Point = { quotaHit: Rate }
  return series.flatMap(({ points }: { points: Point[] }) =>
    points.map(({ quotaHit }) => [quotaHit.numerator, quotaHit.denominator]),
  )
}

describe('decisions on quota', () => {
  it('QE-12 counts takes that the limit decides, not replays, questions and what no plan includes', async () => {
    for (let take = 0; take < 3; take += 1) await consume('acme', 'tickets')
    await consume('acme', 'seats', { idempotencyKey: 'once' })
    await consume('acme', 'seats', { idempotencyKey: 'once' })
    await consume('acme', 'other')
    await ask('POST', '/v1/check', { customer: 'acme', feature: 'tickets' })
    await ask('POST', '/v1/reservations', { customer: 'acme', feature: 'seats', amount: 1 })
    // at 20:00 in UTC it is the next day in Tokyo
    expect(await quota('from=2026-03-02&to=2026-03-03')).toEqual([[2, 5]])
    expect(await quota('from=2026-03-01&to=2026-03-02')).toEqual([[0, 0]])
  })

  it('QE-12 they are added up by the day of the operator, once, and the figure stays the same', async () => {
    await addUpDecisions(server.engine.context)
    expect(await addUpDecisions(server.engine.context)).toBe(0)
    const day = '2026-03-02'
    expect(await kept()).toEqual([
      { testClock: '', day, feature: 'seats', plan: 'base', decisions: 2, refusals: 1 },
      { testClock: '', day, feature: 'tickets', plan: 'base', decisions: 3, refusals: 1 },
    ])
    await consume('acme', 'tickets')
    expect(await quota('from=2026-03-02&to=2026-03-03&segment=feature')).toEqual([
      [1, 2],
      [2, 4],
    ])
    await addUpDecisions(server.engine.context)
    expect(await quota('from=2026-03-02&to=2026-03-03&segment=feature')).toEqual([
      [1, 2],
      [2, 4],
    ])
  })

  it('QE-12 those of a test clock go to its own day and are seen with it alone', async () => {
    const { id } = await ask('POST', '/v1/test-clocks', { now: '2026-07-01T00:00:00Z' })
    await ask('PUT', '/v1/customers/timed', { testClock: id })
    await consume('timed', 'tickets', { amount: 2 })
    await consume('timed', 'tickets')
    const asked = `from=2026-07-01&to=2026-07-02&testClock=${id}`
    expect(await quota(asked)).toEqual([[1, 2]])
    await addUpDecisions(server.engine.context)
    expect(await quota(asked)).toEqual([[1, 2]])
    expect(await quota('from=2026-03-02&to=2026-03-03')).toEqual([[3, 6]])
  })

  it('QE-12 they belong to the plan they were decided under, also where nothing but a number was compared', async () => {
    const answersOfDay = async (query: string) => {
      const { series } = await ask('GET', `/v1/analytics/${query}&interval=day&from=2026-03-02&to=2026-03-03`)
      return series.map(({ segment, points }: { segment: string | null; points: [Record<string, Rate>] }) => {
        const { numerator, denominator } = points[0].quotaHit as Rate
        return [segment, numerator, denominator]
      })
    }
    const before = await answersOfDay('quota?segment=plan')
    expect(before).toEqual([['base', 3, 6]])
    await ask('PUT', '/v1/customers/grown', {})
    for (let take = 0; take < 3; take += 1) await consume('grown', 'tickets')
    const { id } = await ask('POST', '/v1/subscriptions', { customer: 'grown', plan: 'team' })
    for (let take = 0; take < 8; take += 1) await consume('grown', 'tickets')
    const byPlan = [
      ['base', 4, 9],
      ['team', 1, 8],
    ]
    expect(await answersOfDay('quota?segment=plan')).toEqual(byPlan)
    await addUpDecisions(server.engine.context)
    expect(await answersOfDay('quota?segment=plan')).toEqual(byPlan)
    expect(await answersOfDay('figures?segment=plan')).toEqual(byPlan)
    expect(await answersOfDay('quota?plan=team')).toEqual([[null, 1, 8]])
    expect(await answersOfDay('quota?plan=team&segment=feature')).toEqual([['tickets', 1, 8]])
    expect(await answersOfDay('figures?plan=base')).toEqual([[null, 4, 9]])
    await ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' })
    await consume('grown', 'seats')
    expect(await answersOfDay('quota?plan=base')).toEqual([[null, 4, 10]])
  })

  it('what could not be added up waits for the next time', async () => {
    const counter = createDecisionCounter()
    counter.giveBack([{ customer: 0, feature: 1, plan: 1, decisions: 3, refusals: 1 }])
    const { context } = server.engine
    const usage = { ...context.usage, decisions: () => [{ environment: 1, counter }] }
    const lost = { ...context.db, query: () => Promise.reject(new Error('gone')) }
    await expect(addUpDecisions({ ...context, usage, db: lost })).rejects.toThrow('gone')
    expect(counter.counted()).toEqual([{ customer: 0, feature: 1, plan: 1, decisions: 3, refusals: 1 }])
  })
})
