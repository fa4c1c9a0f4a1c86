import type { Catalog, Feature, PlanVersion, Price } from './model.ts'

/** On sale. */
export const findPlan = (catalog: Catalog, key: string): PlanVersion | undefined =>
  catalog.plans.find((plan) => plan.key === key)

/** On sale or archived. */
export const findAnyPlan = (catalog: Catalog, key: string): PlanVersion | undefined =>
  findPlan(catalog, key) ?? catalog.archived.plans.find((plan) => plan.key === key)

/** Declared now; an archived one is not found. */
export const findFeature = (catalog: Catalog, key: string): Feature | undefined =>
  catalog.archived.features.includes(key)
    ? undefined
    : catalog.features.find((feature) => feature.key === key)

interface BillingInterval {
  unit: Price['interval']
  count: number
}

/** `month` → one month, `3 months` → three; null when it is no interval. */
export function parseInterval(text: string): BillingInterval | null {
  const match = /^(?:([2-9]|[1-9]\d{1,2}) (day|week|month|year)s|(day|week|month|year))$/.exec(text)
  if (match === null) return null
  const [, count = '1', several, one] = match
  return { unit: (several ?? one) as Price['interval'], count: Number(count) }
}

/** The inverse: how a subscription and a catalog name it. */
export function intervalName(price: Pick<Price, 'interval' | 'intervalCount'>): string {
  return price.intervalCount === 1 ? price.interval : `${price.intervalCount} ${price.interval}s`
}

export function priceOf(version: { prices: Price[] }, currency: string, interval: string): Price | undefined {
  return version.prices.find((price) => price.currency === currency && intervalName(price) === interval)
}
