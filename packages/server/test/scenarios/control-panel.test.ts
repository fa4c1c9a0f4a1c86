import { createClient, isEvent } from '@tollkeeper/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../../../../examples/control-panel/catalog.ts'
import { runControlPanel } from '../../../../examples/control-panel/scenario.ts'
import { createSite } from '../../../../examples/control-panel/site.ts'
import { tellTo } from '../../../../examples/story.ts'
import { fixedClock } from '../../src/clock.ts'
import { startTestServer } from '../support/server.ts'
import { openWorld } from './world.ts'
import type { ScenarioWorld, Terms } from './world.ts'

const START = '2026-03-10T10:00:00Z'
const DAY = 86_400_000
const WINDOW = 30 * DAY
const GB = 10 ** 9
const members = ['ines', 'jo']
const iso = (instant: number) => new Date(instant).toISOString()

let world: ScenarioWorld
beforeAll(async () => {
  world = await openWorld({ deliveries: { allowPrivateWebhooks: true } })
  await world.client.catalog.put(catalog)
})
afterAll(async () => {
  await world?.close()
})

async function siteOn(plan: string, terms: Partial<Terms> = {}) {
  const quantities: Record<string, number> = plan === 'per_seat' ? { seats: 2 } : {}
  const made = await world.customerAt(START, { plan, currency: 'EUR', members, quantities, ...terms })
  const files = new Map<string, number>()
  const disk = { files, write: (name: string, bytes: number) => void files.set(name, bytes) }
  return { ...made, disk, site: createSite(world.client, made.id, disk) }
}
const usedBy = async (customer: string, feature: string, member?: string) =>
  (await world.client.usageOf(customer, { member }))[feature]

describe('storage', () => {
  test('CP-4 the unit is converted once, in the catalog: GB are 10⁹ bytes, GiB 2³⁰', async () => {
    const [seats, whole] = await Promise.all([siteOn('per_seat'), siteOn('site_wide')])
    expect((await usedBy(seats.id, 'storage'))?.max).toBe(10_000_000_000)
    expect((await usedBy(whole.id, 'storage'))?.max).toBe(50 * 1_073_741_824)
    const { feature } = await world.client.entitlementsOf(whole.id)
    expect(feature('storage')).toMatchObject({ unit: 'byte', failPolicy: 'open', kind: 'gauge' })
  })

  test('CP-4 an upload takes before it stores, a deletion gives back, and the limit is exact to the byte', async () => {
    const { id, site, disk } = await siteOn('per_seat')
    expect(await site.upload('a', 9_999_999_999)).toBeNull()
    expect(await site.upload('b', 2)).toMatchObject({ allowed: false, code: 'quota_exceeded', remaining: 1 })
    expect([...disk.files.keys()]).toEqual(['a'])
    expect(await site.upload('b', 1)).toBeNull()
    expect(await usedBy(id, 'storage')).toMatchObject({ current: 10 * GB, percentage: 100, available: 0 })
    await site.remove('a')
    await site.remove('never there')
    expect(await usedBy(id, 'storage')).toMatchObject({ current: 1 })
    disk.write = () => {
      throw new Error('disk')
    }
    await expect(site.upload('c', 5 * GB)).rejects.toThrow('disk')
    expect(await usedBy(id, 'storage')).toMatchObject({ current: 1, available: 10 * GB - 1 })
  })

  test('CP-4 uploads at once never store more than fits', async () => {
    const { id, site, disk } = await siteOn('per_seat')
    const answers = await Promise.all(Array.from({ length: 40 }, (_, file) => site.upload(`${file}`, 3 * GB)))
    expect(answers.filter((answer) => answer === null)).toHaveLength(3)
    expect(disk.files.size).toBe(3)
    expect(await usedBy(id, 'storage')).toMatchObject({ current: 9 * GB, available: GB })
  })

  test('CP-4 the daily recount states the truth, above the limit too, and stops further uploads', async () => {
    const { id, site, disk } = await siteOn('per_seat')
    await site.upload('a', 4 * GB)
    disk.files.set('past the site', 8 * GB)
    expect(await site.recount()).toBe(8 * GB)
    expect(await site.recount()).toBe(0)
    expect(await usedBy(id, 'storage')).toMatchObject({ current: 12 * GB, percentage: 120, available: 0 })
    expect(await site.upload('b', 1)).toMatchObject({ code: 'quota_exceeded', used: 12 * GB, limit: 10 * GB })
    disk.files.clear()
    expect(await site.recount()).toBe(-12 * GB)
    expect(await site.upload('b', 10 * GB)).toBeNull()
  })
})

