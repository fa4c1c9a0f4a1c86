import { createClient } from '@tollkeeper/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../../../../examples/group-tokens/catalog.ts'
import { fixedClock } from '../../src/clock.ts'
import { startTestServer } from '../support/server.ts'
import { eventually } from '../support/eventually.ts'
import { happened, openWorld } from './world.ts'
import type { ScenarioWorld, Terms } from './world.ts'

const START = '2026-03-10T09:30:00Z'
const SECOND = 1000
const members = ['ada', 'ben', 'chloe']

let world: ScenarioWorld
beforeAll(async () => {
  world = await openWorld()
  await world.client.catalog.put(catalog)
})
afterAll(async () => {
  await world?.close()
})

const groupOn = (plan: string, terms: Partial<Terms> = {}) =>
  world.customerAt(START, { plan, currency: 'EUR', members, ...terms })
const tokens = (customer: string, amount: number, member?: string, idempotencyKey?: string) => ({
  customer,
  feature: 'llm_tokens',
  amount,
  member,
  idempotencyKey,
})
const rowOf = async (customer: string, feature = 'llm_tokens', member: string | null = null) => {
  const { data } = await world.client.usage.summary(customer)
  return data.find((row) => row.feature === feature && row.member === member)
}

describe('one allowance for all', () => {
  test('GT-3 all members draw on the group’s tokens, and each use keeps who, what, how much and when', async () => {
    const { client } = world
    const group = await groupOn('circle')
    await client.consumeOrThrow(tokens(group.id, 40_000, 'ada'))
    await group.moveTo('2026-03-10T10:00:00Z')
    await client.track([{ ...tokens(group.id, 45_000, 'ben'), at: '2026-03-10T09:45:00Z' }])
    const last = await client.consumeOrThrow(tokens(group.id, 50_000, 'chloe'))
    // 5,000 left for all; ada has 10,000 left of her own
    const refused = await client.consume(tokens(group.id, 5_001, 'ada'))
    expect(refused).toMatchObject({ allowed: false, code: 'quota_exceeded', limit: 140_000, used: 135_000 })
    expect((await client.consume(tokens(group.id, 5_000, 'ben'))).allowed).toBe(true)
    const uses = await client.usage.history(group.id, { feature: 'llm_tokens' }).toArray({ max: 10 })
    const subscription = group.subscription
    expect(uses.toReversed()).toMatchObject([
      {
        subscription,
        member: 'ada',
        feature: 'llm_tokens',
        amount: 40_000,
        occurredAt: '2026-03-10T09:30:00.000Z',
      },
      { subscription, member: 'ben', amount: 45_000, verb: 'track', occurredAt: '2026-03-10T09:45:00.000Z' },
      {
        subscription,
        member: 'chloe',
        amount: 50_000,
        id: last.event,
        occurredAt: '2026-03-10T10:00:00.000Z',
      },
      { subscription, member: 'ben', amount: 5_000 },
    ])
  })

  test('GT-3 a member has a limit of their own under the group’s: both are taken from, or neither', async () => {
    const { client } = world
    const group = await groupOn('circle')
    await client.consumeOrThrow(tokens(group.id, 49_000, 'ada'))
    const refused = await client.consume(tokens(group.id, 1_001, 'ada'))
    expect(refused).toMatchObject({ allowed: false, code: 'quota_exceeded', limit: 50_000, used: 49_000 })
    expect(await rowOf(group.id)).toMatchObject({ used: 49_000, reserved: 0 })
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) => client.consume(tokens(group.id, 1_000, members[index % 3]))),
    )
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(1 + 40 + 40)
    const used = await Promise.all(
      members.map(async (member) => (await rowOf(group.id, 'llm_tokens', member))?.used),
    )
    expect(used).toEqual([50_000, 40_000, 40_000])
    expect(await rowOf(group.id)).toMatchObject({ used: 130_000, remaining: 10_000 })
  })

  test('GT-4 the summary is right after each event: used, limit, percentage and flags, by feature and period', async () => {
    const { client } = world
    const group = await groupOn('circle')
    let used = 0
    const steps: [number, () => Promise<unknown>][] = [
      [10_000, () => client.consumeOrThrow(tokens(group.id, 10_000, 'ada', 'one'))],
      [0, () => client.consumeOrThrow(tokens(group.id, 10_000, 'ada', 'one'))],
      [33_333, () => client.track([tokens(group.id, 33_333, 'ben')])],
      [-4_000, () => client.release({ ...tokens(group.id, 4_000), of: 'one' })],
      [777, () => client.withReservation(tokens(group.id, 9_000, 'ada'), (settle) => settle(777))],
      [73_000, () => client.track([tokens(group.id, 73_000)])],
      [13_000, () => client.consumeOrThrow(tokens(group.id, 13_000, 'chloe'))],
      [20_000, () => client.track([tokens(group.id, 20_000, 'ben')])],
    ]
    for (const [change, act] of steps) {
      await act()
      used += change
      const thresholds = [80, 90, 100].map((percent) => ({
        percent,
        reached: used * 100 >= 140_000 * percent,
      }))
      expect(await rowOf(group.id), `after ${used}`).toMatchObject({
        used,
        limit: 140_000,
        remaining: Math.max(0, 140_000 - used),
        percentage: Math.round((used / 140_000) * 10_000) / 100,
        thresholds,
        windowStart: '2026-03-10T09:30:00.000Z',
        resetsAt: '2026-04-10T09:30:00.000Z',
      })
    }
    expect(await rowOf(group.id, 'voice_tokens')).toMatchObject({ used: 0, limit: 20_000, percentage: 0 })
    const { period } = await client.usage.summary(group.id)
    expect(period).toEqual({ start: '2026-03-10T09:30:00.000Z', end: '2026-04-10T09:30:00.000Z' })
  })

  test('GT-11 a seat is taken before its member exists; past the last one nobody is invited', async () => {
    const { client } = world
    const group = await groupOn('circle', { members: [] })
    const invite = async (member: string) => {
      const seat = await client.consume({
        customer: group.id,
        feature: 'seats',
        idempotencyKey: `seat-${member}`,
      })
      if (seat.allowed) await client.members.put(group.id, member)
      return seat
    }
    const invited = Array.from({ length: 12 }, (_, index) => `member-${index}`)
    const answers = await Promise.all(invited.map(invite))
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(5)
    expect(await client.members.list(group.id).toArray({ max: 100 })).toHaveLength(5)
    const refused = answers.find(({ allowed }) => !allowed)
    expect(refused).toMatchObject({ code: 'quota_exceeded', limit: 5, upgrade: { plan: 'crew', limit: 25 } })
    const [leaving] = (await client.members.list(group.id)).data
    await client.members.delete(group.id, leaving!.id)
    await client.release({ customer: group.id, feature: 'seats' })
    expect((await invite('late')).allowed).toBe(true)
    expect((await invite('later')).allowed).toBe(false)
  })
})

