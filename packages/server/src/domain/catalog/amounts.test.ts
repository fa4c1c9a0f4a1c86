import { describe, expect, it } from 'vitest'
import { type ByteUnit, toAmount } from './amounts.ts'

describe('toAmount', () => {
  it.each<[number, number, ByteUnit | undefined, number | string]>([
    [5, 0, undefined, 5],
    [0, 0, undefined, 0],
    [1.1, 1, undefined, 11],
    [1.1, 2, undefined, 110],
    [0.07, 2, undefined, 7],
    [1e-7, 7, undefined, 1],
    [1e-7, 6, undefined, 'not_whole'],
    [1.5, 0, undefined, 'not_whole'],
    [-1, 0, undefined, 'negative'],
    [2 ** 53 - 1, 0, undefined, 2 ** 53 - 1],
    [2 ** 53, 0, undefined, 'too_large'],
    [1e21, 0, undefined, 'too_large'],
    [Number.POSITIVE_INFINITY, 0, undefined, 'too_large'],
    [Number.NaN, 0, undefined, 'too_large'],
    [5, 0, 'GB', 5_000_000_000],
    [5, 0, 'GiB', 5 * 2 ** 30],
    [0.1, 0, 'GB', 100_000_000],
    [0.5, 0, 'KiB', 512],
    [0.1, 0, 'KiB', 'not_whole'],
    [9, 0, 'PB', 9_000_000_000_000_000],
    [10, 0, 'PB', 'too_large'],
  ])('%d at scale %d in %s is %s', (figure, scale, unit, expected) => {
    expect(toAmount(figure, scale, unit)).toBe(expected)
  })
})
