import { Refusal } from '../../refusal.ts'

/** ISO 4217 as of 2026, by the number of decimals. Left out: metals, tests, and units of account that nobody pays in. */
const codes: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
    CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS
    KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD
    PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
}

const exponents = new Map(
  Object.entries(codes).flatMap(([exponent, list]) =>
    list.split(/\s+/).map((code) => [code, Number(exponent)] as const),
  ),
)

/** Whether somebody can be billed in it. */
export function isCurrency(code: string): boolean {
  return exponents.has(code)
}

/** @throws Refusal `currency_unknown` for what nobody can be billed in */
export function requireCurrency(currency: string): void {
  if (isCurrency(currency)) return
  throw new Refusal('currency_unknown', { param: 'currency', values: { currency } })
}

/** Decimals of the minor unit: 0 for XOF, 2 for EUR, 3 for TND. Of what is no currency 2: nothing is billed in it. */
export function exponentOf(currency: string): number {
  return exponents.get(currency) ?? 2
}

/**
 * An amount as people and other systems write it, exact.
 *
 * @example toMajorString(1999, 'EUR') // '19.99'
 * @example toMajorString(15000, 'XOF') // '15000'
 */
export function toMajorString(amountMinor: number, currency: string): string {
  const exponent = exponentOf(currency)
  if (exponent === 0) return String(amountMinor)
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0')
  const sign = amountMinor < 0 ? '-' : ''
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}
