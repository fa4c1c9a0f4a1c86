import { findPlan, intervalName, parseInterval, priceOf } from '../catalog/lookup.ts'
import type { Catalog, PlanVersion, Price } from '../catalog/model.ts'
import { Refusal } from '../../refusal.ts'
import { requireCurrency } from '../money/index.ts'
import { standingCharge } from '../invoices/price-lines.ts'
import type { Interval } from '../time/index.ts'
import type { Terms } from './model.ts'

export interface TermsRequest {
  plan: string
  /** `month`, `3 months`. */
  interval: string
  /** null = any that the plan has a price for: the customer's own first. */
  currency: string | null
  quantities: Record<string, number>
}

/** ISO 4217: no currency is involved. Of a free plan for a customer without a currency. */
const NO_CURRENCY = 'XXX'

/**
 * What is asked for, as the catalog in force has it. Quantities that the plan counts and nobody named are 1.
 *
 * @throws Refusal `plan_not_found`, `plan_archived`, `currency_unknown`, `price_not_found` (a priced plan has no price in this currency and interval), or
 * `invalid_request` for a quantity that neither the plan nor an add-on counts.
 */
export function resolveTerms(
  catalog: Catalog,
  request: TermsRequest,
  customerCurrency: string | null,
): Terms {
  const plan = findPlan(catalog, request.plan)
  if (plan === undefined) {
    const archived = catalog.archived.plans.some((each) => each.key === request.plan)
    const code = archived ? 'plan_archived' : 'plan_not_found'
    throw new Refusal(code, { param: 'plan', values: { plan: request.plan } })
  }
  const interval = parseInterval(request.interval)
  if (interval === null) {
    const errors = [{ param: 'interval', message: 'Use "month", "year", "3 months" or the like.' }]
    throw new Refusal('invalid_request', { param: 'interval', errors })
  }
  return {
    plan,
    interval,
    currency: chooseCurrency(plan, request, customerCurrency),
    quantities: completeQuantities(catalog, plan, request.quantities),
  }
}

function chooseCurrency(plan: PlanVersion, request: TermsRequest, customerCurrency: string | null): string {
  const offered = plan.prices
    .filter((price) => intervalName(price) === request.interval)
    .map(({ currency }) => currency)
  const asked = request.currency === NO_CURRENCY ? null : request.currency
  if (asked !== null) requireCurrency(asked)
  const wanted = asked ?? customerCurrency
  if (wanted !== null && (offered.includes(wanted) || isFree(plan))) return wanted
  const any = asked === null ? offered[0] : undefined
  if (any !== undefined) return any
  if (isFree(plan)) return NO_CURRENCY
  throw new Refusal('price_not_found', {
    param: offered.length === 0 ? 'interval' : 'currency',
    values: { plan: plan.key, interval: request.interval, currency: wanted ?? '' },
  })
}

/** A plan that costs nothing needs no price. */
function isFree(plan: PlanVersion): boolean {
  return plan.prices.every(
    ({ amountMinor, perUnit, components, minimumMinor }) =>
      amountMinor === 0 &&
      Object.values(perUnit).every((rate) => Number(rate) === 0) &&
      components.length === 0 &&
      (minimumMinor ?? 0) === 0,
  )
}

/** The keys whose quantities the plan's limits or prices are multiplied by. */
export function quantityKeys(plan: Pick<PlanVersion, 'allowances' | 'prices'>): string[] {
  const keys = new Set<string>()
  for (const { perQuantity } of plan.allowances) if (perQuantity !== null) keys.add(perQuantity)
  for (const { perUnit, components } of plan.prices) {
    for (const key of Object.keys(perUnit)) keys.add(key)
    for (const { counts } of components)
      if (counts !== null && 'quantity' in counts) keys.add(counts.quantity)
  }
  return [...keys].sort()
}

function completeQuantities(
  catalog: Catalog,
  plan: PlanVersion,
  given: Record<string, number>,
): Record<string, number> {
  const own = quantityKeys(plan)
  const known = new Set([...own, ...catalog.addOns.flatMap(quantityKeys)])
  const quantities: Record<string, number> = {}
  for (const key of own) quantities[key] = 1
  for (const [key, quantity] of Object.entries(given)) {
    if (!known.has(key)) {
      const param = `quantities.${key}`
      throw new Refusal('invalid_request', {
        param,
        errors: [{ param, message: 'The plan counts no quantity of this name.' }],
      })
    }
    quantities[key] = quantity
  }
  return quantities
}

const MONTHS = { day: 1 / 30, week: 7 / 30, month: 1, year: 12 } as const

/** Without what is used, which nobody knows yet. */
function monthlyPrice(price: Price, quantities: Record<string, number>): number {
  const total = standingCharge(price, quantities).toNumber()
  return total / (MONTHS[price.interval] * price.intervalCount)
}

function currentPrice({ plan, currency, interval }: Terms): Price | undefined {
  return priceOf(plan, currency, intervalText(interval))
}

/** Whether it is the very same version, however often it was loaded. */
export function isSamePlan(left: PlanVersion, right: PlanVersion): boolean {
  return left.item === right.item && left.version === right.version
}

/** As the catalog and the API write it: `month`, `3 months`. */
export function intervalText({ unit, count }: Interval): string {
  return intervalName({ interval: unit, intervalCount: count })
}

/**
 * Whether a change goes up or down. By price in the current currency and interval where both plans have one, else by
 * price for a month. The same plan for a longer interval goes up; with equal prices more units go up, fewer down.
 * Only the direction is taken from it, never an amount.
 */
export function directionOf(current: Terms, next: Terms): 'upgrade' | 'downgrade' {
  const length = (terms: Terms) => MONTHS[terms.interval.unit] * terms.interval.count
  if (current.plan.key === next.plan.key && length(current) !== length(next)) {
    return length(next) > length(current) ? 'upgrade' : 'downgrade'
  }
  const before = currentPrice(current)
  const after =
    currentPrice({ ...next, interval: current.interval, currency: current.currency }) ?? currentPrice(next)
  const difference =
    (after === undefined ? 0 : monthlyPrice(after, next.quantities)) -
    (before === undefined ? 0 : monthlyPrice(before, current.quantities))
  if (difference !== 0) return difference > 0 ? 'upgrade' : 'downgrade'
  const units = (terms: Terms) => Object.values(terms.quantities).reduce((sum, each) => sum + each, 0)
  return units(next) < units(current) ? 'downgrade' : 'upgrade'
}
