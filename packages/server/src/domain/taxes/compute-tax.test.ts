import { describe, expect, test } from 'vitest'
import { computeTax } from './compute-tax.ts'
import type { AppliedRate } from './model.ts'

const at = (percent: string, name = 'VAT'): AppliedRate => ({
  rate: name + percent,
  name,
  percent,
  category: 'S',
})

function computed(...lines: [baseMinor: number, inclusive: boolean, ...rates: AppliedRate[]][]) {
  const { lines: taxed, groups } = computeTax(
    lines.map(([baseMinor, inclusive, ...rates]) => ({ baseMinor, inclusive, rates })),
  )
  return {
    nets: taxed.map(({ netMinor }) => netMinor),
    taxes: taxed.map(({ taxes }) => taxes.map(({ taxMinor }) => taxMinor)),
    groups: groups.map(({ percent, taxableMinor, taxMinor }) => [percent, taxableMinor, taxMinor]),
  }
}

describe('tax', () => {
  test('rounds once for each rate of a document, and lines share it', () => {
    // By the line each would round down to 1, and all to 3.
    expect(computed([7, false, at('20')], [7, false, at('20')], [7, false, at('20')])).toEqual({
      nets: [7, 7, 7],
      taxes: [[2], [1], [1]],
      groups: [['20', 21, 4]],
    })
  })

  test('rounds a half away from zero, also where thirds add up to it', () => {
    expect(computed([5, false, at('10')]).groups).toEqual([['10', 5, 1]])
    expect(computed([-5, false, at('10')]).groups).toEqual([['10', -5, -1]])
    // Three times 1 × 20/120 is exactly a half.
    expect(computed([1, true, at('20')], [1, true, at('20')], [1, true, at('20')]).groups).toEqual([
      ['20', 2, 1],
    ])
  })

  test('is taken out of an inclusive price, which stays what it is', () => {
    expect(computed([1999, true, at('20')])).toEqual({
      nets: [1666],
      taxes: [[333]],
      groups: [['20', 1666, 333]],
    })
    expect(computed([1120, true, at('5', 'GST'), at('7', 'PST')])).toEqual({
      nets: [1000],
      taxes: [[50, 70]],
      groups: [
        ['5', 1000, 50],
        ['7', 1000, 70],
      ],
    })
  })

  test('of a rate is one group for prices with and without it', () => {
    expect(computed([1000, false, at('20')], [1200, true, at('20')])).toEqual({
      nets: [1000, 1000],
      taxes: [[200], [200]],
      groups: [['20', 2000, 400]],
    })
  })

  test('of another percentage is another group, a percentage written otherwise is the same', () => {
    const other = { ...at('20'), percent: '20.0' }
    expect(computed([100, false, at('20')], [100, false, other], [-100, false, at('19.6')]).groups).toEqual([
      ['20', 200, 40],
      ['19.6', -100, -20],
    ])
  })

  test('refuses what can’t be counted exactly', () => {
    expect(() =>
      computed([Number.MAX_SAFE_INTEGER, false, at('20')], [Number.MAX_SAFE_INTEGER, false, at('20')]),
    ).toThrow(expect.objectContaining({ code: 'amount_invalid' }))
    const half = (Number.MAX_SAFE_INTEGER - 1) / 2
    expect(computed([half, false, at('50')], [half, false, at('50')]).taxes).toEqual([
      [(half + 1) / 2],
      [(half - 1) / 2],
    ])
  })
})
