/** The numbers that follow from a balance: what remains, the percentage, the next total that needs a decision. */
import type { Limit } from '../catalog/model.ts'
import type { Balance } from './model.ts'

/** Stands for "no bound" where a number is compared; unlimited itself is the tag on the limit. */
export const MAX_CAPACITY = Number.MAX_SAFE_INTEGER

export const UNLIMITED: Limit = { unlimited: true }
export const limitOf = (amount: number): Limit => ({ unlimited: false, amount })

export const takenOf = (balance: Balance): number => balance.used + balance.reserved + balance.leased

/** What can still be taken; never below 0. */
export const remainingOf = (balance: Balance): number => Math.max(0, balance.capacity - takenOf(balance))

/** Grants came to the window or went from it: it covers more or less, and shows it. */
export function widen(balance: Balance, by: number): void {
  if (balance.limit.unlimited) return
  balance.capacity = Math.min(balance.capacity + by, MAX_CAPACITY)
  balance.limit = limitOf(Math.min(balance.limit.amount + by, MAX_CAPACITY))
}

/** The part of `used` that no grant covers: priced and final, or owed to the next grant. */
export const overageOf = (balance: Balance): number =>
  balance.overage + Math.max(0, balance.used - balance.capacity)

/** Two decimals; a limit of 0 is 100. Null for unlimited. */
export function percentageOf(used: number, limit: Limit): number | null {
  if (limit.unlimited) return null
  if (limit.amount === 0) return 100
  // Half up on exact integers: used may be near 2^53, where used × 10 000 no longer fits a double.
  return Number((BigInt(used) * 20_000n + BigInt(limit.amount)) / (2n * BigInt(limit.amount))) / 100
}

/** The smallest `used` that reaches a percentage of a limit: ceil(limit × percent / 100), exact up to 2⁵³. */
export const thresholdTotal = (limit: number, percent: number): number =>
  Math.floor(limit / 100) * percent + Math.ceil(((limit % 100) * percent) / 100)

/** The thresholds that `used` has reached and that were not announced in this window, ascending. */
export function thresholdsReached(balance: Balance, thresholds: number[]): number[] {
  const { limit } = balance
  if (limit.unlimited || limit.amount === 0) return []
  return thresholds.filter(
    (percent) => percent > balance.threshold && balance.used >= thresholdTotal(limit.amount, percent),
  )
}

/** The total (used + reserved + leased) up to which nothing has to be decided or announced. */
export function ceilingOf(balance: Balance, thresholds: number[]): number {
  const { limit } = balance
  if (limit.unlimited) return MAX_CAPACITY
  const next = thresholds.find((percent) => percent > balance.threshold)
  if (next === undefined || limit.amount === 0) return balance.capacity
  return Math.min(balance.capacity, thresholdTotal(limit.amount, next) - 1)
}
