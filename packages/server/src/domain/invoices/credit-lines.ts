import { Big } from 'big.js'
import { roundMinor } from '../money/rounding.ts'
import type { Instant } from '../time/index.ts'
import type { LineDraft, RunningLine } from './model.ts'
import { fractionOf, times, type ProrationPolicy } from './proration.ts'

/**
 * Gives back what is left of a line from `at` on: its share of what was really charged, after the discount and at the tax
 * rates of the invoice that it was on; never more than was not given back before.
 *
 * @returns null when nothing is left
 */
export function creditLine(
  line: RunningLine,
  at: Instant,
  policy: ProrationPolicy,
  timeZone: string,
): LineDraft | null {
  if (policy === 'none' || line.service.end <= at) return null
  const rest = { start: Math.max(at, line.service.start), end: line.service.end }
  const fraction = fractionOf(rest, line.service, policy, timeZone)
  const share = (amount: number) => roundMinor(times(new Big(amount), fraction))
  const amountMinor = Math.min(share(line.amountMinor), line.amountMinor - line.creditedMinor)
  const discountMinor = Math.min(share(line.discountMinor), line.discountMinor - line.creditedDiscountMinor)
  if (amountMinor - discountMinor <= 0) return null
  return {
    kind: 'credit',
    reference: line.reference,
    component: line.component,
    description: line.description,
    quantity: line.quantity,
    unitMinor: null,
    amountMinor: -amountMinor,
    taxInclusive: line.taxInclusive,
    taxCategory: line.taxCategory,
    service: rest,
    credits: line.id,
    fixed: { discountMinor: -discountMinor, taxes: line.taxes },
  }
}
