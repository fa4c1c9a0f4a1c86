/**
 * What the scenarios of the products are driven through: a server, a client of it, and customers on clocks of their own.
 */
import { createClient } from '@tollkeeper/client'
import type { Client } from '@tollkeeper/client'
import type { EngineOptions } from '../../src/engine.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

export interface ScenarioWorld {
  database: TestDatabase
  server: TestServer
  client: Client
  /** A customer on a test clock of its own, subscribed unless `plan` is null. */
  customerAt(now: string, terms: Terms): Promise<TimedCustomer>
  close(): Promise<void>
}

export interface Terms {
  plan: string | null
  currency?: string
  timeZone?: string
  trialDays?: number
  quantities?: Record<string, number>
  startAt?: string
  members?: string[]
}

export interface TimedCustomer {
  id: string
  /** Of its subscription; empty without one. */
  subscription: string
  moveTo(instant: string | number): Promise<void>
}

export async function openWorld(
  options: Omit<EngineOptions, 'db' | 'databaseUrl'> = {},
): Promise<ScenarioWorld> {
  const database = await createTestDatabase()
  const server = await startTestServer({ db: database.db, ...options })
  const client = createClient({ url: server.url, key: server.secretKey })
  let customers = 0
  return {
    database,
    server,
    client,
    async customerAt(now, terms) {
      const { plan, currency = 'XOF', timeZone, members = [], ...rest } = terms
      const id = `customer-${(customers += 1)}`
      const clock = await client.testClocks.create({ now })
      await client.customers.put(id, { currency, timeZone, testClock: clock.id })
      for (const member of members) await client.members.put(id, member)
      if (plan !== null) await payBy(client, id)
      const made = plan === null ? null : await client.subscriptions.create({ customer: id, plan, ...rest })
      return {
        id,
        subscription: made?.id ?? '',
        moveTo: async (instant) => {
          await client.advanceTestClock(clock.id, new Date(instant))
        },
      }
    },
    async close() {
      await server.stop()
      await database.close()
    },
  }
}

/** A card that always pays: whoever has none is dunned. */
export async function payBy(client: Client, customer: string, instrument = 'card_ok'): Promise<void> {
  await client.paymentMethods.attach(customer, { provider: 'simulator', instrument })
}

/** What a customer's timeline has of one type, oldest first. */
export async function happened(client: Client, customer: string, type: string) {
  const timeline = await client.customers.timeline(customer, { limit: 100 }).toArray({ max: 10_000 })
  return timeline.filter((event) => event.type === type).toReversed()
}
