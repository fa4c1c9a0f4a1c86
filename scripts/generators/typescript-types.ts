// JSON Schema, as zod writes it, to TypeScript types as text.
// Owns: how a schema reads as a type, and its doc comments. Does not own: which schemas there are, nor their names.
// Invariant: the same schema gives the same text; keys keep the order in which the contract has them.

export interface JsonSchema {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  format?: string
  description?: string
  default?: unknown
  deprecated?: boolean
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  items?: JsonSchema | boolean
  prefixItems?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  propertyNames?: JsonSchema
}

export interface TypeContext {
  /** The name that stands for this schema, when it has one; it's declared elsewhere. */
  nameOf: (schema: JsonSchema) => string | undefined
  resolve: (reference: string) => string
  /** Where the caller writes, more is taken: a `Date` for a time, an array that can't be changed, an undefined entry. */
  isInput: boolean
}

const identifier = /^[A-Za-z_$][\w$]*$/

export const propertyKey = (name: string): string => (identifier.test(name) ? name : `'${name}'`)

export function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
}

/** Wraps words at 100 columns, so that the comments can be read beside the code. */
export function docComment(lines: string[], indent: string): string {
  const text = lines.flatMap((line) => wrap(line.replaceAll('*/', '*\\/'), 100 - indent.length))
  if (text.length === 0) return ''
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}

function wrap(line: string, width: number): string[] {
  const wrapped: string[] = line === '' ? [''] : []
  for (const paragraph of line.split('\n')) {
    let current = ''
    for (const word of paragraph.trim().split(/\s+/)) {
      if (current && current.length + word.length + 1 > width) {
        wrapped.push(current)
        current = ''
      }
      current = current ? `${current} ${word}` : word
    }
    if (current) wrapped.push(current)
  }
  return wrapped
}

/** The doc lines of one property: what it is, and what holds when it's left out. */
export function describe(schema: JsonSchema): string[] {
  const lines: string[] = []
  if (schema.description) lines.push(schema.description)
  if (schema.default !== undefined && schema.default !== null) {
    lines.push(`Default: \`${JSON.stringify(schema.default)}\`.`)
  }
  if (schema.deprecated) lines.push('@deprecated')
  return lines
}

/** The type of a schema, by its name if it has one. */
export function typeOf(schema: JsonSchema | boolean | undefined, context: TypeContext, indent = ''): string {
  if (schema === undefined || schema === true) return 'unknown'
  if (schema === false) return 'never'
  return context.nameOf(schema) ?? bodyOf(schema, context, indent)
}

/** The type of a schema written out, even when it has a name. */
export function bodyOf(schema: JsonSchema, context: TypeContext, indent = ''): string {
  if (schema.$ref) return context.resolve(schema.$ref)
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return union(schema.enum.map(literal))
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return union(alternatives.map((member) => typeOf(member, context, indent)))
  if (schema.allOf) return schema.allOf.map((member) => grouped(typeOf(member, context, indent))).join(' & ')
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => bodyOf({ ...schema, type }, context, indent)))
  }
  return plainType(schema, context, indent)
}

function plainType(schema: JsonSchema, context: TypeContext, indent: string): string {
  switch (schema.type) {
    case 'string':
      return context.isInput && schema.format === 'date-time' ? 'string | Date' : 'string'
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
    case 'null':
      return schema.type
    case 'array':
      return arrayType(schema, context, indent)
    case 'object':
      return objectType(schema, context, indent)
    default:
      return schema.properties ? objectType(schema, context, indent) : 'unknown'
  }
}

function arrayType(schema: JsonSchema, context: TypeContext, indent: string): string {
  const type = schema.prefixItems
    ? `[${schema.prefixItems.map((item) => typeOf(item, context, indent)).join(', ')}]`
    : `${grouped(typeOf(schema.items, context, indent))}[]`
  return context.isInput ? `readonly ${type}` : type
}

function objectType(schema: JsonSchema, context: TypeContext, indent: string): string {
  const properties = Object.entries(schema.properties ?? {})
  const rest = schema.additionalProperties
  const isOpen = typeof rest === 'object' || rest === true
  if (properties.length === 0) {
    if (!isOpen) return schema.properties && rest === false ? 'Record<string, never>' : '{}'
    return recordType(schema, context, indent)
  }
  const required = new Set(schema.required)
  const inner = `${indent}  `
  const lines = properties.map(([name, property]) => {
    const mark = required.has(name) ? '' : '?'
    return `${docComment(describe(property), inner)}${inner}${propertyKey(name)}${mark}: ${typeOf(property, context, inner)}\n`
  })
  if (isOpen) lines.push(`${inner}[key: string]: unknown\n`)
  return `{\n${lines.join('')}${indent}}`
}

function recordType(schema: JsonSchema, context: TypeContext, indent: string): string {
  const type = typeOf(schema.additionalProperties, context, indent)
  // An entry that is undefined isn't sent, so it may be given, as an optional property may.
  const value = context.isInput && type !== 'unknown' ? `${type} | undefined` : type
  const names = schema.propertyNames?.enum
  if (!names) return `Record<string, ${value}>`
  const record = `Record<${union(names.map(literal))}, ${value}>`
  return (schema.required?.length ?? 0) >= names.length ? record : `Partial<${record}>`
}

function union(members: string[]): string {
  const unique = [...new Set(members)]
  return unique.includes('unknown') ? 'unknown' : unique.join(' | ')
}

/** In brackets where an array or an intersection would bind closer than a union. */
function grouped(type: string): string {
  if (type.startsWith('readonly ')) return `(${type})`
  let depth = 0
  for (const character of type) {
    if ('{[(<'.includes(character)) depth += 1
    if ('}])>'.includes(character)) depth -= 1
    if (depth === 0 && character === '|') return `(${type})`
  }
  return type
}
