import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

describe('where no database is', () => {
  const run = (env: Record<string, string>, ...command: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...command], {
      env: { PATH: process.env['PATH'], TOLLKEEPER_LOG: 'silent', ...env },
      encoding: 'utf8',
    })
    return { status, said: `${stdout}${stderr}` }
  }

  it('I-4 nothing is found in order, no backup is written, and none is made', async () => {
    const home = mkdtempSync(join(tmpdir(), 'tollkeeper-nowhere-'))
    const empty = await createTestDatabase({ empty: true })
    const file = join(home, 'backup')
    const places: Record<string, string>[] = [
      { TOLLKEEPER_DATA_DIR: join(home, 'data') },
      { DATABASE_URL: empty.url },
    ]
    try {
      for (const place of places) {
        for (const command of [['doctor'], ['doctor', '--json'], ['backup', file]]) {
          const { status, said } = run(place, ...command)
          expect([status, said]).toEqual([
            1,
            expect.stringMatching(/There is no database in|holds nothing of/),
          ])
        }
      }
      expect([readdirSync(home), existsSync(file)]).toEqual([[], false])
    } finally {
      await empty.close()
      rmSync(home, { recursive: true })
    }
  })
})
