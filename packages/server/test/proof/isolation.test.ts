/**
 * I-5: for every call of the contract, what others try with it comes to nothing; then it succeeds for its owner, which
 * proves that nothing else was wrong with it. All rows of all tables are compared around each attempt.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/server.ts'
import { isRefused, type Keys, leaks, makeKeys, mixturesOf, strangers } from './isolation/attempts.ts'
import { type Call, calls, fieldsOf, type How, leavesOf, send, type Sent } from './isolation/calls.ts'
import { type Fixture, fixtures } from './isolation/fixtures.ts'
import { changes, type Mine, type Snapshot } from './isolation/snapshot.ts'
import { isSample, isTried } from './support/random.ts'
import { createWorld, environmentOf, type Mode, type Tenant, type World } from './isolation/world.ts'

let world: World
let keys: Keys
beforeAll(async () => {
  world = await createWorld()
  keys = await makeKeys(world)
})
afterAll(() => world?.close())

/** Names of places that say whose something is: a fixture that leaves one out would prove too little. */
const namesSomething = /^(?:id|customer|member|of|\w+Id)$/

const withFixtures = calls
  .flatMap((call) =>
    (fixtures[call.name] ?? []).map((fixture, index) => ({
      title: index === 0 ? call.name : `${call.name} (${index + 1})`,
      call,
      fixture,
      label: `${call.name.replace('.', '-')}-${index}`.toLowerCase(),
    })),
  )
  .map((each, turn) => ({ ...each, turn }))

/** What the database held after the last attempt; forgotten when something else is made. */
let known: Snapshot | undefined

const snapshot = async (): Promise<Snapshot> => (known ??= await world.snapshots.take())

function make(fixture: Fixture, tenant: Tenant, label: string): Promise<Sent> {
  known = undefined
  return fixture.make(tenant, label)
}

/** Sends it and says what of it is not as it should be: a change elsewhere than in `mine`, or a text from elsewhere. */
async function attempt(call: Call, sent: Sent, how: How, mine?: Mine) {
  const before = await snapshot()
  const answer = await send(world, call, sent, how)
  known = await world.snapshots.take()
  return { answer, changed: changes(before, known, mine) }
}

/** The same key for everybody: it binds nobody but its owner. */
const idempotencyOf = ({ endpoint }: Call, label: string): Record<string, string> =>
  endpoint.idempotency === 'natural' ? {} : { 'idempotency-key': `key-${label}` }

const describeAnswer = ({ status, text }: Answer) => `${status} ${text.slice(0, 500)}`

/** @param turn of the call: where only some strangers are tried, it is others at each */
async function tryStrangers(call: Call, mine: Sent, turn: number): Promise<void> {
  const before = await snapshot()
  for (const { what, headers, status } of strangers(call, world, keys).filter((_, index) =>
    isTried(index + turn, 4),
  )) {
    const answer = await send(world, call, mine, { key: '', headers })
    expect(answer.status, `${what}: ${describeAnswer(answer)}`).toBe(status)
    expect(answer.body, what).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) })
    expect(leaks(world, answer, { mode: 'test', hidden: 'nobody' }), what).toEqual([])
  }
  known = await world.snapshots.take()
  expect(changes(before, known)).toEqual([])
}

async function customerNumber(tenant: Tenant, sent: Sent): Promise<Mine> {
  const { customer: named } = { ...sent.query, ...(sent.body as object) } as { customer?: string }
  const key = named ?? sent.params?.id ?? ''
  const environment = environmentOf[tenant.mode]
  const { rows } = await world.database.db.query<{ id: number }>({
    text: 'select id from customer where environment = $1 and key = $2',
    values: [environment, key],
  })
  return rows[0] === undefined ? { environment } : { environment, customer: rows[0].id }
}

