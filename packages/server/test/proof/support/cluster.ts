/**
 * Several server processes on one database.
 *
 * Owns: starting and ending them, calls that go to any of them. Does not own: the database.
 * Invariant: a call that was refused for want of time is made again with the same key, as a client does.
 */
import type { TestDatabase } from '../../support/database.ts'
import { type Answer, spawnServer, type SpawnedServer } from '../../support/server.ts'

export interface Cluster {
  readonly servers: SpawnedServer[]
  /** To the server of that number, or to one after the other. @throws Error on a status that is not expected */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
  call<Body = any>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer<Body>>
  stop(): Promise<void>
}

export interface CallOptions {
  server?: number | undefined
  /** Statuses that are no failure, besides 2xx. */
  accept?: number[]
}

const MOST_ATTEMPTS = 40

export async function startCluster(
  database: TestDatabase,
  count = 4,
  environment: Record<string, string> = {},
): Promise<Cluster> {
  const own = { TOLLKEEPER_CONNECTIONS: '8', ...environment }
  const start = (secretKey?: string) =>
    spawnServer({ databaseUrl: database.url, environment: own, secretKey })
  // the first one makes the installation
  const first = await start()
  const others = Array.from({ length: count - 1 }, () => start(first.secretKey))
  const servers = [first, ...(await Promise.all(others))]
  let turn = 0
  return {
    servers,
    async call(method, path, body, { server, accept = [] } = {}) {
      const asked = servers[server ?? turn++ % servers.length] as SpawnedServer
      for (let attempt = 1; ; attempt += 1) {
        const answer = await asked.request(method, path, { body })
        if (answer.status < 300 || accept.includes(answer.status)) return answer
        if (answer.status !== 503 || attempt >= MOST_ATTEMPTS)
          throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`)
        const seconds = Number(answer.headers.get('retry-after'))
        if (!(seconds > 0)) throw new Error(`A 503 without Retry-After: ${answer.text}`)
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
      }
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}
