import type { LanguageTag } from './index.ts'

const dates = new Map<LanguageTag, Intl.DateTimeFormat>()
const countries = new Map<LanguageTag, Intl.DisplayNames>()

/** A date without a time: `formatDate('fr', '2026-03-01')` is `1er mars 2026`. */
export function formatDate(language: LanguageTag, date: string): string {
  let format = dates.get(language)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
    dates.set(language, format)
  }
  return withOrdinal(language, format.format(new Date(`${date}T00:00:00Z`)))
}

/** French counts the first of a month: `1er mars 2026`. */
export function withOrdinal(language: LanguageTag, date: string): string {
  return language === 'fr' ? date.replace(/^1(?=\s)/, '1er') : date
}

/** The name of a country by its ISO 3166 code; the code where nobody knows a name. */
export function formatCountry(language: LanguageTag, code: string): string {
  let names = countries.get(language)
  if (names === undefined) {
    names = new Intl.DisplayNames(language, { type: 'region' })
    countries.set(language, names)
  }
  return /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code
}
