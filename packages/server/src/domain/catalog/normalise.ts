/**
 * From what the author wrote to what the engine decides by, with every default written out.
 *
 * Owns: the defaults, the conversion of units. Does not own: whether it makes sense (`validate.ts` goes before), ids
 * and versions (the store gives them).
 * Invariant: the same catalog always yields the same content, so a second put changes nothing.
 */
import type {
  AddOnDefinition,
  AllowanceDefinition,
  AllowanceDetails,
  BundleDefinition,
  CatalogDefinition,
  FeatureDefinition,
  PlanDefinition,
} from '@tollkeeper/contract'
import type { WindowKind } from '../time/window.ts'
import { toAmount } from './amounts.ts'
import type {
  AddOnVersion,
  Allowance,
  BundleVersion,
  Feature,
  Limit,
  LimitPolicy,
  PlanVersion,
  Rollover,
} from './model.ts'
import { normalisePolicies } from './normalise-policies.ts'
import { normalisePrices } from './normalise-prices.ts'
import { type CatalogSettings, normaliseSettings } from './normalise-settings.ts'

/** A feature without the number that the store gives it. */
export type FeatureContent = Omit<Feature, 'id'>
/** An item without what the store gives it. */
export type PlanContent = Omit<PlanVersion, 'item' | 'version'>
export type AddOnContent = Omit<AddOnVersion, 'item' | 'version'>
export type BundleContent = Omit<BundleVersion, 'item' | 'version'>

export interface Entry<Content> {
  content: Content
  archived: boolean
}

export interface CatalogContent extends CatalogSettings {
  features: FeatureContent[]
  plans: Entry<PlanContent>[]
  addOns: Entry<AddOnContent>[]
  bundles: Entry<BundleContent>[]
}

/** Takes a catalog that `validateCatalog` found nothing wrong with. */
export function normaliseCatalog(catalog: CatalogDefinition): CatalogContent {
  const features = new Map(
    Object.entries(catalog.features).map(([key, feature]) => [key, normaliseFeature(key, feature)]),
  )
  const settings = normaliseSettings(catalog)
  return {
    ...settings,
    features: [...features.values()],
    plans: Object.entries(catalog.plans).map(([key, plan]) => ({
      content: normalisePlan(key, plan, features, key === settings.fallbackPlan),
      archived: plan.archived ?? false,
    })),
    addOns: Object.entries(catalog.addOns ?? {}).map(([key, addOn]) => ({
      content: normaliseAddOn(key, addOn, features),
      archived: addOn.archived ?? false,
    })),
    bundles: Object.entries(catalog.bundles ?? {}).map(([key, bundle]) => ({
      content: normaliseBundle(key, bundle),
      archived: bundle.archived ?? false,
    })),
  }
}

export function isCounted(kind: Feature['kind']): boolean {
  return kind === 'gauge' || kind === 'meter' || kind === 'credits'
}

function normaliseFeature(key: string, feature: FeatureDefinition): FeatureContent {
  return {
    key,
    kind: feature.kind,
    name: feature.name ?? key,
    unit: feature.unit ?? '',
    scale: feature.scale ?? 0,
    valueType: feature.kind === 'setting' ? (feature.type ?? 'string') : null,
    thresholds: isCounted(feature.kind) ? (feature.thresholds ?? [80, 90, 100]) : [],
    failPolicy: feature.failPolicy ?? 'closed',
    costs: feature.costs ?? {},
    latenessDays: feature.latenessDays ?? 30,
  }
}

type Features = Map<string, FeatureContent>

function normalisePlan(
  key: string,
  plan: PlanDefinition,
  features: Features,
  isFallback: boolean,
): PlanContent {
  const credits = plan.policies?.renewal?.credits ?? 'expire'
  return {
    key,
    name: plan.name ?? key,
    description: plan.description ?? '',
    prices: normalisePrices(plan.prices ?? {}),
    allowances: normaliseAllowances(plan.allowances ?? {}, features, {
      // without a subscription there is no billing period
      creditsWindow: isFallback ? 'month' : 'billing_period',
      creditsRollover: credits === 'expire' ? false : credits === 'rollover' ? true : credits.rollover,
    }),
    trial: plan.trial ? { days: plan.trial.days, onEnd: plan.trial.onEnd ?? 'expire' } : null,
    policies: normalisePolicies(plan.policies ?? {}),
    ...taxesOf(plan),
    metadata: plan.metadata ?? {},
  }
}

