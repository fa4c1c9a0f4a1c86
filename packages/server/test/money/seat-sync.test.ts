import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { DAY_MS, HOUR_MS, nextLocalTime } from '../../src/domain/time/index.ts'
import { eventually } from '../support/eventually.ts'
import { moveClock } from '../support/move-clock.ts'
import { openPanelWorld, type Panel, type PanelWorld } from './panel-world.ts'
import type { Behaviour, TenantSite } from './tenant-site.ts'

let world: PanelWorld
beforeAll(async () => {
  world = await openPanelWorld()
})
afterAll(() => world?.close())
afterEach(() => world.closeSites())

describe('a site that answers', () => {
  it('CP-1 is asked once a day, signed, and its number is what the next cycle is billed from', async () => {
    const own = await world.panel('per_seat', 2)
    own.site.behave(5)
    await own.moveTo('2026-06-01T02:59:59Z')
    expect(own.site.questions).toEqual([])
    await own.moveTo('2026-06-01T03:00:00Z')
    expect(own.site.questions).toEqual([
      { id: expect.stringMatching(/^ask_test_/), customer: own.customer, quantity: 'seats', signatures: 1 },
    ])
    expect(await world.seatsOf(own)).toBe(5)
    expect(await world.limitOf(own)).toBe(5)
    expect(await world.siteOf(own)).toMatchObject({
      outcome: 'synced',
      activeUsers: 5,
      syncedAt: '2026-06-01T03:00:00.000Z',
      nextAt: '2026-06-02T03:00:00.000Z',
      attempts: 0,
      reason: null,
    })
    expect(await world.happened(own, 'seats.synced')).toMatchObject([
      { data: { subscription: own.subscription, quantity: 5, previousQuantity: 2 } },
    ])
    own.site.behave(4)
    await own.moveTo('2026-07-01T02:00:00Z')
    expect(own.site.questions).toHaveLength(30)
    expect(await world.invoicesOf(own)).toEqual([
      'invoice 1800: 2 = 1800 06-01–07-01',
      'invoice 3600: 4 = 3600 07-01–08-01',
    ])
  })

  it('CP-1 the second run of a day asks nobody and changes nothing', async () => {
    const own = await world.panel('per_seat', 2)
    own.site.behave(5)
    await own.moveTo('2026-06-01T03:00:00Z')
    const before = [await world.siteOf(own), await world.ask('GET', `/v1/subscriptions/${own.subscription}`)]
    own.site.behave(9)
    // the same address once more is no reason either
    await world.ask('PUT', `/v1/customers/${own.customer}/site`, { url: own.site.url })
    await own.moveTo('2026-06-02T02:59:59Z')
    expect([
      await world.siteOf(own),
      await world.ask('GET', `/v1/subscriptions/${own.subscription}`),
    ]).toEqual(before)
    expect(own.site.questions).toHaveLength(1)
  })

  it('CP-1 a day on which the number is the same leaves the subscription as it was', async () => {
    const own = await world.panel('never_lower', 5)
    own.site.behave(3)
    await own.moveTo('2026-06-01T03:00:00Z')
    const before = await world.ask('GET', `/v1/subscriptions/${own.subscription}`)
    expect(before.scheduledChange).toMatchObject({ quantities: { seats: 3 } })
    await own.moveTo('2026-06-09T03:00:00Z')
    expect(await world.ask('GET', `/v1/subscriptions/${own.subscription}`)).toEqual(before)
    expect(await world.happened(own, 'subscription.change_scheduled')).toHaveLength(1)
  })

  it('CP-1 whoever is not billed by the seat is not asked, nor who has no subscription in force', async () => {
    const whole = await world.panel('site_wide', 0)
    const paused = await world.panel('per_seat', 2)
    const gone = await world.panel('per_seat', 2)
    await world.ask('POST', `/v1/subscriptions/${paused.subscription}/pause`, {})
    await world.ask('DELETE', `/v1/customers/${gone.customer}`)
    for (const own of [whole, paused, gone]) {
      await own.moveTo('2026-06-03T12:00:00Z')
      expect([own.site.questions, own.site.refused]).toEqual([[], 0])
    }
    expect(await world.siteOf(whole)).toMatchObject({
      outcome: 'skipped',
      nextAt: '2026-06-04T03:00:00.000Z',
    })
    await world.ask('POST', `/v1/subscriptions/${paused.subscription}/resume`, {})
    paused.site.behave(3)
    await paused.moveTo('2026-06-04T03:00:00Z')
    expect(await world.seatsOf(paused)).toBe(3)
  })
})

