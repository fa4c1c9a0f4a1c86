/**
 * Whose taxes a document carries. In this order:
 *
 * 1. An exempt customer pays none (category E, and the reason in place of a rate's name).
 * 2. A buyer in another state of the European Union than the seller, whose VAT id of that state has valid check digits,
 *    accounts for the tax itself (AE).
 * 3. The buyer's place, where rates are declared for it: declaring the rates of a country says that one collects there.
 * 4. The operator's place, where the buyer's country is unknown, or both are in the European Union (a seller below the
 *    threshold for distance sales declares no foreign rates).
 * 5. Otherwise it is outside the scope of any tax that the operator collects (O).
 *
 * In a place hold the rates of its region and those of the whole country side by side, as GST and PST do; but a tax of the
 * region takes the place of the country's tax of the same name, as VAT does on islands. A category that the place has no
 * rate for is taxed as `standard`; where there is none either it is taxed at zero (Z), as is a rate of 0.
 */
import type { TaxRate } from '../catalog/model.ts'
import type { LineDraft } from '../invoices/model.ts'
import type { AppliedRate, TaxDecision, TaxTerms, TaxTreatment } from './model.ts'
import { EUROPEAN_UNION, readVatId } from './vat-id.ts'

const STANDARD = 'standard'

export function decideTax(
  terms: TaxTerms,
  lines: readonly Pick<LineDraft, 'taxCategory' | 'fixed'>[],
): TaxDecision {
  const { treatment, rates } = treat(terms)
  const fallback = uncollected(treatment, terms.customer.exemptionReason ?? '')
  const [first] = rates
  return {
    treatment,
    country: first?.country ?? null,
    lines: lines.map(({ taxCategory, fixed }) => {
      // A credit carries the rates of what it gives back, whatever holds today.
      if (fixed !== undefined) return fixed.taxes
      return first === undefined ? [fallback] : ratesOf(taxCategory, rates)
    }),
  }
}

function treat({ operator, customer, rates, at }: TaxTerms): { treatment: TaxTreatment; rates: TaxRate[] } {
  if (customer.exempt) return { treatment: 'exempt', rates: [] }
  const seller = upper(operator.address?.country)
  const buyer = upper(customer.country)
  const crossesUnion = seller !== buyer && inUnion(seller) && inUnion(buyer)
  if (crossesUnion && readVatId(customer.vatId ?? '')?.country === buyer) {
    return { treatment: 'reverse_charge', rates: [] }
  }
  const there = ratesAt(rates, at, buyer, upper(customer.region))
  const takesSellers = there.length === 0 && (buyer === '' || crossesUnion)
  const held = takesSellers ? ratesAt(rates, at, seller, upper(operator.address?.region)) : there
  return { treatment: held.length === 0 ? 'outside_scope' : 'taxed', rates: held }
}

function ratesAt(rates: readonly TaxRate[], at: string, country: string, region: string): TaxRate[] {
  const inForce = rates.filter(
    (rate) =>
      upper(rate.country) === country &&
      (rate.region === null || upper(rate.region) === region) &&
      rate.from <= at &&
      (rate.until === null || at < rate.until),
  )
  const replaced = ({ name, category }: TaxRate) =>
    inForce.some((rate) => rate.region !== null && rate.name === name && rate.category === category)
  return inForce.filter((rate) => rate.region !== null || !replaced(rate))
}

function ratesOf(category: string, rates: readonly TaxRate[]): AppliedRate[] {
  const own = rates.filter((rate) => rate.category === category)
  const held = own.length > 0 ? own : rates.filter((rate) => rate.category === STANDARD)
  if (held.length === 0) return [{ rate: '', name: '', percent: '0', category: 'Z' }]
  return held.map(({ key, name, percent }) => ({
    rate: key,
    name,
    percent,
    category: Number(percent) === 0 ? 'Z' : 'S',
  }))
}

function uncollected(treatment: TaxTreatment, reason: string): AppliedRate {
  const none = { rate: '', percent: '0' }
  if (treatment === 'exempt') return { ...none, name: reason, category: 'E' }
  return { ...none, name: '', category: treatment === 'reverse_charge' ? 'AE' : 'O' }
}

const upper = (text: string | null | undefined) => (text ?? '').trim().toUpperCase()
const inUnion = (country: string) => EUROPEAN_UNION.includes(country)
