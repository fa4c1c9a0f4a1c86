/**
 * The rules between the parts of a catalog, and of amounts against the feature that they are of.
 *
 * Owns: what makes a well-formed catalog senseless, and the remedy. Does not own: the shape (the contract's
 * `parseCatalog`), what may change against the catalog in force (`diff.ts`).
 * Invariant: pure, and all problems at once; a catalog without problems can be normalised.
 */
import type { CatalogDefinition, CatalogProblem, FeatureDefinition } from '@tollkeeper/contract'
import { validateAllowances } from './validate-allowances.ts'
import { isCounted } from './normalise.ts'
import { validatePolicies } from './validate-policies.ts'
import { validatePrices } from './validate-prices.ts'
import { validateCoupons, validateOperator, validateTaxes } from './validate-settings.ts'
import { declared, type Scope, validateCurrencies } from './validation-scope.ts'

/** `leftOut`: entries, as `features.agents`, whose shape is wrong already; naming them is no further problem. */
export function validateCatalog(
  catalog: CatalogDefinition,
  leftOut: ReadonlySet<string> = new Set(),
): CatalogProblem[] {
  const problems: CatalogProblem[] = []
  const scope: Scope = {
    features: new Map(Object.entries(catalog.features)),
    leftOut,
    add: (path, message) => problems.push({ path, message }),
  }
  validateOperator(scope, catalog)
  for (const [key, feature] of scope.features) validateFeature(scope, key, feature)
  validateCosts(scope)
  validatePlans(scope, catalog)
  validateAddOns(scope, catalog)
  validateBundles(scope, catalog)
  validateCoupons(scope, catalog)
  validateTaxes(scope, catalog)
  validateFallback(scope, catalog)
  return problems
}

function validateFeature({ add }: Scope, key: string, feature: FeatureDefinition): void {
  const path = `features.${key}`
  const { kind, thresholds, costs, scale, type } = feature
  if (!isCounted(kind)) {
    if (thresholds !== undefined)
      add(`${path}.thresholds`, `A ${kind} has no limit to announce. Leave it out`)
    if (scale !== undefined) add(`${path}.scale`, `A ${kind} is not counted. Leave it out`)
  }
  if (kind !== 'setting' && type !== undefined) add(`${path}.type`, `Only a setting has a type. Leave it out`)
  if (kind !== 'credits' && costs !== undefined) {
    add(
      `${path}.costs`,
      `Only credits have costs, and this is a ${kind}. Leave it out, or use kind "credits"`,
    )
  }
  if (thresholds?.some((threshold, index) => index > 0 && threshold <= (thresholds[index - 1] ?? 0))) {
    add(`${path}.thresholds`, `Write each percentage once, ascending, such as [80, 90, 100]`)
  }
}

/** An action is consumed by its key as a feature is, so that one key must mean one thing. */
function validateCosts({ features, add }: Scope): void {
  const owners = new Map<string, string>()
  for (const [key, feature] of features) {
    for (const action of Object.keys(feature.costs ?? {})) {
      const path = `features.${key}.costs.${action}`
      const owner = owners.get(action)
      if (features.has(action)) add(path, `"${action}" is a feature's key. Give the action another name`)
      if (owner !== undefined)
        add(path, `"${action}" costs credits of "${owner}" already. Give the action another name`)
      owners.set(action, key)
    }
  }
}

function validatePlans(scope: Scope, catalog: CatalogDefinition): void {
  for (const [key, plan] of Object.entries(catalog.plans)) {
    const path = `plans.${key}`
    validatePrices(scope, `${path}.prices`, plan.prices ?? {}, {
      kind: 'plan',
      allowances: plan.allowances ?? {},
    })
    validatePolicies(scope, `${path}.policies`, plan.policies ?? {})
    validateAllowances(scope, `${path}.allowances`, plan.allowances ?? {}, {
      currencies: Object.keys(plan.prices ?? {}),
      isFallback: catalog.fallbackPlan === key,
      oneOff: false,
    })
  }
}

function validateAddOns(scope: Scope, catalog: CatalogDefinition): void {
  for (const [key, addOn] of Object.entries(catalog.addOns ?? {})) {
    const path = `addOns.${key}`
    if (addOn.kind === 'one_off') validateCurrencies(scope, `${path}.prices`, Object.keys(addOn.prices ?? {}))
    else {
      const { prices = {}, allowances = {} } = addOn
      validatePrices(scope, `${path}.prices`, prices, { kind: 'add_on', allowances })
    }
    validateAllowances(scope, `${path}.allowances`, addOn.allowances ?? {}, {
      currencies: Object.keys(addOn.prices ?? {}),
      isFallback: false,
      oneOff: addOn.kind === 'one_off',
    })
  }
}

function validateBundles(scope: Scope, catalog: CatalogDefinition): void {
  const addOns = new Map(Object.entries(catalog.addOns ?? {}))
  for (const [key, bundle] of Object.entries(catalog.bundles ?? {})) {
    validatePrices(scope, `bundles.${key}.prices`, bundle.prices ?? {}, { kind: 'bundle', allowances: {} })
    for (const [index, name] of bundle.addOns.entries()) {
      const path = `bundles.${key}.addOns.${index}`
      const addOn = addOns.get(name)
      if (addOn === undefined) {
        if (!scope.leftOut.has(`addOns.${name}`)) {
          scope.add(path, `There is no add-on "${name}". ${declared([...addOns.keys()])}`)
        }
      } else if (addOn.kind === 'one_off') {
        scope.add(path, `"${name}" is one-off, and a bundle covers recurring add-ons. Leave it out`)
      }
      if (bundle.addOns.indexOf(name) !== index) scope.add(path, `"${name}" is named twice. Keep one`)
    }
  }
}

function validateFallback({ add, leftOut }: Scope, catalog: CatalogDefinition): void {
  const key = catalog.fallbackPlan
  if (key === undefined || key === null || leftOut.has(`plans.${key}`)) return
  const plan = Object.hasOwn(catalog.plans, key) ? catalog.plans[key] : undefined
  if (plan === undefined) {
    add('fallbackPlan', `There is no plan "${key}". ${declared(Object.keys(catalog.plans))}`)
  } else if (Object.keys(plan.prices ?? {}).length > 0) {
    add(
      'fallbackPlan',
      `"${key}" has prices, and this plan holds without a subscription. Name a plan without prices`,
    )
  } else if (plan.archived) {
    add('fallbackPlan', `"${key}" is archived. Name another plan, or take the archived mark away`)
  }
}
