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
        const { rows } = await client.query('select count(*)::int as n from pg_locks where not granted')
        if (rows[0].n > 0) return
      }
    }
    const value = await work(waiting)
    await client.query('commit')
    await after(value)
  })
}

const body = { kind: 'secret', name: 'late' }

describe('the end of a process', () => {
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
