import type { AllowanceDefinition, AllowanceDetails, FeatureDefinition } from '@tollkeeper/contract'
import { isByteUnitName, toAmount } from './amounts.ts'
import { isCounted } from './normalise.ts'
import { declared, type Scope, validateCurrencies } from './validation-scope.ts'

export interface AllowanceRules {
  /** Those the item is sold in. */
  currencies: string[]
  /** The plan that holds without a subscription. */
  isFallback: boolean
  /** A one-off add-on: what it gives is a grant. */
  oneOff: boolean
}

export function validateAllowances(
  scope: Scope,
  path: string,
  allowances: Record<string, AllowanceDefinition>,
  rules: AllowanceRules,
): void {
  for (const [key, allowance] of Object.entries(allowances)) {
    const at = `${path}.${key}`
    const feature = scope.features.get(key)
    if (feature === undefined) {
      if (scope.leftOut.has(`features.${key}`)) continue
      scope.add(
        at,
        `There is no feature "${key}". Declare it under features, or leave it out. ${declared([...scope.features.keys()])}`,
      )
    } else if (rules.oneOff && feature.kind !== 'meter' && feature.kind !== 'credits') {
      scope.add(
        at,
        `A one-off add-on grants meters and credits, and "${key}" is a ${feature.kind}. Use kind "recurring"`,
      )
    } else if (isCounted(feature.kind)) validateCounted(scope, at, key, feature, allowance, rules)
    else validateValue(scope, at, key, feature, allowance)
  }
}

function validateValue(
  { add }: Scope,
  path: string,
  key: string,
  feature: FeatureDefinition,
  allowance: AllowanceDefinition,
): void {
  if (feature.kind === 'flag') {
    if (typeof allowance !== 'boolean') add(path, `"${key}" is a flag. Use true or false`)
    return
  }
  const type = feature.type ?? 'string'
  if (typeof allowance !== type) add(path, `"${key}" is a setting of type ${type}. Use a ${type}`)
}

function validateCounted(
  scope: Scope,
  path: string,
  key: string,
  feature: FeatureDefinition,
  allowance: AllowanceDefinition,
  rules: AllowanceRules,
): void {
  const { add } = scope
  if (typeof allowance === 'boolean') {
    const remedy = allowance ? 'Use a number or "unlimited"' : 'Leave it out, or use 0'
    add(path, `"${key}" is counted (kind ${feature.kind}). ${remedy}`)
    return
  }
  if (typeof allowance === 'string' && allowance !== 'unlimited') {
    add(
      path,
      `"${key}" is counted (kind ${feature.kind}). Use a number or "unlimited", without quotes around the number`,
    )
    return
  }
  const details = typeof allowance === 'object' ? allowance : { limit: allowance as number | 'unlimited' }
  const limitPath = typeof allowance === 'object' ? `${path}.limit` : path
  if (details.unit !== undefined && !isByteUnitName(feature.unit)) {
    add(
      `${path}.unit`,
      `Only bytes are converted. Give "${key}" the unit "byte", or leave ${details.unit} out`,
    )
  } else validateFigures(scope, path, limitPath, feature, details)
  validateTiming(scope, path, key, feature, details, rules)
  validatePolicy(scope, path, key, feature, details, rules)
}

function validateFigures(
  { add }: Scope,
  path: string,
  limitPath: string,
  feature: FeatureDefinition,
  details: AllowanceDetails,
): void {
  const scale = feature.scale ?? 0
  const check = (at: string, figure: number | 'unlimited' | undefined) => {
    if (figure === undefined || figure === 'unlimited') return
    const amount = toAmount(figure, scale, details.unit)
    if (amount === 'negative') add(at, 'It cannot be negative. Use 0 or more, or "unlimited"')
    if (amount === 'too_large') add(at, 'More than 2^53 - 1 is not counted exactly. Use "unlimited"')
    if (amount === 'not_whole') {
      const remedy = details.unit
        ? 'Use a figure that is a whole number of bytes'
        : 'Round it, or give the feature a larger scale'
      add(at, `${figure} has more decimals than are counted (scale ${scale}). ${remedy}`)
    }
  }
  check(limitPath, details.limit)
  check(`${path}.memberLimit`, details.memberLimit)
  if (typeof details.rollover === 'object') check(`${path}.rollover.cap`, details.rollover.cap)
  if (typeof details.policy === 'object' && 'soft' in details.policy) {
    check(`${path}.policy.soft.graceAmount`, details.policy.soft.graceAmount)
  }
}

function validateTiming(
  { add }: Scope,
  path: string,
  key: string,
  feature: FeatureDefinition,
  details: AllowanceDetails,
  rules: AllowanceRules,
): void {
  const rollsOver = details.rollover !== undefined && details.rollover !== false
  if (feature.kind === 'gauge') {
    if (details.window !== undefined)
      add(
        `${path}.window`,
        `"${key}" is a gauge: it is given back and never starts again. Leave the window out`,
      )
    if (rollsOver)
      add(`${path}.rollover`, `"${key}" is a gauge: nothing of it is left over. Leave the rollover out`)
  } else if (rollsOver && details.window === 'lifetime') {
    add(
      `${path}.rollover`,
      'A lifetime never ends, so nothing is left over. Leave the rollover out, or use another window',
    )
  }
  if (rules.isFallback && details.window === 'billing_period') {
    add(
      `${path}.window`,
      'The fallback plan holds without a subscription, so it has no billing period. Use "month"',
    )
  }
  if (details.scope === 'member' && details.memberLimit !== undefined) {
    add(
      `${path}.memberLimit`,
      'With scope "member" the limit is each member’s own already. Leave memberLimit out',
    )
  }
}

function validatePolicy(
  { add }: Scope,
  path: string,
  key: string,
  feature: FeatureDefinition,
  { policy }: AllowanceDetails,
  rules: AllowanceRules,
): void {
  if (typeof policy !== 'object') return
  if ('soft' in policy) {
    if (policy.soft.graceAmount !== undefined || policy.soft.graceDays !== undefined) return
    add(
      `${path}.policy.soft`,
      'Give graceAmount, graceDays or both; to admit everything use the limit "unlimited"',
    )
    return
  }
  const at = `${path}.policy.overage`
  if (feature.kind === 'gauge') {
    add(at, `"${key}" is held, not consumed: sell more of it by a quantity (perQuantity) or an add-on`)
  }
  validateCurrencies({ add }, at, Object.keys(policy.overage))
  if (Object.keys(policy.overage).length === 0)
    add(at, 'Give the price of one unit in a currency, such as {XOF: "12.5"}')
  for (const currency of rules.currencies) {
    if (!Object.hasOwn(policy.overage, currency))
      add(at, `It is sold in ${currency}: give the price of one unit in ${currency} too`)
  }
}
