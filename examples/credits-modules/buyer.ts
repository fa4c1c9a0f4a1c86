/** A buyer of inspections on a clock of its own, and what its story asks about it. */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { payWith } from '../payer.ts'

export interface Buyer {
  customer: string
  moveTo(instant: string): Promise<void>
  balance(): Promise<number>
  take(amount: number): Promise<void>
  may(feature: string): Promise<boolean>
  /** What is granted and not over: source and amount, what ends first first. */
  grants(): Promise<string[]>
  /** Of the newest invoice: status and total in cents. */
  newestInvoice(): Promise<[status: string, totalMinor: number] | []>
  access(): Promise<string>
}

export async function newBuyer(client: Client, now: string): Promise<Buyer> {
  const customer = `buyer-${randomUUID().slice(0, 8)}`
  const clock = await client.testClocks.create({ now })
  await client.customers.put(customer, { currency: 'EUR', testClock: clock.id })
  await payWith(client, customer, 'card_ok')
  const use = { customer, feature: 'inspections' }
  return {
    customer,
    async moveTo(instant) {
      await client.advanceTestClock(clock.id, instant)
    },
    balance: async () => (await client.check(use)).remaining ?? 0,
    async take(amount) {
      await client.consumeOrThrow({ ...use, amount })
    },
    may: async (feature) => (await client.check({ customer, feature })).allowed,
    async grants() {
      const open = await client.grants.list(customer, { open: true }).toArray({ max: 50 })
      return open
        .toSorted((one, other) => ((one.expiresAt ?? '9') < (other.expiresAt ?? '9') ? -1 : 1))
        .map(({ source, amount }) => `${source} ${amount}`)
    },
    async newestInvoice() {
      const [newest] = await client.invoices.listOfCustomer(customer).toArray({ max: 1 })
      return newest === undefined ? [] : [newest.status, newest.totalMinor]
    },
    async access() {
      const { level, reason } = (await client.customers.get(customer)).access
      return `${level} ${reason}`
    },
  }
}
