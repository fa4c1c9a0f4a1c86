import { describe, expect, expectTypeOf, test } from 'vitest'
import { createClientOn } from '../src/client.ts'
import type { Allowed, ConsumeAnswer, Refused } from '../src/decisions.ts'
import {
  defineCatalog,
  isCode,
  isEvent,
  orThrow,
  QuotaExceededError,
  RefusedError,
  SettlementError,
} from '../src/index.ts'
import type { Event, ResourceUsage } from '../src/index.ts'
import { testRuntime } from './support/runtime.ts'
import { hangUp, json, problem, scriptedServer } from './support/scripted-server.ts'
import type { ScriptedServer, Step } from './support/scripted-server.ts'

const facts = {
  customer: 'acme',
  feature: 'tokens',
  limit: 10,
  used: 3,
  remaining: 7,
  amount: 5,
  message: 'Fine.',
}
const allowed = { ...facts, allowed: true, code: 'ok', event: 'use_1', replayed: false }
const refused = {
  ...facts,
  allowed: false,
  code: 'quota_exceeded',
  event: null,
  replayed: false,
  message: 'Full.',
}
const reserved = { ...facts, allowed: true, code: 'ok', id: 'res_1', expiresAt: 'later', replayed: false }
const refusedReservation = { ...refused, id: null, expiresAt: null }
const hold = { object: 'reservation', id: 'res_1', status: 'settled' }

