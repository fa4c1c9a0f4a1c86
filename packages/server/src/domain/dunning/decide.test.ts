import { describe, expect, test } from 'vitest'
import { at } from '../../../test/support/customer-world.ts'
import type { DunningPolicy, DunningStep } from '../catalog/model.ts'
import { decideDunning } from './decide.ts'
import { dunningStepAt, firstDunningAt } from './schedule.ts'

const letter = (afterDays: number, name: NonNullable<DunningStep['letter']>): DunningStep => ({
  afterDays,
  action: 'letter',
  letter: name,
})
const action = (afterDays: number, name: DunningStep['action']): DunningStep => ({
  afterDays,
  action: name,
  letter: null,
})

/** Three letters, and a suspension that the last of them announces. */
const policy: DunningPolicy = {
  hour: 9,
  steps: [letter(3, 'friendly'), letter(7, 'urgent'), letter(15, 'warning'), action(30, 'suspend')],
}
const ZONE = 'Africa/Dakar'
const DUE = at('2026-06-01T00:00:00Z')

/** Each run of the policy at the given moments: what leaves, what is done. */
function runs(of: DunningPolicy, moments: string[], zone = ZONE, dueAt = DUE) {
  let invoice = { dueAt, dunningStep: -1, dunningLetter: -1, dunningAt: firstDunningAt(of, dueAt, zone) }
  const done: string[] = []
  for (const moment of moments) {
    const decision = decideDunning(of, invoice, at(moment), zone)
    if (decision === null) continue
    const { letter: sent, actions, dunningStep, dunningLetter, dunningAt } = decision
    const day = moment.slice(5, 10)
    if (sent !== null) done.push(`${day} ${sent.letter}`)
    done.push(...actions.map((each) => `${day} ${each.action}`))
    invoice = { dueAt, dunningStep, dunningLetter, dunningAt }
  }
  return { done, invoice }
}

const daily = (from: string, days: number, hour = '09:00') =>
  Array.from({ length: days }, (_, index) =>
    new Date(at(from) + index * 86_400_000).toISOString().replace(/T.*/, `T${hour}:00Z`),
  )

describe('the steps of dunning', () => {
  test('come in local days from the due date, each once, however often it runs', () => {
    const twice = daily('2026-06-01', 60).flatMap((moment) => [moment, moment])
    expect(runs(policy, twice).done).toEqual([
      '06-04 friendly',
      '06-08 urgent',
      '06-16 warning',
      '07-01 suspend',
    ])
  })

  test('two letters at once after a missed day: only the latest leaves', () => {
    const { done } = runs(policy, ['2026-06-09T09:00:00Z', '2026-06-10T09:00:00Z'])
    expect(done).toEqual(['06-09 urgent'])
  })

  test('after weeks without a run the warning leaves alone, and nobody is suspended unwarned', () => {
    const { done } = runs(policy, daily('2026-08-01', 5))
    expect(done).toEqual(['08-01 warning', '08-02 suspend'])
  })

  test('whoever was warned is suspended when that is due, not before', () => {
    const { done } = runs(policy, [...daily('2026-06-16', 1), ...daily('2026-06-29', 4)])
    expect(done).toEqual(['06-16 warning', '07-01 suspend'])
  })

  test('the last letter before a step must have left: an earlier one is no warning of it', () => {
    const { done } = runs(policy, ['2026-06-04T09:00:00Z', '2026-07-05T09:00:00Z', '2026-07-06T09:00:00Z'])
    expect(done).toEqual(['06-04 friendly', '07-05 warning', '07-06 suspend'])
  })

  test('where a policy has no letter there is nothing to wait for', () => {
    const bare: DunningPolicy = { hour: null, steps: [action(7, 'suspend'), action(20, 'cancel')] }
    expect(runs(bare, ['2026-06-08T00:00:00Z', '2026-07-01T00:00:00Z']).done).toEqual([
      '06-08 suspend',
      '07-01 cancel',
    ])
  })

  describe('after weeks without a run nobody is locked out and cancelled at once', () => {
    const ends: DunningPolicy = {
      hour: 9,
      steps: [letter(3, 'warning'), action(10, 'suspend'), action(20, 'cancel')],
    }
    const invoice = { dueAt: DUE, dunningStep: 0, dunningLetter: 0, dunningAt: at('2026-06-11T09:00:00Z') }
    const late = at('2026-08-01T12:00:00Z')
    const decided = (of: DunningPolicy, periodEnd?: string) => {
      const decision = decideDunning(
        of,
        invoice,
        late,
        ZONE,
        periodEnd === undefined ? undefined : at(periodEnd),
      )
      const next = decision?.dunningAt ?? null
      return [
        ...(decision?.actions ?? []).map((each) => each.action),
        next === null ? null : new Date(next).toISOString().slice(0, 16),
      ]
    }

    test('the end comes with the next run', () => {
      expect(runs(ends, daily('2026-08-01', 5)).done).toEqual([
        '08-01 warning',
        '08-02 suspend',
        '08-03 cancel',
      ])
      expect(decided(ends)).toEqual(['suspend', '2026-08-02T09:00'])
    })

    test('or at the end of the period, if that is sooner; where another waits to begin both come at once', () => {
      expect(decided(ends, '2026-08-01T20:00:00Z')).toEqual(['suspend', '2026-08-01T20:00'])
      expect(decided(ends, '2026-08-01T12:00:00Z')).toEqual(['suspend', 'cancel', null])
    })

    test('what a policy has on one day comes on one day', () => {
      const together = { ...ends, steps: [letter(3, 'warning'), action(10, 'suspend'), action(10, 'cancel')] }
      expect(decided(together)).toEqual(['suspend', 'cancel', null])
    })
  })

  test('gentler steps and retries need no warning, and are all taken', () => {
    const soft: DunningPolicy = {
      hour: 9,
      steps: [
        action(1, 'warn'),
        action(2, 'retry'),
        letter(3, 'friendly'),
        action(4, 'limit'),
        action(5, 'read_only'),
      ],
    }
    expect(runs(soft, ['2026-06-10T09:00:00Z']).done).toEqual([
      '06-10 friendly',
      '06-10 warn',
      '06-10 retry',
      '06-10 limit',
      '06-10 read_only',
    ])
  })

  test('an end of the subscription is warned of too', () => {
    const ends: DunningPolicy = { hour: 9, steps: [letter(10, 'final'), action(12, 'cancel')] }
    expect(runs(ends, daily('2026-06-20', 3)).done).toEqual(['06-20 final', '06-21 cancel'])
  })

  test('nothing comes before its moment, and after the last nothing more', () => {
    expect(runs(policy, ['2026-06-04T08:59:59Z']).done).toEqual([])
    const { invoice } = runs(policy, daily('2026-06-01', 40))
    expect(invoice).toMatchObject({ dunningStep: 3, dunningLetter: 2, dunningAt: null })
    expect(decideDunning(policy, invoice, at('2027-01-01'), ZONE)).toBeNull()
  })

  test('an invoice without a due date has none', () => {
    const draft = { dueAt: null, dunningStep: -1, dunningLetter: -1, dunningAt: null }
    expect(decideDunning(policy, draft, at('2027-01-01'), ZONE)).toBeNull()
  })
})

