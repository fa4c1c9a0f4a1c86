import { errorCodes } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { cuttableLine } from '../support/line.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

const post = (body: unknown, headers: Record<string, string> = {}) =>
  server.request('POST', '/v1/keys', { body, headers })

describe('I-9 bad input gets a clear error', () => {
  test('names every field that is wrong, and what to do', async () => {
    const answer = await post({ kind: 'golden', nam: 'x', rateLimits: { usage: 0, speed: 1 } })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.body).toMatchObject({
      type: '/docs#invalid_request',
      code: 'invalid_request',
      status: 400,
      requestId: answer.headers.get('x-request-id'),
    })
    expect(answer.body.errors.map(({ param }: { param: string }) => param).sort()).toEqual([
      'kind',
      'nam',
      'name',
      'rateLimits.speed',
      'rateLimits.usage',
    ])
    expect(answer.body.errors).toContainEqual({ param: 'name', message: 'This field is required.' })
  })

  test('QE-19 in French as well, chosen by weight', async () => {
    const french = await post({}, { 'accept-language': 'de, en;q=0.3, fr-CA;q=0.8' })
    expect(french.body).toMatchObject({ title: 'La requête n’est pas valide' })
    expect(french.body.errors).toContainEqual({ param: 'kind', message: 'Ce champ est obligatoire.' })
    const english = await post({}, { 'accept-language': 'fr;q=0.1, en' })
    expect(english.body).toMatchObject({ title: 'The request is not valid' })
    const none = await post({}, { 'accept-language': 'de' })
    expect(none.body.title).toBe('The request is not valid')
  })

  test.each([
    ['no JSON', '{"kind":', 400, 'invalid_json'],
    ['a number', '1', 400, 'invalid_request'],
    ['a list', '[]', 400, 'invalid_request'],
    ['null', 'null', 400, 'invalid_request'],
    ['nothing', '', 400, 'invalid_request'],
    ['a prototype', '{"__proto__":{"admin":true},"kind":"secret","name":"x"}', 400, 'invalid_request'],
    ['a NUL', '{"kind":"secret","name":"a\\u0000b"}', 400, 'invalid_request'],
    ['half a character', '{"kind":"secret","name":"a\\ud800b"}', 400, 'invalid_request'],
    ['too deep', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400, 'invalid_request'],
    ['a NUL in a name of a field', '{"kind":"secret","name":"x","\\u0000":1}', 400, 'invalid_request'],
  ])('a body that is %s', async (_name, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { code } })
  })

  test('says what is wrong where JSON’s own words would mislead', async () => {
    const errorsOf = async (body: unknown, language = 'en') =>
      (await post(body, { 'accept-language': language })).body.errors
    const fraction = { kind: 'secret', name: 'x', rateLimits: { usage: 0.5 } }
    const param = 'rateLimits.usage'
    expect(await errorsOf(fraction)).toEqual([
      { param, message: 'Must be a whole number, is a number with a fraction.' },
    ])
    expect(await errorsOf(fraction, 'fr')).toEqual([
      { param, message: 'Il faut un nombre entier ; reçu : un nombre à virgule.' },
    ])
    const prototype = '{"kind":"secret","name":"x","rateLimits":{"__proto__":{"usage":1}}}'
    expect(await errorsOf(prototype)).toEqual([
      { param: 'rateLimits.__proto__', message: 'A field can not have this name.' },
    ])
    const inherited = '{"kind":"secret","constructor":{"prototype":{}},"name":"x"}'
    expect(await errorsOf(inherited, 'fr')).toEqual([
      { param: 'constructor', message: 'Un champ ne peut pas porter ce nom.' },
    ])
  })

  test('a body of another type, and one that is too large', async () => {
    const form = await post('kind=secret', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(form).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    const large = await post({ kind: 'secret', name: 'x'.repeat(1024 * 1024) })
    expect(large).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
    expect(large.body.detail).toContain('at most 1,048,576 bytes')
    const largest = await server.request('POST', '/v1/imports', { body: 'x'.repeat(6 * 1024 * 1024) })
    expect(largest).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
    expect(largest.body.detail).toContain('at most 5,242,880 bytes')
  })

  test('an address or a method that does not exist', async () => {
    expect(await server.request('GET', '/v1/nothing')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
    expect(await server.request('GET', '/v1/customers/%ff')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
    const method = await server.request('PATCH', '/v1/keys', { body: {} })
    expect(method).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(method.headers.get('allow')).toBe('GET, POST, OPTIONS')
  })

  test('a query that the call does not know', async () => {
    const answer = await server.request('GET', '/v1/keys?limit=0&colour=red')
    expect(answer.body.errors.map(({ param }: { param: string }) => param).sort()).toEqual([
      'colour',
      'limit',
    ])
    expect((await server.request('GET', '/v1/keys?cursor=%00')).status).toBe(400)
  })

  test('HEAD answers like GET without a body', async () => {
    const answer = await server.request('HEAD', '/v1/environment')
    expect(answer).toMatchObject({ status: 200, text: '' })
  })

  test('the request id is the caller’s when it has one', async () => {
    const mine = await server.request('GET', '/v1/environment', { headers: { 'x-request-id': 'abc-123' } })
    expect(mine.headers.get('x-request-id')).toBe('abc-123')
    const unfit = await server.request('GET', '/v1/environment', {
      headers: { 'x-request-id': 'a b<script>' },
    })
    expect(unfit.headers.get('x-request-id')).toMatch(/^req_/)
  })

  test('a lost database is 503 with the time to wait, and comes back by itself', async () => {
    const line = await cuttableLine(database.connection)
    const own = await startTestServer({ databaseUrl: line.url, jobs: false })
    try {
      const ask = () => own.request('POST', '/v1/keys', { body: { kind: 'secret', name: 'x' } })
      expect((await ask()).status).toBe(201)
      line.cut()
      const answer = await ask()
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(answer.text).not.toMatch(/postgres|ECONN|127\.0\.0\.1/i)
      expect((await own.request('GET', '/readyz')).status).toBe(503)
      expect((await own.request('GET', '/healthz')).status).toBe(200)
      line.mend()
      expect((await ask()).status).toBe(201)
      expect((await own.request('GET', '/readyz')).status).toBe(200)
    } finally {
      await own.stop()
      await line.close()
    }
  })
})

describe('the pages', () => {
  test('the welcome page links to what there is, in both languages', async () => {
    const french = await server.request('GET', '/', { key: '', headers: { 'accept-language': 'fr' } })
    expect(french.text).toContain('lang="fr"')
    for (const link of ['/docs', '/openapi.json', '/llms.txt'])
      expect(french.text).toContain(`href="${link}"`)
    expect((await server.request('GET', '/', { key: '' })).text).toContain('lang="en"')
  })

  test('the reference has every call and every code, and nothing from another host', async () => {
    const { text, headers } = await server.request('GET', '/docs', { key: '' })
    const { body: openapi } = await server.request('GET', '/openapi.json', { key: '' })
    for (const code of Object.keys(errorCodes)) expect(text).toContain(`id="${code}"`)
    for (const [path, methods] of Object.entries(openapi.paths as Record<string, object>)) {
      expect(text).toContain(`<code>${path}</code>`)
      for (const { operationId } of Object.values(methods)) expect(text).toContain(`id="${operationId}"`)
    }
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(openapi.openapi).toBe('3.1.0')
    expect((await server.request('GET', '/llms.txt', { key: '' })).text).toContain('# Tollkeeper')
  })

  test('metrics tell of requests, refusals and connections', async () => {
    const { text } = await server.request('GET', '/metrics', { key: '' })
    expect(text).toContain('tollkeeper_http_request_duration_seconds_bucket')
    expect(text).toContain('tollkeeper_problems_total{code="invalid_request"}')
    expect(text).toContain('tollkeeper_database_connections{state="idle"}')
  })
})
