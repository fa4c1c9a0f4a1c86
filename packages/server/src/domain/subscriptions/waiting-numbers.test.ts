import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'

const policies = { quantityChange: 'raise_now' } as const
const perSeat = (minor: string) => ({ USD: { month: { perUnit: { seats: minor } } } })

const plans: Definition['plans'] = {
  small: { prices: perSeat('100'), policies },
  large: { prices: perSeat('300'), policies },
  flat: { prices: { USD: { month: 900 } }, policies },
}

/** 13 seats of the small plan, of which 8 are to stay. */
function lowering() {
  const life = beginLife('2026-06-01', { plans })
  life.subscribe('small', { quantities: { seats: 13 } })
  life.change({ quantities: { seats: 8 } })
  expect(life.subscription()).toMatchObject({ quantities: { seats: 13 } })
  return life
}

describe('seats that wait for the end of the period', () => {
  test.each([
    ['another plan at the end', { plan: 'large', when: 'period_end' }, 13, 'large', 8],
    ['another plan now', { plan: 'large', when: 'now' }, 13, 'large', 8],
    [
      'another plan with a number of its own',
      { plan: 'large', when: 'period_end', quantities: { seats: 5 } },
      13,
      'large',
      5,
    ],
    [
      'the number as it is, by name',
      { plan: 'large', when: 'period_end', quantities: { seats: 13 } },
      13,
      'large',
      13,
    ],
    [
      'another plan now, with a number of its own',
      { plan: 'large', when: 'now', quantities: { seats: 20 } },
      20,
      'large',
      20,
    ],
  ] as const)('%s', (_, change, now, plan, seats) => {
    const life = lowering()
    life.moveTo('2026-06-16')
    life.change(change)
    expect(life.subscription().quantities).toEqual({ seats: now })
    life.moveTo('2026-07-01')
    expect(life.subscription()).toMatchObject({
      plan: { key: plan },
      quantities: { seats },
      scheduledChange: null,
    })
    expect(life.lines().at(-1)).toBe(`quantity ${plan} ${seats * 300} 2026-07-01/2026-08-01`)
  })

  test('are called off by naming the number as it is', () => {
    const life = lowering()
    life.change({ quantities: { seats: 13 } })
    life.moveTo('2026-07-01')
    expect(life.subscription()).toMatchObject({ quantities: { seats: 13 }, scheduledChange: null })
  })

  test('go with a plan that counts none', () => {
    const life = lowering()
    life.change({ plan: 'flat', when: 'period_end' })
    life.moveTo('2026-07-01')
    expect(life.lines()).toEqual(['plan flat 900 2026-07-01/2026-08-01'])
  })
})
