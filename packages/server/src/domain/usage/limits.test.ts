import { describe, expect, test } from 'vitest'
import { FEATURE, limited } from '../../../test/support/usage-world.ts'
import {
  ceilingOf,
  MAX_CAPACITY,
  overageOf,
  percentageOf,
  remainingOf,
  thresholdsReached,
  thresholdTotal,
  UNLIMITED,
} from './limits.ts'
import type { Balance } from './model.ts'
import { newBalance } from './refresh.ts'

const MAX = Number.MAX_SAFE_INTEGER
const balance = (rest: Partial<Balance>): Balance => ({ ...newBalance(FEATURE, 0), ...rest })

describe('QE-9 the percentage', () => {
  test.each([
    [0, 100, 0],
    [0, 0, 100],
    [5, 0, 100],
    [1, 3, 33.33],
    [2, 3, 66.67],
    [1, 8, 12.5],
    [1, 20_000, 0.01],
    [1, 20_001, 0],
    [99_994, 100_000, 99.99],
    [99_995, 100_000, 100],
    [150, 100, 150],
    [MAX, MAX, 100],
    [MAX - 1, MAX, 100],
    [Math.floor(MAX / 2), MAX, 50],
    [1, MAX, 0],
    [MAX, 1, MAX * 100],
  ])('%d of %d is %d', (used, limit, expected) => {
    expect(percentageOf(used, limited(limit))).toBe(expected)
  })

  test('of unlimited there is none', () => {
    expect(percentageOf(5, UNLIMITED)).toBeNull()
  })
})

describe('GT-5 thresholds', () => {
  test.each([
    [100, 80, 80],
    [99, 80, 80],
    [1, 80, 1],
    [10, 85, 9],
    [3, 33, 1],
    [0, 80, 0],
    [MAX, 100, MAX],
    [MAX, 80, 7_205_759_403_792_793],
  ])('of %d, %d per cent is reached with %d', (limit, percent, expected) => {
    expect(thresholdTotal(limit, percent)).toBe(expected)
  })

  test.each<[string, Partial<Balance>, number[]]>([
    ['none yet', { used: 79 }, []],
    ['the first', { used: 80 }, [80]],
    ['several at once', { used: 100 }, [80, 90, 100]],
    ['not again', { used: 95, threshold: 90 }, []],
    ['only those above the last one', { used: 100, threshold: 80 }, [90, 100]],
    ['above the limit', { used: 150, threshold: 100 }, []],
    ['holds do not count', { used: 70, reserved: 30 }, []],
    ['a limit of nothing', { used: 5, limit: limited(0) }, []],
    ['unlimited', { used: 5, limit: UNLIMITED }, []],
  ])('reached: %s', (_, rest, expected) => {
    expect(thresholdsReached(balance({ limit: limited(100), ...rest }), [80, 90, 100])).toEqual(expected)
  })

  test.each<[string, Partial<Balance>, number[], number]>([
    ['the capacity', {}, [], 100],
    ['just below the next threshold', {}, [80, 100], 79],
    ['just below the one after', { threshold: 80 }, [80, 100], 99],
    ['the capacity once all are told', { threshold: 100 }, [80, 100], 100],
    ['the capacity where it is lower', { capacity: 60 }, [80], 60],
    ['a limit of nothing', { limit: limited(0), capacity: 0 }, [80], 0],
    ['unlimited', { limit: UNLIMITED }, [80], MAX_CAPACITY],
  ])('no decision is needed up to %s', (_, rest, thresholds, expected) => {
    expect(ceilingOf(balance({ limit: limited(100), capacity: 100, ...rest }), thresholds)).toBe(expected)
  })
})

test.each<[string, Partial<Balance>, number, number]>([
  ['fresh', {}, 100, 0],
  ['with holds', { used: 20, reserved: 30, leased: 10 }, 40, 0],
  ['above', { used: 120 }, 0, 20],
  ['priced', { used: 130, overage: 30, capacity: 130 }, 0, 30],
  ['priced and owed', { used: 150, overage: 30, capacity: 130 }, 0, 50],
])('remaining and overage: %s', (_, rest, remaining, overage) => {
  const given = balance({ limit: limited(100), capacity: 100, ...rest })
  expect([remainingOf(given), overageOf(given)]).toEqual([remaining, overage])
})