function normaliseAddOn(key: string, addOn: AddOnDefinition, features: Features): AddOnContent {
  const oneOff = addOn.kind === 'one_off'
  return {
    key,
    name: addOn.name ?? key,
    description: addOn.description ?? '',
    kind: addOn.kind,
    prices: oneOff ? [] : normalisePrices(addOn.prices ?? {}),
    oneOffPrices: oneOff
      ? Object.entries(addOn.prices ?? {}).map(([currency, amountMinor]) => ({ currency, amountMinor }))
      : [],
    allowances: normaliseAllowances(addOn.allowances ?? {}, features, {
      creditsWindow: 'billing_period',
      creditsRollover: false,
    }),
    grantDays: oneOff ? (addOn.grantDays ?? null) : null,
    ...taxesOf(addOn),
    metadata: addOn.metadata ?? {},
  }
}

function normaliseBundle(key: string, bundle: BundleDefinition): BundleContent {
  return {
    key,
    name: bundle.name ?? key,
    description: bundle.description ?? '',
    addOns: bundle.addOns,
    prices: normalisePrices(bundle.prices ?? {}),
    ...taxesOf(bundle),
    metadata: bundle.metadata ?? {},
  }
}

function taxesOf({
  taxInclusive = false,
  taxCategory = 'standard',
}: PlanDefinition | AddOnDefinition | BundleDefinition) {
  return { taxInclusive, taxCategory }
}

interface AllowanceDefaults {
  creditsWindow: WindowKind
  creditsRollover: AllowanceDetails['rollover']
}

function normaliseAllowances(
  allowances: Record<string, AllowanceDefinition>,
  features: Features,
  defaults: AllowanceDefaults,
): Allowance[] {
  return Object.entries(allowances).map(([key, allowance]) => {
    const feature = features.get(key)
    if (feature === undefined) throw new Error(`The feature ${key} got past the catalog's rules`)
    return isCounted(feature.kind)
      ? countedAllowance(feature, allowance as number | 'unlimited' | AllowanceDetails, defaults)
      : valueAllowance(key, allowance as boolean | number | string)
  })
}

function valueAllowance(feature: string, value: boolean | number | string): Allowance {
  return {
    feature,
    value,
    limit: { unlimited: false, amount: 0 },
    perQuantity: null,
    window: 'lifetime',
    scope: 'customer',
    memberLimit: null,
    policy: { type: 'hard' },
    rollover: { type: 'none' },
    priority: 100,
  }
}

function countedAllowance(
  feature: FeatureContent,
  allowance: number | 'unlimited' | AllowanceDetails,
  defaults: AllowanceDefaults,
): Allowance {
  const details: AllowanceDetails = typeof allowance === 'object' ? allowance : { limit: allowance }
  const amount = (figure: number) => {
    const converted = toAmount(figure, feature.scale, details.unit)
    if (typeof converted === 'string')
      throw new Error(`${figure} of ${feature.key} got past the catalog's rules`)
    return converted
  }
  const limitOf = (figure: number | 'unlimited'): Limit =>
    figure === 'unlimited' ? { unlimited: true } : { unlimited: false, amount: amount(figure) }
  const credits = feature.kind === 'credits'
  return {
    feature: feature.key,
    value: null,
    limit: limitOf(details.limit),
    perQuantity: details.perQuantity ?? null,
    window:
      feature.kind === 'gauge'
        ? 'lifetime'
        : (details.window ?? (credits ? defaults.creditsWindow : 'month')),
    scope: details.scope ?? 'customer',
    memberLimit: details.memberLimit === undefined ? null : limitOf(details.memberLimit),
    policy: normalisePolicy(details.policy ?? 'hard', amount),
    rollover: normaliseRollover(details.rollover ?? (credits ? defaults.creditsRollover : false), amount),
    priority: details.priority ?? 100,
  }
}

function normalisePolicy(
  policy: NonNullable<AllowanceDetails['policy']>,
  amount: (figure: number) => number,
): LimitPolicy {
  if (policy === 'hard') return { type: 'hard' }
  if ('overage' in policy) return { type: 'overage', unitPrices: policy.overage }
  const { graceAmount, graceDays } = policy.soft
  return {
    type: 'soft',
    graceAmount: graceAmount === undefined ? null : amount(graceAmount),
    graceDays: graceDays ?? null,
  }
}

function normaliseRollover(
  rollover: AllowanceDetails['rollover'],
  amount: (figure: number) => number,
): Rollover {
  if (rollover === undefined || rollover === false) return { type: 'none' }
  const { cap, sharePercent = 100, windows = 1 } = rollover === true ? {} : rollover
  return { type: 'unused', cap: cap === undefined ? null : amount(cap), sharePercent, windows }
}