async function tryMixtures(call: Call, fixture: Fixture, mine: Sent, others: Sent): Promise<void> {
  const { alpha, beta } = world.tenants
  for (const { sent, places, isOthers } of mixturesOf(mine, others)) {
    const acting = isOthers ? beta : alpha
    const headers = { 'idempotency-key': `mixture-${places.join('-')}-${call.name}` }
    const isFree = places.every((place) => fixture.free?.includes(place)) || fixture.creates === true
    const owner = isFree || isReversed(fixture, mine, places) ? await customerNumber(acting, sent) : undefined
    const scope = owner && { ...owner, nobodys: fixture.nobodys === true }
    const { answer, changed } = await attempt(call, sent, { key: alpha.key, headers }, scope)
    const what = `${places.join(' and ')} of another customer: ${describeAnswer(answer)}`
    if (scope === undefined) expect(isRefused(answer, sent), what).toBe(true)
    else expect(answer.status, what).toBeLessThan(500)
    expect(changed, what).toEqual([])
    expect(leaks(world, answer, { mode: 'test', hidden: acting.hidden }), what).toEqual([])
  }
}

const pairOf = async (fixture: Fixture, label: string): Promise<[Sent, Sent]> => [
  await make(fixture, world.tenants.alpha, label),
  await make(fixture, world.tenants.beta, label),
]

/** All but the free places were exchanged: the free ones are what is foreign. */
function isReversed({ free = [] }: Fixture, mine: Sent, places: string[]): boolean {
  const { alpha } = world.tenants
  const bound = [...leavesOf(mine)].filter(
    ([path, value]) => value.startsWith(alpha.customer) && !free.includes(path),
  )
  return free.length > 0 && bound.every(([path]) => places.includes(path))
}

/** With a key of `mode`, a request that was made for the other environment. */
async function crossOver(call: Call, sent: Sent, how: { mode: Mode; mayAct: boolean; label: string }) {
  const { mode, mayAct, label } = how
  const scope = mayAct ? { environment: environmentOf[mode] } : undefined
  const isStream = call.endpoint.stream === true
  const request = { key: world.keys[mode], headers: idempotencyOf(call, `${label}-crossing`) }
  const { answer, changed } = await attempt(
    call,
    sent,
    { ...request, awaitsEvent: isStream && mayAct },
    scope,
  )
  const what = `a ${mode} key with ${JSON.stringify(sent)}: ${describeAnswer(answer)}`
  expect(changed, what).toEqual([])
  expect(leaks(world, answer, { mode }, sent), what).toEqual([])
  if (isStream) return
  if (mayAct) expect(answer.status, what).toBeLessThan(500)
  else expect(isRefused(answer, sent), what).toBe(true)
  if (typeof answer.body?.livemode === 'boolean') expect(answer.body.livemode, what).toBe(mode === 'live')
}

const hasSameIds = (mine: Sent, twin: Sent): boolean => {
  const theirs = leavesOf(twin)
  return [...leavesOf(mine)].every(([path, value]) => !theirs.has(path) || theirs.get(path) === value)
}
const namesNothing = (sent: Sent): boolean => {
  const names = ['alpha', 'beta', '_test_', '_live_']
  return ![...leavesOf(sent).values()].some((value) => names.some((name) => value.includes(name)))
}

async function tryEnvironments(call: Call, fixture: Fixture, label: string, sent: { others: Sent }) {
  if (call.endpoint.testOnly === true) return
  const { alpha, liveAlpha } = world.tenants
  const mine = await make(fixture, alpha, `${label}-1`)
  const twin = await make(fixture, liveAlpha, `${label}-1`)
  const mayAct = hasSameIds(mine, twin) || fixture.creates === true || fixture.once === true
  await crossOver(call, mine, { mode: 'live', mayAct, label })
  await crossOver(call, twin, { mode: 'test', mayAct, label })
  if (fixture.once === true) return
  const isUnknown = fixture.creates !== true && !namesNothing(sent.others)
  await crossOver(call, sent.others, { mode: 'live', mayAct: !isUnknown, label: `${label}-other` })
}

