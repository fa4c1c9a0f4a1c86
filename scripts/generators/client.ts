// packages/client/src/api.gen.ts: the API's types and its table of calls, made from the contract.
// Owns: names of types and the signatures of calls. Does not own: how a schema reads as a type (typescript-types.ts).
// Invariant: what is written imports nothing but the client's own files, so neither zod nor the contract is published
// with it. Responses are typed by their `object`; one name always means one shape.

import { z } from 'zod'
import { bodyOf, describe, docComment, literal, typeOf } from './typescript-types.ts'
import type { JsonSchema, TypeContext } from './typescript-types.ts'

/** What the generator needs of one call; the contract's `Endpoint` fits. */
export interface CallDefinition {
  method: string
  path: string
  summary: string
  description?: string
  publishable?: boolean
  testOnly?: boolean
  params?: z.ZodType
  query?: z.ZodObject
  body?: z.ZodType
  response: z.ZodType
  stream?: boolean
  idempotency: string
}

export interface Contract {
  endpoints: Record<string, Record<string, CallDefinition>>
  errorCodes: Record<string, unknown>
  eventTypes?: readonly string[]
}

type NamedSchema = JsonSchema & { id?: string }
type Direction = 'input' | 'output'

/** Types that have been given a name, in the order in which they were met. */
interface Declarations {
  texts: Map<string, string>
  comments: Map<string, string[]>
}

const header = `// Written by \`npm run generate\` from packages/contract. Don't edit: change the contract and run it again.
import type { EventStream, EventStreamOptions } from './event-stream.ts'
import type { Page, Pages } from './pages.ts'
import type { RequestOptions } from './request.ts'
`

const pascal = (name: string): string =>
  name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** The whole text of api.gen.ts. */
export function clientApi(contract: Contract): string {
  const declarations: Declarations = { texts: new Map(), comments: new Map() }
  const nouns = Object.entries(contract.endpoints).map(([noun, calls]) => nounText(declarations, noun, calls))
  const codes = Object.keys(contract.errorCodes).map((code) => `  | ${literal(code)}\n`)
  const events = contract.eventTypes ?? []
  return [
    header,
    `/** Why a request was refused. A newer server may know more of them. */\nexport type ErrorCode =\n${codes.join('')}`,
    events.length > 0
      ? `/** What can happen. A newer server may know more of them. */\nexport type EventType =\n${events.map((type) => `  | ${literal(type)}\n`).join('')}`
      : '',
    ...declarationTexts(declarations),
    `/** Every call of the API, by noun. */\nexport interface Api {\n${nouns.join('')}}\n`,
    callTable(contract),
  ]
    .filter(Boolean)
    .join('\n')
}

function declarationTexts({ texts, comments }: Declarations): string[] {
  return [...texts].map(([name, text]) => {
    const comment = docComment(comments.get(name) ?? [], '')
    return text.startsWith('{\n') && text.indexOf('\n}') === text.length - 2
      ? `${comment}export interface ${name} ${text}\n`
      : `${comment}export type ${name} = ${text}\n`
  })
}

// ---- Names ------------------------------------------------------------------------------------

/** Declares `text` under the wished name, or under one that says where it's used if that name means something else. */
function declare(
  declarations: Declarations,
  wished: string,
  text: string,
  within: string,
  comment: string[],
): string {
  const candidates = [wished, `${within}${wished}`]
  for (let number = 2; ; number += 1) {
    const name = candidates.shift() ?? `${within}${wished}${number}`
    const existing = declarations.texts.get(name)
    if (existing !== undefined && existing !== text) continue
    if (existing === undefined) {
      declarations.texts.set(name, text)
      declarations.comments.set(name, comment)
    }
    return name
  }
}

function itemOfList(schema: JsonSchema): JsonSchema | undefined {
  const { object, data, hasMore, nextCursor, ...others } = schema.properties ?? {}
  if (object?.const !== 'list' || !hasMore || !nextCursor || Object.keys(others).length > 0) return undefined
  return typeof data?.items === 'object' ? data.items : undefined
}

