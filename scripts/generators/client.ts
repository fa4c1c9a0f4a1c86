// packages/client/src/api.gen.ts: the API's types and its table of calls, made from the contract.
// Owns: the signatures of calls. Does not own: the names of types (type-names.ts), nor how a schema reads as a type
// (typescript-types.ts).
// Invariant: what is written imports nothing but the client's own files, so neither zod nor the contract is published
// with it. Responses are typed by their `object`; one name always means one shape.

import type { z } from 'zod'
import {
  contextFor,
  declarationTexts,
  declare,
  declareSchema,
  givenNames,
  itemOfList,
  itemType,
  jsonSchema,
  once,
  pascal,
} from './type-names.ts'
import type { Declarations } from './type-names.ts'
import { bodyOf, docComment, literal } from './typescript-types.ts'
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
  file?: string
  idempotency: string
}

export interface Contract {
  endpoints: Record<string, Record<string, CallDefinition>>
  errorCodes: Record<string, unknown>
  /** Type of event → its data. */
  eventPayloads?: Record<string, z.ZodType>
  /** Name → what is sent under it. */
  namedSchemas?: Readonly<Record<string, z.ZodType>>
}

const header =
  "// Written by `npm run generate` from packages/contract. Don't edit: change the contract and run it again.\n"

/** What the generated types lean on in the client's own files. */
const imports: [file: string, types: string[]][] = [
  ['./event-stream.ts', ['EventStream', 'EventStreamOptions']],
  ['./pages.ts', ['Page', 'Pages']],
  ['./request.ts', ['RequestOptions']],
]

function importsFor(text: string): string {
  const lines = imports.map(([file, types]) => {
    const used = types.filter((type) => new RegExp(`\\b${type}\\b`).test(text))
    return used.length > 0 ? `import type { ${used.join(', ')} } from '${file}'\n` : ''
  })
  return lines.join('')
}

/** The generated file of this generator, for scripts/generate.ts. */
export const clientApiFile = {
  path: 'packages/client/src/api.gen.ts',
  content: async (): Promise<string> =>
    clientApi((await import('@tollkeeper/contract')) as unknown as Contract),
}

/** The whole text of api.gen.ts. */
export function clientApi(contract: Contract): string {
  const declarations: Declarations = {
    texts: new Map(),
    comments: new Map(),
    done: new Map(),
    given: givenNames(contract.namedSchemas ?? {}),
  }
  nameTypes(declarations, contract)
  const nouns = Object.entries(contract.endpoints).map(([noun, calls]) => nounText(declarations, noun, calls))
  const codes = Object.keys(contract.errorCodes).map((code) => `  | ${literal(code)}\n`)
  const text = [
    `/** Why a request was refused. A newer server may know more of them. */\nexport type ErrorCode =\n${codes.join('')}`,
    eventPayloadsText(contract.eventPayloads ?? {}),
    ...declarationTexts(declarations),
    `/** Every call of the API, by noun. */\nexport interface Api {\n${nouns.join('')}}\n`,
    callTable(contract),
  ].join('\n')
  return `${header}${importsFor(text)}\n${text}`
}

/**
 * What is sent comes first, small before large, because it's also part of other things (a plan, of a catalog).
 * What is read has the first right to a name, the noun's own `get` and `list` before all: where another call answers
 * more or less of it, that gets the longer name.
 */
function nameTypes(declarations: Declarations, { endpoints }: Contract): void {
  const all = Object.entries(endpoints).flatMap(([noun, calls]) =>
    Object.entries(calls).map(([call, definition]) => ({
      call,
      name: `${pascal(noun)}${pascal(call)}`,
      definition,
      size: definition.body ? JSON.stringify(jsonSchema(definition.body, 'input')).length : 0,
    })),
  )
  const bySize = [...all].sort((left, right) => left.size - right.size)
  for (const { name, definition } of bySize) bodyParameter(declarations, name, definition)
  const reads = all.filter(({ definition }) => definition.method === 'GET')
  const rank = (call: string) => ['get', 'list'].indexOf(call) + 1 || 3
  reads.sort((left, right) => rank(left.call) - rank(right.call))
  for (const { name, definition } of reads) answerType(declarations, name, definition)
}

