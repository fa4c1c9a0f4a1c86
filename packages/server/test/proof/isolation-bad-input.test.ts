/**
 * I-9: for every call of the contract, requests that are right but for one to three places are refused with a clear
 * problem in the caller's language, never break anything, and change nothing. Seeds are in the titles;
 * TOLLKEEPER_PROOF_SEED=n tries one again, TOLLKEEPER_PROOF=more|full tries others.
 */
import { errorCodes, type ErrorCode } from '@tollkeeper/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languages, type LanguageTag } from '../../src/language/index.ts'
import type { Answer } from '../support/server.ts'
import { type Call, calls, send, type Sent } from './isolation/calls.ts'
import { type Fixture, fixtures } from './isolation/fixtures.ts'
import { type Nonsense, nonsense, spoilt } from './isolation/nonsense.ts'
import { changes, type Snapshot } from './isolation/snapshot.ts'
import { catalogOf, createWorld, type World } from './isolation/world.ts'
import { isSample, proofSeeds } from './support/random.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world?.close())

const seeds = proofSeeds({ sample: 1, more: 2, full: 12 })
const extent = process.env.TOLLKEEPER_PROOF
const sample = isSample ? 3 : 15
const numRuns = { more: 100, full: 300 }[extent ?? ''] ?? sample

/** One call, its request made again whenever one has succeeded. */
function createVictim(call: Call, fixture: Fixture, seed: number) {
  const { alpha } = world.tenants
  let count = 0
  let sent: Sent | undefined
  let before: Snapshot | undefined
  const askWith = (language: LanguageTag, wrong: Nonsense, request: Sent) =>
    send(world, call, request, {
      key: alpha.key,
      headers: { 'accept-language': language, ...wrong.headers },
    })
  return {
    /** The same again, in another language. */
    ask: (language: LanguageTag, wrong: Nonsense) =>
      askWith(language, wrong, spoilt(call.endpoint, sent as Sent, wrong)),
    async send(wrong: Nonsense, language: LanguageTag) {
      if (sent === undefined) {
        count += 1
        if (fixture.once === true) await alpha.call('PUT', '/v1/catalog', catalogOf('test'))
        sent = await fixture.make(alpha, `${call.name.replace('.', '-')}-${seed}-${count}`.toLowerCase())
        before = undefined
      }
      before ??= await world.snapshots.take()
      const request = spoilt(call.endpoint, sent, wrong)
      const answer = await askWith(language, wrong, request)
      const what = `${JSON.stringify(request).slice(0, 2_000)} → ${answer.status} ${answer.text.slice(0, 1_000)}`
      if (answer.status < 300) {
        if (call.endpoint.method !== 'GET') sent = undefined
        return { answer, what, changed: [] }
      }
      const after = await world.snapshots.take()
      const changed = changes(before, after)
      before = after
      return { answer, what, changed }
    },
  }
}

function expectProblem({ status, headers, body }: Answer, language: LanguageTag, what: string): void {
  expect(headers.get('content-type'), what).toBe('application/problem+json; charset=utf-8')
  const code = body.code as ErrorCode
  expect(errorCodes[code]?.status, what).toBe(status)
  expect(body, what).toMatchObject({ type: `/docs#${code}`, status })
  expect(body.title, what).toBe(languages[language].errors[code].title)
  expect(body.detail, what).toMatch(/\p{L}{3}/u)
  expect(body.requestId, what).toBe(headers.get('x-request-id'))
  for (const { param, message } of body.errors ?? []) {
    expect(param, what).toEqual(expect.any(String))
    expect(message, what).toMatch(/\p{L}{2}/u)
  }
  const said = [body.detail, ...(body.errors ?? []).map(({ message }: { message: string }) => message)].join(
    '\n',
  )
  expect(said, what).not.toMatch(/\[object|postgres|SQLSTATE|violates|node_modules|\bat .*\.ts:/i)
  if (code === 'invalid_request') expect(body.errors?.length, what).toBeGreaterThan(0)
}

/** Each sentence has its French, and no other words than the caller's own are left as they were. */
function expectFrench(french: Answer, english: Answer, what: string): void {
  expect(english.body.code, what).toBe(french.body.code)
  expect(french.body.detail, what).not.toBe(english.body.detail)
  const messages = ({ body }: Answer) =>
    (body.errors ?? []).map(({ message }: { message: string }) => message)
  const theirs = messages(english)
  expect(
    messages(french).filter((message: string) => theirs.includes(message)),
    what,
  ).toEqual([])
}

describe.each(seeds)('I-9 bad input is refused clearly and changes nothing, seed %i', (seed) => {
  test.each(calls.map((call) => ({ title: call.name, call })))('$title', async ({ call }) => {
    const found = fixtures[call.name] ?? []
    expect(found).not.toEqual([])
    for (const fixture of found) {
      const victim = createVictim(call, fixture, seed)
      const property = fc.asyncProperty(
        nonsense,
        fc.constantFrom<LanguageTag>('en', 'fr'),
        async (wrong, language) => {
          const { answer, what, changed } = await victim.send(wrong, language)
          expect(answer.status, what).toBeLessThan(500)
          if (answer.status < 300) return
          const asked = wrong.headers['accept-language'] === undefined ? language : 'en'
          expectProblem(answer, asked, what)
          if (asked === 'fr') expectFrench(answer, await victim.ask('en', wrong), what)
          expect(changed, what).toEqual([])
        },
      )
      await fc.assert(property, { seed, numRuns, endOnFailure: true })
    }
    if (call.noun === 'catalog') await world.tenants.alpha.call('PUT', '/v1/catalog', catalogOf('test'))
  })

  test('the log has no failure, no secret, no name and no address of a person', () => {
    const log = world.log.join('').toLowerCase()
    expect(world.log.filter((line) => line.includes('request failed'))).toEqual([])
    const hidden = Object.values(world.tenants).map((tenant) => tenant.hidden)
    const found = [...world.secrets, ...hidden, 'people.example', '<script>', 'drop table'].filter((text) =>
      log.includes(text.toLowerCase()),
    )
    expect(found).toEqual([])
  })
})
