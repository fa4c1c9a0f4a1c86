import { languages, type LanguageTag } from './index.ts'

const dates = new Map<LanguageTag, Intl.DateTimeFormat>()
const countries = new Map<LanguageTag, Intl.DisplayNames>()

/** A date without a time: `formatDate('fr', '2026-03-01')` is `1er mars 2026`. */
export function formatDate(language: LanguageTag, date: string): string {
  let format = dates.get(language)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
    dates.set(language, format)
  }
  return correctDate(language, format.format(new Date(`${date}T00:00:00Z`)))
}

/** A long date as people write it: French counts the first of a month. */
export function correctDate(language: LanguageTag, date: string): string {
  return languages[language].correctDate?.(date) ?? date
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
