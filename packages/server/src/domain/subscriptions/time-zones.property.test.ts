import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginLife, type Definition, type Life } from '../../../test/support/money-life.ts'
import { at } from '../../../test/support/time-arbitraries.ts'
import { liveSubscription } from '../customers/state.ts'
import { DAY_MS, HOUR_MS, localDateTime, toIso } from '../time/index.ts'
import type { Subscription } from './model.ts'
import { runs } from '../../../test/proof/support/random.ts'

const prices = { USD: { day: 100, week: 700, month: 3_000, year: 30_000 } }
const trial = { days: 14, onEnd: 'activate' as const }
const plans: Definition['plans'] = {
  anchored: { prices },
  calendar: { prices, policies: { anchor: 'calendar' } },
  tried: { prices, trial },
}
// the widest apart that there are, half hours, and summer time on both halves of the globe
const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Paris',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
]
/** Shorter and longer by the hour that clocks are moved by. */
const days = (least: number, most = least) => ({
  shortest: least * DAY_MS - HOUR_MS,
  longest: most * DAY_MS + HOUR_MS,
})
const LENGTHS = { day: days(1), week: days(7), month: days(28, 31), year: days(365, 366) }
/** So far apart are two zones at most. */
const APART = 26 * HOUR_MS

const live = ({ world }: Life): Subscription => liveSubscription(world.state) as Subscription

/** As the server does it: a field of the customer, and nothing else. */
function moveToZone(life: Life, timeZone: string): void {
  const { state } = life.world
  life.save({ state: { ...state, customer: { ...state.customer, timeZone } }, events: [] })
}

/** Period by period; in each some moves, at some part of it. */
function liveOn(life: Life, periods: readonly { zones: readonly string[]; part: number }[]): Subscription[] {
  const seen: Subscription[] = []
  for (const { zones, part } of periods) {
    const running = live(life)
    seen.push(running)
    life.moveTo(running.periodStart + Math.floor((running.periodEnd - running.periodStart - 1) * part))
    for (const zone of zones) moveToZone(life, zone)
    life.moveTo(running.periodEnd)
  }
  return [...seen, live(life)]
}

