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
