import { expect, test } from 'vitest'
import { parseInstant } from '../time/index.ts'
import { afterFailure, nextVisitAt } from './schedule.ts'

const at = (text: string) => parseInstant(text) as number

test('a site is asked at its hour of the operator, also across summer time', () => {
  expect(nextVisitAt(3, at('2026-03-28T02:00:00Z'), 'Europe/Paris')).toBe(at('2026-03-29T01:00:00Z'))
  expect(nextVisitAt(3, at('2026-03-29T01:00:00Z'), 'Europe/Paris')).toBe(at('2026-03-30T01:00:00Z'))
})

test('failed tries are repeated ever later on the same day, then given up until tomorrow', () => {
  let site = { hour: 3, attempts: 0, dueAt: at('2026-05-01T03:00:00Z') }
  const tries: string[] = []
  for (let tried = 0; tried < 7; tried += 1) {
    const next = afterFailure(site, site.dueAt, 'UTC')
    tries.push(`${new Date(next.dueAt).toISOString()} ${next.givenUp}`)
    site = { ...site, ...next }
  }
  expect(tries).toEqual([
    '2026-05-01T03:01:00.000Z false',
    '2026-05-01T03:06:00.000Z false',
    '2026-05-01T03:36:00.000Z false',
    '2026-05-01T05:36:00.000Z false',
    '2026-05-01T11:36:00.000Z false',
    '2026-05-02T03:00:00.000Z true',
    '2026-05-02T03:01:00.000Z false',
  ])
})

test('a try that would come after tomorrow’s is tomorrow’s', () => {
  expect(afterFailure({ hour: 3, attempts: 4 }, at('2026-05-02T00:00:00Z'), 'UTC')).toEqual({
    attempts: 0,
    dueAt: at('2026-05-02T03:00:00Z'),
    givenUp: true,
  })
})
