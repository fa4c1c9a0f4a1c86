import { Big } from 'big.js'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { Instant } from '../time/index.ts'
import { chargeKey } from './charges.ts'
import type { LineDraft, RunningLine } from './model.ts'
import { fractionOf, times, type ProrationPolicy } from './proration.ts'

/**
 * Gives back what is left of a line from `at` on: its share of what the line really cost, after the discount, at the tax
 * rates of the invoice that it was on, and less what was credited of it by hand. What its payer disputes is set off only;
 * what the payer has got back through the bank isn't ours to give.
 *
 * @returns null when nothing is left
 */
export function creditLine(
  line: RunningLine,
  at: Instant,
  policy: ProrationPolicy,
  timeZone: string,
): LineDraft | null {
  if (policy === 'none' || line.disputed === 'lost' || line.service.end <= at) return null
  const rest = { start: Math.max(at, line.service.start), end: line.service.end }
  const fraction = fractionOf(rest, line.service, policy, timeZone)
  const share = (amount: number) => roundMinor(times(new Big(amount), fraction))
  const amountMinor = share(line.amountMinor - line.creditedMinor)
  const discountMinor = share(line.discountMinor - line.creditedDiscountMinor)
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
    ...(line.disputed === 'open' ? { onlySetOff: true } : {}),
  }
}

/** What is given back, and the lines that it was of. */
export interface Credits {
  lines: LineDraft[]
  stopped: RunningLine[]
}

export const NO_CREDITS: Credits = { lines: [], stopped: [] }

/** Of everything that a subscription has paid ahead and has; what was switched off gives nothing back. */
export function creditAll(
  state: Pick<CustomerState, 'customer'>,
  money: CustomerMoney,
  subscription: Pick<Subscription, 'number' | 'plan' | 'addOns' | 'bundles'>,
  at: Instant,
): Credits {
  const how = { at, policy: subscription.plan.policies.proration, timeZone: state.customer.timeZone }
  const running = money.running.filter((line) => line.subscription === subscription.number)
  const { lines } = creditLines(
    running.filter((line) => isHad(subscription, line)),
    how,
  )
  return { lines, stopped: creditLines(running, how).stopped }
}

function isHad(
  { addOns, bundles }: Pick<Subscription, 'addOns' | 'bundles'>,
  { kind, reference }: RunningLine,
): boolean {
  if (kind === 'add_on') return addOns.some(({ addOn }) => addOn.key === reference)
  return kind !== 'bundle' || bundles.some(({ bundle }) => bundle.key === reference)
}

/** What is left of a period that is cut short comes back, but not where its unused credits are kept instead. */
export function creditsOfCut(
  state: Pick<CustomerState, 'customer'>,
  money: CustomerMoney,
  previous: Subscription,
  { at, boughtAgain }: { at: Instant } & Pick<CustomerChange, 'boughtAgain'>,
): Credits {
  if (boughtAgain === undefined) return creditAll(state, money, previous, at)
  return {
    lines: [],
    stopped: money.running.filter(
      ({ subscription, invoice }) => subscription === previous.number && invoice !== boughtAgain.paidBy,
    ),
  }
}

interface CreditHow {
  at: Instant
  policy: ProrationPolicy
  timeZone: string
}

/** Of one part of its price. */
export function creditKey(money: CustomerMoney, subscription: number, key: string, how: CreditHow): Credits {
  return creditLines(
    money.running.filter((line) => line.subscription === subscription && chargeKey(line) === key),
    how,
  )
}

/** Of what goes on: what would come back of it, were it replaced too. */
export function creditsKept(
  money: CustomerMoney,
  subscription: number,
  replaced: readonly RunningLine[],
  how: CreditHow,
): LineDraft[] {
  const goesOn = (line: RunningLine) =>
    line.subscription === subscription && line.stoppedAt === null && !replaced.includes(line)
  return creditLines(money.running.filter(goesOn), how).lines
}

function creditLines(running: RunningLine[], { at, policy, timeZone }: CreditHow): Credits {
  const lines = running.flatMap((line) => creditLine(line, at, policy, timeZone) ?? [])
  // also one of which nothing is left to give back: what replaces it has its time
  const stopped = policy === 'none' ? [] : running
  return { lines, stopped }
}
