import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueCatalog } from '../support/catalog.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let database: TestDatabase
let server: TestServer
let folder: string

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, jobs: false })
  folder = await mkdtemp(join(tmpdir(), 'catalog-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await server.stop()
  await database.close()
})

async function run(...args: string[]): Promise<{ code: number | null; out: string; error: string }> {
  const env = { PATH: process.env.PATH, TOLLKEEPER_URL: server.url, TOLLKEEPER_KEY: server.secretKey }
  const child = spawn(process.execPath, [main, 'catalog', ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let error = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    error += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, out, error }
}

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return name
}

describe('tollkeeper catalog', () => {
  it('QE-1 applies a catalog file; twice changes nothing; shows what a changed one would change', async () => {
    const source = `const catalog: object = ${JSON.stringify(queueCatalog)}\nexport default catalog\n`
    const file = await write('catalog.ts', source)
    expect((await run('plan', file, '--exit-code')).code).toBe(2)

    const unasked = await run('apply', file)
    expect(unasked.code).toBe(1)
    expect(unasked.error).toContain('--yes')

    const applied = await run('apply', file, '--yes')
    expect(applied).toMatchObject({ code: 0, error: '' })
    expect(applied.out).toContain('+ plan essential added')
    expect(applied.out).toContain('revision 1 is in force')
    expect((await run('apply', file, '--yes')).out).toContain('Nothing to change')

    await server.request('PUT', '/v1/customers/bank-a', { body: {} })
    const order = { customer: 'bank-a', plan: 'essential', interval: 'month', currency: 'XOF' }
    await server.request('POST', '/v1/subscriptions', { body: order })
    const changed = structuredClone(queueCatalog)
    changed.plans.essential.allowances.agents = 8
    const plan = await run('plan', await write('changed.json', JSON.stringify(changed)))
    expect(plan.out.trim().split('\n')).toEqual([
      '~ plan essential version 1 → 2',
      '    allowances.agents.limit: 5 → 8',
      '',
      'Who is affected',
      '  1 customer on plan essential version 1 stays on it until moved: bank-a',
    ])
    expect(JSON.parse((await run('export')).out)).toEqual(queueCatalog)
  })

  it('validates a file without a server, and tells every mistake', async () => {
    const bad = {
      features: { agents: { kind: 'gauge' } },
      plans: { p: { allowances: { agent: 1, agents: true } } },
    }
    const { code, error } = await run('validate', await write('bad.json', JSON.stringify(bad)))
    expect(code).toBe(1)
    expect(error).toContain('bad.json has 2 mistakes:')
    expect(error).toContain('plans.p.allowances.agent: There is no feature "agent".')
    expect(error).toContain('plans.p.allowances.agents: "agents" is counted')
    expect((await run('validate', await write('good.json', JSON.stringify(queueCatalog)))).code).toBe(0)
  })

  it.each([
    ['missing.ts', undefined, "can't be read"],
    ['half.json', '{', 'is no JSON'],
    ['empty.ts', 'export const x = 1', 'exports no catalog'],
    ['throws.js', 'throw new Error("boom")', "can't be run: boom"],
    ['catalog.yaml', 'a: b', 'give a .ts, .js or .json file'],
  ])('says what is wrong with %s', async (name, text, message) => {
    if (text !== undefined) await write(name, text)
    const { code, error } = await run('validate', name)
    expect(code).toBe(1)
    expect(error).toContain(message)
  })
})
