import { Big } from 'big.js'
import { standingCharge } from '../invoices/price-lines.ts'
import { findAnyPlan, priceOf } from './lookup.ts'
import type { Allowance, Catalog, Limit, PlanVersion, Price } from './model.ts'

export interface UpgradeQuestion {
  catalog: Catalog
  /** Key of the plan in force; null without one. */
  plan: string | null
  /** Of the subscription. Null without one: then the only currency that plans are sold in, if there is only one. */
  currency: string | null
  /** Of the subscription, for example `month`, which is also what holds without one. */
  interval: string | null
  /** Key of the feature that was asked for. */
  feature: string
  /** What is used plus what was asked; ignored for flags. */
  needed: number
  /** Of the subscription; 1 of each that isn't named. */
  quantities?: Record<string, number>
}

export interface UpgradeSuggestion {
  plan: string
  name: string
  /** Of the feature on that plan; null for flags and settings. */
  limit: Limit | null
  price: { currency: string; interval: string; amountMinor: number }
}

/**
 * The cheapest dearer plan on sale, in the same currency and interval, whose limit admits what is needed; else null.
 * Of two at one price the one declared first.
 */
export function suggestUpgrade(question: UpgradeQuestion): UpgradeSuggestion | null {
  const { catalog, feature, needed, quantities = {} } = question
  const currency = question.currency ?? onlyCurrency(catalog)
  const interval = question.interval ?? 'month'
  if (currency === null) return null
  const current = question.plan === null ? undefined : findAnyPlan(catalog, question.plan)
  const floor =
    current === undefined ? null : (costOf(current, currency, interval, quantities)?.cost ?? new Big(0))
  let best: { cost: Big; suggestion: UpgradeSuggestion } | null = null
  for (const plan of catalog.plans) {
    const candidate = costOf(plan, currency, interval, quantities)
    if (candidate === null || plan.key === question.plan) continue
    if (floor !== null && candidate.cost.lte(floor)) continue
    if (best !== null && candidate.cost.gte(best.cost)) continue
    const allowance = plan.allowances.find((entry) => entry.feature === feature)
    if (allowance === undefined || !admits(allowance, needed, quantities)) continue
    const { key, name } = plan
    const price = { currency, interval, amountMinor: candidate.price.amountMinor }
    best = {
      cost: candidate.cost,
      suggestion: { plan: key, name, limit: limitOf(allowance, quantities), price },
    }
  }
  return best?.suggestion ?? null
}

function onlyCurrency(catalog: Catalog): string | null {
  const currencies = new Set(catalog.plans.flatMap((plan) => plan.prices.map((price) => price.currency)))
  return currencies.size === 1 ? ([...currencies][0] ?? null) : null
}

function admits(allowance: Allowance, needed: number, quantities: Record<string, number>): boolean {
  if (allowance.value !== null) return allowance.value !== false
  const limit = limitOf(allowance, quantities)
  return limit === null || limit.unlimited || limit.amount >= needed
}

function limitOf(allowance: Allowance, quantities: Record<string, number>): Limit | null {
  if (allowance.value !== null) return null
  const { limit, perQuantity } = allowance
  if (limit.unlimited || perQuantity === null) return limit
  return { unlimited: false, amount: limit.amount * quantityOf(quantities, perQuantity) }
}

function quantityOf(quantities: Record<string, number>, key: string): number {
  return Object.hasOwn(quantities, key) ? (quantities[key] ?? 1) : 1
}

/** What the plan costs with these quantities, before anything is used. */
function costOf(
  plan: PlanVersion,
  currency: string,
  interval: string,
  quantities: Record<string, number>,
): { cost: Big; price: Price } | null {
  const price = priceOf(plan, currency, interval)
  return price === undefined ? null : { cost: standingCharge(price, quantities), price }
}