function eventPayloadsText(payloads: Record<string, z.ZodType>): string {
  const lines = Object.entries(payloads).map(([type, payload]) => {
    const schema = jsonSchema(payload, 'output')
    const context: TypeContext = { isInput: false, nameOf: () => undefined, resolve: () => 'unknown' }
    return `  ${literal(type)}: ${bodyOf(schema, context, '  ')}\n`
  })
  const comment = docComment(
    ['What can happen, and its `data`. A newer server may send other types, and more data.'],
    '',
  )
  return `${comment}export interface EventPayloads {\n${lines.join('')}}\n\nexport type EventType = keyof EventPayloads\n`
}

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
  const lines = [`${definition.summary}.`, '']
  if (definition.description) lines.push(definition.description, '')
  lines.push(`\`${definition.method} ${definition.path}\``)
  if (definition.publishable) lines.push('A publishable key may call it.')
  if (definition.testOnly) lines.push('Test environments only.')
  return lines
}

/** The ids of a path, named after what they are ids of: `{id}` of `/customers/{id}/grants` is `customerId`. */
function pathParameters(path: string): string[] {
  return [...path.matchAll(/\/([\w-]+)\/\{(\w+)\}(?=(\/?))/g)].map(([, noun = '', name = '', more]) => {
    if (name !== 'id' || !more) return name
    const singular = noun.replace(/ies$/, 'y').replace(/s$/, '')
    return `${singular.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Id`
  })
}

function bodyParameter(
  declarations: Declarations,
  typeName: string,
  { body, summary }: CallDefinition,
): string | undefined {
  if (!body) return undefined
  const name = once(declarations, `${typeName}Body`, () =>
    declareSchema(declarations, body, 'input', `${typeName}Body`, [`What is sent to “${summary}”.`]),
  )
  const { type, required } = jsonSchema(body, 'input')
  const mayBeEmpty = type === 'object' && !required?.length
  return `body${mayBeEmpty ? '?' : ''}: ${name}`
}

const hasQuery = ({ query }: Pick<CallDefinition, 'query'>): boolean =>
  query !== undefined && Object.keys(query.shape).length > 0

/** A query is text on the wire; in the client each entry has the type it means. */
function queryParameter(
  declarations: Declarations,
  typeName: string,
  { query, summary }: CallDefinition,
): string | undefined {
  if (!query || !hasQuery({ query })) return undefined
  const input = jsonSchema(query, 'input')
  const meant = jsonSchema(query, 'output').properties ?? {}
  const properties = Object.fromEntries(
    Object.entries(input.properties ?? {}).map(([name, property]) => [
      name,
      meantType(query.shape[name] as z.ZodType, property, meant[name]),
    ]),
  )
  const schema = { ...input, properties, additionalProperties: false }
  const context = contextFor(declarations, schema, `${typeName}Query`, 'input')
  const text = bodyOf(schema, context)
  const name = declare(declarations, `${typeName}Query`, text, '', [`What can be asked of “${summary}”.`])
  return `query${schema.required?.length ? '' : '?'}: ${name}`
}

function meantType(schema: z.ZodType, sent: JsonSchema, meant: JsonSchema = {}): JsonSchema {
  if (sent.type !== 'string') return sent
  const { description } = sent
  const isSplit = Array.isArray(schema.safeParse('a').data)
  if (isSplit)
    return { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }], description }
  return (meant.type ?? 'string') === 'string' ? sent : { ...meant, description }
}

function answerType(declarations: Declarations, typeName: string, definition: CallDefinition): string {
  return once(declarations, `${typeName}Response`, () => declareAnswer(declarations, typeName, definition))
}

function declareAnswer(declarations: Declarations, typeName: string, definition: CallDefinition): string {
  if (definition.file !== undefined) return 'Promise<Uint8Array>'
  const schema = jsonSchema(definition.response, 'output')
  const item = itemOfList(schema)
  const context = contextFor(declarations, schema, `${typeName}Response`, 'output')
  if (item && definition.method === 'GET') return `Pages<${itemType(declarations, item, context, typeName)}>`
  if (schema.type === 'null') return 'Promise<void>'
  const name = declareSchema(declarations, definition.response, 'output', `${typeName}Response`, [])
  return definition.stream ? `EventStream<${name}>` : `Promise<${name}>`
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
  const isIdempotent = ['natural', 'stored', 'usage', 'resumed'].includes(definition.idempotency)
  const cells = [`method: ${literal(definition.method)}`, `path: ${literal(definition.path)}`]
  cells.push(`idempotent: ${isIdempotent}`)
  if (definition.body) cells.push('body: true')
  if (hasQuery(definition)) cells.push('query: true')
  const isList = !definition.stream && itemOfList(jsonSchema(definition.response, 'output')) !== undefined
  if (definition.stream) cells.push(`answers: 'stream'`)
  else if (definition.file !== undefined) cells.push(`answers: 'file'`)
  else if (isList && definition.method === 'GET') cells.push(`answers: 'pages'`)
  return `{ ${cells.join(', ')} }`
}
