/**
 * The languages the engine answers in, and which one a caller gets.
 *
 * Owns: the registry and the choice by `Accept-Language`. Does not own: the sentences (`en.ts`, `fr.ts`, …).
 * Invariant: every language has every sentence; the compiler lists what is missing. To add one: write its file with
 * the type `Language`, and add it to `languages`.
 */
import { en } from './en.ts'
import { fr } from './fr.ts'
import type { Language } from './language.ts'

const all = { en, fr }
export type LanguageTag = keyof typeof all
export const languages: Readonly<Record<LanguageTag, Language>> = all
const defaultLanguage: LanguageTag = 'en'

/** null: any, or none that we have. */
const chosen = new Map<string, LanguageTag | null>()

/**
 * The best of our languages for an `Accept-Language` header: highest q first, then the order given;
 * `fr-CA` is served by `fr`.
 *
 * @param otherwise where nothing fits, or anything does (`*`)
 * @example chooseLanguage('de, *;q=0.5', 'fr') // 'fr'
 */
export function chooseLanguage(
  header: string | undefined,
  otherwise: LanguageTag = defaultLanguage,
): LanguageTag {
  if (header === undefined || header === '') return otherwise
  const known = chosen.get(header)
  if (known !== undefined) return known ?? otherwise
  const choice = negotiate(header)
  // callers send a handful of different headers; somebody who sends thousands gets no more memory than this
  if (chosen.size < 500 && header.length <= 200) chosen.set(header, choice)
  return choice ?? otherwise
}

function negotiate(header: string): LanguageTag | null {
  let best: LanguageTag | null = null
  let bestQuality = 0
  for (const part of header.slice(0, 1_000).split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    const quality = qualityOf(parameters)
    if (quality <= bestQuality) continue
    const tag = range.split('-')[0] as LanguageTag
    if (range !== '*' && !Object.hasOwn(languages, tag)) continue
    best = range === '*' ? null : tag
    bestQuality = quality
  }
  return best
}

function qualityOf(parameters: string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
