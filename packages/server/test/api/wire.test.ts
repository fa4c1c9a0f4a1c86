/** What happens below the calls: requests that aren't any, headers sent twice, cursors that no page has given. */
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { endpoints } from '@tollkeeper/contract'
import type { Endpoint } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { takingCatalog } from '../proof/support/taking-catalog.ts'

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, jobs: false })
  await ask('PUT', '/v1/catalog', takingCatalog)
  await ask('PUT', '/v1/customers/acme', {})
  await ask('POST', '/v1/subscriptions', { customer: 'acme', plan: 'small', currency: 'XOF' })
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

const ask = (method: string, path: string, body?: unknown) => server.request(method, path, { body })

/** Sends bytes and reads until the server ends the connection. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

describe('what never became a request is answered as problem+json', () => {
  it.each([
    [
      'headers beyond 16 KiB',
      `GET /healthz HTTP/1.1\r\nhost: x\r\na: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['no HTTP', 'HELLO\r\n\r\n', 400, 'request_malformed'],
    [
      'two lengths',
      'POST /v1/check HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
      'request_malformed',
    ],
    ['a control character', 'GET / HTTP/1.1\r\nhost: x\r\na: \u0001\r\n\r\n', 400, 'request_malformed'],
  ])('%s', async (_name, text, status, code) => {
    const answer = await sendRaw(text)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head).toContain('content-type: application/problem+json')
    const { requestId, ...problem } = JSON.parse(body)
    expect(problem).toMatchObject({ status, code, type: `/docs#${code}` })
    expect(head).toContain(`x-request-id: ${requestId}`)
    expect(requestId).toMatch(/^req_/)
  })
})

describe('bodies', () => {
  const send = (body: string | Buffer, headers: Record<string, string>) =>
    fetch(`${server.url}/v1/check`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.secretKey}`, ...headers },
      body: body as string,
    })
  const text = JSON.stringify({ customer: 'acme', feature: 'calls' })

  test('compressed or in another encoding they are refused as what they are', async () => {
    const json = 'application/json'
    expect((await send(gzipSync(text), { 'content-type': json, 'content-encoding': 'gzip' })).status).toBe(
      415,
    )
    const utf16 = `${json}; charset=utf-16`
    expect((await send(Buffer.from(text, 'utf16le'), { 'content-type': utf16 })).status).toBe(415)
    expect((await send(text, { 'content-type': `${json}; charset="UTF-8"` })).status).toBe(200)
  })

  test('a fault is told once, and a number beyond all others as too big', async () => {
    const take = (amount: string) =>
      server.request('POST', '/v1/consume', {
        body: `{"customer":"acme","feature":"calls","amount":${amount}}`,
      })
    expect((await take('9007199254740993')).body.errors).toHaveLength(1)
    const infinite = (await take('1e400')).body
    expect(infinite.errors).toEqual([
      { param: 'amount', message: expect.stringContaining('9007199254740991') },
    ])
  })
})

test('I-2 two different keys in one request are refused; the same one twice as well, for nobody knows which was meant', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(`${server.url}/v1/consume`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.secretKey}`,
        'content-type': 'application/json',
        'idempotency-key': ['a', 'b'],
      },
    })
    request.on('response', (response) => resolve(response.resume().statusCode))
    request.on('error', reject)
    request.end(JSON.stringify({ customer: 'acme', feature: 'calls' }))
  })
  expect(status).toBe(400)
  const one = { body: { customer: 'acme', feature: 'calls' }, headers: { 'idempotency-key': 'a, b' } }
  expect((await server.request('POST', '/v1/consume', one)).status).toBe(200)
})

const lists = Object.values(endpoints)
  .flatMap((group) => Object.values(group) as Endpoint[])
  .filter(({ method, query }) => method === 'GET' && query !== undefined && 'cursor' in query.shape)
  .map(({ path }) => path.replace('{id}', 'acme'))

describe('I-9 a cursor that no page has given is refused, for an empty page would say that there is no more', () => {
  it.each(lists)('%s', async (path) => {
    expect((await ask('GET', path)).status).toBe(200)
    for (const cursor of ['zzz', '-1', '0', '1.5', 'inv_test_x'])
      expect({ cursor, ...(await ask('GET', `${path}?cursor=${cursor}`)).body }).toMatchObject({
        cursor,
        code: 'invalid_cursor',
      })
  })
})