describe('I-7 another time zone', () => {
  test.each([
    ['calendar', 'UTC', 'America/New_York', ['03-01T00:00', '04-01T04:00', '05-01T04:00']],
    ['calendar', 'UTC', 'Pacific/Kiritimati', ['03-01T00:00', '03-31T10:00', '04-30T10:00']],
    ['calendar', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', ['02-28T10:00', '04-01T11:00', '05-01T11:00']],
    ['anchored', 'America/New_York', 'Europe/Paris', ['03-15T07:30', '04-15T01:30', '05-15T01:30']],
    ['anchored', 'Europe/Paris', 'America/New_York', ['03-15T08:30', '04-15T13:30', '05-15T13:30']],
  ])('of a %s subscription, from %s to %s, holds from the next period on', (plan, from, to, expected) => {
    const life = beginLife('2026-02-15T08:30:00Z', { plans }, { timeZone: from })
    life.subscribe(plan)
    const seen = liveOn(life, [
      { zones: [to], part: 0.2 },
      { zones: [], part: 0 },
      { zones: [], part: 0 },
    ])
    expect(seen.slice(0, 3).map(({ periodEnd }) => toIso(periodEnd).slice(5, 16))).toEqual(expected)
    // whole periods at the whole price, but for the first of the calendar
    expect(
      life
        .totals()
        .slice(1)
        .map((each) => each.split(' ')[1]),
    ).toEqual(['3000', '3000', '3000'])
  })

  test('and back within a period is as if it had never been', () => {
    const life = beginLife('2026-01-31T23:30:00Z', { plans }, { timeZone: 'Europe/Paris' })
    life.subscribe('anchored')
    const stayed = beginLife('2026-01-31T23:30:00Z', { plans }, { timeZone: 'Europe/Paris' })
    stayed.subscribe('anchored')
    const moves = { zones: ['Pacific/Kiritimati', 'America/New_York', 'Europe/Paris'], part: 0.5 }
    const still = { zones: [], part: 0.5 }
    const ends = (each: Subscription[]) => each.map(({ periodEnd }) => periodEnd)
    const fiveTimes = <Each>(each: Each) => Array.from({ length: 5 }, () => each)
    expect(ends(liveOn(life, fiveTimes(moves)))).toEqual(ends(liveOn(stayed, fiveTimes(still))))
    expect(life.totals()).toEqual(stayed.totals())
  })

  test('during a trial leaves its end, and the first of the month is that of the zone in which it ends', () => {
    const life = beginLife('2026-02-01T12:00:00Z', {
      plans: { tried: { prices, trial, policies: { anchor: 'calendar' } } },
    })
    life.subscribe('tried')
    moveToZone(life, 'America/New_York')
    life.moveTo('2026-03-02')
    expect(live(life)).toMatchObject({
      trialEndAt: at('2026-02-16T00:00:00Z'),
      periodStart: at('2026-03-01T05:00:00Z'),
      periodEnd: at('2026-04-01T04:00:00Z'),
    })
  })

  test('during a pause holds for the period that it comes back into, and what is paid is not paid again', () => {
    const life = beginLife('2026-02-15T08:30:00Z', { plans }, { timeZone: 'UTC' })
    life.subscribe('calendar')
    life.moveTo('2026-02-20')
    life.pause()
    moveToZone(life, 'America/New_York')
    life.moveTo('2026-03-01T02:00:00Z')
    life.resume()
    expect(live(life)).toMatchObject({
      periodStart: at('2026-03-01T00:00:00Z'),
      periodEnd: at('2026-04-01T04:00:00Z'),
    })
    life.moveTo('2026-05-02')
    expect(live(life).periodStart).toBe(at('2026-05-01T04:00:00Z'))
    expect(life.totals()).toHaveLength(4)
  })

  test('whatever zones a customer moves through: periods follow each other, each about its length, at its price', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('anchored', 'calendar', 'tried'),
        fc.constantFrom('day', 'week', 'month', 'year'),
        fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
        fc.constantFrom(...ZONES),
        fc.array(
          fc.record({
            zones: fc.array(fc.constantFrom(...ZONES), { maxLength: 3 }),
            part: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          { minLength: 2, maxLength: 14 },
        ),
        (plan, interval, start, timeZone, periods) => {
          const life = beginLife(toIso(start), { plans }, { timeZone })
          life.subscribe(plan, { interval })
          const first = live(life)
          const seen = liveOn(life, periods)
          for (const [index, each] of seen.entries()) {
            if (index > 0) expect(each.periodStart).toBe(seen[index - 1]?.periodEnd)
            // a trial, or the part until the calendar begins
            if (each.trialEndAt === each.periodEnd || each.periodEnd === each.anchorAt) continue
            const moved = each.timeZone !== seen[index - 1]?.timeZone
            const { shortest, longest } = LENGTHS[interval as keyof typeof LENGTHS]
            const lasts = each.periodEnd - each.periodStart
            expect(lasts).toBeGreaterThanOrEqual(moved ? Math.max(DAY_MS, shortest - APART) : shortest)
            expect(lasts).toBeLessThanOrEqual(moved ? longest + APART : longest)
          }
          const charged = life.totals().map((each) => Number(each.split(' ')[1]))
          const whole = charged.filter((amount) => amount === prices.USD[interval as keyof typeof LENGTHS])
          // only the first of the calendar is cut short
          expect(charged.length - whole.length).toBeLessThanOrEqual(plan === 'calendar' ? 1 : 0)
          if (plan !== 'anchored' || interval !== 'month') return
          // after any number of moves the day is that of the zone, and none was left out
          const last = seen.at(-1) as Subscription
          const [begun, now] = [
            localDateTime(first.anchorAt, timeZone),
            localDateTime(last.periodEnd, last.timeZone),
          ]
          expect((now.year - begun.year) * 12 + now.month - begun.month).toBe(seen.length)
          const daysInMonth = new Date(Date.UTC(now.year, now.month, 0)).getUTCDate()
          expect(now.day).toBe(Math.min(begun.day, daysInMonth))
        },
      ),
      { numRuns: runs(150) },
    )
  })
})
