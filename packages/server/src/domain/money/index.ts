/**
 * Arithmetic with money.
 *
 * Owns: the currencies and their decimals, rounding, splitting, and the largest amount. Does not own: what anything
 * costs (`invoices/`), rates (`taxes/`), how amounts look (`language/`).
 * Invariant: an amount is a whole number of minor units up to 2^53 - 1. What is finer is a `Big` until it is rounded,
 * half away from zero; a product is never taken of two floats.
 */
export { allocate } from './allocate.ts'
export { exponentOf, isCurrency, requireCurrency, toMajorString } from './currencies.ts'
export { addMinor, chargedMinor, LARGEST_LINE_MINOR, roundMinor } from './rounding.ts'
