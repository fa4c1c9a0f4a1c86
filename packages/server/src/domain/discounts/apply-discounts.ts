import { Big } from 'big.js'
import type { LineDraft } from '../invoices/model.ts'
import { addMinor, allocate, roundMinor } from '../money/index.ts'
import type { Discount } from './model.ts'

export interface AppliedDiscounts {
  /** For each line, in the order of the lines; of a credit, what it brings along. */
  linesMinor: number[]
  /** Ids of the discounts that had something to take from, in the order of redemption. */
  used: string[]
}

/**
 * What discounts take off each line. Percentages compound and round once a line, half away from zero; then each amount
 * is split over what is left of its lines by largest remainder. Credits and lines that discounts leave alone keep theirs, and
 * so does what was charged before under another line.
 */
export function applyDiscounts(
  lines: readonly LineDraft[],
  discounts: readonly Discount[],
  currency: string,
): AppliedDiscounts {
  const inForce = discounts
    .filter(({ periodsLeft }) => periodsLeft === null || periodsLeft > 0)
    .toSorted((left, right) => left.redeemedAt - right.redeemedAt)
  const percentages = takePercentages(lines, inForce)
  const amounts = takeAmounts(lines, percentages.linesMinor, inForce, currency)
  const used = new Set([...percentages.used, ...amounts.used])
  return {
    linesMinor: lines.map((line, index) => line.fixed?.discountMinor ?? amounts.linesMinor[index] ?? 0),
    used: inForce.map(({ id }) => id).filter((id) => used.has(id)),
  }
}

function takePercentages(lines: readonly LineDraft[], discounts: readonly Discount[]): AppliedDiscounts {
  const used = new Set<string>()
  const linesMinor = lines.map((line) => {
    const keeps = line.kept ?? { amountMinor: 0, discountMinor: 0 }
    let left = new Big(1)
    for (const { id, coupon } of discounts) {
      if (coupon.percentOff === null || left.lte(0) || !takesFrom(coupon, line)) continue
      if (line.amountMinor <= keeps.amountMinor) continue
      left = left.times(new Big(100).minus(coupon.percentOff)).times('0.01')
      used.add(id)
    }
    return (
      keeps.discountMinor + roundMinor(new Big(1).minus(left).times(line.amountMinor - keeps.amountMinor))
    )
  })
  return { linesMinor, used: [...used] }
}

function takeAmounts(
  lines: readonly LineDraft[],
  before: readonly number[],
  discounts: readonly Discount[],
  currency: string,
): AppliedDiscounts {
  const used: string[] = []
  let linesMinor = [...before]
  for (const { id, coupon } of discounts) {
    const amountMinor = coupon.amountOff[currency] ?? 0
    const leftMinor = lines.map((line, index) =>
      takesFrom(coupon, line) ? line.amountMinor - (linesMinor[index] ?? 0) : 0,
    )
    const takenMinor = Math.min(amountMinor, addMinor(...leftMinor))
    if (takenMinor <= 0) continue
    const shares = allocate(takenMinor, leftMinor)
    linesMinor = linesMinor.map((minor, index) => minor + (shares[index] ?? 0))
    used.push(id)
  }
  return { linesMinor, used }
}

function takesFrom({ appliesTo }: Discount['coupon'], line: LineDraft): boolean {
  if (line.amountMinor <= 0 || line.fixed !== undefined || line.undiscounted === true) return false
  return appliesTo.length === 0 || appliesTo.includes(line.reference)
}
