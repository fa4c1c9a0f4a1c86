/** Schemas that the contract names, and those that are used more than once: each written once and referred to. */
import { namedSchemas } from '@tollkeeper/contract'
import { inputSchema } from './json-schema.ts'

type Json = Record<string, unknown>

const WORTH_SHARING = 250

export function shareSchemas(paths: Json): { paths: Json; schemas: Json } {
  const given = new Map(
    Object.entries(namedSchemas).map(([name, schema]) => [shapeOf(inputSchema(schema)), name]),
  )
  const uses = usesOf(paths)
  const names = new Map<string, string>()
  const schemas: Json = {}

  function replace(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(replace)
    if (node === null || typeof node !== 'object') return node
    const shape = shapeOf(node)
    if (!given.has(shape) && (uses.get(shape) ?? 0) < 2) return replaceMembers(node)
    let name = names.get(shape)
    if (name === undefined) {
      name = given.get(shape) ?? freeName(wordFor(node as Json), schemas)
      names.set(shape, name)
      // its place comes before those of its members
      schemas[name] = {}
      schemas[name] = replaceMembers(JSON.parse(shape) as object)
    }
    const { description } = node as Json
    return { ...(description === undefined ? {} : { description }), $ref: `#/components/schemas/${name}` }
  }
  const replaceMembers = (node: object): Json =>
    Object.fromEntries(Object.entries(node).map(([name, member]) => [name, replace(member)]))

  return { paths: replace(paths) as Json, schemas }
}

/** How often each shape is used: what is inside a shape that has been met before is no further use. */
function usesOf(paths: Json): Map<string, number> {
  const uses = new Map<string, number>()
  function count(node: unknown): void {
    if (node === null || typeof node !== 'object') return
    if (!Array.isArray(node) && isShape(node)) {
      const shape = shapeOf(node)
      const before = uses.get(shape) ?? 0
      if (shape.length >= WORTH_SHARING) uses.set(shape, before + 1)
      if (before > 0) return
    }
    for (const member of Object.values(node)) count(member)
  }
  count(paths)
  return uses
}

/** What makes two schemas the same: all but what is said of them. */
function shapeOf(node: object): string {
  const { description: _, ...shape } = node as Json
  return JSON.stringify(shape)
}

function isShape(node: object): boolean {
  const { type, properties, additionalProperties, anyOf, oneOf } = node as Json
  const members = anyOf ?? oneOf
  if (Array.isArray(members)) return !members.some((member) => (member as Json).type === 'null')
  return type === 'object' && typeof (properties ?? additionalProperties) === 'object'
}

/** Of its `object`, such as `ApiKey` for `api_key`. */
function wordFor(node: Json): string {
  const kind = ((node.properties as Json | undefined)?.object as Json | undefined)?.const
  if (typeof kind !== 'string') return 'Shape'
  return kind.replaceAll(/(?:^|[_.])(\w)/g, (_match, letter: string) => letter.toUpperCase())
}

function freeName(word: string, taken: Json): string {
  if (word !== 'Problem' && word !== 'Shape' && !Object.hasOwn(taken, word)) return word
  for (let number = word === 'Shape' ? 1 : 2; ; number += 1) {
    if (!Object.hasOwn(taken, `${word}${number}`)) return `${word}${number}`
  }
}
