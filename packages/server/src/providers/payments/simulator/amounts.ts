/** Amounts as they are written on the wire: decimals with exactly the currency's places, `"10.00"`, `"1000"`, `"1.250"`. */

/** This rail's own table, as each rail has one; everything else has two. */
const places: Record<string, number> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((one) => [one, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((one) => [one, 3])),
}

const placesOf = (currency: string): number => places[currency] ?? 2

export function writeAmount(amountMinor: number, currency: string): string {
  const digits = placesOf(currency)
  const text = String(amountMinor).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** Null for what isn't an amount of this currency. */
export function readAmount(text: string, currency: string): number | null {
  const digits = placesOf(currency)
  const form = digits === 0 ? /^(0|[1-9]\d*)$/ : new RegExp(`^(0|[1-9]\\d*)\\.\\d{${digits}}$`)
  const amountMinor = Number(text.replace('.', ''))
  return form.test(text) && Number.isSafeInteger(amountMinor) ? amountMinor : null
}
