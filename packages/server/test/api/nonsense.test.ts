import { endpoints } from '@tollkeeper/contract'
import type { Endpoint } from '@tollkeeper/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { runs } from '../proof/support/random.ts'

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, jobs: false })
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

const calls = Object.values(endpoints as Record<string, Record<string, Endpoint>>).flatMap((noun) =>
  Object.values(noun),
)

/** What callers get wrong, and what attackers try. */
const oddities: unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1e308,
  2 ** 53,
  1.5,
  '',
  ' ',
  '.',
  '..',
  '0',
  'NaN',
  'null',
  '💥',
  '\u202e',
  "'; drop table customer; --",
  '../../etc/passwd',
  '\u0000',
  '\ud800',
  'a'.repeat(300),
  '%00',
  '{}',
  '[]',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  'XOF',
  'xof',
  'Africa/Dakar',
  'acme',
  [],
  {},
  [[]],
  { a: {} },
  { constructor: 1 },
  { toString: 1 },
]
const oddity = fc.oneof(fc.constantFrom<unknown>(...oddities), fc.jsonValue({ maxDepth: 3 }))

function fieldsOf(schema: z.ZodType | undefined): string[] {
  if (schema === undefined) return []
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: object }
  return Object.keys(json.properties ?? {})
}

const bodyOf = (call: Endpoint) => {
  const names = fieldsOf(call.body)
  const shaped = fc.record(Object.fromEntries(names.map((name) => [name, oddity])), { requiredKeys: [] })
  return fc.oneof({ arbitrary: shaped, weight: 4 }, { arbitrary: oddity, weight: 1 })
}

const addressOf = (call: Endpoint) =>
  fc
    .record({
      values: fc.array(oddity, { minLength: 4, maxLength: 4 }),
      query: fc.dictionary(fc.string(), oddity, { maxKeys: 2 }),
    })
    .map(({ values, query }) => {
      const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
      const path = call.path.replaceAll(/\{\w+\}/g, () => encoded(texts.pop() ?? 'x'))
      const search = Object.entries(query).map(
        ([name, value]) => `${encoded(name)}=${encoded(String(JSON.stringify(value)))}`,
      )
      return search.length === 0 ? path : `${path}?${search.join('&')}`
    })

// half a character can't be percent-encoded
const encoded = (text: string) => encodeURIComponent(text.toWellFormed()) || 'x'

describe('I-9 nonsense is refused, and never breaks anything', () => {
  test.each(
    calls
      .filter(({ stream }) => stream !== true)
      .map((call) => [`${call.method} ${call.path}`, call] as const),
  )('%s', async (_name, call) => {
    await fc.assert(
      fc.asyncProperty(addressOf(call), bodyOf(call), async (path, body) => {
        const sent = call.method === 'GET' ? undefined : (JSON.stringify(body) ?? 'null')
        const answer = await server.request(call.method, path, { body: sent })
        expect(answer.status, `${path} ${sent} → ${answer.text}`).toBeLessThan(500)
        if (answer.status >= 400) {
          expect(answer.headers.get('content-type')).toContain('application/problem+json')
          expect(answer.body.code).toEqual(expect.any(String))
        }
      }),
      { seed: 20_260_301, numRuns: runs(25) },
    )
  })

  test('bytes that are no JSON at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const answer = await server.request('POST', '/v1/keys', { body: text.toWellFormed() })
        expect(answer.status).toBeLessThan(500)
      }),
      { seed: 7, numRuns: runs(100) },
    )
  })
})
