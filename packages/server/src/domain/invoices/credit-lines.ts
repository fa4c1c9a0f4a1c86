import { Big } from 'big.js'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { Instant } from '../time/index.ts'
import { chargeKey } from './charges.ts'
import type { LineDraft, RunningLine } from './model.ts'
import { fractionOf, times, type ProrationPolicy } from './proration.ts'
import { runningOf } from './running-of.ts'
import { partOfUnits, unitsHad } from './units-had.ts'

/**
 * Gives back what is left of a line from `at` on: its share of what the line really cost, after the discount, at the tax
 * rates of the invoice that it was on, and less what was credited of it by hand. What its payer disputes is set off only;
 * what the payer has got back through the bank isn't ours to give.
 *
 * @param most of its units, the others were given up before
 * @param before of the same, what other lines have paid for
 * @returns none when nothing is left, two where a part is disputed; what discounts had taken whole comes to nothing
 */
export function creditLine(
  line: RunningLine,
  { at, policy, timeZone, terms }: CreditHow,
  most = Number.POSITIVE_INFINITY,
  before = 0,
): LineDraft[] {
  if (policy === 'none' || line.service.end <= at) return []
  const rest = { start: Math.max(at, line.service.start), end: line.service.end }
  const left = fractionOf(rest, line.service, policy, timeZone)
  const all = Number(line.quantity)
  const units = Math.min(most, all)
  const had = partOfUnits(line, units, terms, before)
  const part = {
    numerator: left.numerator * had.numerator,
    denominator: left.denominator * had.denominator,
  }
  const { leftMinor, leftDiscountMinor, lostMinor, openMinor } = leftOf(line)
  const share = (amount: number) => roundMinor(times(new Big(amount), part))
  const shareOfDiscount = (amount: number) =>
    leftMinor === 0 ? 0 : roundMinor(times(new Big(leftDiscountMinor).times(amount).div(leftMinor), part))
  const given = {
    amountMinor: share(leftMinor - lostMinor),
    discountMinor: shareOfDiscount(leftMinor - lostMinor),
  }
  const setOff = { amountMinor: share(openMinor), discountMinor: shareOfDiscount(openMinor) }
  const ours = {
    amountMinor: given.amountMinor - setOff.amountMinor,
    discountMinor: given.discountMinor - setOff.discountMinor,
  }
  const credit = { service: rest, quantity: units === all ? line.quantity : String(units) }
  return [
    ...creditOf(line, { ...credit, ...ours }),
    ...creditOf(line, { ...credit, ...setOff }).map((each) => ({ ...each, onlySetOff: true })),
  ]
}

/** What was credited by hand was none of what is disputed. */
function leftOf({ amountMinor, discountMinor, disputed, ...line }: RunningLine) {
  const leftMinor = Math.max(amountMinor - line.creditedMinor, 0)
  const lostMinor = Math.min(disputed.lostMinor, leftMinor)
  const openMinor = Math.min(disputed.openMinor, leftMinor - lostMinor)
  return { leftMinor, leftDiscountMinor: discountMinor - line.creditedDiscountMinor, lostMinor, openMinor }
}

function creditOf(
  { id, reference, component, description, taxInclusive, taxCategory, taxes }: RunningLine,
  {
    amountMinor,
    discountMinor,
    service,
    quantity,
  }: Record<'amountMinor' | 'discountMinor', number> & Pick<LineDraft, 'service' | 'quantity'>,
): LineDraft[] {
  if (amountMinor <= 0) return []
  return [
    {
      kind: 'credit',
      reference,
      component,
      description,
      quantity,
      unitMinor: null,
      amountMinor: -amountMinor,
      taxInclusive,
      taxCategory,
      service,
      credits: id,
      fixed: { discountMinor: 0 - discountMinor, taxes },
    },
  ]
}

/** Gives back what a discount had taken: only what takes its place needs it. */
export const isWorthless = ({ amountMinor, fixed }: LineDraft): boolean =>
  fixed !== undefined && amountMinor === fixed.discountMinor

/** What is given back, and the lines that it was of. */
export interface Credits {
  lines: LineDraft[]
  stopped: RunningLine[]
}

export const NO_CREDITS: Credits = { lines: [], stopped: [] }

/**
 * Of everything that a subscription has paid ahead and has; what was switched off or lowered gives nothing back.
 *
 * @param next of which it is had as well
 */
export function creditAll(
  state: Pick<CustomerState, 'customer' | 'catalog'>,
  money: CustomerMoney,
  subscription: Subscription,
  { at, policy }: Pick<CreditHow, 'at' | 'policy'>,
  next: Subscription = subscription,
): Credits {
  const how = { at, policy, timeZone: state.customer.timeZone, terms: subscription }
  const running = runningOf(money, subscription.number)
  const had = [subscription, next].map((each) => unitsHad(state, each, running))
  const { lines, stopped } = creditLines(running, how, (line) => Math.min(...had.map((of) => of(line))))
  return { lines: lines.filter((line) => !isWorthless(line)), stopped }
}

const ALL = Number.POSITIVE_INFINITY

/** What is left of a period that is cut short comes back, but not where its unused credits are kept instead. */
export function creditsOfCut(
  state: Pick<CustomerState, 'customer' | 'catalog'>,
  money: CustomerMoney,
  previous: Subscription,
  { boughtAgain, ...how }: Pick<CreditHow, 'at' | 'policy'> & Pick<CustomerChange, 'boughtAgain'>,
): Credits {
  if (boughtAgain === undefined) return creditAll(state, money, previous, how)
  return {
    lines: [],
    stopped: runningOf(money, previous.number).filter(({ invoice }) => invoice !== boughtAgain.paidBy),
  }
}

export interface CreditHow {
  at: Instant
  policy: ProrationPolicy
  timeZone: string
  /** By whose prices fewer units than were paid for have cost less. */
  terms: Subscription
}

/** Of one part of its price; of `most` units at most, where others were given up before. */
export function creditKey(
  money: CustomerMoney,
  subscription: number,
  key: string,
  how: CreditHow,
  most = ALL,
): Credits {
  const running = runningOf(money, subscription).filter((line) => chargeKey(line) === key)
  return creditLines(running, how, () => most)
}

/** Of what goes on: what would come back of it, were it replaced too. */
export function creditsKept(
  money: CustomerMoney,
  subscription: number,
  replaced: readonly RunningLine[],
  how: CreditHow,
): LineDraft[] {
  const goesOn = (line: RunningLine) => !replaced.includes(line)
  return creditLines(runningOf(money, subscription).filter(goesOn), how).lines
}

function creditLines(
  running: RunningLine[],
  how: CreditHow,
  mostOf: (line: RunningLine) => number = () => ALL,
): Credits {
  const left = new Map<string, number>()
  const before = new Map<string, number>()
  const lines = running.flatMap((line) => {
    if (line.service.end <= how.at) return []
    // another interval that has begun meanwhile has its own; there is one plan at a time
    const { start, end } = line.service
    const begun = line.kind === 'plan' ? start : start < how.terms.periodStart
    const key = `${chargeKey(line)}|${String(end)}|${String(begun)}`
    const most = left.get(key) ?? mostOf(line)
    const earlier = before.get(key) ?? 0
    const credits = creditLine(line, how, most, earlier)
    before.set(key, earlier + Number(line.quantity))
    if (credits.length > 0) left.set(key, Math.max(most - Number(line.quantity), 0))
    return credits
  })
  // also one of which nothing is left to give back: what replaces it has its time
  const stopped = how.policy === 'none' ? [] : running
  return { lines, stopped }
}
