/**
 * What a customer may use now: plan × quantities + add-ons, then overrides, then access.
 *
 * Owns: which plan is in force and how allowances add up. Does not own: grants and what is used (`usage/`), when the
 * lifecycle moves (`subscriptions/due.ts` says it).
 * Invariant: pure; every feature of the catalog is in the answer, `included: false` where nothing gives it.
 */
import { decideAccess } from '../access/decide.ts'
import type {
  AddOnVersion,
  Allowance,
  Catalog,
  Feature,
  Limit,
  LimitPolicy,
  PlanVersion,
} from '../catalog/model.ts'
import { chargedFrom } from '../invoices/closed-stretch.ts'
import { fallbackPlan, liveSubscription, type CustomerState, type Override } from '../customers/state.ts'
import { intervalText } from '../subscriptions/terms.ts'
import { isInForce, type Subscription } from '../subscriptions/model.ts'
import type { Instant } from '../time/index.ts'
import type { WindowKind } from '../time/window.ts'
import type { Entitlements, FeatureEntitlement } from './model.ts'

const NOTHING: Limit = { unlimited: false, amount: 0 }
const UNLIMITED: Limit = { unlimited: true }
/** Of a feature that no plan and no add-on gives, should an override or a grant do. */
const DEFAULT_PRIORITY = 100

/** `times` multiplies the limit; `quantity` (of the add-on alone) what each member has of it. */
type Source = { allowance: Allowance; times: number; quantity: number }

/**
 * The plan in force: of the subscription that trials or is active, else the catalog's fallback, else none. One that unpaid
 * invoices block gives way to the fallback, where there is one to fall back on.
 */
function planInForce(
  state: Pick<CustomerState, 'subscriptions' | 'catalog' | 'standing'>,
): { plan: PlanVersion; subscription: Subscription | null } | null {
  const live = liveSubscription(state)
  const fallback = fallbackPlan(state.catalog)
  const givesWay = fallback !== null && state.standing.level === 'blocked'
  if (live !== null && isInForce(live) && !givesWay) return { plan: live.plan, subscription: live }
  return fallback === null ? null : { plan: fallback, subscription: null }
}

/**
 * Resolves everything under the head's version. `validUntil` is the next lifecycle moment
 * (`inForceUntil(state)` of `subscriptions/due.ts`).
 *
 * A blocked customer keeps what its plan includes, windows and limits too; it is `access` that refuses. What is sold ahead
 * is taken back while it isn't paid (`whileUnpaid`). Add-ons and overrides hold as long as the state has them: their ends
 * are lifecycle moments, which take them out of it.
 */
export function resolveEntitlements(state: CustomerState, validUntil: Instant): Entitlements {
  const inForce = planInForce(state)
  const subscription = inForce?.subscription ?? null
  const sources =
    inForce === null ? new Map<string, Source[]>() : sourcesOf(state.catalog, inForce.plan, subscription)
  const overrides = new Map(state.overrides.map((override) => [override.feature, override]))
  const features = new Map<number, FeatureEntitlement>()
  for (const feature of state.catalog.features) {
    const combined = combine(feature, sources.get(feature.key) ?? [])
    const priced = { ...combined, policy: pricedUnder(combined.policy, subscription) }
    const isUnpaid = subscription !== null && state.standing.level === 'blocked'
    const resolved = isUnpaid ? whileUnpaid(priced) : priced
    const override = overrides.get(feature.id)
    features.set(feature.id, override === undefined ? resolved : overridden(resolved, override))
  }
  return {
    version: state.head.entitlementVersion,
    plan:
      inForce === null
        ? null
        : {
            item: inForce.plan.item,
            key: inForce.plan.key,
            version: inForce.plan.version,
            name: inForce.plan.name,
          },
    subscription: subscription?.number ?? 0,
    currency: subscription?.currency ?? state.customer.currency,
    interval: subscription === null ? null : intervalText(subscription.interval),
    access: decideAccess(state),
    timeZone: state.customer.timeZone,
    billingPeriod:
      subscription === null ? null : { start: subscription.periodStart, end: subscription.periodEnd },
    chargedFrom: chargedFrom(state),
    validUntil,
    features,
  }
}

/** What a subscription includes of what costs above that, in the feature's scale, by surrogate; unlimited ones are left out. */
export function includedOf(catalog: Catalog, subscription: Subscription): Record<number, number> {
  const sources = sourcesOf(catalog, subscription.plan, subscription)
  return Object.fromEntries(
    catalog.features.flatMap((feature) => {
      const { included, limit, policy } = combine(feature, sources.get(feature.key) ?? [])
      return included && policy.type === 'overage' && !limit.unlimited ? [[feature.id, limit.amount]] : []
    }),
  )
}