/** The owner's own call. */
async function succeed(call: Call, tenant: Tenant, sent: Sent, how: How): Promise<Answer> {
  const { endpoint } = call
  const environment = environmentOf[tenant.mode]
  const { answer, changed } = await attempt(call, sent, { ...how, awaitsEvent: true }, { environment })
  expect(answer.status, describeAnswer(answer)).toBeOneOf([endpoint.status ?? 200, 200])
  const { error } = endpoint.response.safeParse(answer.body)
  expect(error, describeAnswer(answer)).toBeUndefined()
  expect(changed).toEqual([])
  expect(leaks(world, answer, { mode: tenant.mode })).toEqual([])
  expect(answer.headers.get('idempotent-replayed'), 'a key of somebody else').toBeNull()
  if (typeof answer.body?.replayed === 'boolean') expect(answer.body.replayed).toBe(false)
  return answer
}

const onlyReads = ({ name, endpoint }: Call) =>
  endpoint.method === 'GET' || name === 'usage.check' || name === 'catalog.preview'

async function letOwnersSucceed(
  call: Call,
  fixture: Fixture,
  label: string,
  sent: { mine: Sent; others: Sent; turn: number },
) {
  const { alpha, beta, liveAlpha } = world.tenants
  const headers = idempotencyOf(call, label)
  const before = await snapshot()
  await succeed(call, alpha, sent.mine, { key: alpha.key, headers })
  if (onlyReads(call)) expect(changes(before, await snapshot())).toEqual([])
  if (fixture.once === true) return
  // what takes its key from the environment as a whole needs another one
  const isShared = call.endpoint.idempotency === 'stored' && call.endpoint.params === undefined
  const theirs = isShared && (sent.mine.body as { customer?: string }).customer === undefined
  const scoped = keys.only[call.endpoint.scope] ?? ''
  const key = call.noun === 'keys' ? beta.key : scoped
  await succeed(call, beta, sent.others, {
    key,
    headers: theirs ? idempotencyOf(call, `${label}-2`) : headers,
  })
  if (call.endpoint.testOnly === true || !isTried(sent.turn, 2)) return
  const twin = await make(fixture, liveAlpha, `${label}-2`)
  await succeed(call, liveAlpha, twin, { key: liveAlpha.key, headers })
}

/** A list without its filters is all that its reader may see, and no more. */
async function tryWithoutFilters(call: Call, mine: Sent): Promise<void> {
  const fields = fieldsOf(call.endpoint.query)
  if (call.endpoint.method !== 'GET' || fields.length === 0 || mine.params !== undefined) return
  const isStream = call.endpoint.stream === true
  const queries: Record<string, string>[] = isStream ? [] : [{}]
  if (fields.includes('after')) queries.push({ after: '0' })
  for (const query of queries) {
    for (const mode of call.endpoint.testOnly === true ? (['test'] as const) : (['test', 'live'] as const)) {
      const answer = await send(world, call, { query }, { key: world.keys[mode], awaitsEvent: true })
      expect(answer.status, describeAnswer(answer)).toBe(200)
      expect(answer.text).not.toContain(`"livemode":${mode !== 'live'}`)
      expect(leaks(world, answer, { mode })).toEqual([])
    }
  }
}

