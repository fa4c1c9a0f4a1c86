/** Schemas that stand in a document more than once, each written once and referred to. */
type Json = Record<string, unknown>

const WORTH_NAMING = 250

export function shareSchemas(paths: Json): { paths: Json; schemas: Json } {
  const counts = new Map<string, number>()
  countSchemas(paths, counts)
  const names = new Map<string, string>()
  const schemas: Json = {}

  function replace(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(replace)
    if (node === null || typeof node !== 'object') return node
    const replaced = Object.fromEntries(Object.entries(node).map(([name, member]) => [name, replace(member)]))
    const text = isShape(node) ? JSON.stringify(node) : ''
    if ((counts.get(text) ?? 0) < 2) return replaced
    let name = names.get(text)
    if (name === undefined) {
      name = freeName(wordFor(node as Json), schemas)
      names.set(text, name)
      schemas[name] = replaced
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  return { paths: replace(paths) as Json, schemas }
}

function isShape(node: object): boolean {
  const { type, properties, additionalProperties, anyOf, oneOf } = node as Json
  return type === 'object' && typeof (properties ?? additionalProperties) === 'object'
    ? true
    : Array.isArray(anyOf ?? oneOf)
}

function countSchemas(node: unknown, counts: Map<string, number>): void {
  if (node === null || typeof node !== 'object') return
  if (!Array.isArray(node) && isShape(node)) {
    const text = JSON.stringify(node)
    if (text.length >= WORTH_NAMING) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  for (const member of Object.values(node)) countSchemas(member, counts)
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
