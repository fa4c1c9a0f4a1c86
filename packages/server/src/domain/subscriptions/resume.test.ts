import { describe, expect, test } from 'vitest'
import { Refusal } from '../../refusal.ts'
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

describe('a cancellation for the end of the period', () => {
  test('stays where a pause ends by itself: nothing is charged after it', () => {
    const life = beginLife('2026-06-01', { plans })
    life.subscribe('small')
    life.cancel('period_end')
    life.moveTo('2026-06-05')
    life.pause('2026-06-15T00:00:00Z')
    life.moveTo('2026-06-15')
    expect(life.subscription()).toMatchObject({ status: 'active', cancelAt: Date.UTC(2026, 6, 1) })
    life.moveTo('2026-08-02')
    expect(life.totals()).toEqual(['2026-06-01 3100'])
    expect(life.subscription().status).toBe('canceled')
  })

  test('by hand the pause is undone first, then the cancellation', () => {
    const life = beginLife('2026-06-01', { plans })
    life.subscribe('small')
    life.cancel('period_end')
    life.pause()
    life.resume()
    expect(life.subscription()).toMatchObject({ status: 'active', cancelAt: Date.UTC(2026, 6, 1) })
    life.resume()
    expect(life.subscription()).toMatchObject({ status: 'active', cancelAt: null })
    expect(() => life.resume()).toThrow(Refusal)
  })

  test('stays where the payment wakes what dunning had paused', () => {
    const steps = [{ afterDays: 5, action: 'pause' as const }]
    const policies = { dunning: { steps } }
    const priced = { prices: { USD: { month: 3100 } }, policies }
    const life = beginLife('2026-06-01', { plans: { small: priced } }, { pays: null })
    life.subscribe('small')
    life.moveTo('2026-06-07')
    expect(life.subscription().status).toBe('paused')
    life.cancel('period_end')
    life.receive(life.last().invoice.id, 3100)
    expect(life.subscription()).toMatchObject({ status: 'active', cancelAt: Date.UTC(2026, 6, 1) })
    life.moveTo('2026-08-02')
    expect(life.totals()).toEqual(['2026-06-01 3100'])
  })
})