/** A cursor continues a list; it is no way into another one. */
async function tryCursor(call: Call, fixture: Fixture, label: string, sent: { mine: Sent; others: Sent }) {
  if (!fieldsOf(call.endpoint.query).includes('cursor')) return
  const { alpha, beta, liveAlpha } = world.tenants
  const short = { ...sent.mine, query: { ...sent.mine.query, limit: '1' } }
  const { body } = await send(world, call, short, { key: alpha.key })
  expect(body.nextCursor, 'there are at least two').toEqual(expect.any(String))
  const continued = (of: Sent) => ({ ...of, query: { ...of.query, cursor: body.nextCursor } })
  const isOfCustomer = !namesNothing(sent.mine)
  const readers: [Tenant, Sent][] = [[beta, sent.others]]
  if (call.endpoint.testOnly !== true) readers.push([liveAlpha, await make(fixture, liveAlpha, `${label}-3`)])
  for (const [reader, own] of readers) {
    const { mode, hidden, key } = reader
    const answer = await send(world, call, continued(own), { key })
    expect(answer.status, describeAnswer(answer)).toBeOneOf([200, 400])
    expect(leaks(world, answer, isOfCustomer ? { mode, hidden } : { mode })).toEqual([])
  }
}

describe('I-5 nothing crosses a customer or an environment', () => {
  test('every call of the contract has its fixture, and no fixture is without its call', () => {
    expect(Object.keys(fixtures).sort()).toEqual(calls.map(({ name }) => name).sort())
  })

  test.each(withFixtures)('$title: others come to nothing, the owner succeeds', async (each) => {
    const { call, fixture, label, turn } = each
    const { alpha, beta } = world.tenants
    const mine = await make(fixture, alpha, label)
    const sent = { mine, others: fixture.once === true ? mine : await make(fixture, beta, label), turn }
    for (const part of ['params', 'query', 'body'] as const) {
      const named = fieldsOf(call.endpoint[part]).filter((name) => namesSomething.test(name))
      const given = Object.keys((mine[part] as object | undefined) ?? {})
      if (!onlySome(call.name)) expect(given).toEqual(expect.arrayContaining(named))
    }
    await tryStrangers(call, mine, turn)
    if (fixture.free === undefined) await tryMixtures(call, fixture, sent.mine, sent.others)
    else await tryMixtures(call, fixture, ...(await pairOf(fixture, `${label}-4`)))
    if (isTried(turn + 1, 2)) await tryEnvironments(call, fixture, label, sent)
    await letOwnersSucceed(call, fixture, label, sent)
    await tryWithoutFilters(call, mine)
    await tryCursor(call, fixture, label, sent)
    // again, now that it has been done
    if (fixture.free === undefined && !isSample) await tryMixtures(call, fixture, sent.mine, sent.others)
  })

  test('a publishable key reads what it may, of its own environment', async () => {
    for (const call of calls.filter(({ endpoint }) => endpoint.publishable === true)) {
      const [fixture] = fixtures[call.name] as [Fixture]
      const sent = await make(fixture, world.tenants.alpha, `public-${call.name.replace('.', '-')}`)
      const answer = await send(world, call, sent, { key: keys.publishable })
      expect(answer.status, call.name).toBe(200)
      expect(leaks(world, answer, { mode: 'test' })).toEqual([])
    }
  })

  test('the log has no secret, no name and no address of a person, not even in what the database says', async () => {
    const { db } = world.database
    await db.query("alter table customer add constraint unlikely check (name not like '% Unlikely')")
    await db.query(
      "alter table customer add constraint numeric check (name <> 'Anyone 7' or name::integer = 0)",
    )
    for (const name of ['Anyone Unlikely', 'Anyone 7']) {
      const body = { name, email: 'anyone@people.example' }
      const answer = await world.server.request('PUT', '/v1/customers/alpha', { body })
      expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } })
      expect(answer.text).not.toMatch(/anyone|unlikely|integer/i)
    }
    const log = world.log.join('').toLowerCase()
    expect(log).toContain('constraint')
    const { alpha, beta, liveAlpha } = world.tenants
    const hidden = [alpha, beta, liveAlpha].map((tenant) => tenant.hidden)
    const found = [...world.secrets, ...hidden, 'people.example', 'anyone'].filter((text) =>
      log.includes(text.toLowerCase()),
    )
    expect(found).toEqual([])
  })
})

/** Calls whose variants each leave something out. */
const onlySome = (name: string) => name === 'usage.release' || name === 'usage.track'
