/** A JSON schema as a flat list of fields, and an example that fits it. */
export interface Field {
  name: string
  type: string
  required: boolean
  description: string | undefined
}

export interface Schema {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minItems?: number
  additionalProperties?: Schema | boolean
}

const DEEPEST = 4

export function fieldsOf(schema: Schema, prefix = '', depth = 0): Field[] {
  const shape = schema.properties === undefined ? variantWithFields(schema) : schema
  if (shape?.properties === undefined || depth > DEEPEST) return []
  return Object.entries(shape.properties).flatMap(([key, property]) => {
    const name = prefix + key
    const field = {
      name,
      type: typeOf(property),
      required: shape.required?.includes(key) ?? false,
      description: property.description,
    }
    return [field, ...fieldsInside(property, name, depth)]
  })
}

/** Of the entries of a list, of the values under a caller's own names, or of the object itself. */
function fieldsInside(property: Schema, name: string, depth: number): Field[] {
  const { items, additionalProperties } = property
  if (items !== undefined) return fieldsOf(items, `${name}[].`, depth + 1)
  if (typeof additionalProperties === 'object')
    return fieldsOf(additionalProperties, `${name}.<id>.`, depth + 1)
  return fieldsOf(property, `${name}.`, depth + 1)
}

function variantWithFields(schema: Schema): Schema | undefined {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  const shapes = variants.filter((variant) => variant.properties !== undefined)
  if (shapes.length === 0) return undefined
  const properties = Object.assign({}, ...shapes.map((shape) => shape.properties)) as Record<string, Schema>
  const required = Object.keys(properties).filter((name) =>
    shapes.every((shape) => shape.required?.includes(name) ?? false),
  )
  return { properties, required }
}

export function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const variants = schema.anyOf ?? schema.oneOf
  if (variants !== undefined) return [...new Set(variants.map(typeOf))].join(' | ')
  if (schema.items !== undefined) return `${typeOf(schema.items)}[]`
  if (schema.format === 'date-time') return 'time'
  if (Array.isArray(schema.type)) return schema.type.join(' | ')
  return schema.type ?? 'any'
}

const examples: Record<string, unknown> = {
  id: 'acme',
  customer: 'acme',
  member: 'awa',
  memberId: 'awa',
  feature: 'tickets',
  featureId: 'tickets',
  plan: 'professional',
  addOn: 'extra-tickets',
  addOnId: 'extra-tickets',
  name: 'Acme',
  currency: 'XOF',
  interval: 'month',
  amount: 1,
  at: '2026-03-01T09:30:00Z',
  now: '2026-03-01T00:00:00Z',
  to: '2026-04-01T00:00:00Z',
  from: '2026-03-01T00:00:00Z',
  reason: 'Agreed on the phone',
  author: 'fatou@example.com',
  ttlSeconds: 60,
}

/** Only what is required, and what says most. */
export function exampleOf(schema: Schema, name = '', depth = 0): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (Object.hasOwn(examples, name) && schema.properties === undefined) return examples[name]
  const variant = (schema.anyOf ?? schema.oneOf)?.[0]
  if (variant !== undefined) return exampleOf(variant, name, depth)
  if (schema.properties !== undefined) return exampleObject(schema, depth)
  if (schema.type === 'array')
    return schema.items === undefined ? [] : [exampleOf(schema.items, name, depth + 1)]
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (schema.type === 'boolean') return true
  if (schema.type === 'object') return {}
  return schema.format === 'date-time' ? '2026-03-01T00:00:00Z' : 'text'
}

function exampleObject(schema: Schema, depth: number): unknown {
  if (depth > DEEPEST) return {}
  const wanted = Object.entries(schema.properties ?? {}).filter(
    ([key]) => (schema.required?.includes(key) ?? false) || (depth === 0 && ['amount', 'name'].includes(key)),
  )
  return Object.fromEntries(wanted.map(([key, property]) => [key, exampleOf(property, key, depth + 1)]))
}
