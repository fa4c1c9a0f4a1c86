import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'

const plans: Definition['plans'] = {
  small: { prices: { USD: { month: 3100, year: 31_000 } } },
  large: { prices: { USD: { month: 6200 } } },
}

/** A change was to come on 1 July, while nothing was in force. */
function pausedOver(change: { plan?: string; interval?: string }, resumeAt: string | null) {
  const life = beginLife('2026-06-01', { plans })
  life.subscribe('small')
  life.change({ ...change, when: 'period_end' })
  life.moveTo('2026-06-10')
  life.pause(resumeAt)
  return life
}

describe('a change that was due while it was paused', () => {
  test.each([
    ['by hand', null],
    ['by itself', '2026-07-16T12:00:00Z'],
  ])('comes with the resumption %s, on one document', (_, resumeAt) => {
    const life = pausedOver({ plan: 'large' }, resumeAt)
    life.moveTo('2026-07-16T12:00:00Z')
    if (resumeAt === null) life.resume()
    expect(life.totals()).toEqual(['2026-06-01 3100', '2026-07-16 3100'])
    expect(life.lines()).toEqual(['plan large 3100 2026-07-16/2026-08-01'])
    expect(life.subscription()).toMatchObject({ plan: { key: 'large' }, scheduledChange: null })
    life.moveTo('2026-08-01')
    expect(life.totals().slice(2)).toEqual(['2026-08-01 6200'])
  })

  test('to another interval begins it with the resumption', () => {
    const life = pausedOver({ interval: 'year' }, null)
    life.moveTo('2026-07-16')
    life.resume()
    expect(life.totals()).toEqual(['2026-06-01 3100', '2026-07-16 31000'])
    expect(life.lines()).toEqual(['plan small 31000 2026-07-16/2027-07-16'])
  })

  test('that is still ahead waits', () => {
    const life = pausedOver({ plan: 'large' }, null)
    life.moveTo('2026-06-20')
    life.resume()
    expect(life.subscription()).toMatchObject({ plan: { key: 'small' } })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3100', '2026-07-01 6200'])
  })
})
