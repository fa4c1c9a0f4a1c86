/**
 * What a change of one subscription entails, before it is a document.
 *
 * Owns: the shape, that currencies are never mixed, and that modules may be apart from the plan. Does not own: which lines there are (`plan-bills.ts`).
 */
import type { Coupon } from '../catalog/model.ts'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import type { Replaced } from '../discounts/within-period.ts'
import { Refusal } from '../../refusal.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { raisesQuota, raisesQuotaAlone } from '../subscriptions/quota-add-ons.ts'
import type { Instant, Span } from '../time/index.ts'
import { NOTHING_CLOSED, type ClosedUse } from './close.ts'
import type { InvoiceReason, LineDraft, RunningLine } from './model.ts'
import { runningOf } from './running-of.ts'

/** What a change of one subscription entails; of two currencies there are two. */
export interface Bill {
  currency: string
  /** On an invoice of its own, now. */
  now: LineDraft[]
  /** On the next one. */
  later: LineDraft[]
  reason: InvoiceReason
  /** What the invoice opens; null when it opens nothing. */
  period: Span | null
  /** What is replaced of the period where its plan is; null: that goes on. */
  replaced: Replaced | null
  /** Which amounts off are taken from it whole, though it opens no period. */
  takesAmount: (coupon: Coupon) => boolean
  /** Which of the lines that wait go along. */
  takes: (line: LineDraft) => boolean
  /** Where everything paid ahead is cut short, what waits of it too; null: nothing is. */
  cutAt: Instant | null
  /** What is charged afterwards is on it, up to here; null: nothing is. */
  closedUntil: Instant | null
  closed: ClosedUse
  /** Lines that were given back. */
  stopped: RunningLine[]
  /** Lines of which less is left to give back, as they are then. */
  lowered: RunningLine[]
  billedUntil: Instant | null
}

export const NOTHING = {
  now: [],
  later: [],
  reason: 'change',
  period: null,
  replaced: null,
  takesAmount: () => false,
  takes: () => false,
  cutAt: null,
  closedUntil: null,
  closed: NOTHING_CLOSED,
  stopped: [],
  lowered: [],
} satisfies Partial<Bill>

/** Modules are on a document beside the plan's, where its policy says so and there is a plan's. */
export function withModulesApart({ catalog }: CustomerState, next: Subscription, planned: Bill): Bill[] {
  const isModule = isModuleOf(catalog, next)
  const { now, currency, billedUntil, cutAt, takes } = planned
  const isMixed = now.some(isModule) && !now.every(isModule)
  if (next.plan.policies.moduleInvoices !== 'apart' || (planned.period === null && !isMixed)) return [planned]
  const ofPlan = now.filter((line) => !isModule(line))
  const isNamed = ({ appliesTo }: Coupon) =>
    ofPlan.some(
      ({ reference, amountMinor }) =>
        appliesTo.includes(reference) || (appliesTo.length === 0 && amountMinor > 0),
    )
  const modules: Bill = {
    ...NOTHING,
    currency,
    now: now.filter(isModule),
    reason: 'add_on',
    takesAmount: (coupon) => planned.period !== null && !isNamed(coupon),
    takes: (line) => takes(line) && isModule(line),
    cutAt,
    billedUntil,
  }
  return [
    {
      ...planned,
      now: ofPlan,
      takes: (line) => takes(line) && !isModule(line),
    },
    modules,
  ]
}

/** What goes off by itself where it isn't paid. What adds to a quota of the plan is the plan's. */
export function isModuleOf(catalog: CustomerState['catalog'], { plan, addOns, bundles }: Subscription) {
  const belongs = new Set([
    ...addOns.filter(({ addOn }) => raisesQuota(plan, addOn)).map(({ addOn }) => addOn.key),
    ...bundles
      .filter(({ bundle }) => raisesQuotaAlone(catalog, plan, bundle))
      .map(({ bundle }) => bundle.key),
  ])
  return ({ kind, reference }: Pick<LineDraft, 'kind' | 'reference'>): boolean =>
    (kind === 'add_on' || kind === 'bundle') && !belongs.has(reference)
}

/** What the old currency still has to charge is on a document of its own. */
export function byCurrency(planned: Bill, previous: Subscription | null): Bill[] {
  if (previous === null || previous.currency === planned.currency) return [planned]
  const { closedUntil, closed, now, later } = planned
  const old: Bill = {
    ...NOTHING,
    currency: previous.currency,
    now: [...closed.lines],
    takes: () => true,
    closedUntil,
    closed,
    billedUntil: previous.billedUntil,
  }
  const rest = (lines: readonly LineDraft[]) => lines.filter((line) => !closed.lines.includes(line))
  return [old, { ...planned, now: rest(now), later: rest(later), closedUntil: null, closed: NOTHING_CLOSED }]
}

/** What is left of one currency can't be set against another. @throws Refusal `currency_change` where something is */
export function requireCurrency(
  money: CustomerMoney,
  previous: Subscription,
  next: Subscription,
  rest: Span,
): void {
  const isPaid = runningOf(money, previous.number).some(
    ({ service, amountMinor, creditedMinor }) => service.end > rest.start && amountMinor > creditedMinor,
  )
  if (previous.currency === next.currency || rest.start >= rest.end || !isPaid) return
  throw new Refusal('currency_change', {
    param: 'currency',
    values: { currency: next.currency, current: previous.currency },
  })
}
