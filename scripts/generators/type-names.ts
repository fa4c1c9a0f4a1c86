// Which types of the API have names, and which names.
// Owns: the declared types of one generated file. Does not own: the calls that use them (client.ts).
// Invariant: one name means one shape. A second shape of the same thing gets a longer name; the same shape met again
// keeps the name that it has.

import { z } from 'zod'
import { bodyOf, describe, docComment, typeOf } from './typescript-types.ts'
import type { JsonSchema, TypeContext } from './typescript-types.ts'

type NamedSchema = JsonSchema & { id?: string }
type Direction = 'input' | 'output'

/** Types that have been given a name, in the order in which they were met. */
export interface Declarations {
  texts: Map<string, string>
  comments: Map<string, string[]>
  /** What each body and answer has become, so that it's written once. */
  done: Map<string, string>
  /** What the contract itself names (`givenNames`), of what is sent. */
  given: ReadonlyMap<string, string>
}

/** What people call a few types that have no name of their own on the wire. Only for reading: a call that isn't here is named after itself. */
const spokenNames: Record<string, string> = {
  UsageCheckResponse: 'Decision',
  UsageConsumeResponse: 'ConsumeDecision',
  UsageReserveResponse: 'ReserveDecision',
  UsageLeaseResponse: 'LeaseDecision',
  UsageSetResponse: 'Level',
  UsageReleaseResponse: 'Level',
  UsageTrackResponse: 'TrackResult',
  UsageGetReservationResponse: 'Hold',
  UsageWindowsItem: 'UsageWindow',
  UsageHistoryItem: 'RecordedUse',
  UsageOveragesItem: 'Overage',
  CustomersListCustomer: 'ListedCustomer',
  CustomersTimelineEvent: 'TimelineEvent',
  KeysCreateApiKey: 'ApiKeyWithSecret',
}

export const pascal = (name: string): string =>
  name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())

export function declarationTexts({ texts, comments }: Declarations): string[] {
  return [...texts].map(([name, text]) => {
    const comment = docComment(comments.get(name) ?? [], '')
    return text.startsWith('{\n') && text.indexOf('\n}') === text.length - 2
      ? `${comment}export interface ${name} ${text}\n`
      : `${comment}export type ${name} = ${text}\n`
  })
}

/** Runs `work` the first time, and gives the same text ever after. */
export function once({ done }: Declarations, key: string, work: () => string): string {
  const text = done.get(key) ?? work()
  done.set(key, text)
  return text
}

/** The name under which the same members are declared already: one shape needs one name only. */
function nameOfText({ texts }: Declarations, text: string): string | undefined {
  if (!text.startsWith('{\n')) return undefined
  return [...texts].find(([, known]) => known === text || known.replaceAll('readonly ', '') === text)?.[0]
}

/** Declares `text` under the wished name, or under one that says where it's used if that name means something else. */
export function declare(
  declarations: Declarations,
  wished: string,
  text: string,
  within: string,
  comment: string[],
): string {
  const usedBy = `${within.replace(/(?:Body|Query|Response)$/, '')}${wished}`
  const longer = spokenNames[usedBy] ?? usedBy
  const same = text.split('\n').length > 5 ? nameOfText(declarations, text) : undefined
  const candidates = [...(same ? [same] : []), spokenNames[wished] ?? wished, longer]
  for (let number = 2; ; number += 1) {
    const name = candidates.shift() ?? `${longer}${number}`
    const existing = declarations.texts.get(name)
    if (existing !== undefined && existing !== text) continue
    if (existing === undefined) {
      declarations.texts.set(name, text)
      declarations.comments.set(name, comment)
    }
    return name
  }
}

export function itemOfList(schema: JsonSchema): JsonSchema | undefined {
  const { object, data, hasMore, nextCursor, ...others } = schema.properties ?? {}
  if (object?.const !== 'list' || !hasMore || !nextCursor || Object.keys(others).length > 0) return undefined
  return typeof data?.items === 'object' ? data.items : undefined
}

/** `Deleted` for what has `deleted: true`, so that it doesn't contend for the name of the whole. */
function stateOf({ properties = {} }: JsonSchema): string {
  const state = Object.keys(properties).find((name) => properties[name]?.const === true)
  return state ? pascal(state) : ''
}

export function contextFor(
  declarations: Declarations,
  root: JsonSchema,
  within: string,
  direction: Direction,
): TypeContext {
  const references = new Map<string, string>([['#', within]])
  const context: TypeContext = {
    isInput: direction === 'input',
    nameOf(schema: NamedSchema) {
      const given = direction === 'input' ? declarations.given.get(shapeOf(schema)) : undefined
      if (given) return declare(declarations, given, bodyOf(schema, context), within, [])
      const item = itemOfList(schema)
      if (item) return `Page<${typeOf(item, context)}>`
      const object = direction === 'output' ? schema.properties?.object?.const : undefined
      const isNamed = typeof object === 'string' && object !== 'list'
      const wished = schema.id ?? (isNamed ? `${stateOf(schema)}${pascal(object)}` : undefined)
      if (!wished)
        return Object.keys(schema.properties ?? {}).length < 4
          ? undefined
          : nameOfText(declarations, bodyOf(schema, context))
      return declare(declarations, pascal(wished), bodyOf(schema, context), within, topComment(schema))
    },
    resolve(reference) {
      const known = references.get(reference)
      if (known) return known
      const key = reference.replace('#/$defs/', '')
      const definition = root.$defs?.[key]
      if (!definition) throw new Error(`${within}: nothing is at ${reference}`)
      const wished = /^__schema\d+$/.test(key) ? `${within}Part${key.slice(8)}` : pascal(key)
      references.set(reference, wished) // before it's written, because it may refer to itself
      const name = declare(declarations, wished, bodyOf(definition, context), within, topComment(definition))
      references.set(reference, name)
      return name
    },
  }
  return context
}

/** What makes two schemas the same shape: all but what is said about them. */
const shapeOf = ({ description: _, ...shape }: JsonSchema): string => JSON.stringify(shape)

/** Shape → name, for a declaration of its own. */
export const givenNames = (schemas: Readonly<Record<string, z.ZodType>>): Map<string, string> =>
  new Map(Object.entries(schemas).map(([name, schema]) => [shapeOf(jsonSchema(schema, 'input')), name]))

export const topComment = (schema: JsonSchema): string[] => (schema.description ? [schema.description] : [])

export function jsonSchema(schema: z.ZodType, io: Direction): NamedSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json as NamedSchema
}

/** The name of a whole body or response: its own if the contract gives it one, else `wished`. */
export function declareSchema(
  declarations: Declarations,
  schema: z.ZodType,
  direction: Direction,
  wished: string,
  comment: string[],
): string {
  const json = jsonSchema(schema, direction)
  const context = contextFor(declarations, json, wished, direction)
  const own = context.nameOf(json)
  if (own) return own
  const text = bodyOf(json, context)
  const known =
    direction === 'output' || text.split('\n').length > 5 ? nameOfText(declarations, text) : undefined
  if (known) return known
  const lines = json.description ? describe(json) : comment
  return declare(declarations, spokenNames[wished] ?? wished, text, wished, lines)
}

/** The name of what a list is made of. */
export function itemType(
  declarations: Declarations,
  item: JsonSchema,
  context: TypeContext,
  typeName: string,
): string {
  const type = typeOf(item, context)
  if (!type.startsWith('{\n')) return type
  const name = `${typeName}Item`
  return declare(declarations, spokenNames[name] ?? name, type, typeName, topComment(item))
}