describe('warnings', () => {
  const warnings = async (customer: string) =>
    (await happened(world.client, customer, 'usage.threshold_reached')).map(({ data }) => [
      data.feature,
      data.member,
      data.threshold,
    ])

  test('GT-5 80, 90 and 100 per cent are each announced once per period and feature, with the upgrade', async () => {
    const { client } = world
    const group = await groupOn('circle')
    const voice = { customer: group.id, feature: 'voice_tokens' }
    await client.consumeOrThrow({ ...voice, amount: 15_999 })
    expect(await warnings(group.id)).toEqual([])
    await client.consumeOrThrow({ ...voice, amount: 1, idempotencyKey: 'at 80' })
    expect(await warnings(group.id)).toEqual([['voice_tokens', null, 80]])
    // the same again, and across it once more after a give-back: no second warning
    await client.consumeOrThrow({ ...voice, amount: 1, idempotencyKey: 'at 80' })
    await client.release({ ...voice, of: 'at 80' })
    await Promise.all(Array.from({ length: 50 }, () => client.consume({ ...voice, amount: 50 })))
    expect(await warnings(group.id)).toEqual([80, 90].map((percent) => ['voice_tokens', null, percent]))
    await client.track([{ ...voice, amount: 9_000 }])
    const all = [80, 90, 100].map((percent) => ['voice_tokens', null, percent])
    expect(await warnings(group.id)).toEqual(all)
    await client.track([{ ...voice, amount: 9_000 }])
    expect(await warnings(group.id)).toEqual(all)

    const [first] = await happened(client, group.id, 'usage.threshold_reached')
    expect(first?.data).toMatchObject({
      used: 16_000,
      limit: 20_000,
      windowStart: '2026-03-10T09:30:00.000Z',
      upgrade: {
        plan: 'crew',
        name: 'Crew',
        price: { currency: 'EUR', interval: 'month', amountMinor: 14_900 },
      },
    })
    // another feature, and another period, are warned of anew
    await client.track([tokens(group.id, 112_000)])
    expect(await warnings(group.id)).toEqual([...all, ['llm_tokens', null, 80]])
    await group.moveTo('2026-04-10T09:30:00Z')
    await client.track([{ ...voice, amount: 18_000 }])
    expect(await warnings(group.id)).toEqual([...all, ['llm_tokens', null, 80], ...all.slice(0, 2)])
  })

  test('GT-5 the percentages are the catalog’s, a member is warned of a limit of their own, and readers hear of it', async () => {
    const own = await openWorld()
    try {
      const { llm_tokens: feature } = catalog.features
      const features = { ...catalog.features, llm_tokens: { ...feature, thresholds: [50] } }
      await own.client.catalog.put({ ...catalog, features })
      const group = await own.customerAt(START, { plan: 'circle', currency: 'EUR', members })
      await own.client.consumeOrThrow(tokens(group.id, 25_000, 'ada'))
      await own.client.consumeOrThrow(tokens(group.id, 24_000, 'ben'))
      await own.client.consumeOrThrow(tokens(group.id, 21_000, 'chloe'))
      const query = { customer: group.id, type: 'usage.threshold_reached', after: 0 }
      const heard = await eventually('both warnings are in the feed', async () => {
        const { data } = await own.client.events.list(query)
        return data.length >= 2 ? data : undefined
      })
      expect(heard.map(({ data }) => [data.member, data.threshold])).toEqual([
        ['ada', 50],
        [null, 50],
      ])
    } finally {
      await own.close()
    }
  })
})