function contextFor(
  declarations: Declarations,
  root: JsonSchema,
  within: string,
  direction: Direction,
): TypeContext {
  const references = new Map<string, string>([['#', within]])
  const context: TypeContext = {
    acceptDates: direction === 'input',
    nameOf(schema: NamedSchema) {
      const item = itemOfList(schema)
      if (item) return `Page<${typeOf(item, context)}>`
      const object = direction === 'output' ? schema.properties?.object?.const : undefined
      const wished = schema.id ?? (typeof object === 'string' ? object : undefined)
      if (!wished) return undefined
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

const topComment = (schema: JsonSchema): string[] => (schema.description ? [schema.description] : [])

const jsonSchema = (schema: z.ZodType, io: Direction): NamedSchema =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as NamedSchema

// ---- Calls ------------------------------------------------------------------------------------

function nounText(declarations: Declarations, noun: string, calls: Record<string, CallDefinition>): string {
  const methods = Object.entries(calls).map(([call, definition]) =>
    methodText(declarations, `${pascal(noun)}${pascal(call)}`, call, definition),
  )
  return `  ${noun}: {\n${methods.join('')}  }\n`
}

function methodText(
  declarations: Declarations,
  typeName: string,
  call: string,
  definition: CallDefinition,
): string {
  const parameters = pathParameters(definition.path).map((name) => `${name}: string`)
  const body = bodyParameter(declarations, typeName, definition)
  const query = queryParameter(declarations, typeName, definition)
  if (body) parameters.push(body)
  if (query) parameters.push(query)
  parameters.push(`options?: ${definition.stream ? 'EventStreamOptions' : 'RequestOptions'}`)
  const answer = answerType(declarations, typeName, definition)
  const comment = docComment(methodComment(definition), '    ')
  return `${comment}    ${call}(${parameters.join(', ')}): ${answer}\n`
}

function methodComment(definition: CallDefinition): string[] {
  const lines = [definition.summary, ...(definition.description ? [definition.description] : [])]
  lines.push(`\`${definition.method} ${definition.path}\``)
  if (definition.publishable) lines.push('A publishable key may call it.')
  if (definition.testOnly) lines.push('Test environments only.')
  return lines
}

const pathParameters = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)

function bodyParameter(
  declarations: Declarations,
  typeName: string,
  { body, summary }: CallDefinition,
): string | undefined {
  if (!body) return undefined
  const name = declareSchema(declarations, body, 'input', `${typeName}Body`, [`What is sent to: ${summary}`])
  const mayBeEmpty = body.safeParse({}).success || body.safeParse(undefined).success
  return `body${mayBeEmpty ? '?' : ''}: ${name}`
}

/** A query is text on the wire; in the client each entry has the type it means. */
function queryParameter(
  declarations: Declarations,
  typeName: string,
  { query, summary }: CallDefinition,
): string | undefined {
  if (!query || Object.keys(query.shape).length === 0) return undefined
  const input = jsonSchema(query, 'input')
  const meant = jsonSchema(query, 'output').properties ?? {}
  const properties = Object.fromEntries(
    Object.entries(input.properties ?? {}).map(([name, property]) => {
      const isText = property.type === 'string' && (meant[name]?.type ?? 'string') !== 'string'
      return [name, isText ? { ...meant[name], description: property.description } : property]
    }),
  )
  const schema = { ...input, properties, additionalProperties: false }
  const context = contextFor(declarations, schema, `${typeName}Query`, 'input')
  const text = bodyOf(schema, context)
  const name = declare(declarations, `${typeName}Query`, text, '', [`What can be asked of: ${summary}`])
  return `query${schema.required?.length ? '' : '?'}: ${name}`
}

function answerType(declarations: Declarations, typeName: string, definition: CallDefinition): string {
  const schema = jsonSchema(definition.response, 'output')
  const item = itemOfList(schema)
  const context = contextFor(declarations, schema, `${typeName}Response`, 'output')
  if (item && definition.method === 'GET') return `Pages<${typeOf(item, context)}>`
  if (schema.type === 'null') return 'Promise<void>'
  const name = declareSchema(declarations, definition.response, 'output', `${typeName}Response`, [])
  return definition.stream ? `EventStream<${name}>` : `Promise<${name}>`
}

/** The name of a whole body or response: its own if the contract gives it one, else `wished`. */
function declareSchema(
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
  const lines = describe(json)
  return declare(
    declarations,
    wished,
    bodyOf(json, context),
    wished,
    lines.length > 0 && json.description ? lines : comment,
  )
}

// ---- The table --------------------------------------------------------------------------------

function callTable({ endpoints }: Contract): string {
  const nouns = Object.entries(endpoints).map(([noun, calls]) => {
    const rows = Object.entries(calls).map(([call, definition]) => `    ${call}: ${callRow(definition)},\n`)
    return `  ${noun}: {\n${rows.join('')}  },\n`
  })
  return `/** How each call goes over the wire. */\nexport const calls = {\n${nouns.join('')}} as const\n`
}

function callRow(definition: CallDefinition): string {
  const isIdempotent = ['natural', 'stored', 'usage'].includes(definition.idempotency)
  const cells = [`method: ${literal(definition.method)}`, `path: ${literal(definition.path)}`]
  cells.push(`idempotent: ${isIdempotent}`)
  if (definition.body) cells.push('body: true')
  const isList = !definition.stream && itemOfList(jsonSchema(definition.response, 'output')) !== undefined
  if (definition.stream) cells.push(`answers: 'stream'`)
  else if (isList && definition.method === 'GET') cells.push(`answers: 'pages'`)
  return `{ ${cells.join(', ')} }`
}