async function withServer(...steps: Step[]) {
  const server = await scriptedServer(...steps)
  const runtime = testRuntime()
  const client = createClientOn(runtime, { url: server.url, key: 'sk_test_1' })
  return { server, runtime, client, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const callsOf = (server: ScriptedServer) =>
  server.seen.map(({ method, url, body }) => `${method} ${url}${body ? ` ${body}` : ''}`)
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('should have thrown'),
    (error) => error,
  )

describe('consume and check', () => {
  const body = { customer: 'acme', feature: 'tokens', amount: 5 }

  test('answer yes and no, each with its own members', async () => {
    await using at = await withServer(json(allowed), json(refused))
    const yes = await at.client.consume(body)
    if (!yes.allowed) return expect.fail()
    expectTypeOf(yes.event).toEqualTypeOf<string>()
    expect(yes.event).toBe('use_1')
    const no = await at.client.consume(body)
    expect(no).toMatchObject({ allowed: false, code: 'quota_exceeded', message: 'Full.', limit: 10 })
    expect(Object.keys(no)).not.toContain('event')
    expectTypeOf<ConsumeAnswer>().extract<{ allowed: false }>().toEqualTypeOf<Refused>()
  })

  test('consumeOrThrow throws what the code of the refusal says', async () => {
    await using at = await withServer(
      json(allowed),
      json(refused),
      json({ ...refused, code: 'tenant_suspended' }),
    )
    expect((await at.client.consumeOrThrow(body)).event).toBe('use_1')
    const full = await caught(at.client.consumeOrThrow(body))
    expect(full).toBeInstanceOf(QuotaExceededError)
    expect(isCode(full, 'quota_exceeded')).toBe(true)
    expect(full).toMatchObject({ status: 403, message: 'Full.', decision: { limit: 10 } })
    const blocked = await caught(at.client.consumeOrThrow(body))
    expect(blocked).toBeInstanceOf(RefusedError)
    expect(blocked).not.toBeInstanceOf(QuotaExceededError)
    expect(isCode(blocked, 'tenant_suspended')).toBe(true)
  })

  test('check answers without taking, and orThrow narrows it', async () => {
    await using at = await withServer(json(allowed))
    const yes = orThrow(await at.client.check(body))
    expectTypeOf(yes).toEqualTypeOf<Allowed>()
    expect(callsOf(at.server)).toEqual([`POST /v1/check ${JSON.stringify(body)}`])
  })
})

describe('reservations', () => {
  const estimate = { customer: 'acme', feature: 'tokens', amount: 5 }
  const reserve = `POST /v1/reservations ${JSON.stringify(estimate)}`
  const settle = (amount: number) => `POST /v1/reservations/res_1/settle {"amount":${amount}}`

  test('a refused one has no id', async () => {
    await using at = await withServer(json(refusedReservation))
    const answer = await at.client.reserve(estimate)
    expect(answer.allowed).toBe(false)
    expect('id' in answer).toBe(false)
  })

  test('withReservation settles with the truth', async () => {
    await using at = await withServer(json(reserved), json(hold))
    const answer = await at.client.withReservation(estimate, async (tell, reservation) => {
      expect(reservation.id).toBe('res_1')
      tell(1)
      tell(8)
      return 'a reply'
    })
    expect(answer).toMatchObject({ allowed: true, result: 'a reply', settlement: hold })
    expect(callsOf(at.server)).toEqual([reserve, settle(8)])
  })

  test('and with the estimate when the work says nothing', async () => {
    await using at = await withServer(json(reserved), json(hold))
    await at.client.withReservation(estimate, () => 'a reply')
    expect(callsOf(at.server)).toEqual([reserve, settle(5)])
  })

  test('and never runs the work when the estimate is refused', async () => {
    await using at = await withServer(json(refusedReservation))
    const answer = await at.client.withReservation(estimate, () => expect.fail('it ran'))
    expect(answer).toMatchObject({ allowed: false, code: 'quota_exceeded' })
  })

  test('and cancels when the work throws, whatever becomes of the canceling', async () => {
    const mistake = new Error('the model is down')
    for (const cancelStep of [json(hold), problem(404, 'reservation_not_found')]) {
      await using at = await withServer(json(reserved), cancelStep)
      expect(await caught(at.client.withReservation(estimate, () => Promise.reject(mistake)))).toBe(mistake)
      expect(callsOf(at.server)).toEqual([reserve, 'DELETE /v1/reservations/res_1'])
    }
  })

  test('and settles what was used before the work threw', async () => {
    const mistake = new Error('the answer was cut')
    await using at = await withServer(json(reserved), json(hold))
    const work = (tell: (amount: number) => void) => {
      tell(3)
      throw mistake
    }
    expect(await caught(at.client.withReservation(estimate, work))).toBe(mistake)
    expect(callsOf(at.server)).toEqual([reserve, settle(3)])
  })

  test('and accounts for what was taken although the caller has given up', async () => {
    const controller = new AbortController()
    await using at = await withServer(json(reserved), json(hold))
    const work = (tell: (amount: number) => void) => {
      tell(2)
      controller.abort()
    }
    await at.client.withReservation(estimate, work, { signal: controller.signal, idempotencyKey: 'job-1' })
    expect(callsOf(at.server)).toEqual([reserve, settle(2)])
    expect(at.server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['job-1', 'key-1'])
  })

  test('and says what is left to settle when the settling fails', async () => {
    await using at = await withServer(json(reserved), hangUp)
    const error = await caught(
      at.client.withReservation(estimate, (tell) => {
        tell(4)
        return 'a reply'
      }),
    )
    expect(error).toBeInstanceOf(SettlementError)
    expect(error).toMatchObject({
      code: 'network_error',
      amount: 4,
      reservation: { id: 'res_1' },
      work: { status: 'fulfilled', value: 'a reply' },
    })
  })
})

describe('track', () => {
  const uses = Array.from({ length: 2500 }, () => ({ customer: 'acme', feature: 'tokens' }))
  type Batch = { events: { idempotencyKey: string }[] }

  test('sends batches of a thousand, each use with a key of its own, and keeps the indexes of the caller', async () => {
    await using at = await withServer((response, request) => {
      const { events } = JSON.parse(request.body) as Batch
      const rejected = [{ index: 1, code: 'event_too_late', message: 'Too late.' }]
      json({ accepted: events.length - 2, duplicates: 1, rejected })(response, request)
    })
    const result = await at.client.track(uses)
    expect(result).toMatchObject({ accepted: 2494, duplicates: 3 })
    expect(result.rejected.map(({ index }) => index)).toEqual([1, 1001, 2001])
    const keys = at.server.seen.flatMap(({ body }) =>
      (JSON.parse(body) as Batch).events.map((use) => use.idempotencyKey),
    )
    expect(new Set(keys).size).toBe(2500)
  })

  test('a batch that fails tells the key under which the whole can be reported again', async () => {
    let calls = 0
    await using at = await withServer((response, request) => {
      calls += 1
      if (calls === 2) response.writeHead(500).end('broken')
      else json({ accepted: 1000, duplicates: 0, rejected: [] })(response, request)
    })
    const failed = await at.client.track(uses, { maxRetries: 0 }).catch((error: unknown) => error)
    const { idempotencyKey } = failed as { idempotencyKey: string }
    expect(idempotencyKey).toEqual(expect.any(String))
    const sent = at.server.seen.length
    await at.client.track(uses, { idempotencyKey })
    const keysFrom = (from: number, to?: number) =>
      at.server.seen
        .slice(from, to)
        .flatMap(({ body }) => (JSON.parse(body) as Batch).events.map((use) => use.idempotencyKey))
    const [first, again] = [keysFrom(0, sent), keysFrom(sent)]
    expect(first).toHaveLength(2000)
    expect(again.slice(0, 2000)).toEqual(first)
  })

  test('the keys are the same when the whole is reported again under one key', async () => {
    await using at = await withServer(json({ accepted: 1, duplicates: 0, rejected: [] }))
    const some = [
      { customer: 'acme', feature: 'tokens' },
      { customer: 'acme', feature: 'tokens', idempotencyKey: 'own' },
    ]
    await at.client.track(some, { idempotencyKey: 'night' })
    await at.client.track(some, { idempotencyKey: 'night' })
    const batches = at.server.seen.map(({ body }) =>
      (JSON.parse(body) as Batch).events.map((use) => use.idempotencyKey),
    )
    expect(batches).toEqual([
      ['night:0', 'own'],
      ['night:0', 'own'],
    ])
  })
})

describe('usageOf', () => {
  const row = (feature: string, member: string | null, used: number, limit: number | null) => ({
    feature,
    member,
    used,
    limit,
    percentage: limit && (used / limit) * 100,
    remaining: limit && limit - used,
  })

  test("gives current, max, percentage and available, or the product's own names", async () => {
    await using at = await withServer(json({ data: [row('sites', null, 1, 4), row('files', null, 2, null)] }))
    const usage = await at.client.usageOf('acme')
    expectTypeOf(usage).toEqualTypeOf<Record<string, ResourceUsage>>()
    expect(usage).toEqual({
      sites: { current: 1, max: 4, percentage: 25, available: 3 },
      files: { current: 2, max: null, percentage: null, available: null },
    })
    const named = await at.client.usageOf('acme', { map: ({ used }) => ({ utilise: used }) })
    expectTypeOf(named).toEqualTypeOf<Record<string, { utilise: number }>>()
    expect(named).toEqual({ sites: { utilise: 1 }, files: { utilise: 2 } })
  })

  test("a member's own row goes before the customer's", async () => {
    await using at = await withServer(
      json({ data: [row('tokens', null, 9, 10), row('tokens', 'ann', 2, 5)] }),
    )
    expect((await at.client.usageOf('acme', { member: 'ann' })).tokens).toMatchObject({ current: 2, max: 5 })
    expect((await at.client.usageOf('acme')).tokens).toMatchObject({ current: 9 })
    expect(at.server.seen[0]!.url).toBe('/v1/customers/acme/usage?member=ann')
  })
})

test('entitlementsOf tells what is included', async () => {
  const feature = (key: string, included: boolean, value: unknown) => ({ feature: key, included, value })
  await using at = await withServer(
    json({
      version: 3,
      features: [feature('export', true, true), feature('beta', true, false), feature('seats', true, null)],
    }),
  )
  const entitlements = await at.client.entitlementsOf('acme')
  expect(['export', 'beta', 'seats', 'unheard-of'].map((key) => entitlements.has(key))).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect(entitlements.feature('seats')).toMatchObject({ included: true })
})

test('advanceTestClock waits until everything due is done, and throws when something was not', async () => {
  const clock = (status: string) =>
    json({ object: 'testClock', id: 'c', status, now: 'then', failure: 'no rail' })
  await using at = await withServer(clock('advancing'), clock('advancing'), clock('ready'), clock('failed'))
  expect((await at.client.advanceTestClock('c', new Date(0))).status).toBe('ready')
  expect(callsOf(at.server).slice(0, 3)).toEqual([
    'POST /v1/test-clocks/c/advance {"to":"1970-01-01T00:00:00.000Z"}',
    'GET /v1/test-clocks/c',
    'GET /v1/test-clocks/c',
  ])
  expect(await caught(at.client.advanceTestClock('c', new Date(0)))).toMatchObject({
    code: 'test_clock_failed',
  })
})

test('a catalog that is written with defineCatalog is one that catalog.put takes', async () => {
  const catalog = defineCatalog({
    features: { tickets: { kind: 'meter', thresholds: [50, 100] } },
    plans: { free: { allowances: { tickets: 5 } } },
    addOns: { pack: { kind: 'one_off', prices: { XOF: 500 }, allowances: { tickets: 1 } } },
    bundles: {},
    fallbackPlan: 'free',
  })
  await using at = await withServer(json({ object: 'catalog_diff' }))
  await at.client.catalog.put(catalog)
  expect(JSON.parse(at.server.seen[0]!.body)).toEqual(catalog)
})

test('isEvent gives the data its type', () => {
  const event = { type: 'plan.archived', data: { plan: 'gold' } } as unknown as Event
  if (!isEvent(event, 'plan.archived')) return expect.fail()
  expectTypeOf(event.data.plan).toEqualTypeOf<string>()
  expect(isEvent(event as { type: string }, 'plan.created')).toBe(false)
})
