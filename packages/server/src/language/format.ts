import type { DecisionCode } from '@tollkeeper/contract'
import { IntlMessageFormat } from 'intl-messageformat'
import { languages } from './index.ts'
import type { LanguageTag } from './index.ts'
import type { Refusal } from '../refusal.ts'
import type { Template } from './language.ts'

export type Values = Record<string, string | number>

type Element = ReturnType<IntlMessageFormat['getAst']>[number]
type Format = { message: IntlMessageFormat; plain: Set<string>; counted: Set<string> }

// the numbers that the parser gives to its elements
const ARGUMENT = 1
const PLURAL = 6

const compiled = new Map<string, Format>()
const numberFormats = new Map<LanguageTag, Intl.NumberFormat>()

/** A sentence with its values put in. A value that is not given becomes empty (or 0): a sentence never fails. */
export function formatTemplate(language: LanguageTag, template: Template, values: Values = {}): string {
  if (!template.includes('{')) return template
  const { message, plain, counted } = compile(language, template)
  const complete: Values = {}
  for (const name of plain) complete[name] = inWords(language, values[name])
  for (const name of counted) complete[name] = Number(values[name] ?? 0)
  return String(message.format(complete))
}

function compile(language: LanguageTag, template: Template): Format {
  const key = `${language} ${template}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  // '<' is a plain character in our sentences
  const message = new IntlMessageFormat(template, language, undefined, { ignoreTag: true })
  const format: Format = { message, plain: new Set(), counted: new Set() }
  collectArguments(message.getAst(), format)
  compiled.set(key, format)
  return format
}

function collectArguments(elements: readonly Element[], into: Format): void {
  for (const element of elements) {
    if (element.type === PLURAL) into.counted.add(element.value)
    if (element.type === ARGUMENT || ('options' in element && element.type !== PLURAL))
      into.plain.add(element.value)
    if (!('options' in element)) continue
    for (const option of Object.values(element.options)) collectArguments(option.value, into)
  }
}

function inWords(language: LanguageTag, value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? ''
  let format = numberFormats.get(language)
  if (format === undefined) {
    format = new Intl.NumberFormat(language)
    numberFormats.set(language, format)
  }
  return format.format(value)
}

/** What is said about a decision, e.g. « Limite atteinte … ». */
export function decisionMessage(language: LanguageTag, code: DecisionCode, values: Values = {}): string {
  const hasPlan = values.plan === undefined || values.plan === '' ? 'no' : 'yes'
  return formatTemplate(language, languages[language].decisions[code], { ...values, hasPlan })
}

/** Why something did not come about, in words; as it was told where there are none for it. */
export function sayReason(language: LanguageTag, reason: string): string {
  const { reasons } = languages[language]
  return Object.hasOwn(reasons, reason) ? (reasons[reason] as string) : reason
}

/** The sentence of a refusal, with what to do. */
export function describeRefusal(language: LanguageTag, refusal: Refusal): string {
  const { errors } = languages[language]
  const values: Values = { param: refusal.param ?? '', ...refusal.values }
  const { reason } = refusal.values
  if (typeof reason === 'string') values.reason = sayReason(language, reason)
  return formatTemplate(language, errors[refusal.code].detail, values)
}
