import { Big } from 'big.js'
import { Refusal } from '../../refusal.ts'

/**
 * To whole minor units, half away from zero: once for each line, never on the way to it.
 *
 * @throws Refusal `amount_invalid` beyond 2^53 - 1
 */
export function roundMinor(exactMinor: Big): number {
  return safe(Number(exactMinor.round(0, Big.roundHalfUp).toFixed()))
}

/** @throws Refusal `amount_invalid` where the sum goes beyond 2^53 - 1 */
export function addMinor(...amountsMinor: number[]): number {
  return amountsMinor.reduce((sum, amountMinor) => safe(sum + amountMinor), 0)
}

function safe(amountMinor: number): number {
  if (!Number.isSafeInteger(amountMinor)) throw new Refusal('amount_invalid')
  // zero has no sign
  return amountMinor + 0
}

/**
 * The most that one line asks for: many of them together still stay exact. What is entered beyond it is refused; what comes
 * to more by counting is charged up to here.
 */
export const LARGEST_LINE_MINOR = 10 ** 13

/** A charge that nobody is there to be told of: rounded, and never so large that it stops what is billed beside it. */
export function chargedMinor(exactMinor: Big): number {
  if (exactMinor.gt(LARGEST_LINE_MINOR)) return LARGEST_LINE_MINOR
  return roundMinor(exactMinor)
}
