import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPanelWorld, type PanelWorld } from './panel-world.ts'

let world: PanelWorld
beforeAll(async () => {
  world = await openPanelWorld()
})
afterAll(() => world?.close())
afterEach(() => world.closeSites())

describe('seats inside a cycle', () => {
  it('CP-9 next_period: what may be used follows at once, what is charged with the next cycle', async () => {
    const own = await world.panel('per_seat', 10)
    own.site.behave(12)
    await own.moveTo('2026-06-11T03:00:00Z')
    expect([await world.seatsOf(own), await world.limitOf(own)]).toEqual([12, 12])
    own.site.behave(8)
    await own.moveTo('2026-06-21T03:00:00Z')
    expect([await world.seatsOf(own), await world.limitOf(own)]).toEqual([8, 8])
    await own.moveTo('2026-07-01T00:00:01Z')
    expect(await world.invoicesOf(own)).toEqual([
      'invoice 9000: 10 = 9000 06-01–07-01',
      'invoice 7200: 8 = 7200 07-01–08-01',
    ])
  })

  it('CP-9 prorate: the difference is charged, or given back, for the days that are left', async () => {
    const own = await world.panel('prorated', 10)
    await own.moveTo('2026-06-11T00:00:00Z')
    own.site.behave(13)
    await own.moveTo('2026-06-11T03:00:01Z')
    // 20 of 30 days are left: 10 seats are given back, 13 charged
    expect((await world.invoicesOf(own))[1]).toBe(
      'invoice 1800: 10 = -6000 06-11–07-01, 13 = 7800 06-11–07-01',
    )
    await own.moveTo('2026-06-21T00:00:00Z')
    own.site.behave(8)
    await own.moveTo('2026-06-21T03:00:01Z')
    // 10 of 30 days are left: 13 seats cost 3900, 8 cost 2400
    expect((await world.invoicesOf(own)).slice(2)).toEqual([
      'credit_note 1500: 13 = 3900 06-21–07-01, 8 = -2400 06-21–07-01',
    ])
    expect([await world.seatsOf(own), await world.limitOf(own)]).toEqual([8, 8])
    await own.moveTo('2026-07-01T00:00:01Z')
    expect((await world.invoicesOf(own)).at(-1)).toContain('8 = 7200 07-01–08-01')
  })

  it('CP-9 raise_now: more costs at once, fewer never before the period ends', async () => {
    const own = await world.panel('never_lower', 10)
    own.site.behave(13)
    await own.moveTo('2026-06-11T03:00:01Z')
    own.site.behave(8)
    await own.moveTo('2026-06-30T23:59:59Z')
    expect([await world.seatsOf(own), await world.limitOf(own)]).toEqual([13, 13])
    expect(await world.invoicesOf(own)).toHaveLength(2)
    await own.moveTo('2026-07-01T00:00:01Z')
    expect([await world.seatsOf(own), await world.limitOf(own)]).toEqual([8, 8])
    expect((await world.invoicesOf(own)).at(-1)).toBe('invoice 7200: 8 = 7200 07-01–08-01')
  })

  it('CP-9 a change of plan that is scheduled stays, with the seats that were counted', async () => {
    const own = await world.panel('per_seat', 10)
    await world.ask('POST', `/v1/subscriptions/${own.subscription}/change`, {
      plan: 'prorated',
      when: 'period_end',
    })
    own.site.behave(4)
    await own.moveTo('2026-06-05T00:00:00Z')
    const subscription = await world.ask('GET', `/v1/subscriptions/${own.subscription}`)
    expect(subscription).toMatchObject({
      plan: 'per_seat',
      quantities: { seats: 4 },
      scheduledChange: { plan: 'prorated', quantities: { seats: 4 } },
    })
    await own.moveTo('2026-07-01T00:00:01Z')
    expect((await world.invoicesOf(own)).at(-1)).toBe('invoice 3600: 4 = 3600 07-01–08-01')
  })
})