function sourcesOf(
  catalog: Catalog,
  plan: PlanVersion,
  subscription: Subscription | null,
): Map<string, Source[]> {
  const sources = new Map<string, Source[]>()
  const quantities = subscription?.quantities ?? {}
  const add = (allowance: Allowance, quantity: number) => {
    // the fallback plan has no quantities of its own: one of each
    const units = allowance.perQuantity === null ? 1 : (quantities[allowance.perQuantity] ?? 1)
    const source = { allowance, times: quantity * units, quantity }
    const known = sources.get(allowance.feature)
    if (known === undefined) sources.set(allowance.feature, [source])
    else known.push(source)
  }
  for (const allowance of plan.allowances) add(allowance, 1)
  const addOns = subscription === null ? [] : addOnsInForce(catalog, subscription)
  for (const { addOn, quantity } of addOns) {
    for (const allowance of addOn.allowances) add(allowance, quantity)
  }
  return sources
}

/** Those that it has, and those that its bundles cover; each once, by key. */
function addOnsInForce(
  catalog: Catalog,
  { addOns, bundles }: Subscription,
): { addOn: AddOnVersion; quantity: number }[] {
  const own = new Set(addOns.map(({ addOn }) => addOn.key))
  const covered = new Set(bundles.flatMap(({ bundle }) => bundle.addOns).filter((key) => !own.has(key)))
  const known = [...catalog.addOns, ...catalog.archived.addOns]
  const all = [
    ...addOns,
    ...[...covered].flatMap((key) => {
      const addOn = known.find((each) => each.key === key)
      return addOn === undefined ? [] : { addOn, quantity: 1 }
    }),
  ]
  return all.sort((left, right) => (left.addOn.key < right.addOn.key ? -1 : 1))
}

/** The first source (the plan's, if it has the feature) sets window, scope and policy; the others add to it. */
function combine(feature: Feature, sources: Source[]): FeatureEntitlement {
  const first = sources[0]?.allowance
  const counted = feature.kind !== 'flag' && feature.kind !== 'setting'
  return {
    feature,
    kind: feature.kind,
    included:
      first !== undefined &&
      (feature.kind !== 'flag' || sources.some(({ allowance }) => allowance.value === true)),
    value: counted ? null : combineValues(feature, sources),
    limit: counted
      ? sources.map(({ allowance, times }) => multiply(allowance.limit, times)).reduce(sum, NOTHING)
      : NOTHING,
    window: first?.window ?? defaultWindow(feature),
    scope: first?.scope ?? 'customer',
    memberLimit: combineMemberLimits(sources),
    policy: first?.policy ?? { type: 'hard' },
    rollover: first?.rollover ?? { type: 'none' },
    priority: first?.priority ?? DEFAULT_PRIORITY,
    overridden: false,
  }
}

/** What lies above an allowance costs nothing in a trial, nor where nobody has agreed to pay: it is admitted and told. */
function pricedUnder(policy: LimitPolicy, subscription: Subscription | null): LimitPolicy {
  if (policy.type !== 'overage' || subscription?.status === 'active') return policy
  return { ...policy, unitPrices: {} }
}

/** Credits are goods: their quota is given when it is paid. Of an allowance nothing goes on that nobody has paid for. */
function whileUnpaid(entitlement: FeatureEntitlement): FeatureEntitlement {
  const unpaid = { ...entitlement, rollover: { type: 'none' } as const }
  return entitlement.kind === 'credits' ? { ...unpaid, included: false, limit: NOTHING } : unpaid
}

function defaultWindow(feature: Feature): WindowKind {
  return feature.kind === 'meter' ? 'month' : 'lifetime'
}

/** A flag is on if anything turns it on; of a setting the last one given holds (an add-on's over the plan's). */
function combineValues(feature: Feature, sources: Source[]): boolean | string | number | null {
  if (feature.kind === 'flag') return sources.some(({ allowance }) => allowance.value === true)
  return sources.at(-1)?.allowance.value ?? null
}

function combineMemberLimits(sources: Source[]): Limit | null {
  let total: Limit | null = null
  for (const { allowance, quantity } of sources) {
    if (allowance.memberLimit === null) continue
    const limit = multiply(allowance.memberLimit, quantity)
    total = total === null ? limit : sum(total, limit)
  }
  return total
}

function overridden(entitlement: FeatureEntitlement, override: Override): FeatureEntitlement {
  if (entitlement.kind === 'flag' || entitlement.kind === 'setting') {
    const included = entitlement.kind === 'setting' || override.value === true
    return { ...entitlement, included, value: override.value, overridden: true }
  }
  return { ...entitlement, included: true, limit: override.limit ?? NOTHING, overridden: true }
}

function multiply(limit: Limit, times: number): Limit {
  if (limit.unlimited) return times > 0 ? UNLIMITED : NOTHING
  return { unlimited: false, amount: Math.min(limit.amount * times, Number.MAX_SAFE_INTEGER) }
}

/** Unlimited dominates. */
function sum(left: Limit, right: Limit): Limit {
  if (left.unlimited || right.unlimited) return UNLIMITED
  return { unlimited: false, amount: Math.min(left.amount + right.amount, Number.MAX_SAFE_INTEGER) }
}
