import { Big } from 'big.js'
import {
  add,
  allocate as allocateMoney,
  dinero,
  halfAwayFromZero,
  toSnapshot,
  transformScale,
} from 'dinero.js/bigint'
import * as theirCurrencies from 'dinero.js/bigint/currencies'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../refusal.ts'
import { addMinor, allocate, exponentOf, isCurrency, roundMinor, toMajorString } from './index.ts'

const EUR = theirCurrencies.EUR
const amount = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 12 })
const sum = (parts: number[]) => parts.reduce((total, part) => total + part, 0)

describe('roundMinor', () => {
  it('rounds half away from zero as an independent implementation does', () => {
    const decimals = fc.integer({ min: 0, max: 12 })
    fc.assert(
      fc.property(amount, decimals, (digits, scale) => {
        const exact = new Big(digits).times(`1e-${scale}`)
        const theirs = transformScale(
          dinero({ amount: BigInt(digits), currency: EUR, scale: BigInt(scale) }),
          0n,
          halfAwayFromZero,
        )
        expect(roundMinor(exact)).toBe(Number(toSnapshot(theirs).amount))
      }),
    )
  })

  it.each([
    ['0.5', 1],
    ['-0.5', -1],
    ['2.5', 3],
    ['-2.5', -3],
    ['1.4999999999999999', 1],
    ['-0.4', 0],
    ['9007199254740991.4', 9_007_199_254_740_991],
  ])('%s is %d', (exact, rounded) => {
    expect(roundMinor(new Big(exact))).toBe(rounded)
  })

  it('refuses what no number holds exactly', () => {
    expect(() => roundMinor(new Big('9007199254740991.5'))).toThrow(Refusal)
    expect(() => roundMinor(new Big('-9007199254740992'))).toThrow(Refusal)
  })
})

describe('addMinor', () => {
  it('adds as an independent implementation does', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 6 }), (amounts) => {
        const theirs = amounts
          .map((each) => dinero({ amount: BigInt(each), currency: EUR }))
          .reduce(add, dinero({ amount: 0n, currency: EUR }))
        expect(addMinor(...amounts)).toBe(Number(toSnapshot(theirs).amount))
      }),
    )
  })

  it('refuses a sum that no number holds exactly', () => {
    expect(addMinor(2 ** 53 - 2, 1)).toBe(2 ** 53 - 1)
    expect(() => addMinor(2 ** 53 - 1, 1)).toThrow(Refusal)
  })
})

describe('allocate', () => {
  it('gives all of it, and each part less than one away from its exact share', () => {
    fc.assert(
      fc.property(amount, weights, (total, shares) => {
        fc.pre(sum(shares) > 0)
        const parts = allocate(total, shares)
        expect(sum(parts)).toBe(total)
        for (const [index, part] of parts.entries()) {
          const exact = new Big(total).times(shares[index] as number).div(sum(shares))
          expect(exact.minus(part).abs().lt(1)).toBe(true)
        }
      }),
    )
  })

  it('rounds up none whose remainder is smaller than that of one it rounds down', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), weights, (total, shares) => {
        fc.pre(sum(shares) > 0)
        const all = BigInt(sum(shares))
        const told = allocate(total, shares).map((part, index) => {
          const product = BigInt(total) * BigInt(shares[index] as number)
          return { index, remainder: product % all, isUp: BigInt(part) > product / all }
        })
        for (const up of told.filter(({ isUp }) => isUp))
          for (const down of told.filter(({ isUp }) => !isUp))
            expect(
              up.remainder > down.remainder || (up.remainder === down.remainder && up.index < down.index),
            ).toBe(true)
      }),
    )
  })

  it('splits evenly as an independent implementation does', () => {
    const parties = fc.integer({ min: 1, max: 20 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), parties, (total, count) => {
        const even = Array.from({ length: count }, () => 1)
        const theirs = allocateMoney(dinero({ amount: BigInt(total), currency: EUR }), even.map(BigInt))
        expect(allocate(total, even)).toEqual(theirs.map((part) => Number(toSnapshot(part).amount)))
      }),
    )
  })

  it.each<[number, number[], number[]]>([
    [100, [1, 1, 1], [34, 33, 33]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [10, [0, 1], [0, 10]],
    [1, [3, 5], [0, 1]],
    [0, [0, 0], [0, 0]],
    [2 ** 53 - 1, [2 ** 53 - 1, 0], [2 ** 53 - 1, 0]],
  ])('splits %d by %j into %j', (total, shares, parts) => {
    expect(allocate(total, shares)).toEqual(parts)
  })

  it('has nothing to split by where all weights are zero', () => {
    expect(() => allocate(1, [0, 0])).toThrow('all zero')
  })
})

describe('currencies', () => {
  /** Units of account, and what another currency has replaced. */
  const notBilledIn = ['BGN', 'BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'XAD']

  it('are those of the standard, with its decimals', () => {
    const theirs = Object.values(theirCurrencies).filter(({ code }) => !notBilledIn.includes(code))
    for (const { code, base, exponent } of theirs) {
      expect([code, isCurrency(code)]).toEqual([code, true])
      // the ouguiya and the ariary have five subunits, which are written with two decimals
      if (base === 10n) expect([code, exponentOf(code)]).toEqual([code, Number(exponent)])
    }
    for (const code of [...notBilledIn, 'XXX', 'XAU', 'XTS', 'eur', '']) expect(isCurrency(code)).toBe(false)
  })

  it.each<[number, string, string]>([
    [1999, 'EUR', '19.99'],
    [-5, 'EUR', '-0.05'],
    [0, 'EUR', '0.00'],
    [15_000, 'XOF', '15000'],
    [-15_000, 'XOF', '-15000'],
    [1_234, 'TND', '1.234'],
    [2 ** 53 - 1, 'USD', '90071992547409.91'],
  ])('writes %d %s as %s', (amountMinor, currency, text) => {
    expect(toMajorString(amountMinor, currency)).toBe(text)
  })
})
