import { endpoints } from '@tollkeeper/contract'
import type { Endpoint } from '@tollkeeper/contract'
import { createClient, defineCatalog, isCode } from '@tollkeeper/client'
import type { Client } from '@tollkeeper/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { losingProxy } from './losing-proxy.ts'

let database: TestDatabase
let server: TestServer
let client: Client

const catalog = defineCatalog({
  features: { tickets: { kind: 'meter' }, sites: { kind: 'gauge' }, export: { kind: 'flag' } },
  plans: { small: { allowances: { tickets: 100, sites: 3, export: true } } },
})

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  client = createClient({ url: server.url, key: server.secretKey })
  await client.catalog.put(catalog)
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

let customers = 0
async function subscribedCustomer(): Promise<string> {
  const customer = `customer-${(customers += 1)}`
  await client.customers.put(customer)
  await client.subscriptions.create({ customer, plan: 'small' })
  return customer
}

/** A client behind a line that loses every answer but the last try's. */
async function onBadLine(triesLost: number) {
  const triesByKey = new Map<string, number>()
  const proxy = await losingProxy(server.url, ({ method, path }) => {
    if (method !== 'POST' && method !== 'PUT' && method !== 'DELETE') return false
    const tries = (triesByKey.get(path) ?? 0) + 1
    triesByKey.set(path, tries)
    return tries % (triesLost + 1) !== 0
  })
  const behind = createClient({ url: proxy.url, key: server.secretKey })
  return { proxy, client: behind, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

describe('every lost answer is asked for again, and nothing happens twice', () => {
  // The pause before each retry is a random part of its longest: of nothing, here.
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
  afterEach(() => void vi.restoreAllMocks())

  test('consume takes once', async () => {
    const customer = await subscribedCustomer()
    await using bad = await onBadLine(2)
    const answer = await bad.client.consumeOrThrow({ customer, feature: 'tickets', amount: 7 })
    expect(answer).toMatchObject({ replayed: true, used: 7 })
    expect(bad.proxy.lost()).toBe(2)
    expect((await client.usageOf(customer)).tickets).toMatchObject({ current: 7, available: 93 })
  })

  test('a subscription is made once', async () => {
    const customer = 'bad-line'
    await client.customers.put(customer)
    await using bad = await onBadLine(1)
    await bad.client.subscriptions.create({ customer, plan: 'small' })
    expect(await client.subscriptions.list({ customer }).toArray({ max: 10 })).toHaveLength(1)
  })

  test('a grant is given once', async () => {
    const customer = await subscribedCustomer()
    await using bad = await onBadLine(1)
    await bad.client.grants.create(customer, { feature: 'tickets', amount: 50 })
    expect((await client.check({ customer, feature: 'tickets' })).limit).toBe(150)
  })

  test('a reservation is settled once, and a canceled one is gone', async () => {
    const customer = await subscribedCustomer()
    await using bad = await onBadLine(1)
    const estimate = { customer, feature: 'tickets', amount: 40 }
    await bad.client.withReservation(estimate, (settle) => settle(10))
    await expect(bad.client.withReservation(estimate, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    )
    expect((await client.usageOf(customer)).tickets).toMatchObject({ current: 10, available: 90 })
  })

  test('a batch of uses is counted once', async () => {
    const customer = await subscribedCustomer()
    await using bad = await onBadLine(1)
    const result = await bad.client.track(
      Array.from({ length: 20 }, () => ({ customer, feature: 'tickets' })),
    )
    expect(result.rejected).toEqual([])
    expect(result.accepted + result.duplicates).toBe(20)
    expect((await client.usageOf(customer)).tickets).toMatchObject({ current: 20 })
  })

  test('a customer is deleted; the second try may say that it was', async () => {
    const customer = await subscribedCustomer()
    await using bad = await onBadLine(1)
    const answer = await bad.client.customers.delete(customer).catch((error: unknown) => error)
    expect(isCode(answer, 'customer_deleted') || (answer as { deleted: boolean }).deleted).toBe(true)
    await expect(client.customers.put(customer)).rejects.toMatchObject({ code: 'customer_deleted' })
  })
})

describe('the client and the server agree', () => {
  test('fifty at once against a limit of three: three are admitted', async () => {
    const customer = await subscribedCustomer()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => client.consume({ customer, feature: 'sites' })),
    )
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3)
    expect(new Set(answers.flatMap((answer) => (answer.allowed ? [] : [answer.code])))).toEqual(
      new Set(['quota_exceeded']),
    )
  })

  test("QE-9 usage by resource: current, max, percentage with two decimals, available, or a product's own names", async () => {
    const customer = await subscribedCustomer()
    await client.consumeOrThrow({ customer, feature: 'sites' })
    const usage = await client.usageOf(customer)
    expect(usage.sites).toEqual({ current: 1, max: 3, percentage: 33.33, available: 2 })
    expect(usage.tickets).toEqual({ current: 0, max: 100, percentage: 0, available: 100 })
    const named = await client.usageOf(customer, {
      map: ({ used, limit }) => ({ utilise: used, maximum: limit }),
    })
    expect(named.sites).toEqual({ utilise: 1, maximum: 3 })
  })

  test('messages come in the language that was asked for', async () => {
    const customer = await subscribedCustomer()
    const ask = (language: string) =>
      client.consume({ customer, feature: 'sites', amount: 9 }, { language }).then(({ message }) => message)
    const messages = [await ask('en'), await ask('fr')]
    expect(new Set(messages).size).toBe(2)
    const french = createClient({ url: server.url, key: server.secretKey, language: 'fr' })
    await expect(french.customers.get('nobody')).rejects.toMatchObject({
      code: 'customer_not_found',
      param: expect.anything(),
    })
  })

  test('a mistake names the field, the request, and changes nothing', async () => {
    const error = await client.customers
      .put('x', { timeZone: 'Mars/Olympus' })
      .catch((reason: unknown) => reason)
    expect(isCode(error, 'time_zone_unknown', 'invalid_request')).toBe(true)
    expect(error).toMatchObject({
      requestId: expect.stringMatching(/./),
      param: expect.stringContaining('timeZone'),
    })
    await expect(client.customers.get('x')).rejects.toMatchObject({ code: 'customer_not_found' })
  })

  test('ids with every letter that an id may have arrive as they are', async () => {
    const id = 'a:b@c+d|e=f~g-h_i.j'
    expect((await client.customers.put(id)).id).toBe(id)
    expect((await client.customers.get(id)).id).toBe(id)
  })

  test('lists go on from page to page', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, subscribedCustomer))
    const seen: string[] = []
    for await (const { id } of client.customers.list({ limit: 2 })) seen.push(id)
    expect(seen).toEqual(expect.arrayContaining(made))
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('every call of the contract is in the client, and has a route', async () => {
    const nouns = client as unknown as Record<string, Record<string, unknown>>
    const missing: string[] = []
    for (const [noun, members] of Object.entries(endpoints)) {
      for (const [name, { method, path, stream }] of Object.entries(members as Record<string, Endpoint>)) {
        if (typeof nouns[noun]?.[name] !== 'function') missing.push(`client.${noun}.${name}`)
        if (stream) continue
        const address = path.replaceAll(/\{\w+\}/g, 'nobody')
        const { body } = await server.request(method, address, method === 'GET' ? {} : { body: {} })
        if (['not_found', 'method_not_allowed'].includes(body?.code)) missing.push(`${method} ${path}`)
      }
    }
    expect(missing).toEqual([])
  })
})

