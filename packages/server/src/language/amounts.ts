import { Big } from 'big.js'
import { exponentOf, toMajorString } from '../domain/money/index.ts'
import type { LanguageTag } from './index.ts'

// a decimal as text keeps all its digits; as a number it would keep about fifteen
type Decimal = Intl.StringNumericLiteral

const formats = new Map<string, Intl.NumberFormat>()

/** Without a sign, for a column that names the currency at its head. */
export function formatAmount(language: LanguageTag, amountMinor: number, currency: string): string {
  const digits = exponentOf(currency)
  return format(language, toMajorString(amountMinor, currency) as Decimal, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

/** Of a decimal number of minor units, which may be finer than the currency's smallest coin. */
export function formatUnitPrice(language: LanguageTag, unitMinor: string, currency: string): string {
  const exponent = exponentOf(currency)
  const unitMajor = new Big(unitMinor).times(`1e-${String(exponent)}`).toFixed() as Decimal
  return format(language, unitMajor, {
    minimumFractionDigits: exponent,
    maximumFractionDigits: 12,
  })
}

export function formatDecimal(language: LanguageTag, decimal: string): string {
  return format(language, decimal as Decimal, { maximumFractionDigits: 12 })
}

/** Of a rate in per cent: `formatPercent('fr', '5.5')` is `5,5 %`. */
export function formatPercent(language: LanguageTag, percent: string): string {
  const share = new Big(percent).times('0.01').toFixed() as Decimal
  return format(language, share, { style: 'percent', maximumFractionDigits: 6 })
}

function format(language: LanguageTag, decimal: Decimal, options: Intl.NumberFormatOptions): string {
  const key = `${language} ${JSON.stringify(options)}`
  let known = formats.get(key)
  if (known === undefined) {
    known = new Intl.NumberFormat(language, options)
    formats.set(key, known)
  }
  return known.format(decimal)
}
