import type { AddOnVersion, Catalog } from './model.ts'

export interface TopUpSuggestion {
  addOn: string
  name: string
  /** What it grants of the feature, in the feature's units. */
  amount: number
  price: { currency: string; amountMinor: number }
}

/**
 * The cheapest one-off add-on on sale, in the currency, that grants at least what is missing; else the one that
 * grants most; null where none grants the feature.
 *
 * @param missing what was asked less what remains
 */
export function suggestTopUp(
  catalog: Catalog,
  feature: string,
  currency: string | null,
  missing: number,
): TopUpSuggestion | null {
  const offers = catalog.addOns.flatMap((addOn) => offerOf(addOn, feature, currency))
  const enough = offers.filter((offer) => offer.amount >= missing)
  if (enough.length > 0)
    return enough.reduce((best, offer) => (offer.price.amountMinor < best.price.amountMinor ? offer : best))
  return offers.reduce<TopUpSuggestion | null>(
    (most, offer) => (most === null || offer.amount > most.amount ? offer : most),
    null,
  )
}

function offerOf(addOn: AddOnVersion, feature: string, currency: string | null): TopUpSuggestion[] {
  if (addOn.kind !== 'one_off') return []
  const allowance = addOn.allowances.find((each) => each.feature === feature)
  const prices = addOn.oneOffPrices
  const price =
    currency === null
      ? prices.length === 1
        ? prices[0]
        : undefined
      : prices.find((each) => each.currency === currency)
  if (allowance === undefined || price === undefined) return []
  const amount = allowance.limit.unlimited ? Number.MAX_SAFE_INTEGER : allowance.limit.amount
  return [
    {
      addOn: addOn.key,
      name: addOn.name,
      amount,
      price: { currency: price.currency, amountMinor: price.amountMinor },
    },
  ]
}
