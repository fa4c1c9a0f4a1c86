/** The guide to billing as it stands: its catalog is one, and its commands do what it says. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
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

const run = (script: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], { timeout: 60_000 }, (error, out, errors) =>
      error === null ? resolve(out) : reject(new Error(`${error.message}\n${errors}\n${out}`)),
    )
  })
