/** Several processes that sell the taking catalog, and short ways to ask them. */
import { afterAll, beforeAll } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { readBalances } from './audit.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { takingCatalog } from './taking-catalog.ts'

/** Call it at the top of a test file: it starts before the first test and stops after the last. */
export function takingWorld(count: number) {
  const processes = Array.from({ length: count }, (_, index) => index)
  const world = {} as { database: TestDatabase; cluster: Cluster }
  beforeAll(async () => {
    world.database = await createTestDatabase()
    world.cluster = await startCluster(world.database, count)
    await world.cluster.call('PUT', '/v1/catalog', takingCatalog)
  })
  afterAll(async () => {
    await world.cluster?.stop()
    await world.database?.close()
  })
  let customers = 0
  const subscribe = (customer: string, plan: string) =>
    world.cluster.call('POST', '/v1/subscriptions', { customer, plan, currency: 'XOF' })
  return {
    world,
    processes,
    subscribe,
    async newCustomer({ plan = 'small', testClock }: { plan?: string | null; testClock?: string } = {}) {
      const customer = `customer-${(customers += 1)}`
      const body = testClock === undefined ? {} : { testClock }
      await world.cluster.call('PUT', `/v1/customers/${customer}`, body)
      if (plan !== null) await subscribe(customer, plan)
      return customer
    },
    consume: (customer: string, feature: string, amount = 1, server?: number) =>
      world.cluster.call('POST', '/v1/consume', { customer, feature, amount }, { server }),
    async summaryOf(customer: string, feature: string, server?: number) {
      const path = `/v1/customers/${customer}/usage`
      const { body } = await world.cluster.call('GET', path, undefined, { server })
      return body.data.find((row: { feature: string }) => row.feature === feature)
    },
    balanceOf: async (customer: string, feature: string) =>
      (await readBalances(world.database.db, [customer])).find((row) => row.feature === feature),
  }
}

export const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index))
