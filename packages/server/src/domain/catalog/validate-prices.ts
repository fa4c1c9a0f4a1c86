import type {
  FeatureDefinition,
  PriceComponentDefinition,
  PriceDefinition,
  PriceModelDefinition,
} from '@tollkeeper/contract'
import { parseInterval } from './lookup.ts'
import type { Allowance } from './model.ts'
import { declared, type Scope, validateCurrencies } from './validation-scope.ts'

export interface PriceRules {
  /** What the item itself includes, by feature: components count that. */
  allowances: Record<string, unknown>
  kind: 'plan' | 'add_on' | 'bundle'
}

type PricesByCurrency = Record<string, Record<string, PriceDefinition>>

export function validatePrices(
  scope: Scope,
  path: string,
  prices: PricesByCurrency,
  rules: PriceRules,
): void {
  validateCurrencies(scope, path, Object.keys(prices))
  for (const [currency, byInterval] of Object.entries(prices)) {
    validateIntervals(scope, `${path}.${currency}`, currency, Object.keys(byInterval))
    for (const [interval, price] of Object.entries(byInterval)) {
      if (typeof price === 'object') validatePrice(scope, `${path}.${currency}.${interval}`, price, rules)
    }
  }
}

/** "year" and "12 months" are the same interval under two names. */
function validateIntervals({ add }: Scope, path: string, currency: string, names: string[]): void {
  if (names.length === 0)
    add(path, `Give a price for an interval, such as {month: 15000}, or leave ${currency} out`)
  const seen = new Map<string, string>()
  for (const name of names) {
    const length = lengthOf(name)
    const other = seen.get(length)
    if (other !== undefined) add(`${path}.${name}`, `The same interval as "${other}". Keep one of the two`)
    seen.set(length, name)
  }
}

function lengthOf(name: string): string {
  const interval = parseInterval(name)
  if (interval === null) return name
  const { unit, count } = interval
  if (unit === 'year') return `${count * 12} months`
  return unit === 'week' ? `${count * 7} days` : `${count} ${unit}s`
}

function validatePrice(
  scope: Scope,
  path: string,
  price: Exclude<PriceDefinition, number>,
  rules: PriceRules,
): void {
  if (price.minimumMinor !== undefined && rules.kind !== 'plan')
    scope.add(`${path}.minimumMinor`, 'Only a plan has a minimum. Give it to the plan, or leave it out')
  for (const [key, component] of Object.entries(price.components ?? {})) {
    const at = `${path}.components.${key}`
    if (key === 'flat' || Object.hasOwn(price.perUnit ?? {}, key))
      scope.add(at, `"${key}" names another part of this price. Give the component a name of its own`)
    validateCounting(scope, at, component)
    if (component.feature !== undefined) validateUse(scope, at, component.feature, rules)
    else if (component.timing === 'arrears' && rules.kind !== 'plan')
      scope.add(`${at}.timing`, 'Only a plan charges afterwards. Use "advance"')
    validateModel(scope, `${at}.model`, component.model)
  }
}

function validateCounting({ add }: Scope, path: string, component: PriceComponentDefinition): void {
  const { quantity, feature, timing, freeUnits, model } = component
  const isFlat = model.flat !== undefined
  if (quantity !== undefined && feature !== undefined)
    add(path, 'It counts a quantity or a feature, not both. Make two components of it')
  if (isFlat && (quantity !== undefined || feature !== undefined))
    add(path, 'A flat price counts nothing. Leave quantity and feature out, or use perUnit')
  if (!isFlat && quantity === undefined && feature === undefined)
    add(path, 'Say what is counted: quantity: "seats", or feature: "calls". Only a flat price counts nothing')
  if (feature !== undefined && timing === 'advance')
    add(`${path}.timing`, 'What is used is known at the end of the period alone. Use "arrears"')
  if (quantity !== undefined && timing === 'arrears')
    add(`${path}.timing`, 'A quantity is charged at the start of the period. Use "advance"')
  if (isFlat && freeUnits !== undefined)
    add(`${path}.freeUnits`, 'A flat price counts nothing that could be free. Leave it out')
  if (model.percentage !== undefined && quantity !== undefined)
    add(`${path}.model.percentage`, 'A percentage is of an amount that a feature counts. Give a feature')
}

function validateUse(scope: Scope, path: string, key: string, rules: PriceRules): void {
  const at = `${path}.feature`
  const feature = scope.features.get(key)
  if (feature === undefined) {
    if (scope.leftOut.has(`features.${key}`)) return
    scope.add(at, `There is no feature "${key}". ${declared([...scope.features.keys()])}`)
  } else if (feature.kind !== 'meter' && feature.kind !== 'credits') {
    scope.add(at, `"${key}" is a ${feature.kind}: only what is consumed is priced by use. Count a quantity`)
  } else if (rules.kind !== 'plan') {
    scope.add(at, 'Only a plan charges use. Give the component to the plan')
  } else if (windowOf(feature, rules.allowances[key]) !== 'billing_period') {
    scope.add(
      at,
      `What is billed for a period is counted for the period. Give "${key}" an allowance here with window "billing_period", such as {limit: "unlimited", window: "billing_period"}`,
    )
  } else if (isOverage(rules.allowances[key])) {
    scope.add(at, `The allowance of "${key}" bills its use already. Keep its overage price or this component`)
  }
}

type Details = { window?: Allowance['window']; policy?: unknown }

function windowOf(feature: FeatureDefinition, allowance: unknown): Allowance['window'] | null {
  if (allowance === undefined) return null
  const { window } = (typeof allowance === 'object' ? allowance : {}) as Details
  return window ?? (feature.kind === 'credits' ? 'billing_period' : 'month')
}

function isOverage(allowance: unknown): boolean {
  const { policy } = (typeof allowance === 'object' ? allowance : {}) as Details
  return typeof policy === 'object' && policy !== null && 'overage' in policy
}

function validateModel({ add }: Scope, path: string, model: PriceModelDefinition): void {
  for (const name of ['graduated', 'volume'] as const) {
    for (const [index, tier] of (model[name] ?? []).entries()) {
      const at = `${path}.${name}.${index}`
      const isLast = index === (model[name]?.length ?? 0) - 1
      const below = model[name]?.[index - 1]?.upTo ?? 0
      if (isLast && tier.upTo !== undefined)
        add(`${at}.upTo`, 'More may be used than that. Leave upTo out of the last tier')
      else if (!isLast && tier.upTo === undefined)
        add(at, 'Give upTo, or make it the last tier: only that one has no bound')
      else if (tier.upTo !== undefined && tier.upTo <= below)
        add(`${at}.upTo`, `Tiers ascend. Use more than ${below}`)
    }
  }
  const { minimumMinor = 0, maximumMinor } = model.percentage ?? {}
  if (maximumMinor !== undefined && maximumMinor < minimumMinor)
    add(`${path}.percentage.maximumMinor`, `It is below the minimum. Use ${minimumMinor} or more`)
}