describe('tokens', () => {
  test('CP-6 the same call counts against the member by the seat, and against the customer for the whole site', async () => {
    const [seats, whole] = await Promise.all([siteOn('per_seat'), siteOn('site_wide')])
    for (const { site } of [seats, whole]) {
      await site.recordTokens('ines', 12_000, 'one')
      await site.recordTokens('jo', 3_000, 'two')
      await site.recordTokens('ines', 500, 'three')
      await site.recordTokens('ines', 500, 'three')
    }
    expect(await usedBy(seats.id, 'ai_tokens', 'ines')).toMatchObject({ current: 12_500, max: 20_000 })
    expect(await usedBy(seats.id, 'ai_tokens', 'jo')).toMatchObject({ current: 3_000, max: 20_000 })
    expect(await usedBy(whole.id, 'ai_tokens')).toMatchObject({ current: 15_500, max: 500_000 })
    for (const { id } of [seats, whole]) {
      const uses = await world.client.usage.history(id, { feature: 'ai_tokens' }).toArray({ max: 10 })
      expect(uses.toReversed().map(({ member, amount }) => [member, amount])).toEqual([
        ['ines', 12_000],
        ['jo', 3_000],
        ['ines', 500],
      ])
    }
    // each stops at a limit of their own, or all at the site's
    const ask = (customer: string, member: string, amount: number) =>
      world.client.check({ customer, member, feature: 'ai_tokens', amount })
    expect(await ask(seats.id, 'ines', 7_501)).toMatchObject({ allowed: false, limit: 20_000 })
    expect(await ask(seats.id, 'jo', 7_501)).toMatchObject({ allowed: true })
    expect(await ask(whole.id, 'jo', 484_500)).toMatchObject({ allowed: true, limit: 500_000 })
    expect(await ask(whole.id, 'jo', 484_501)).toMatchObject({ allowed: false })
  })

  test('CP-6 by the seat a use without its member is refused, and nothing is counted', async () => {
    const { id } = await siteOn('per_seat')
    const report = await world.client.track([
      { customer: id, feature: 'ai_tokens', amount: 5 },
      { customer: id, feature: 'ai_tokens', amount: 6, member: 'jo' },
    ])
    expect(report).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'member_required' }] })
    expect(await usedBy(id, 'ai_tokens', 'jo')).toMatchObject({ current: 6 })
  })

  test('CP-7 windows of 30 × 24 hours follow back to back from each tracker’s first use', async () => {
    const start = Date.parse(START)
    const { id, site, moveTo } = await siteOn('per_seat', { timeZone: 'Europe/Paris' })
    const windowOf = async (member: string) => {
      const { data } = await world.client.usage.summary(id, { member })
      const row = data.find(({ feature }) => feature === 'ai_tokens')
      return [row?.used, row?.windowStart, row?.resetsAt]
    }
    expect(await windowOf('ines')).toEqual([0, null, null])
    await moveTo(start + 5 * DAY + 123)
    await site.recordTokens('ines', 10, 'one')
    const first = start + 5 * DAY + 123
    await moveTo(first + DAY)
    await site.recordTokens('jo', 20, 'two')
    expect(await windowOf('ines')).toEqual([10, iso(first), iso(first + WINDOW)])
    expect(await windowOf('jo')).toEqual([20, iso(first + DAY), iso(first + DAY + WINDOW)])
    await moveTo(first + WINDOW - 1)
    expect(await windowOf('ines')).toEqual([10, iso(first), iso(first + WINDOW)])
    await moveTo(first + WINDOW)
    expect(await windowOf('ines')).toEqual([0, iso(first + WINDOW), iso(first + 2 * WINDOW)])
    expect(await windowOf('jo')).toEqual([20, iso(first + DAY), iso(first + DAY + WINDOW)])
    await moveTo(first + 7 * WINDOW + 1)
    await site.recordTokens('ines', 30, 'three')
    expect(await windowOf('ines')).toEqual([30, iso(first + 7 * WINDOW), iso(first + 8 * WINDOW)])
  })

  test('CP-7 a job that is late, or never comes, changes no result', async () => {
    const start = Date.parse(START)
    /** [days after the first use, member, tokens] */
    const uses = [
      [0, 'ines', 100],
      [3, 'jo', 7],
      [29.999, 'ines', 900],
      [30, 'ines', 40],
      [65, 'jo', 1],
      [94, 'ines', 20_000],
    ] as const
    const seen = async (client: ScenarioWorld['client'], customer: string) => {
      const ask = { customer, feature: 'ai_tokens', member: 'ines' }
      const windows = await client.usage.windows(customer, { feature: 'ai_tokens' }).toArray({ max: 100 })
      return {
        check: (await client.check(ask)).allowed,
        running: (await client.usage.summary(customer)).data
          .filter(({ feature }) => feature === 'ai_tokens')
          .map(({ member, used, windowStart, resetsAt }) => [member, used, windowStart, resetsAt])
          .toSorted(),
        ended: windows
          .filter(({ used }) => used > 0)
          .map(({ member, used, limit, windowStart, windowEnd }) => [
            member,
            used,
            limit,
            windowStart,
            windowEnd,
          ])
          .toSorted(),
      }
    }
    const swept = await siteOn('per_seat')
    const clock = fixedClock(start)
    const still = await openWorld({ clock, jobs: false })
    try {
      const { client } = still
      await client.catalog.put(catalog)
      await client.customers.put('unswept', { currency: 'EUR' })
      for (const member of members) await client.members.put('unswept', member)
      await client.subscriptions.create({ customer: 'unswept', plan: 'per_seat', quantities: { seats: 2 } })
      for (const [index, [days, member, tokens]] of uses.entries()) {
        const at = start + days * DAY
        await swept.moveTo(at)
        await swept.site.recordTokens(member, tokens, `${index}`)
        clock.set(at)
        await client.track([{ customer: 'unswept', member, feature: 'ai_tokens', amount: tokens }])
        expect(await seen(client, 'unswept'), `after ${days} days`).toEqual(
          await seen(world.client, swept.id),
        )
      }
      const { ended } = await seen(client, 'unswept')
      expect(ended).toEqual([
        ['ines', 1_000, 20_000, iso(start), iso(start + WINDOW)],
        ['ines', 40, 20_000, iso(start + WINDOW), iso(start + 2 * WINDOW)],
        ['jo', 1, 20_000, iso(start + 3 * DAY + 2 * WINDOW), iso(start + 3 * DAY + 3 * WINDOW)],
        ['jo', 7, 20_000, iso(start + 3 * DAY), iso(start + 3 * DAY + WINDOW)],
      ])
    } finally {
      await still.close()
    }
  })
})

