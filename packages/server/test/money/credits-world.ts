/** Buyers of credits and modules, each on a clock of its own. Owns: asking for them and reading. */
import { catalog } from '../../../../examples/credits-modules/catalog.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

export interface Buyer {
  id: string
  moveTo(to: string): Promise<void>
  /** POST /v1/subscriptions; answers the subscription. */
  buy(body: object): Promise<Json>
  subscription(): Promise<Json>
  /** Of inspections. */
  balance(): Promise<number>
  take(amount: number): Promise<Json>
  /** What is granted and not over, as `source amount`, by expiry. */
  grants(): Promise<string[]>
  access(): Promise<string>
  /** Oldest first: status, total, and the lines in words. */
  invoices(): Promise<string[]>
  payBy(instrument: string): Promise<void>
  topUp(): Promise<Json>
  hasFeature(feature: string): Promise<boolean>
}

export interface CreditsWorld {
  simulated: SimulatedWorld
  buyer(now?: string): Promise<Buyer>
  close(): Promise<void>
}

export async function openCreditsWorld(): Promise<CreditsWorld> {
  const simulated = await openSimulatedWorld(catalog)
  let buyers = 0
  return {
    simulated,
    async buyer(now = '2026-03-10T10:00:00Z') {
      const id = `buyer-${(buyers += 1)}`
      return buyerOf(simulated, id, await simulated.customer(id, 'card_ok', now))
    },
    close: () => simulated.close(),
  }
}

function buyerOf({ ask }: SimulatedWorld, id: string, moveTo: Buyer['moveTo']): Buyer {
  const inspections = { customer: id, feature: 'inspections' }
  return {
    id,
    moveTo,
    buy: (body) => ask('POST', '/v1/subscriptions', { customer: id, ...body }),
    subscription: async () => (await ask('GET', `/v1/subscriptions?customer=${id}`)).data[0],
    balance: async () => (await ask('POST', '/v1/check', inspections)).remaining,
    take: (amount) => ask('POST', '/v1/consume', { ...inspections, amount }),
    grants: async () =>
      (await ask('GET', `/v1/customers/${id}/grants?open=true`)).data
        .toSorted((one: Json, other: Json) => ((one.expiresAt ?? '9') < (other.expiresAt ?? '9') ? -1 : 1))
        .map(
          ({ source, amount, expiresAt }: Json) => `${source} ${amount} ${(expiresAt ?? '').slice(0, 10)}`,
        ),
    async access() {
      const { level, reason } = await ask('GET', `/v1/customers/${id}/access`)
      return `${level} ${reason}`
    },
    invoices: async () =>
      (await ask('GET', `/v1/customers/${id}/invoices?limit=100`)).data
        .toReversed()
        .map(
          ({ status, totalMinor, lines }: Json) =>
            `${status} ${totalMinor}: ${lines
              .map((line: Json) => `${line.quantity} ${line.reference} ${line.amountMinor}`)
              .join(', ')}`,
        ),
    async payBy(instrument) {
      const { data } = await ask('GET', `/v1/customers/${id}/payment-methods`)
      await ask('POST', `/v1/customers/${id}/payment-methods`, {
        provider: 'simulator',
        instrument,
        isDefault: true,
      })
      for (const method of data) await ask('DELETE', `/v1/customers/${id}/payment-methods/${method.id}`)
    },
    topUp: () => ask('POST', '/v1/top-ups', { customer: id, addOn: 'pack_10' }),
    hasFeature: async (feature) => (await ask('POST', '/v1/check', { customer: id, feature })).allowed,
  }
}
