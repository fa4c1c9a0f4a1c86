/**
 * What a stretch of a subscription was charged afterwards, and under which terms: what is told of it later is charged
 * there, as if it had been told in time.
 *
 * Owns: the shape, whose use is whose, and how it is corrected. Does not own: what that costs (`late-lines.ts`), windows
 * and limits (`usage/`).
 * Invariant: a closed stretch is never changed in place; `billed`, with what was `kept`, is what its lines so far are worth.
 */
import type { LimitPolicy, PlanVersion } from '../catalog/model.ts'
import type { FeatureEntitlement } from '../entitlements/model.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { Instant, Interval, Span } from '../time/index.ts'

/** What a feature was used in it, in the feature's scale; `before` is what the same period had before it, for its tiers. */
export interface Counted {
  before: number
  used: number
}

export interface StretchUse extends Counted {
  /** Surrogate. */
  feature: number
  /** As it was when it was charged last. */
  billed: Counted
}

export interface ClosedStretch extends Span {
  /** Surrogate. */
  subscription: number
  /** The billing period that it is a part of. */
  period: Span
  plan: PlanVersion
  interval: Interval
  currency: string
  /** The least that it costs; 0 = none. */
  minimumMinor: number
  /** What counted towards that. */
  countedMinor: number
  /** What its price counts, and was used. */
  uses: readonly StretchUse[]
  /** What was included of features that cost above that, in the feature's scale, by surrogate. */
  included: Readonly<Record<number, number>>
  /** Of use that was taken back, what was charged and didn't come back: in minor units, by what charged it (`chargeKey`). */
  kept: Readonly<Record<string, number>>
  /** Something was told or taken back since it was charged. */
  reopened: boolean
  /** Its subscription is over and has had its last invoice: nothing of it can be charged any more. */
  settled: boolean
}

/**
 * From when on use belongs to what is not closed yet. Earlier use belongs to a closed stretch, or cost nothing when it
 * was used: in a trial, or before anything was paid for.
 */
export function chargedFrom({ subscriptions }: { subscriptions: readonly Subscription[] }): Instant {
  let from = Number.NEGATIVE_INFINITY
  for (const { authority, status, startAt, trialEndAt, periodStart, closedUntil, endedAt } of subscriptions) {
    if (authority === 'provider') continue
    if (status === 'active' || status === 'paused') {
      from = Math.max(from, periodStart, closedUntil ?? Math.max(startAt, trialEndAt ?? startAt))
    }
    if (endedAt !== null && closedUntil !== null) from = Math.max(from, closedUntil)
  }
  return from
}

export function stretchAt(stretches: readonly ClosedStretch[], at: Instant): ClosedStretch | null {
  return stretches.find(({ start, end }) => start <= at && at < end) ?? null
}

/**
 * Counts more of a feature's use (or less: below zero) where it was used. What the same period counted after it goes on
 * from there, until a plan that starts afresh.
 *
 * @param stretches those of the customer, oldest first
 * @param stretch the one that it belongs to; null: its time charged nothing of what was used
 */
export function countLate(
  stretches: readonly ClosedStretch[],
  { usedAt, stretch }: { usedAt: Instant; stretch: ClosedStretch | null },
  feature: number,
  amount: number,
): ClosedStretch[] {
  let goesOn = true
  return stretches.map((each) => {
    const use = () => useIn(each, feature) ?? newUse(stretches, each, feature)
    if (each === stretch) return withUse(each, { ...use(), used: use().used + amount })
    const follows = each.period.start <= usedAt && usedAt < each.start && !each.settled
    if (!follows || !goesOn) return each
    goesOn = !startsAfresh(stretches, each)
    return goesOn ? withUse(each, { ...use(), before: use().before + amount }) : each
  })
}

/** Did the change of plan that it began with give the allowance anew? */
function startsAfresh(stretches: readonly ClosedStretch[], stretch: ClosedStretch): boolean {
  const { usageOnChange } = stretch.plan.policies
  const earlier = earlierInPeriod(stretches, stretch)
  const last = earlier.at(-1)
  const changed =
    last === undefined ? stretch.start > stretch.period.start : last.plan.item !== stretch.plan.item
  if (usageOnChange === 'keep' || !changed) return false
  return usageOnChange === 'reset' || !earlier.some((each) => startsAfresh(stretches, each))
}

const earlierInPeriod = (stretches: readonly ClosedStretch[], stretch: ClosedStretch) =>
  stretches.filter(
    ({ subscription, period, end }) =>
      subscription === stretch.subscription && period.start === stretch.period.start && end <= stretch.start,
  )

/**
 * Above an allowance: at the price of the plan that held; at none where it had none, and in a time that was not charged. What
 * isn't given any more was counted as that plan says.
 */
export function termsThen(
  entitlement: FeatureEntitlement,
  stretch: ClosedStretch | null,
): FeatureEntitlement {
  const { feature, policy, included } = entitlement
  const then = stretch?.plan.allowances.find((each) => each.feature === feature.key)
  if (then === undefined) {
    const isAdded = stretch?.included[feature.id] !== undefined
    return { ...entitlement, policy: isAdded ? policy : unpriced(policy) }
  }
  const { window, scope, memberLimit } = included ? entitlement : then
  return { ...entitlement, policy: then.policy, window, scope, memberLimit }
}

function unpriced(policy: LimitPolicy): LimitPolicy {
  return policy.type === 'overage' ? { ...policy, unitPrices: {} } : policy
}

const useIn = ({ uses }: ClosedStretch, feature: number): StretchUse | undefined =>
  uses.find((each) => each.feature === feature)

function newUse(stretches: readonly ClosedStretch[], stretch: ClosedStretch, feature: number): StretchUse {
  const run = [...earlierInPeriod(stretches, stretch), stretch]
  const sinceAnew = run.slice(
    Math.max(
      0,
      run.findLastIndex((each) => startsAfresh(stretches, each)),
    ),
  )
  const last = sinceAnew.map((each) => useIn(each, feature)).findLast((use) => use !== undefined)
  const before = last === undefined ? 0 : last.before + last.used
  return { feature, before, used: 0, billed: { before, used: 0 } }
}

function withUse(stretch: ClosedStretch, use: StretchUse): ClosedStretch {
  const others = stretch.uses.filter(({ feature }) => feature !== use.feature)
  return { ...stretch, uses: [...others, use], reopened: true }
}