describe('what the site knows', () => {
  test('CP-8 one call has plan, status, period, seats, entitlements and their version', async () => {
    const { id, subscription } = await siteOn('per_seat')
    const details = await world.client.entitlementsOf(id)
    expect(details).toMatchObject({
      customer: id,
      version: expect.any(Number),
      plan: { id: 'per_seat', version: 1, name: 'Per seat' },
      subscription: {
        id: subscription,
        status: 'active',
        periodStart: '2026-03-10T10:00:00.000Z',
        periodEnd: '2026-04-10T10:00:00.000Z',
        quantities: { seats: 2 },
      },
      access: { level: 'full', reason: 'ok' },
    })
    expect(details.feature('ai_tokens')).toMatchObject({
      limit: 20_000,
      scope: 'member',
      window: 'rolling_30_days',
    })
    expect(details.feature('seats')).toMatchObject({ limit: 2 })
  })

  test('CP-8 the site keeps what it knows as long as it holds, and every change has a higher version', async () => {
    const { client, server } = world
    const { id, site, subscription, moveTo } = await siteOn('per_seat')
    const changes: [string, () => Promise<unknown>][] = [
      ['an add-on', () => client.subscriptions.putAddOn(subscription, 'more_storage', {})],
      [
        'an override',
        () =>
          client.overrides.put(id, 'ai_tokens', {
            limit: 9,
            reason: 'trial',
            expiresAt: '2026-03-20T00:00:00Z',
          }),
      ],
      ['the override’s end', () => moveTo('2026-03-20T00:00:00Z')],
      ['a plan', () => client.subscriptions.change(subscription, { plan: 'site_wide', when: 'now' })],
      ['a suspension', () => client.access.suspend(id, { reason: 'by hand' })],
      ['its end', () => client.access.lift(id)],
      ['a cancellation', () => client.subscriptions.cancel(subscription, { when: 'now' })],
    ]
    let known = await site.details()
    for (const [what, change] of changes) {
      expect(await site.details(), `before ${what}`).toBe(known)
      const path = `/v1/customers/${id}/entitlements?version=${known.version}`
      expect((await server.request('GET', path)).body, what).toMatchObject({
        unchanged: true,
        version: known.version,
      })
      await change()
      const after = await site.details()
      expect(after.version, what).toBeGreaterThan(known.version)
      known = after
    }
    expect(known).toMatchObject({
      subscription: null,
      access: { level: 'blocked', reason: 'subscription_cancelled' },
    })
    // taking is no change of what is in force
    const other = await siteOn('per_seat')
    const before = await other.site.details()
    await other.site.upload('a', GB)
    expect(await other.site.details()).toBe(before)
  })

  test('CP-8 the site is told when it changed, by the stream, from any process, with the version to ask for', async () => {
    const { client, database } = world
    const elsewhere = await startTestServer({ db: database.db, jobs: false })
    try {
      const { id, site, subscription } = await siteOn('per_seat')
      const before = await site.details()
      const { data } = await client.events.list({ limit: 1 })
      const stream = client.events.stream({
        after: data[0]?.position ?? 0,
        customer: id,
        type: ['entitlements.changed'],
      })
      const panel = createClient({ url: elsewhere.url, key: elsewhere.secretKey })
      await panel.subscriptions.change(subscription, { quantities: { seats: 5 } })
      for await (const event of stream) {
        if (!isEvent(event, 'entitlements.changed') || event.data.version <= before.version) continue
        const after = await site.details()
        expect(after.version).toBe(event.data.version)
        expect(after).toMatchObject({ subscription: { quantities: { seats: 5 } } })
        expect(after.feature('storage')?.limit).toBe(25 * GB)
        break
      }
    } finally {
      await elsewhere.stop()
    }
  })
})

test('the example tells its story, and tells it again', async () => {
  const told: string[] = []
  for (const _ of [1, 2])
    await runControlPanel(
      world.client,
      tellTo((line) => told.push(line)),
    )
  expect(told.filter((line) => line.includes('✓')).length).toBeGreaterThan(40)
})