describe('the stream of events', () => {
  test('goes on after a cut line, with every event once and in order', async () => {
    const { data } = await client.events.list({ limit: 1 })
    const after = data[0]!.position
    let streams = 0
    await using proxy = await losingProxy(
      server.url,
      ({ path }) => path.includes('/events/stream') && (streams += 1) < 0,
    )
    const behind = createClient({ url: proxy.url, key: server.secretKey })
    const stream = behind.events.stream({ after })
    const made = [await subscribedCustomer(), await subscribedCustomer()]
    const seen: { position: number; customer: string | null }[] = []
    for await (const event of stream) {
      seen.push(event)
      if (event.type === 'subscription.created' && event.customer === made[1]) break
    }
    const positions = seen.map(({ position }) => position)
    expect(positions).toEqual(positions.map((_, index) => after + 1 + index))
    expect(stream.position).toBe(positions.at(-1))
  })

  test('from now on: what happens after the loop has begun is seen', async () => {
    const stream = client.events.stream({ type: ['customer.created'] })
    const iterator = stream[Symbol.asyncIterator]()
    const next = iterator.next()
    // The stream knows where it begins before it connects, so whatever is made once it knows is seen.
    while (stream.position === undefined) await new Promise(setImmediate)
    const customer = await subscribedCustomer()
    expect((await next).value).toMatchObject({ type: 'customer.created', customer })
    stream.close()
  })
})

test('a test clock is moved to where it was told', async () => {
  const clock = await client.testClocks.create({ now: '2026-01-31T00:00:00Z' })
  const moved = await client.advanceTestClock(clock.id, new Date('2026-02-28T12:00:00Z'))
  expect(moved).toMatchObject({ status: 'ready', now: '2026-02-28T12:00:00.000Z' })
})
