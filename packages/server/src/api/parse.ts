/**
 * From what was sent to what the contract says.
 *
 * Owns: checking path, query and body by their schemas, and saying what is wrong in the caller's language.
 * Invariant: a field the contract doesn't know is refused by name, and no text that PostgreSQL can't store gets in.
 */
import { z } from 'zod'
import { languages } from '../language/index.ts'
import type { LanguageTag } from '../language/index.ts'
import { formatTemplate } from '../language/format.ts'
import type { Values } from '../language/format.ts'
import type { IssueKind } from '../language/language.ts'
import { Refusal } from '../refusal.ts'
import type { FieldError } from '../refusal.ts'

export type Parser = (value: unknown, language: LanguageTag) => unknown

/** A checker made once per schema. Unknown fields are refused. */
export function parserOf(schema: z.ZodType | undefined): Parser {
  const strict = strictly(schema ?? z.object({}))
  return (value, language) => {
    const result = strict.safeParse(value)
    if (result.success) return result.data
    throw refusalOf(strict, value, language)
  }
}

function strictly(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.strict() : schema
}

/** Does the body have a field of its own for the idempotency key? */
export function hasIdempotencyField(schema: z.ZodType | undefined): boolean {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, 'idempotencyKey')
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return hasIdempotencyField(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodUnion)
    return schema.options.some((option) => hasIdempotencyField(option as z.ZodType))
  return false
}

// Parsed a second time, now with our sentences: the first, without them, is the fast one.
function refusalOf(schema: z.ZodType, value: unknown, language: LanguageTag): Refusal {
  const { error } = schema.safeParse(value, { error: (issue) => sentenceOf(issue, language) })
  const errors = (error?.issues ?? []).slice(0, 100).flatMap((issue) => fieldErrorsOf(issue, language))
  return new Refusal('invalid_request', { param: errors[0]?.param, errors: withoutRepeats(errors) })
}

/** One fault may break two rules that say the same. */
function withoutRepeats(errors: FieldError[]): FieldError[] {
  return [...new Map(errors.map((error) => [`${error.param}\n${error.message}`, error])).values()]
}

function fieldErrorsOf(issue: z.core.$ZodIssue, language: LanguageTag): FieldError[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const message = languages[language].issues.unknownField
    return issue.keys.slice(0, 20).map((key) => ({ param: [...path, key].join('.').slice(0, 300), message }))
  }
  return [{ param: path.join('.').slice(0, 300), message: issue.message }]
}

type RawIssue = z.core.$ZodRawIssue

function sentenceOf(issue: RawIssue, language: LanguageTag): string {
  const [kind, values] = describe(issue, language)
  return formatTemplate(language, languages[language].issues[kind], values)
}

function describe(issue: RawIssue, language: LanguageTag): [IssueKind, Values?] {
  const types = languages[language].types
  const named = (type: string) => types[type] ?? type
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return ['missing']
      // what JSON writes as 1e400
      if (Math.abs(issue.input as number) === Infinity)
        return ['numberTooBig', { maximum: String(Number.MAX_SAFE_INTEGER) }]
      return ['type', { expected: named(issue.expected), received: named(receivedOf(issue)) }]
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum))
    case 'invalid_format':
      return ['format', { format: named(issue.format) }]
    case 'invalid_value':
      if (issue.input === undefined) return ['missing']
      return ['options', { options: issue.values.map((option) => JSON.stringify(option)).join(', ') }]
    case 'not_multiple_of':
      return ['multiple', { divisor: String(issue.divisor) }]
    case 'unrecognized_keys':
      return ['unknownField']
    case 'invalid_union':
      return issue.input === undefined ? ['missing'] : ['noVariant']
    default:
      return ['invalid']
  }
}

function tooSmall(origin: string, minimum: number): [IssueKind, Values] {
  if (origin === 'string') return ['stringTooShort', { minimum }]
  if (origin === 'array' || origin === 'set' || origin === 'object') return ['listTooShort', { minimum }]
  return ['numberTooSmall', { minimum: String(minimum) }]
}

function tooBig(origin: string, maximum: number): [IssueKind, Values] {
  if (origin === 'string') return ['stringTooLong', { maximum }]
  if (origin === 'array' || origin === 'set' || origin === 'object') return ['listTooLong', { maximum }]
  return ['numberTooBig', { maximum: String(maximum) }]
}

/** A number that isn't whole is a number too: where a whole one is wanted, that is what is wrong. */
function receivedOf({ expected, input }: { expected: string; input?: unknown }): string {
  return expected === 'int' && Number.isFinite(input) ? 'fraction' : typeOf(input)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number' && Number.isNaN(value)) return 'nan'
  return typeof value
}

/** May the JSON text hold a NUL or half a character? Both can only be there as an escape. */
const suspicious = /\\u(?:0000|[dD][89a-fA-F])/

const halfCharacter = /\p{Surrogate}/u

/** @throws Refusal when a string of the body holds what can't be stored. */
export function refuseUnstorable(text: string, value: unknown): void {
  if (suspicious.test(text)) walk(value, [])
}

function walk(value: unknown, path: string[]): void {
  if (typeof value === 'string') return refuseText(value, path)
  if (value === null || typeof value !== 'object') return
  for (const [name, member] of Object.entries(value)) {
    refuseText(name, path)
    walk(member, path.length < 20 ? [...path, name] : path)
  }
}

/** Far deeper than anything the contract has; what follows a body down must not run out of stack. */
const DEEPEST = 100

/** @throws Refusal when lists and objects of the body are in one another too often. */
export function refuseDeep(text: string, value: unknown): void {
  // each level takes two characters
  if (text.length >= 2 * DEEPEST && isDeeper(value, DEEPEST)) {
    const message = `Lists and objects may be at most ${DEEPEST} deep in one another.`
    throw new Refusal('invalid_request', { param: '', errors: [{ param: '', message }] })
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1))
}

/** Why a text can't be read as JSON. A field named after what all objects inherit is JSON, and refused by its name. */
export function refusalOfJson(text: string): Refusal {
  try {
    const value: unknown = JSON.parse(text)
    refuseDeep(text, value)
    const param = prototypeIn(value, [])
    if (param === undefined) return new Refusal('invalid_json')
    const message = 'A field can not have this name.'
    return new Refusal('invalid_request', { param, errors: [{ param, message }] })
  } catch (error) {
    return error instanceof Refusal ? error : new Refusal('invalid_json')
  }
}

function prototypeIn(value: unknown, path: string[]): string | undefined {
  if (value === null || typeof value !== 'object') return undefined
  for (const [name, member] of Object.entries(value)) {
    const isPrototype =
      name === '__proto__' ||
      (name === 'constructor' && member instanceof Object && Object.hasOwn(member, 'prototype'))
    const found = isPrototype ? [...path, name].join('.').slice(0, 300) : prototypeIn(member, [...path, name])
    if (found !== undefined) return found
  }
  return undefined
}

export function refuseText(text: string, path: string[]): void {
  if (!text.includes('\0') && !halfCharacter.test(text)) return
  const message = 'Holds a character that can not be stored: NUL, or half of a surrogate pair.'
  const param = path.join('.').slice(0, 300)
  throw new Refusal('invalid_request', { param, errors: [{ param, message }] })
}
