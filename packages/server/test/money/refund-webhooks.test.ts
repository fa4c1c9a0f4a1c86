import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { sign } from '../../src/providers/payments/simulator/signature.ts'
import { eventually } from '../support/eventually.ts'
import { startTestServer } from '../support/server.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' } },
  plans: { monthly: { prices: { EUR: { month: 10_000 } } } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

/** A payment of 100 EUR, and all of it is given back. */
async function refunded(customer: string, instrument: string) {
  await world.customer(customer, instrument)
  await world.ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    lines: [{ description: 'Once', unitMinor: 10_000 }],
  })
  const [payment] = await eventually('it is paid', async () => {
    const { data } = await world.ask('GET', `/v1/payments?customer=${customer}`)
    return data.length > 0 ? data : undefined
  })
  return world.ask('POST', `/v1/payments/${payment.id}/refunds`, {})
}
const statusOf = async (id: string) => (await world.ask('GET', `/v1/refunds/${id}`)).status
const becomes = (id: string, status: string) =>
  eventually(`the refund is ${status}`, async () => ((await statusOf(id)) === status ? true : undefined))
const told = async (customer: string) =>
  (await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)).data
    .map(({ type }: Json) => type)
    .filter((type: string) => type.startsWith('refund.'))
    .toReversed()
const provider = (id: string, status: 'succeeded' | 'failed') =>
  world.control('POST', `/control/refunds/${id}`, { status })
/** All webhooks about it have come in, and have been applied. */
const applied = (id: string, count: number) =>
  eventually(`${count} webhooks have been applied`, async () => {
    await world.control('POST', '/control/deliver')
    const { rows } = await world.database.db.query(
      `select 1 from provider_event where type = 'refund' and body ->> 'key' = '${id}' and applied_at is not null`,
    )
    return rows.length === count ? true : undefined
  })

/** The money is back with the seller, who owes it to the customer now. */
const failedBooks = { 'cash:simulator': 10_000, customer_credit: -10_000 }

describe('what a provider tells of a refund', () => {
  it('ST-4 it succeeds by its webhook alone', async () => {
    const { id } = await refunded('succeeds', 'card_refund_later')
    expect(await statusOf(id)).toBe('pending')
    await provider(id, 'succeeded')
    await becomes(id, 'succeeded')
    expect(await world.books('succeeds')).toEqual({})
    expect(await told('succeeds')).toEqual(['refund.created', 'refund.succeeded'])
  })

  it('ST-4 it fails after it had succeeded: the money is there again, and can be paid out once more', async () => {
    const { id, payment } = await refunded('fails-later', 'card_refund_fails')
    expect(await statusOf(id)).toBe('succeeded')
    expect(await world.books('fails-later')).toEqual({})
    await world.control('POST', '/control/clock', { advanceSeconds: 86_400 })
    await becomes(id, 'failed')
    expect(await world.books('fails-later')).toEqual(failedBooks)
    expect(await told('fails-later')).toEqual(['refund.created', 'refund.succeeded', 'refund.failed'])
    const again = await world.ask('POST', `/v1/payments/${payment}/refunds`, { creditNote: false })
    expect(again).toMatchObject({ amountMinor: 10_000, status: 'succeeded' })
    expect(await world.books('fails-later')).toEqual({})
  })

  it('I-2 twice and out of order it is told once, and comes to the same', async () => {
    const { id } = await refunded('disorder', 'card_refund_later')
    await applied(id, 1)
    await world.control('POST', '/control/faults', { fault: 'reorder', on: 'webhook' })
    await provider(id, 'succeeded')
    await world.control('POST', '/control/faults', { fault: 'duplicate', on: 'webhook' })
    await provider(id, 'failed')
    await applied(id, 3)
    expect(await statusOf(id)).toBe('failed')
    expect(await world.books('disorder')).toEqual(failedBooks)
    const types = await told('disorder')
    expect(types.filter((type: string) => type === 'refund.failed')).toHaveLength(1)
    expect(types.filter((type: string) => type === 'refund.succeeded').length).toBeLessThanOrEqual(1)
    // the older news once more, under a name of its own
    const { rows } = await world.database.db.query<{ id: string }>(
      `update provider_event set applied_at = null, next_attempt_at = received_at
       where type = 'refund' and body ->> 'key' = '${id}' returning id`,
    )
    expect(rows).toHaveLength(3)
    await applied(id, 3)
    expect(await world.books('disorder')).toEqual(failedBooks)
    expect(await told('disorder')).toEqual(types)
  })
})

describe('the secret of a provider’s webhooks', () => {
  it('CP-2 is replaced with an overlap: both are good for a while, then the new one alone', async () => {
    const start = (secrets: string) =>
      startTestServer({
        db: world.database.db,
        jobs: false,
        payments: { settings: { ...world.settings, TOLLKEEPER_SIMULATOR_WEBHOOK_SECRETS: secrets } },
      })
    const data = { transaction: 'txn_rotated', amount: '1.00', fee: '0.00', charge: 'none', currency: 'EUR' }
    const knock = async (url: string, secret: string) => {
      const at = systemClock.now()
      const body = JSON.stringify({
        id: `evt_rotated_${secret}`,
        at,
        type: 'payment.received',
        data: { ...data, at },
      })
      const { status } = await fetch(`${url}/webhooks/simulator/1`, {
        method: 'POST',
        headers: { 'simulator-signature': sign(Buffer.from(body), [secret], at) },
        body,
      })
      return status
    }
    const answers: number[][] = []
    for (const secrets of ['old', 'new, old', 'new']) {
      const server = await start(secrets)
      answers.push([await knock(server.url, 'old'), await knock(server.url, 'new')])
      await server.stop()
    }
    expect(answers).toEqual([
      [200, 400],
      [200, 200],
      [400, 200],
    ])
  })
})
