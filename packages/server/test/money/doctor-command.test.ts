import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { catalog } from './support.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  // no process runs the jobs here: what they would do stays undone
  server = await startTestServer({ db: database.db, jobs: false })
  expect((await server.request('PUT', '/v1/catalog', { body: catalog })).status).toBe(200)
  await server.request('PUT', '/v1/customers/acme', { body: {} })
  const body = { customer: 'acme', plan: 'large', currency: 'EUR' }
  expect((await server.request('POST', '/v1/subscriptions', { body })).status).toBe(201)
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

/** `tollkeeper doctor --json` on this database, as from cron: the findings, and how it ended. */
async function doctor(): Promise<{ code: number | null; found: string[] }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url, TOLLKEEPER_LOG: 'silent' }
  const child = spawn(process.execPath, [main, 'doctor', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const findings = out.split('\n').filter((line) => line.startsWith('{'))
  const found = findings.map((line) => {
    const { environment, check, customer, subject, expected } = JSON.parse(line)
    return `${environment} ${check} ${customer} ${subject.split(' ')[0]} ${expected}`
  })
  return { code, found }
}
const byHttp = async () => (await server.request('GET', '/v1/doctor')).body.findings

describe('tollkeeper doctor', () => {
  it('I-4 ends with 0 where everything holds, and with 2 and a line for each thing that does not', async () => {
    const well = await doctor()
    expect(well).toEqual({ code: 0, found: [] })
    expect(await byHttp()).toEqual([])

    await database.db.query(`update monthly_revenue set monthly_minor = 7`)
    await database.db.query(`update event set recorded_at = recorded_at - interval '1 hour'`)
    const ill = await doctor()
    expect(ill.code).toBe(2)
    expect(ill.found.toSorted()).toEqual([
      'test deliveries null events unplanned 0',
      'test monthly_revenue acme large monthly 20000',
      'test sold_revenue acme large monthly 20000',
    ])
    // whoever asks the server is told the same
    expect((await byHttp()).map(({ check }: { check: string }) => check).toSorted()).toEqual([
      'deliveries',
      'monthly_revenue',
      'sold_revenue',
    ])
  })
})