describe('when it is used up', () => {
  test('GT-6 at 100 per cent it stops; a top-up helps at once, and the same key then succeeds', async () => {
    const { client } = world
    const group = await groupOn('circle')
    await client.track([tokens(group.id, 140_000)])
    const question = tokens(group.id, 700, 'ada', 'the question')
    const refused = await client.consume(question)
    expect(refused).toMatchObject({
      allowed: false,
      code: 'quota_exceeded',
      remaining: 0,
      upgrade: { plan: 'crew' },
    })
    expect(await client.reserve(tokens(group.id, 1))).toMatchObject({
      allowed: false,
      code: 'quota_exceeded',
    })
    await client.grants.create(group.id, { feature: 'llm_tokens', amount: 1_000, source: 'top_up' })
    const admitted = await client.consumeOrThrow(question)
    expect(admitted).toMatchObject({ replayed: false, used: 140_700, limit: 141_000, remaining: 300 })
    expect(await client.consumeOrThrow(question)).toMatchObject({ replayed: true, event: admitted.event })
    expect(await rowOf(group.id)).toMatchObject({ used: 140_700 })
    expect((await client.consume(tokens(group.id, 301, 'ben'))).allowed).toBe(false)
  })

  test('GT-6 an upgrade helps at once, in every process, and keeps what was used', async () => {
    const { client, database } = world
    const other = await startTestServer({ db: database.db, jobs: false })
    try {
      const elsewhere = createClient({ url: other.url, key: other.secretKey })
      const group = await groupOn('circle')
      await client.track([tokens(group.id, 140_000)])
      const question = tokens(group.id, 700, 'ben', 'the question')
      expect((await elsewhere.consume(question)).allowed).toBe(false)
      await client.subscriptions.change(group.subscription, { plan: 'crew' })
      expect(await elsewhere.consumeOrThrow(question)).toMatchObject({ replayed: false })
      expect(await rowOf(group.id)).toMatchObject({ used: 140_700, limit: 1_500_000, remaining: 1_359_300 })
    } finally {
      await other.stop()
    }
  })

  test('GT-6 a renewal helps at its very moment', async () => {
    const { client } = world
    const group = await groupOn('circle')
    await client.track([tokens(group.id, 150_000)])
    const question = tokens(group.id, 700, undefined, 'the question')
    await group.moveTo('2026-04-10T09:29:59.999Z')
    expect((await client.consume(question)).allowed).toBe(false)
    await group.moveTo('2026-04-10T09:30:00Z')
    expect(await client.consume(question)).toMatchObject({ allowed: true, used: 700, limit: 140_000 })
  })

  test('GT-7 periods follow the billing period; an old one stays readable with the limit it had', async () => {
    const { client } = world
    const startAt = '2026-01-31T12:00:00Z'
    const group = await groupOn('circle', { startAt })
    await client.consumeOrThrow(tokens(group.id, 30_000, 'ada'))
    await client.subscriptions.change(group.subscription, { plan: 'crew' })
    await client.consumeOrThrow(tokens(group.id, 170_000, 'ben'))
    await group.moveTo('2026-03-31T12:00:00Z')
    expect(await rowOf(group.id)).toMatchObject({
      used: 0,
      limit: 1_500_000,
      windowStart: '2026-03-31T12:00:00.000Z',
      resetsAt: '2026-04-30T12:00:00.000Z',
    })
    await client.consumeOrThrow(tokens(group.id, 5, 'ada'))
    await client.subscriptions.change(group.subscription, { plan: 'circle', when: 'now' })
    // late, for the period that is over
    await client.track([{ ...tokens(group.id, 11, 'ada'), at: '2026-03-30T00:00:00Z' }])
    await group.moveTo('2026-05-31T12:00:00Z')
    const windows = await client.usage.windows(group.id, { feature: 'llm_tokens' }).toArray({ max: 100 })
    const pool = windows.filter(({ member }) => member === null).toReversed()
    expect(
      pool.map(({ windowStart, windowEnd, used, limit }) => [windowStart, windowEnd, used, limit]),
    ).toEqual([
      ['2026-02-28T12:00:00.000Z', '2026-03-31T12:00:00.000Z', 200_011, 1_500_000],
      ['2026-03-31T12:00:00.000Z', '2026-04-30T12:00:00.000Z', 5, 140_000],
      ['2026-04-30T12:00:00.000Z', '2026-05-31T12:00:00.000Z', 0, 140_000],
    ])
    const ada = windows.filter(({ member }) => member === 'ada').at(-1)
    expect(ada).toMatchObject({ used: 30_011, limit: 600_000 })
  })
})

