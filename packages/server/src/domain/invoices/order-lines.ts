/** Lines of what is bought once. */
import type { AddOnVersion, Catalog } from '../catalog/model.ts'
import { LARGEST_LINE_MINOR } from '../money/rounding.ts'
import { Refusal } from '../../refusal.ts'
import type { LineDraft } from './model.ts'

/** @throws Refusal `add_on_not_found`, `add_on_kind` for one that is renewed */
export function requireTopUp(catalog: Catalog, key: string, param: string): AddOnVersion {
  const addOn = catalog.addOns.find((each) => each.key === key)
  if (addOn === undefined) throw new Refusal('add_on_not_found', { param, values: { addOn: key } })
  if (addOn.kind !== 'one_off')
    throw new Refusal('add_on_kind', { param, values: { addOn: key, kind: addOn.kind } })
  return addOn
}

/** The first of the wanted currencies that it has a price in; the first price where none is wanted. */
export function topUpCurrency(addOn: AddOnVersion, wanted: readonly (string | null | undefined)[]): string {
  const offered = addOn.oneOffPrices.map(({ currency }) => currency)
  const asked = wanted.filter((currency) => currency !== null && currency !== undefined)
  const found = asked.find((currency) => offered.includes(currency))
  const chosen = found ?? (asked.length === 0 ? offered[0] : undefined)
  if (chosen !== undefined) return chosen
  throw new Refusal('price_not_found', {
    param: 'addOn',
    values: { plan: addOn.key, interval: '', currency: asked[0] ?? '' },
  })
}

/** @throws Refusal `price_not_found`; `amount_invalid` for more than money can count */
export function topUpLine(addOn: AddOnVersion, quantity: number, currency: string): LineDraft {
  const price = addOn.oneOffPrices.find((each) => each.currency === currency)
  if (price === undefined) {
    throw new Refusal('price_not_found', {
      param: 'addOn',
      values: { plan: addOn.key, interval: '', currency },
    })
  }
  const amountMinor = price.amountMinor * quantity
  if (amountMinor > LARGEST_LINE_MINOR) {
    const message = 'So many cost more than an invoice can hold.'
    throw new Refusal('invalid_request', { param: 'quantity', errors: [{ param: 'quantity', message }] })
  }
  return {
    kind: 'top_up',
    reference: addOn.key,
    component: 'flat',
    description: addOn.name,
    quantity: String(quantity),
    unitMinor: String(price.amountMinor),
    amountMinor,
    taxInclusive: addOn.taxInclusive,
    taxCategory: addOn.taxCategory,
    service: null,
    credits: null,
  }
}
