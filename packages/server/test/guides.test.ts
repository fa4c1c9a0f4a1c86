/** What guides say as it stands: the commands of all are there, and those to billing do what is said of them. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadDemo } from '../src/demo/load.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { startTestServer, type TestServer } from './support/server.ts'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const guide = read('docs/guides/billing.md')
const [setUp = ''] = /^URL=[\s\S]*?(?=^```)/m.exec(read('README.md')) ?? []
const commands = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text)

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

it('shows a catalog that can be applied', async () => {
  const [, written = ''] = /export default defineCatalog\(([\s\S]*?)\)\n```/.exec(guide) ?? []
  // oxlint-disable-next-line typescript/no-implied-eval -- the guide is ours, and a test runs it
  const catalog: unknown = new Function(`return ${written}`)()
  const { status, body } = await server.request('POST', '/v1/catalog/preview', { body: catalog })
  expect([status, body.errors]).toEqual([200, undefined])
})

it('runs from the first command to the last, and each answer is the one that is told', async () => {
  const script = [
    'set -eu',
    setUp.replace(/^URL=.*$/m, `URL=${server.url}`).replace(/^KEY=.*$/m, `KEY=${server.secretKey}`),
    ...commands,
  ].join('\n')
  const answers = (await run(script))
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  expect(answers.filter(({ status }) => status >= 400)).toEqual([])
  const of = (object: string) => answers.filter((answer) => answer.object === object)
  expect(of('subscription_preview').map(({ totalMinor }) => totalMinor)).toEqual([17_700, 15_000, 14_160])
  expect(of('payment')).toMatchObject([{ invoice: { status: 'paid', amountPaidMinor: 118_000 } }])
  expect(of('credit_balance')).toMatchObject([{ balances: [{ currency: 'XOF', amountMinor: 11_800 }] }])
  expect(of('refund')).toMatchObject([{ amountMinor: 23_600, status: 'succeeded' }])
  expect(of('subscription').map(({ status, cancelAt }) => [status, cancelAt !== null])).toEqual([
    ['active', true],
    ['active', false],
    ['canceled', false],
  ])
  expect(of('customer').at(-1)).toMatchObject({ id: 'lumen', deleted: true })
  const kept = of('list').findLast(({ data: [first] }) => first?.object === 'invoice')
  const documents = kept?.data.map(
    ({ kind, totalMinor }: { kind: string; totalMinor: number }) => `${kind} ${totalMinor}`,
  )
  // whether the subscription was billed before it was called off is a matter of milliseconds
  expect(documents).toEqual(
    expect.arrayContaining(['invoice 118000', 'credit_note 11800', 'credit_note 23600']),
  )
  expect(of('doctor_report')).toMatchObject([{ findings: [] }])
})

const guides = readdirSync(new URL('../../../docs/guides/', import.meta.url)).map((name) =>
  read(`docs/guides/${name}`),
)
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

it('names commands, options and settings that there are', () => {
  const texts = [...guides, read('README.md')]
  const told = texts.flatMap((text) =>
    [...text.matchAll(/^npx tollkeeper ([a-z][^#\n]*)/gm)].map(([, line]) => line ?? ''),
  )
  expect(told.length).toBeGreaterThan(8)
  for (const line of new Set(told)) {
    const [words = ''] =
      /^[a-z]+(?: (?:create|list|roll|revoke|validate|plan|apply|export)\b)?/.exec(line) ?? []
    const help = execFileSync(process.execPath, [main, ...words.split(' '), '--help'], { encoding: 'utf8' })
    // of a command that isn't there the help is that of all
    if (words !== 'help') expect(help, line).toContain(`Usage: tollkeeper ${words}`)
    for (const option of line.match(/--[a-z-]+/g) ?? []) expect(help, line).toContain(option)
  }
  const all = execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
  const settings = new Set(read('docs/guides/run.md').match(/\bTOLLKEEPER_[A-Z_]+\b/g))
  for (const setting of ['TOLLKEEPER_URL', 'TOLLKEEPER_KEY']) settings.delete(setting)
  for (const setting of settings) expect(all).toContain(setting)
})

it('makes a live key as it is told', async () => {
  const [, line = ''] = /^npx tollkeeper (keys create .*)$/m.exec(read('docs/guides/run.md')) ?? []
  const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word)
  const env = { PATH: process.env['PATH'], DATABASE_URL: database.url, TOLLKEEPER_LOG: 'silent' }
  const said = execFileSync(process.execPath, [main, ...words], { env, encoding: 'utf8' })
  const [key = ''] = /sk_live_\w+/.exec(said) ?? []
  const { status, body } = await server.request('GET', '/v1/environment', { key })
  expect([status, body.id]).toEqual([200, 'live'])
})

const run = (script: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], { timeout: 60_000 }, (error, out, errors) =>
      error === null ? resolve(out) : reject(new Error(`${error.message}\n${errors}\n${out}`)),
    )
  })
