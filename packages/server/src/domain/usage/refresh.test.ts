import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  balanceOf,
  change,
  consume,
  entitlementOf,
  FEATURE,
  faults,
  featureOf,
  grantOf,
  instant,
  limited,
  newGrant,
  newWorld,
  refresh,
  reserve,
  type Setting,
  settle,
  shown,
  soft,
  track,
} from '../../../test/support/usage-world.ts'
import { toIso } from '../time/instant.ts'
import type { WindowKind } from '../time/window.ts'
import { MAX_CAPACITY, UNLIMITED } from './limits.ts'

const text = (time: number) => (Number.isFinite(time) ? toIso(time).replace(':00.000Z', 'Z') : String(time))

describe('GT-7 a window turns', () => {
  test.each<[WindowKind, string, string, string, string, string]>([
    // kind, time zone, first use, its window's end, a later instant, the end of the window that holds it
    ['day', 'UTC', '2024-02-28T23:59:59Z', '2024-02-29T00:00Z', '2024-02-29T00:00:00Z', '2024-03-01T00:00Z'],
    [
      'day',
      'Europe/Paris',
      '2024-03-30T12:00:00Z',
      '2024-03-30T23:00Z',
      '2024-03-31T12:00:00Z',
      '2024-03-31T22:00Z',
    ],
    [
      'day',
      'America/New_York',
      '2024-11-02T12:00:00Z',
      '2024-11-03T04:00Z',
      '2024-11-03T12:00:00Z',
      '2024-11-04T05:00Z',
    ],
    [
      'day',
      'Asia/Kathmandu',
      '2024-01-10T18:14:59Z',
      '2024-01-10T18:15Z',
      '2024-01-10T18:15:00Z',
      '2024-01-11T18:15Z',
    ],
    ['week', 'UTC', '2024-03-03T23:59:59Z', '2024-03-04T00:00Z', '2024-03-04T00:00:00Z', '2024-03-11T00:00Z'],
    [
      'week',
      'Africa/Abidjan',
      '2023-12-31T12:00:00Z',
      '2024-01-01T00:00Z',
      '2024-01-05T00:00:00Z',
      '2024-01-08T00:00Z',
    ],
    [
      'month',
      'UTC',
      '2024-02-10T00:00:00Z',
      '2024-03-01T00:00Z',
      '2024-03-31T23:59:59Z',
      '2024-04-01T00:00Z',
    ],
    [
      'month',
      'Europe/Paris',
      '2024-03-10T00:00:00Z',
      '2024-03-31T22:00Z',
      '2024-03-31T22:00:00Z',
      '2024-04-30T22:00Z',
    ],
    [
      'month',
      'Pacific/Apia',
      '2024-01-31T09:59:59Z',
      '2024-01-31T11:00Z',
      '2024-01-31T11:00:00Z',
      '2024-02-29T11:00Z',
    ],
    [
      'month',
      'UTC',
      '2023-01-31T00:00:00Z',
      '2023-02-01T00:00Z',
      '2023-07-15T00:00:00Z',
      '2023-08-01T00:00Z',
    ],
    [
      'rolling_30_days',
      'UTC',
      '2024-01-31T10:00:00Z',
      '2024-03-01T10:00Z',
      '2024-03-01T10:00:00Z',
      '2024-03-31T10:00Z',
    ],
    [
      'rolling_30_days',
      'Europe/Paris',
      '2024-03-15T10:00:00Z',
      '2024-04-14T10:00Z',
      '2024-06-30T00:00:00Z',
      '2024-07-13T10:00Z',
    ],
  ])('%s in %s, used at %s, until %s', (window, timeZone, first, end, later, laterEnd) => {
    const world = newWorld({ now: first, timeZone, entitlement: { window } })
    expect(consume(world, 70).allowed).toBe(true)
    expect(text(balanceOf(world).windowEnd)).toBe(end)
    expect(consume(at(world, instant(`${end.slice(0, -1)}:00Z`) - 1), 31).allowed).toBe(false)
    expect(consume(at(world, later), 100).allowed).toBe(true)
    expect(text(balanceOf(world).windowEnd)).toBe(laterEnd)
    expect(world.windows.map(({ used, windowEnd, limit }) => [used, text(windowEnd), limit])).toEqual([
      [70, end, limited(100)],
    ])
    expect(world.events).toMatchObject([
      { type: 'usage.window_closed', payload: { used: 70 }, occurredAt: world.windows[0]?.windowEnd },
    ])
    expect(faults(world)).toEqual([])
  })

  test('a billing period is as the subscription has it', () => {
    const period = (start: string, end: string) => ({ start: instant(start), end: instant(end) })
    const world = newWorld({
      now: '2024-01-31',
      billingPeriod: period('2024-01-31', '2024-02-29'),
      entitlement: { window: 'billing_period' },
    })
    consume(world, 100)
    expect(consume(at(world, instant('2024-02-29') - 1), 1).allowed).toBe(false)
    at(world, '2024-02-29')
    world.entitlements = {
      ...world.entitlements,
      version: 1,
      billingPeriod: period('2024-02-29', '2024-03-31'),
    }
    expect(consume(world, 100).allowed).toBe(true)
    expect(text(balanceOf(world).windowEnd)).toBe('2024-03-31T00:00Z')
  })

  test('a billing period where there is none is a month', () => {
    const world = newWorld({
      entitlement: {
        window: 'billing_period',
        rollover: { type: 'unused', cap: null, sharePercent: 100, windows: 1 },
      },
    })
    consume(world, 40)
    expect(shown(at(world, '2024-02-05'))).toEqual({ used: 0, limit: 160, remaining: 160 })
  })

  test('a lifetime never ends', () => {
    const world = newWorld({ entitlement: { window: 'lifetime' } })
    consume(world, 60)
    expect(consume(at(world, '2099-12-31'), 41).allowed).toBe(false)
    expect(world.windows).toEqual([])
  })

  test('dormant for several windows: one row for the one that was used, one grant for the one that runs', () => {
    const world = newWorld()
    consume(world, 30)
    refresh(at(world, '2024-07-20'))
    expect(world.windows.map((window) => text(window.windowStart))).toEqual(['2024-01-01T00:00Z'])
    expect(
      world.grants.map(({ amount, burnt, expired, closedAt }) => [amount, burnt, expired, closedAt !== null]),
    ).toEqual([
      [100, 30, 70, true],
      [100, 0, 0, false],
    ])
    expect(text(balanceOf(world).windowStart)).toBe('2024-07-01T00:00Z')
  })

  test('a rolling window opens with the first use, and not before', () => {
    const world = newWorld({ entitlement: { window: 'rolling_30_days' } })
    expect(shown(at(world, '2024-01-20'))).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(balanceOf(world).ceiling).toBe(-1)
    consume(at(world, '2024-01-25'), 10)
    expect(text(balanceOf(world).windowStart)).toBe('2024-01-25T00:00Z')
    expect(shown(world)).toEqual({ used: 10, limit: 100, remaining: 90 })
  })
})