describe('a site that fails', () => {
  const nonsense: [name: string, behaviour: Behaviour, reason: string, code: number | null][] = [
    ['hangs', 'hang', 'timed_out', null],
    ['breaks off', 'cut', 'connection_failed', null],
    ['answers 500', (response) => response.writeHead(500).end('{"activeUsers":9}'), 'http_status', 500],
    ['answers elsewhere', (response) => response.writeHead(302, { location: '/' }).end(), 'redirected', 302],
    ['lies in words', (response) => response.end('{"activeUsers":"nine"}'), 'answer_invalid', 200],
    ['answers a fraction', (response) => response.end('{"activeUsers":2.5}'), 'answer_invalid', 200],
    ['answers too many', (response) => response.end('{"activeUsers":1000001}'), 'answer_invalid', 200],
    ['answers without end', (response) => response.end(' '.repeat(70_000)), 'answer_invalid', 200],
  ]
  it.each(nonsense)(
    'CP-1 that %s leaves the quantity as it was, and is reported',
    async (_, how, reason, code) => {
      const own = await world.panel('per_seat', 2)
      own.site.behave(how)
      await own.moveTo('2026-06-01T03:00:30Z')
      expect(await world.siteOf(own)).toMatchObject({
        outcome: 'failed',
        reason,
        responseCode: code,
        attempts: 1,
        activeUsers: null,
        syncedAt: null,
        nextAt: '2026-06-01T03:01:00.000Z',
      })
      expect(await world.seatsOf(own)).toBe(2)
      expect(await world.happened(own, 'seats.sync_failed')).toMatchObject([
        { data: { subscription: own.subscription, reason, givenUp: false } },
      ])
      const report = await world.ask('GET', '/v1/seat-syncs?outcome=failed&limit=100')
      expect(report.data).toContainEqual(
        expect.objectContaining({ object: 'seat_sync', customer: own.customer, outcome: 'failed', reason }),
      )
    },
  )

  it('CP-1 is asked again ever later on the same day, and then left until tomorrow', async () => {
    const own = await world.panel('per_seat', 2)
    own.site.behave((response) => response.writeHead(503).end())
    await own.moveTo('2026-06-02T02:59:00Z')
    const failures = await world.happened(own, 'seats.sync_failed')
    expect(
      failures.map((event: { occurredAt: string; data: { givenUp: boolean } }) => [
        event.occurredAt.slice(11, 16),
        event.data.givenUp,
      ]),
    ).toEqual([
      ['03:00', false],
      ['03:01', false],
      ['03:06', false],
      ['03:36', false],
      ['05:36', false],
      ['11:36', true],
    ])
    // it recovers on its second try of the next day
    own.site.behave(7, [(response) => response.writeHead(503).end()])
    await own.moveTo('2026-06-02T03:01:00Z')
    expect(await world.siteOf(own)).toMatchObject({ outcome: 'synced', attempts: 0, activeUsers: 7 })
    expect(await world.seatsOf(own)).toBe(7)
  })

  it('CP-1 that knows another secret turns the question away, until it gets the right one', async () => {
    const own = await world.panel('per_seat', 2)
    own.site.behave(6)
    own.site.secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    await own.moveTo('2026-06-01T03:00:00Z')
    expect([own.site.refused, own.site.questions]).toEqual([1, []])
    expect(await world.siteOf(own)).toMatchObject({
      outcome: 'failed',
      reason: 'http_status',
      responseCode: 401,
    })
    expect(await world.seatsOf(own)).toBe(2)
    const rolled = await world.ask('POST', `/v1/customers/${own.customer}/site/roll-secret`, {})
    own.site.secret = rolled.secret
    await own.moveTo('2026-06-01T03:01:00Z')
    expect(await world.seatsOf(own)).toBe(6)
  })

  it('CP-1 at an address that is not public is not even asked where that is not allowed', async () => {
    const apart = await openPanelWorld()
    try {
      const own = await apart.panel('per_seat', 2)
      own.site.behave(6)
      const clockId = (await apart.ask('GET', `/v1/customers/${own.customer}`)).testClock
      // from here on the only server is one that allows nothing private
      const first = apart.server
      const key = first.secretKey
      const other = await apart.start({ deliveries: { allowPrivateWebhooks: false } })
      apart.use(other)
      await first.stop()
      const ask = async (method: string, path: string, body?: unknown) =>
        (await other.request(method, path, { body, key })).body
      await moveClock(ask, clockId, '2026-06-01T03:00:00Z')
      expect([own.site.questions, own.site.refused]).toEqual([[], 0])
      const site = await ask('GET', `/v1/customers/${own.customer}/site`)
      expect(site).toMatchObject({ outcome: 'failed', reason: 'address_refused' })
    } finally {
      await apart.close()
    }
  })
})

