import { catalogDefinition, endpoints, instant } from '@tollkeeper/contract'
import type { Endpoint } from '@tollkeeper/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '../../src/api/openapi.ts'
import { parseInstant } from '../../src/domain/time/index.ts'
import { languages } from '../../src/language/index.ts'
import { sayPhrase } from '../../src/language/say-phrase.ts'
import { runs } from '../proof/support/random.ts'

const calls = Object.entries(endpoints as Record<string, Record<string, Endpoint>>).flatMap(
  ([noun, members]) =>
    Object.entries(members).map(([name, endpoint]) => [`${noun}.${name}`, endpoint] as const),
)

type Schema = { properties?: Record<string, unknown>; additionalProperties?: unknown; pattern?: string }

/** Every object in a schema with its path. */
function objectsOf(value: unknown, path: string, found: [string, Schema][] = []): [string, Schema][] {
  if (value === null || typeof value !== 'object') return found
  const schema = value as Schema
  if (schema.properties !== undefined) found.push([path, schema])
  for (const [name, member] of Object.entries(value)) objectsOf(member, `${path}.${name}`, found)
  return found
}

const jsonOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })

describe('the contract', () => {
  test.each(calls)('%s refuses unknown fields at every depth', (name, { body }) => {
    if (body === undefined) return
    const top = body instanceof z.ZodObject ? body.strict() : body
    const loose = objectsOf(jsonOf(top), name).filter(([, schema]) => schema.additionalProperties !== false)
    expect(loose.map(([path]) => path)).toEqual([])
  })

  test.each(calls)('%s has path parameters where its path has them', (_name, { path, params }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
    expect(Object.keys(params?.shape ?? {}).sort()).toEqual(inPath.sort())
  })

  test('I-9 a moment that is let in is one that is read, and the other way round', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
    const year = fc.oneof(digits(4), fc.constantFrom('0000', '0001', '1969', '1970', '2026', '9999'))
    const two = fc.oneof(digits(2), fc.constantFrom('00', '01', '12', '23', '24', '29', '31', '59', '60'))
    const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{0,12}$/))
    const zone = fc.oneof(fc.constantFrom('', 'Z', 'z'), fc.stringMatching(/^[+-][0-2]\d:[0-6]\d$/))
    const second = fc.oneof(
      fc.constant(''),
      two.map((text) => `:${text}`),
    )
    const written = fc
      .tuple(year, two, two, two, two, second, fraction, zone)
      .map(([y, mo, d, h, mi, s, f, offset]) => `${y}-${mo}-${d}T${h}:${mi}${s}${f}${offset}`)
    const known = fc.constantFrom(
      '1969-12-31T23:59:59Z',
      '1969-12-31T23:59:59-00:01',
      '1970-01-01T00:00:00+00:01',
      '9999-12-31T23:59:59.999999999Z',
      '9999-12-31T23:59:59-00:01',
      '2026-03-01T00:00Z',
    )
    fc.assert(
      fc.property(fc.oneof(written, known), (text) => {
        expect(instant.safeParse(text).success, text).toBe(parseInstant(text) !== null)
      }),
      { seed: 9, numRuns: runs(5_000) },
    )
  })

  test('I-5 a publishable key reads what is sold, and nothing of a customer', () => {
    const publishable = calls.filter(([, each]) => (each as Endpoint).publishable === true)
    expect(publishable.map(([name, { method, scope }]) => [name, method, scope])).toEqual([
      ['features.list', 'GET', 'catalog:read'],
      ['plans.list', 'GET', 'catalog:read'],
      ['plans.get', 'GET', 'catalog:read'],
    ])
  })

  test('every reference in the OpenAPI document leads somewhere', () => {
    const document = openApiDocument()
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    )
    expect(references.length).toBeGreaterThan(0)
    for (const reference of new Set(references)) {
      const found = reference
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document)
      expect(found, reference).toBeDefined()
    }
  })

  test('QE-19 the checks’ own sentences are in French as well', () => {
    const sentences = new Set<string>()
    for (const [, { params, query, body }] of calls) {
      for (const schema of [params, query, body]) if (schema !== undefined) collect(schema, sentences)
    }
    expect([...sentences].filter((sentence) => languages.fr.phrases[sentence] === undefined)).toEqual([])
  })

  test('QE-19 so are those of a catalog', () => {
    const sentences = new Set<string>()
    collect(catalogDefinition, sentences)
    expect(sentences.size).toBeGreaterThan(50)
    expect([...sentences].filter((each) => sayPhrase(languages.fr.phrases, each) === each)).toEqual([])
  })
})

/** The messages that checks of a schema carry themselves. */
function collect(schema: unknown, into: Set<string>, seen = new Set<unknown>()): void {
  if (schema === null || typeof schema !== 'object' || seen.has(schema)) return
  seen.add(schema)
  // oxlint-disable-next-line no-underscore-dangle -- zod's own way to a schema's definition
  const definition = (schema as { _zod?: { def: Record<string, unknown> } })._zod?.def
  if (definition === undefined) {
    for (const member of Object.values(schema)) collect(member, into, seen)
    return
  }
  if (typeof definition.error === 'function') {
    const message = (definition.error as (issue: object) => unknown)({ input: '', path: [] })
    if (typeof message === 'string') into.add(message)
  }
  for (const member of Object.values(definition)) if (typeof member === 'object') collect(member, into, seen)
}