describe('refreshed twice, the second time nothing happens', () => {
  const rollover = { type: 'unused', cap: null, sharePercent: 100, windows: 2 } as const
  test.each<[string, Setting]>([
    ['a meter', {}],
    ['with rollover', { entitlement: { rollover } }],
    ['a gauge', { entitlement: { kind: 'gauge' } }],
    ['unlimited', { entitlement: { limit: UNLIMITED } }],
    ['not included', { entitlement: { included: false } }],
    ['rolling', { entitlement: { window: 'rolling_30_days' } }],
    ['per member', { entitlement: { scope: 'member' }, members: [3, 4] }],
    ['a pool and parts', { entitlement: { memberLimit: limited(30) }, members: [3] }],
    ['announced', { entitlement: { feature: featureOf('meter', { thresholds: [10, 50, 100] }) } }],
  ])('%s', (_, setting) => {
    const world = newWorld(setting)
    addGrant(world, { amount: 50, expiresAt: instant('2024-04-10') })
    addGrant(world, { amount: 50, startsAt: instant('2024-01-15'), expiresAt: instant('2024-03-20') })
    track(world, 60, 3)
    reserve(world, 10, 3)
    for (const time of ['2024-01-10', '2024-01-20', '2024-03-20', '2024-04-10']) {
      refresh(at(world, time))
      const before = structuredClone(world.balances)
      const { balances, ...rest } = refresh(world)
      expect(rest).toEqual({
        insertGrants: [],
        updateGrants: [],
        movements: [],
        windows: [],
        holds: [],
        events: [],
      })
      expect(balances).toEqual(before)
    }
    expect(faults(world)).toEqual([])
  })
})