describe('when a step is due', () => {
  const step = (afterDays: number, hour: number | null, dueAt: string, zone: string) =>
    new Date(dunningStepAt({ afterDays }, { hour }, at(dueAt), zone)).toISOString()

  test.each([
    ['at the hour of the operator', 3, 9, '2026-06-01T00:00:00Z', 'Africa/Dakar', '2026-06-04T09:00:00.000Z'],
    [
      'without one at the time it fell due',
      3,
      null,
      '2026-06-01T14:25:00Z',
      'Europe/Paris',
      '2026-06-04T14:25:00.000Z',
    ],
    ['in local days, not in UTC', 1, 9, '2026-06-01T23:30:00Z', 'Europe/Paris', '2026-06-03T07:00:00.000Z'],
    ['never before it fell due', 0, 9, '2026-06-01T14:00:00Z', 'Africa/Dakar', '2026-06-02T09:00:00.000Z'],
    [
      'on the day itself where the hour is to come',
      0,
      9,
      '2026-06-01T08:00:00Z',
      'Africa/Dakar',
      '2026-06-01T09:00:00.000Z',
    ],
    [
      'at the hour after summer time began',
      3,
      9,
      '2026-03-27T10:00:00Z',
      'Europe/Paris',
      '2026-03-30T07:00:00.000Z',
    ],
    ['at the hour after it ended', 3, 9, '2026-10-23T10:00:00Z', 'Europe/Paris', '2026-10-26T08:00:00.000Z'],
    [
      'at the time of day through it',
      3,
      null,
      '2026-03-27T10:00:00Z',
      'Europe/Paris',
      '2026-03-30T09:00:00.000Z',
    ],
    [
      'an hour that is skipped comes after the gap',
      2,
      2,
      '2026-03-27T10:00:00Z',
      'Europe/Paris',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'an hour that comes twice counts once',
      2,
      2,
      '2026-10-23T10:00:00Z',
      'Europe/Paris',
      '2026-10-25T00:00:00.000Z',
    ],
  ] as const)('%s', (_, days, hour, dueAt, zone, expected) => {
    expect(step(days, hour, dueAt, zone)).toBe(expected)
  })
})
