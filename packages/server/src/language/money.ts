import type { LanguageTag } from './index.ts'

/**
 * An amount as people read it: `15 000 F CFA`, `€149.00`.
 *
 * @param exponent how many decimals the currency has
 */
export function formatMoney(
  language: LanguageTag,
  amountMinor: number,
  currency: string,
  exponent: number,
): string {
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0')
  const decimal = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  })
  // as text, because a number can't hold every amount with its decimals
  return format.format(`${amountMinor < 0 ? '-' : ''}${decimal}` as unknown as number)
}
