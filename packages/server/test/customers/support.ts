/** One server on a clock that stands still, with a catalog put: what the tests of customers start from. */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { expect } from 'vitest'
import { type AdjustableClock, fixedClock } from '../../src/clock.ts'
import { parseInstant } from '../../src/domain/time/index.ts'
import { queueCatalog } from '../support/catalog.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Answer, startTestServer, type TestServer } from '../support/server.ts'

export const START = '2026-03-10T10:15:00Z'

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
export type Json = any

export interface CustomerBench {
  database: TestDatabase
  server: TestServer
  clock: AdjustableClock
  /** Moves the clock of the system to a moment. */
  moveTo(time: string): void
  /** The body of a call that must succeed. */
  ok(method: string, path: string, body?: unknown): Promise<Json>
  /** The status and code of a call that must be refused. */
  refused(method: string, path: string, body?: unknown): Promise<string>
  subscribe(customer: string, plan: string, more?: Record<string, unknown>): Promise<Json>
  /** The limit of a feature; null = unlimited, undefined = not included. */
  limitOf(customer: string, feature: string): Promise<number | null | undefined>
  /** The types of what happened to a customer, oldest first. */
  happened(customer: string): Promise<string[]>
  stop(): Promise<void>
}

export async function startBench(
  catalog: CatalogDefinition = queueCatalog,
  options: { jobs?: boolean } = {},
): Promise<CustomerBench> {
  const database = await createTestDatabase()
  const clock = fixedClock(parseInstant(START) as number)
  const server = await startTestServer({ db: database.db, clock, jobs: options.jobs ?? false })
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    server.request(method, path, body === undefined ? {} : { body })
  const ok = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body)
    expect(answer.status, `${method} ${path} ${answer.text}`).toBeLessThan(300)
    return answer.body
  }
  await ok('PUT', '/v1/catalog', catalog)
  return {
    database,
    server,
    clock,
    moveTo: (time) => clock.set(parseInstant(time) as number),
    ok,
    async refused(method, path, body) {
      const answer = await call(method, path, body)
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
      return `${answer.status} ${answer.body.code}`
    },
    async subscribe(customer, plan, more = {}) {
      await ok('PUT', `/v1/customers/${customer}`, {})
      return ok('POST', '/v1/subscriptions', { customer, plan, interval: 'month', currency: 'XOF', ...more })
    },
    async limitOf(customer, feature) {
      const { features } = await ok('GET', `/v1/customers/${customer}/entitlements`)
      const found = features.find((each: Json) => each.feature === feature)
      return found?.included === true ? found.limit : undefined
    },
    async happened(customer) {
      const { data } = await ok('GET', `/v1/customers/${customer}/timeline?limit=100`)
      return data.map((each: Json) => each.type).reverse()
    },
    async stop() {
      await server.stop()
      await database.close()
    },
  }
}
