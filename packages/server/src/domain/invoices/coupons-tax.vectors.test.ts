import { describe, expect, test } from 'vitest'
import { composition, discount, line, rate, terms } from '../../../test/support/document-lines.ts'
import vectors from '../../../test/vectors/coupons-tax-rounding.json' with { type: 'json' }
import { SKIPPED } from '../../../test/vectors/skipped.ts'
import type { Coupon } from '../catalog/model.ts'
import { applyDiscounts } from '../discounts/apply-discounts.ts'
import { allocate, exponentOf } from '../money/index.ts'
import { composeInvoice } from './compose.ts'

type GivenCoupon = { type: 'percentage'; value: string } | { type: 'fixed'; value_minor: number }

interface Inputs {
  subtotal_minor: number
  coupons: GivenCoupon[]
  coupon: GivenCoupon
  base_minor: number
  already_used_minor: number
  lines_minor: number[]
  line_minor: number
  discount_minor: number
  percent: string | number
  amount_minor: number
  weights: number[]
  items: { key: string; weight: number }[]
  tie_break: string
  lines: { amount_minor: number; rate: string }[]
  currency: string
  major: string
}

const CURRENCY = 'EUR'

const couponOf = (given: GivenCoupon): Partial<Coupon> =>
  given.type === 'percentage' ? { percentOff: given.value } : { amountOff: { [CURRENCY]: given.value_minor } }

const taken = (linesMinor: number[], ...coupons: GivenCoupon[]) =>
  applyDiscounts(
    linesMinor.map((amountMinor) => line(amountMinor)),
    coupons.map((coupon) => discount(couponOf(coupon))),
    CURRENCY,
  ).linesMinor

const amountOff = ({ lines_minor, discount_minor }: Inputs) =>
  taken(lines_minor, { type: 'fixed', value_minor: discount_minor })

const afterAmountOff = (inputs: Inputs) => {
  const discounts = amountOff(inputs)
  return { net_lines_minor: inputs.lines_minor.map((minor, index) => minor - (discounts[index] ?? 0)) }
}

/** Decimal places moved by two: a share as per cent. */
const percentOf = (share: string) => String(Math.round(Number(share) * 1e6) / 1e4)

const adapters: Record<string, (inputs: Inputs) => unknown> = {
  stacked_coupons: ({ subtotal_minor, coupons }) => ({
    discount_minor: taken([subtotal_minor], ...coupons)[0],
  }),
  coupon_amount({ coupon, base_minor, already_used_minor }) {
    // Our coupons count invoices, not amounts.
    expect(already_used_minor).toBe(0)
    return { discount_minor: taken([base_minor], coupon)[0] }
  },
  distribute_discount: afterAmountOff,
  amount_off_lines: afterAmountOff,
  allocate_fixed_discount: (inputs) => ({ discounts_minor: amountOff(inputs) }),
  percentage_discount_per_line: ({ percent, lines_minor }) => ({
    discounts_minor: taken(lines_minor, { type: 'percentage', value: String(percent) }),
  }),
  percent_off_line({ percent, line_minor }) {
    const [off = 0] = taken([line_minor], { type: 'percentage', value: String(percent) })
    return { net_minor: line_minor - off }
  },
  allocate_by_weight: ({ amount_minor, weights }) => ({ allocations_minor: allocate(amount_minor, weights) }),
  allocate_by_weight_keyed({ amount_minor, items, tie_break }) {
    // The first of equal ones comes first: whoever wants an order brings it along.
    expect(tie_break).toBe('key ascending')
    const sorted = items.toSorted((left, right) => (left.key < right.key ? -1 : 1))
    const shares = allocate(
      amount_minor,
      sorted.map(({ weight }) => weight),
    )
    return { allocations_minor: Object.fromEntries(sorted.map(({ key }, index) => [key, shares[index]])) }
  },
  line_taxes({ lines }) {
    const categories = [...new Set(lines.map(({ rate: share }) => share))]
    const composed = composeInvoice(
      composition(
        lines.map(({ amount_minor, rate: share }) => line(amount_minor, { taxCategory: share })),
        { tax: terms(categories.map((share) => rate('FR', percentOf(share), { category: share }))) },
      ),
    )
    return {
      line_tax_minor: composed.lines.map(({ taxes }) => taxes[0]?.taxMinor),
      tax_minor: composed.invoice?.taxMinor,
      total_minor: composed.invoice?.totalMinor,
    }
  },
  minor_units: ({ currency, major }) => ({ minor: Number(major) * 10 ** exponentOf(currency) }),
}

describe('coupons, tax and rounding vectors', () => {
  const run = vectors.cases.filter(({ id }) => !(id in SKIPPED))

  test.each(run.map((one) => [one.id, one] as const))('%s', (_, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    expect(adapter(inputs as unknown as Inputs)).toEqual(expected)
  })
})