describe('when the cost is known only afterwards', () => {
  test('GT-12 an estimate is set aside and the truth is settled: below it, above it, and at nothing', async () => {
    const { client } = world
    const group = await groupOn('circle')
    for (const [estimate, truth, used] of [
      [9_000, 4_000, 4_000],
      [1_000, 2_500, 6_500],
      [1_000, 0, 6_500],
    ] as const) {
      const held = await client.reserve(tokens(group.id, estimate, 'ada'))
      if (!held.allowed) throw new Error(held.message)
      expect(await rowOf(group.id)).toMatchObject({ reserved: estimate })
      const settled = await client.usage.settle(held.id, { amount: truth })
      expect(settled).toMatchObject({ status: 'settled', settled: truth, overEstimate: truth > estimate })
      expect(await rowOf(group.id)).toMatchObject({ used, reserved: 0 })
      expect(await rowOf(group.id, 'llm_tokens', 'ada')).toMatchObject({ used, reserved: 0 })
    }
    // work that fails gives everything back
    const failing = client.withReservation(tokens(group.id, 5_000), () =>
      Promise.reject(new Error('no answer')),
    )
    await expect(failing).rejects.toThrow('no answer')
    expect(await rowOf(group.id)).toMatchObject({ used: 6_500, reserved: 0 })
  })

  test('GT-12 estimates count against the limit: many at once are never promised more than there is', async () => {
    const { client } = world
    const group = await groupOn('circle')
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => client.reserve(tokens(group.id, 7_000, members[index % 3]))),
    )
    // seven each fit under a member's own 50,000, twenty under the group's 140,000
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(20)
    expect(await rowOf(group.id)).toMatchObject({ reserved: 140_000, remaining: 0 })
    expect((await client.consume(tokens(group.id, 1))).allowed).toBe(false)
  })

  test('GT-12 what a crash leaves reserved returns after its time to live, and a late truth is still recorded', async () => {
    const { client } = world
    const group = await groupOn('circle')
    const held = await client.reserve({ ...tokens(group.id, 50_000, 'ada'), ttlSeconds: 120 })
    const start = Date.parse(START)
    await group.moveTo(start + 120 * SECOND - 1)
    expect(await rowOf(group.id)).toMatchObject({ used: 0, reserved: 50_000 })
    expect((await client.consume(tokens(group.id, 1, 'ada'))).allowed).toBe(false)
    await group.moveTo(start + 120 * SECOND)
    expect(await rowOf(group.id)).toMatchObject({ used: 0, reserved: 0, remaining: 140_000 })
    expect((await client.consume(tokens(group.id, 1, 'ada'))).allowed).toBe(true)
    expect(await happened(client, group.id, 'reservation.expired')).toMatchObject([
      { occurredAt: new Date(start + 120 * SECOND).toISOString(), data: { amount: 50_000, member: 'ada' } },
    ])
    if (!held.allowed) throw new Error(held.message)
    expect(await client.usage.settle(held.id, { amount: 600 })).toMatchObject({ settled: 600 })
    expect(await rowOf(group.id)).toMatchObject({ used: 601, reserved: 0 })
  })

  test('GT-12 a server that was away returns it when it is back', async () => {
    const clock = fixedClock(Date.parse(START))
    const before = await openWorld({ clock, jobs: false })
    try {
      await before.client.catalog.put(catalog)
      await before.client.customers.put('group', { currency: 'EUR' })
      await before.client.subscriptions.create({ customer: 'group', plan: 'circle' })
      await before.client.reserve({ ...tokens('group', 140_000), ttlSeconds: 60 })
      expect((await before.client.consume(tokens('group', 1))).allowed).toBe(false)
      await before.server.stop()
      clock.advance(60 * SECOND)
      const after = await startTestServer({ db: before.database.db, clock })
      const client = createClient({ url: after.url, key: after.secretKey })
      await eventually('the reservation is given back', async () =>
        (await client.consume(tokens('group', 1))).allowed ? true : undefined,
      )
      await after.stop()
    } finally {
      await before.close()
    }
  })
})