describe('grants beside the plan', () => {
  test('CM-11 bought credits survive a renewal and keep their own expiry', () => {
    const world = newWorld({ entitlement: { kind: 'credits' } })
    addGrant(world, { amount: 50, expiresAt: instant('2024-03-10') })
    expect(consume(world, 120).allowed).toBe(true)
    expect(shown(at(world, '2024-02-01'))).toEqual({ used: 0, limit: 130, remaining: 130 })
    expect(shown(at(world, '2024-03-09'))).toEqual({ used: 0, limit: 130, remaining: 130 })
    expect(shown(at(world, '2024-03-10'))).toEqual({ used: 0, limit: 100, remaining: 100 })
  })

  test('one that starts within the window counts from its start', () => {
    const world = newWorld()
    addGrant(world, { amount: 50, startsAt: instant('2024-01-20') })
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(balanceOf(world).validUntil).toBe(instant('2024-01-20'))
    expect(consume(at(world, instant('2024-01-20') - 1), 101).allowed).toBe(false)
    expect(consume(at(world, '2024-01-20'), 150).allowed).toBe(true)
  })

  test('one that expires within the window takes only what it had left', () => {
    const world = newWorld()
    addGrant(world, { amount: 50, priority: 1, expiresAt: instant('2024-01-20') })
    consume(world, 30)
    expect(shown(at(world, '2024-01-20'))).toEqual({ used: 30, limit: 130, remaining: 100 })
    expect(grantOf(world, 'plan').burnt).toBe(0)
  })

  test('one that started unseen pays what was owed before the window ended', () => {
    const world = newWorld({ entitlement: { policy: soft(null, null) } })
    track(world, 130)
    addGrant(world, { amount: 20, startsAt: instant('2024-01-20') })
    refresh(at(world, '2024-02-02'))
    expect(world.windows).toMatchObject([{ used: 130, overage: 10, capacity: 120 }])
    expect(grantOf(world, 'top_up').burnt).toBe(20)
  })

  test('a feature that no plan includes is usable while a grant has something left', () => {
    const world = newWorld({ entitlement: { included: false } })
    addGrant(world, { amount: 50 })
    expect(shown(world)).toEqual({ used: 0, limit: 50, remaining: 50 })
    expect(consume(world, 51)).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    expect(consume(world, 50).allowed).toBe(true)
    expect(consume(world, 1).code).toBe('feature_not_included')
  })

  test('a new grant comes back to be inserted, with its movement', () => {
    const world = newWorld({ entitlement: { policy: soft(null, null) } })
    track(world, 130)
    world.now += 1
    const { insertGrants, movements } = refresh(world, 'keep', [newGrant(world, { id: 'top', amount: 50 })])
    expect(insertGrants.map(({ id, burnt }) => [id, burnt])).toEqual([['top', 30]])
    expect(
      movements.filter(({ grant }) => grant.id === 'top').map(({ kind, amount }) => [kind, amount]),
    ).toEqual([
      ['granted', 50],
      ['burnt', 30],
    ])
  })

  test('a gauge is raised by a grant while it lasts, and what is held survives it', () => {
    const world = newWorld({ entitlement: { kind: 'gauge', limit: limited(10) } })
    addGrant(world, { amount: 5, expiresAt: instant('2024-01-20') })
    expect(consume(world, 15).allowed).toBe(true)
    expect(shown(at(world, '2024-01-20'))).toEqual({ used: 15, limit: 10, remaining: 0 })
    expect(consume(world, 1).allowed).toBe(false)
    expect(shown(at(world, '2025-01-20')).used).toBe(15)
  })
})

describe('GT-5 thresholds', () => {
  const announced = (world: ReturnType<typeof newWorld>) =>
    world.events
      .filter(({ type }) => type === 'usage.threshold_reached')
      .map(({ payload }) => payload.threshold)
  const setting: Setting = { entitlement: { feature: featureOf('meter', { thresholds: [80, 90, 100] }) } }

  test('each once in a window', () => {
    const world = newWorld(setting)
    for (const amount of [79, 1, 1, 15, 4]) consume(world, amount)
    expect(announced(world)).toEqual([80, 90, 100])
    refresh(world)
    change(world, { limit: limited(200) })
    consume(world, 60)
    expect(announced(world)).toEqual([80, 90, 100])
    consume(at(world, '2024-02-02'), 185)
    expect(announced(world)).toEqual([80, 90, 100, 80, 90])
  })

  test('a limit that is lowered onto what was used tells it', () => {
    const world = newWorld(setting)
    consume(world, 50)
    change(world, { limit: limited(60) })
    expect(announced(world)).toEqual([80])
  })

  test('a settlement tells it', () => {
    const world = newWorld(setting)
    settle(world, reserve(world, 85), 85)
    expect(announced(world)).toEqual([80])
  })
})

describe('members', () => {
  test('each has a limit of its own where the feature is per member', () => {
    const world = newWorld({ entitlement: { scope: 'member', limit: limited(10) }, members: [3, 4] })
    expect(consume(world, 10, 3).allowed).toBe(true)
    expect(consume(world, 1, 3).allowed).toBe(false)
    expect(consume(world, 10, 4).allowed).toBe(true)
    expect(consume(at(world, '2024-02-01'), 10, 3).allowed).toBe(true)
    expect(faults(world)).toEqual([])
  })

  test('a hold of one member leaves the grants of another alone', () => {
    const world = newWorld({ entitlement: { scope: 'member', limit: limited(10) }, members: [3, 4] })
    const id = reserve(world, 4, 4)
    refresh(world)
    consume(world, 6, 4)
    settle(world, id, 3)
    expect(world.grants.map(({ member, burnt, held }) => [member, burnt, held])).toEqual([
      [3, 0, 0],
      [4, 9, 0],
    ])
    expect(faults(world)).toEqual([])
  })

  test('no take without a decision where another scope or closed access holds', () => {
    const world = newWorld({ entitlement: { scope: 'member' }, members: [3] })
    addGrant(world, { amount: 5 })
    expect([balanceOf(world).ceiling, balanceOf(world, 3).ceiling]).toEqual([-1, 100])
    change(world, {}, { access: { level: 'blocked', reason: 'tenant_suspended' } })
    expect(balanceOf(world, 3).ceiling).toBe(-1)
    expect(entitlementOf().feature.id).toBe(FEATURE)
    expect(MAX_CAPACITY).toBe(2 ** 53 - 1)
  })
})
