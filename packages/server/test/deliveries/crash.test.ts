/**
 * Processes that die between sending and recording, and several that send at once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock, systemClock } from '../../src/clock.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { fanOutEvents } from '../../src/operations/deliveries/fan-out.ts'
import { createDeliverer } from '../../src/operations/deliveries/deliver.ts'
import { openOutgoing } from '../../src/operations/deliveries/open.ts'
import type { Outgoing } from '../../src/operations/deliveries/outgoing.ts'
import { sequenceEvents } from '../../src/operations/events/sequence.ts'
import { startReceiver } from './receiver.ts'
import type { Receiver } from './receiver.ts'

const clock = fixedClock(systemClock.now())
let database: TestDatabase
let server: TestServer
let receiver: Receiver

beforeAll(async () => {
  database = await createTestDatabase({ max: 30 })
  // its jobs are run by hand
  server = await startTestServer({ db: database.db, clock, jobs: false })
  receiver = await startReceiver()
  const body = { url: receiver.url, eventTypes: ['customer.created'] }
  await server.request('POST', '/v1/webhook-endpoints', { body })
})
afterAll(async () => {
  await server?.stop()
  await receiver?.close()
  await database?.close()
})

const waysOut = (): Outgoing =>
  openOutgoing(server.engine.context, { allowPrivateWebhooks: true, timeoutMs: 5_000 })

async function makeCustomers(count: number, prefix: string): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await server.request('PUT', `/v1/customers/${prefix}-${index}`, { body: {} })
  await sequenceEvents(database)
}

/** Sends everything that is due, as one process does. */
async function sendAll(outgoing: Outgoing): Promise<void> {
  const deliverer = createDeliverer(server.engine.context, outgoing)
  for (;;) {
    const { handled } = await deliverer.run()
    await deliverer.idle()
    if (handled === 0) return
  }
}

const statuses = async (): Promise<Record<string, number>> => {
  const { rows } = await database.db.query<{ status: string; count: number }>(
    'select status, count(*) as count from delivery group by status',
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

describe('deliveries', () => {
  it('I-2 a process that dies after sending and before recording makes the same message come again, and no other', async () => {
    await makeCustomers(1, 'crash')
    const outgoing = waysOut()
    await fanOutEvents(server.engine.context, outgoing)
    // it sends, and never comes back to record it
    const dying: Outgoing = {
      ...outgoing,
      async sendWebhook(post) {
        await outgoing.sendWebhook(post)
        return new Promise(() => {})
      },
    }
    await createDeliverer(server.engine.context, dying).run()
    await receiver.get(1)
    expect(await statuses()).toEqual({ sending: 1 })
    // whoever looks meanwhile leaves it alone
    await sendAll(outgoing)
    expect(receiver.received).toHaveLength(1)
    clock.advance(60_000)
    await sendAll(outgoing)
    expect(await statuses()).toEqual({ delivered: 1 })
    const [first, second] = receiver.received
    expect(receiver.received).toHaveLength(2)
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id'])
    expect(second!.text).toBe(first!.text)
  })

  it('I-2 several processes plan and send each event once', async () => {
    receiver.received.length = 0
    await makeCustomers(60, 'many')
    const { context } = server.engine
    const outgoing = waysOut()
    const process = async () => {
      for (let round = 0; round < 20; round += 1) {
        await fanOutEvents(context, outgoing, 7)
        await sendAll(outgoing)
      }
    }
    await Promise.all([process(), process(), process()])
    await sendAll(outgoing)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toHaveLength(60)
    expect(new Set(ids).size).toBe(60)
    expect(await statuses()).toEqual({ delivered: 61 })
  })

  it('I-2 an event whose planning is rolled back is planned again', async () => {
    receiver.received.length = 0
    await makeCustomers(3, 'again')
    const { context } = server.engine
    const broken = {
      ...context,
      clock: {
        now(): number {
          throw new Error('the process died here')
        },
      },
    }
    await expect(fanOutEvents(broken, waysOut())).rejects.toThrow('died here')
    await fanOutEvents(context, waysOut())
    await sendAll(waysOut())
    expect(receiver.received).toHaveLength(3)
  })
})
