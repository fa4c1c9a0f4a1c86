import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { spawnServer, startTestServer } from '../support/server.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

/** Somebody has locked the keys, so that whoever makes one waits until `release`. */
async function holdUp<T>(
  work: (waiting: () => Promise<void>) => Promise<T>,
  after: (value: T) => Promise<void>,
) {
  await database.db.withClient(async (client) => {
    await client.query('begin')
    await client.query('lock table api_key in share mode')
    const waiting = async () => {
      for (;;) {
        // of this database: other tests wait for locks of theirs
        const { rows } = await client.query(`select count(*)::int as n from pg_locks
          where not granted and database = (select oid from pg_database where datname = current_database())`)
        if (rows[0].n > 0) return
      }
    }
    const value = await work(waiting)
    await client.query('commit')
    await after(value)
  })
}

const body = { kind: 'secret', name: 'late' }

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

describe('the end of a process', () => {
  test('a first start that is broken off ends what it has begun, and then itself', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tollkeeper-broken-off-'))
    try {
      await holdUp(
        async (waiting) => {
          const child = spawn(process.execPath, [main, 'dev'], {
            env: {
              ...process.env,
              NODE_OPTIONS: '',
              DATABASE_URL: database.url,
              TOLLKEEPER_DATA_DIR: directory,
              PORT: '0',
            },
            stdio: ['ignore', 'pipe', 'pipe'],
          })
          const said: string[] = []
          for (const stream of [child.stdout, child.stderr])
            stream.setEncoding('utf8').on('data', (text: string) => said.push(text))
          const ended = once(child, 'exit')
          // it listens, and is about to make its first key
          await waiting()
          const heard = once(child.stdout, 'data')
          child.kill('SIGINT')
          await heard
          return { said, ended }
        },
        async ({ said, ended }) => {
          expect((await ended)[0], said.join('')).toBe(0)
          expect(said.join('')).toBe('SIGINT: finishing what is under way …\n')
        },
      )
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  test('a request under way is answered, a stream ends, nothing is left open', async () => {
    const server = await startTestServer({ databaseUrl: database.url })
    const stream = await fetch(`${server.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${server.secretKey}` },
    })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    await holdUp(
      async (waiting) => {
        const late = server.request('POST', '/v1/keys', { body })
        await waiting()
        return { late, stopped: server.stop() }
      },
      async ({ late, stopped }) => {
        expect((await late).status).toBe(201)
        await stopped
      },
    )
    expect(await stream.text()).toContain('retry:')
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
  })

  test('SIGTERM to a process of its own: answered first, then a clean end', async () => {
    const server = await spawnServer({ databaseUrl: database.url })
    try {
      expect((await server.request('GET', '/v1/environment')).status).toBe(200)
      await holdUp(
        async (waiting) => {
          const late = server.request('POST', '/v1/keys', { body })
          await waiting()
          return { late, code: server.stop() }
        },
        async ({ late, code }) => {
          expect((await late).status).toBe(201)
          expect(await code).toBe(0)
        },
      )
    } finally {
      await server.kill()
    }
  })
})
