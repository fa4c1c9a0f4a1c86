import type { CatalogDefinition, TaxRateDefinition } from '@tollkeeper/contract'
import { isTimeZone } from '../time/local-time.ts'
import { declared, type Scope, validateCurrencies } from './validation-scope.ts'

const LARGEST_LOGO_BYTES = 256_000

export function validateOperator({ add }: Scope, { operator = {} }: CatalogDefinition): void {
  const { timeZone, logo } = operator
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    add('operator.timeZone', `"${timeZone}" is no time zone. Use an IANA name such as Africa/Abidjan`)
  }
  const bytes = logo === undefined ? 0 : Math.floor(((logo.length - logo.indexOf(',') - 1) * 3) / 4)
  if (bytes > LARGEST_LOGO_BYTES) {
    add('operator.logo', `It has ${Math.ceil(bytes / 1000)} kB. Use a smaller picture, of at most 256 kB`)
  }
}

export function validateCoupons(scope: Scope, catalog: CatalogDefinition): void {
  const sold = ['plans', 'addOns', 'bundles'] as const
  const keys = new Set(sold.flatMap((section) => Object.keys(catalog[section] ?? {})))
  for (const [key, { amountOff, appliesTo = [] }] of Object.entries(catalog.coupons ?? {})) {
    const path = `coupons.${key}`
    if (amountOff !== undefined) {
      validateCurrencies(scope, `${path}.amountOff`, Object.keys(amountOff))
      if (Object.keys(amountOff).length === 0)
        scope.add(`${path}.amountOff`, 'Give the amount in a currency, such as {XOF: 5000}')
    }
    for (const [index, name] of appliesTo.entries()) {
      const at = `${path}.appliesTo.${index}`
      if (!keys.has(name) && !sold.some((section) => scope.leftOut.has(`${section}.${name}`)))
        scope.add(at, `There is no plan, add-on or bundle "${name}". ${declared([...keys])}`)
      if (appliesTo.indexOf(name) !== index) scope.add(at, `"${name}" is named twice. Keep one`)
    }
  }
}

/**
 * Several taxes may hold for the same thing at the same place and day, each with its name, as CGST and SGST do. What isn't
 * told apart by names is one tax whose rate has changed: its days may not overlap.
 */
export function validateTaxes({ add }: Scope, { taxes = {} }: CatalogDefinition): void {
  const rates = Object.entries(taxes)
  for (const [index, [key, rate]] of rates.entries()) {
    if (rate.from !== undefined && rate.until !== undefined && rate.until <= rate.from) {
      add(`taxes.${key}.until`, `It ends before it begins. Use a date after ${rate.from}`)
      continue
    }
    const other = rates.slice(0, index).find(([, each]) => isSameTax(each, rate) && overlaps(each, rate))
    if (other !== undefined) {
      add(
        `taxes.${key}`,
        `On some days "${other[0]}" holds for the same country, region and category. Give the older one an until that is the newer one's from, or, if they are two taxes, a name to each`,
      )
    }
  }
}

function isSameTax(one: TaxRateDefinition, other: TaxRateDefinition): boolean {
  const areTold = one.name !== undefined && other.name !== undefined && one.name !== other.name
  return isSamePlace(one, other) && !areTold
}

function isSamePlace(one: TaxRateDefinition, other: TaxRateDefinition): boolean {
  const { category = 'standard' } = one
  return (
    one.country === other.country &&
    one.region === other.region &&
    category === (other.category ?? 'standard')
  )
}

function overlaps(one: TaxRateDefinition, other: TaxRateDefinition): boolean {
  const endsBefore = ({ until }: TaxRateDefinition, { from }: TaxRateDefinition) =>
    until !== undefined && from !== undefined && until <= from
  return !endsBefore(one, other) && !endsBefore(other, one)
}
