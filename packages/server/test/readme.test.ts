/** Every command of the README's five-minute tour, run as it stands there against a fresh server with its demo. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadDemo } from '../src/demo/load.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { startTestServer, type TestServer } from './support/server.ts'

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
const tour = readme.slice(readme.indexOf('## Five minutes'), readme.indexOf('## What you can rely on'))
const blocks = [...tour.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] as string)

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  await loadDemo(server.engine.app, server.secretKey)
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

it('is a tour of several steps', () => expect(blocks.length).toBeGreaterThan(5))

it('runs from the first command to the last, and each answer is the one that is told', async () => {
  const [setUp = '', ...steps] = blocks
  // where and with which key differs here; the function is the README's own
  const script = [
    'set -eu',
    setUp.replace(/^URL=.*$/m, `URL=${server.url}`).replace(/^KEY=.*$/m, `KEY=${server.secretKey}`),
    ...steps,
  ].join('\n')
  const printed = await run(script)
  const answers = printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  expect(answers.filter((answer) => answer.status >= 400)).toEqual([])
  const takes = answers.filter((answer) => 'allowed' in answer && 'replayed' in answer && 'event' in answer)
  expect(takes.map((take) => [take.allowed, take.replayed])).toEqual([
    [true, false],
    [true, true],
    [false, false],
    [true, false],
    [true, false],
    [false, false],
  ])
  expect(takes[2].message).toContain('Tickets')
  expect(takes[2].upgrade.plan).toBe('professional')
  expect(answers.find((answer) => answer.object === 'reservation')).toMatchObject({
    settled: 2750,
    status: 'settled',
  })
  expect(answers.find((answer) => answer.object === 'entitlements')).toMatchObject({ plan: { id: 'free' } })
  expect(answers.at(-1).data.map((event: { position: number }) => event.position)).toEqual([1, 2, 3, 4, 5])
})

const run = (script: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], { timeout: 60_000 }, (error, out, errors) =>
      error === null ? resolve(out) : reject(new Error(`${error.message}\n${errors}\n${out}`)),
    )
  })