describe('secrets', () => {
  it('CP-2 one is rolled with overlap: for so long the old one and the new one sign, then the new one alone', async () => {
    const own = await world.panel('per_seat', 2)
    const first = own.site.secret
    await own.moveTo('2026-06-01T03:00:00Z')
    const { secret } = await world.ask('POST', `/v1/customers/${own.customer}/site/roll-secret`, {
      overlapHours: 2,
    })
    expect(secret).not.toBe(first)
    await own.moveTo('2026-06-02T03:00:00Z')
    own.site.secret = secret
    await own.moveTo('2026-06-03T03:00:00Z')
    expect(own.site.questions.map(({ signatures }) => signatures)).toEqual([1, 2, 2])
    // the overlap is real time, as signatures are
    world.clock.set(world.clock.now() + 2 * HOUR_MS)
    own.site.secret = null
    await own.moveTo('2026-06-04T03:00:00Z')
    expect(own.site.questions.at(-1)?.signatures).toBe(1)
    expect(
      (await world.ask('PUT', `/v1/customers/${own.customer}/site`, { url: own.site.url })).secret,
    ).toBeNull()
    world.clock.set(systemClock.now())
  })

  it('CP-2 a site that was deleted is asked no more', async () => {
    const own = await world.panel('per_seat', 2)
    await world.ask('DELETE', `/v1/customers/${own.customer}/site`)
    await own.moveTo('2026-06-04T03:00:00Z')
    expect(own.site.questions).toEqual([])
    const gone = await world.server.request('GET', `/v1/customers/${own.customer}/site`)
    expect([gone.status, gone.body.code]).toEqual([404, 'site_not_found'])
  })
})

describe('without a test clock', () => {
  let customers = 0
  async function livePanel(site: TenantSite): Promise<Panel> {
    const customer = `live-${(customers += 1)}`
    await world.ask('PUT', `/v1/customers/${customer}`, { currency: 'EUR' })
    const body = { customer, plan: 'per_seat', quantities: { seats: 2 } }
    const { id } = await world.ask('POST', '/v1/subscriptions', body)
    await world.ask('PUT', `/v1/customers/${customer}/site`, { url: site.url })
    return { customer, subscription: id, site, moveTo: () => Promise.reject(new Error('It has no clock')) }
  }

  it('CP-1 sites that hang never stop the rest, and two processes ask each site once', async () => {
    const good = await world.tenantSite(4)
    const hanging = await world.tenantSite(4)
    hanging.behave('hang')
    const patient = { siteTimeoutMs: 600_000 }
    const [one, two] = await Promise.all([world.start(patient), world.start(patient)])
    await world.server.stop()
    world.use(one)
    const stuck = await Promise.all(Array.from({ length: 6 }, () => livePanel(hanging)))
    const rest = await Promise.all(Array.from({ length: 25 }, () => livePanel(good)))
    const day = world.clock.now()
    world.clock.set(nextLocalTime(day, 'Africa/Abidjan', 3, 0))
    await eventually('all but those that hang are counted', async () => {
      const { data } = await world.ask('GET', '/v1/seat-syncs?outcome=synced&limit=100')
      return rest.every(({ customer }) =>
        data.some((each: { customer: string }) => each.customer === customer),
      )
        ? true
        : undefined
    })
    expect(new Set(good.questions.map(({ customer }) => customer)).size).toBe(25)
    expect(good.questions).toHaveLength(25)
    for (const own of rest) expect(await world.seatsOf(own)).toBe(4)
    for (const own of stuck)
      expect([await world.seatsOf(own), (await world.siteOf(own)).outcome]).toEqual([2, null])
    expect(hanging.questions).toHaveLength(6)
    // what hangs ends, and is reported
    hanging.hangUp()
    await eventually('the others have failed', async () => {
      const outcomes = await Promise.all(stuck.map(async (own) => (await world.siteOf(own)).outcome))
      return outcomes.every((outcome) => outcome === 'failed') ? true : undefined
    })
    world.clock.set(day + DAY_MS)
    await two.stop()
  })
})
