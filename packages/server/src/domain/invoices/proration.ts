/**
 * Which part of an interval a stretch of time is.
 *
 * Owns: the three policies. Does not own: what is multiplied by it, and rounding, which happens once for each line.
 */
import { Big } from 'big.js'
import { localDaysBetween, type Instant, type Span } from '../time/index.ts'

export type ProrationPolicy = 'second' | 'day' | 'none'

/** A fraction, kept exact until it has been multiplied. */
export interface Fraction {
  numerator: number
  denominator: number
}

export const WHOLE: Fraction = Object.freeze({ numerator: 1, denominator: 1 })

/**
 * The part of `whole` that `part` is. By `second`: by seconds, begun ones counted whole on neither side. By `day`: local days,
 * half-open, so the day of `part.start` counts and that of `part.end` doesn't. `none`: the whole.
 *
 * @example fractionOf({ start: june16, end: july1 }, { start: june1, end: july1 }, 'second', 'UTC') // 15/30 in seconds
 */
export function fractionOf(part: Span, whole: Span, policy: ProrationPolicy, timeZone: string): Fraction {
  if (policy === 'none' || (part.start <= whole.start && part.end >= whole.end)) return WHOLE
  const length = (span: Span) =>
    policy === 'day' ? localDaysBetween(span.start, span.end, timeZone) : seconds(span)
  const denominator = length(whole)
  if (denominator <= 0) return WHOLE
  return { numerator: Math.min(Math.max(length(part), 0), denominator), denominator }
}

/** An exact amount times a fraction, unrounded up to the 40th decimal. */
export function times(amount: Big, { numerator, denominator }: Fraction): Big {
  return numerator === denominator ? amount : divide(amount.times(numerator), denominator)
}

const Precise = Big()
Precise.DP = 40

function divide(amount: Big, by: number): Big {
  return new Big(new Precise(amount.toFixed()).div(by).toFixed())
}

function seconds({ start, end }: { start: Instant; end: Instant }): number {
  return Math.floor(end / 1000) - Math.floor(start / 1000)
}
