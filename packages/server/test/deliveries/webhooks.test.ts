import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock, systemClock } from '../../src/clock.ts'
import type { AdjustableClock } from '../../src/clock.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time/instant.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { Answer, TestServer } from '../support/server.ts'
import { eventually } from '../support/eventually.ts'
import { startReceiver } from './receiver.ts'
import type { Receiver } from './receiver.ts'

let database: TestDatabase
let clock: AdjustableClock
let server: TestServer
let receiver: Receiver

beforeAll(async () => {
  database = await createTestDatabase({ max: 20 })
  // signatures are good for five minutes of real time
  clock = fixedClock(systemClock.now())
  server = await startServer()
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  const { data } = (await server.request('GET', '/v1/webhook-endpoints?limit=100')).body
  for (const { id } of data) await server.request('DELETE', `/v1/webhook-endpoints/${id}`)
  await receiver.close()
})

const startServer = (options: Partial<Parameters<typeof startTestServer>[0]> = {}) =>
  startTestServer({
    db: database.db,
    clock,
    deliveries: { allowPrivateWebhooks: true, timeoutMs: 400 },
    ...options,
  })

async function created(body: object = {}, key?: string): Promise<Answer['body']> {
  const answer = await server.request('POST', '/v1/webhook-endpoints', {
    body: { url: receiver.url, ...body },
    ...(key === undefined ? {} : { key }),
  })
  expect(answer.status, answer.text).toBe(201)
  return answer.body
}

let customers = 0
/** Makes an event of the type customer.created. */
async function makeCustomer(): Promise<string> {
  const id = `customer-${(customers += 1)}`
  await server.request('PUT', `/v1/customers/${id}`, { body: {} })
  return id
}

const deliveriesOf = async (query: string) =>
  (await server.request('GET', `/v1/deliveries?limit=100&${query}`)).body.data

/** The one delivery to this endpoint, once it stands like that. */
const settled = (endpoint: string, status: string) =>
  eventually(`the delivery is ${status}`, async () => {
    const [delivery] = await deliveriesOf(`target=${endpoint}&status=${status}`)
    return delivery
  })

describe('a webhook', () => {
  it('is signed by Standard Webhooks, and is the event', async () => {
    const { secret, id } = await created({ eventTypes: ['customer.created'] })
    const customer = await makeCustomer()
    const [got] = await receiver.get(1)
    const verified = new Webhook(secret).verify(got!.text, got!.headers as Record<string, string>)
    const { data } = (await server.request('GET', `/v1/events?customer=${customer}&type=customer.created`))
      .body
    expect(verified).toEqual({ ...data[0], timestamp: data[0].occurredAt })
    expect(got!.headers['webhook-id']).toBe(data[0].id)
    expect(() =>
      new Webhook(secret).verify(`${got!.text} `, got!.headers as Record<string, string>),
    ).toThrow()
    const delivery = await settled(id, 'delivered')
    expect(delivery).toMatchObject({
      customer,
      event: data[0].id,
      eventType: 'customer.created',
      channel: 'webhook',
      attempts: 1,
      responseCode: 200,
      lastError: null,
      nextAttemptAt: null,
    })
  })

  it('goes to those alone that asked for its type', async () => {
    await created({ eventTypes: ['member.created'], url: `${receiver.url}/members` })
    await created({ eventTypes: ['customer.created'], url: `${receiver.url}/customers` })
    const customer = await makeCustomer()
    await server.request('PUT', `/v1/customers/${customer}/members/ann`, { body: {} })
    const both = await receiver.get(2)
    expect(both.map(({ path, body }) => [path, body.type]).sort()).toEqual([
      ['/customers', 'customer.created'],
      ['/members', 'member.created'],
    ])
  })

  it('carries the signatures of both secrets while one replaces the other', async () => {
    const { id, secret: old } = await created()
    const rolled = await server.request('POST', `/v1/webhook-endpoints/${id}/roll-secret`, {
      body: { overlapHours: 2 },
    })
    expect(rolled.status).toBe(201)
    const { secret } = rolled.body
    expect(secret).not.toBe(old)
    await server.request('POST', `/v1/webhook-endpoints/${id}/test`)
    const [first] = await receiver.get(1)
    const headers = first!.headers as Record<string, string>
    for (const each of [secret, old]) new Webhook(each).verify(first!.text, headers)
    clock.advance(2 * HOUR_MS)
    await server.request('POST', `/v1/webhook-endpoints/${id}/test`)
    const second = (await receiver.get(2))[1]!
    expect(String(second.headers['webhook-signature']).split(' ')).toHaveLength(1)
  })

  it('shows its secret once, and keeps it sealed', async () => {
    const key = { 'idempotency-key': 'make-one' }
    const body = { url: receiver.url }
    const first = await server.request('POST', '/v1/webhook-endpoints', { body, headers: key })
    const again = await server.request('POST', '/v1/webhook-endpoints', { body, headers: key })
    expect(again.body).toEqual(first.body)
    const { id, secret } = first.body
    for (const path of ['/v1/webhook-endpoints', `/v1/webhook-endpoints/${id}`])
      expect((await server.request('GET', path)).text).not.toContain('whsec_')
    const { rows } = await database.db.query<{ all: string }>(
      `select string_agg(encode(sealed, 'escape'), '') as all from webhook_secret`,
    )
    expect(rows[0]?.all).not.toContain('whsec_')
    expect(rows[0]?.all).not.toContain(secret.slice(6))
  })

  it('of a test reaches that endpoint alone, and its delivery is found by the event', async () => {
    await created({ url: `${receiver.url}/other` })
    const { id } = await created({ eventTypes: ['plan.created'], url: `${receiver.url}/tested` })
    const { status, body } = await server.request('POST', `/v1/webhook-endpoints/${id}/test`)
    expect(status).toBe(202)
    const delivery = await settled(id, 'delivered')
    expect(delivery.event).toBe(body.event)
    expect(await deliveriesOf(`event=${body.event}`)).toEqual([delivery])
    expect(receiver.received.map(({ path }) => path)).toEqual(['/tested'])
  })
})

describe('a receiver that', () => {
  it('fails is tried again later, under the same id, until it takes it', async () => {
    receiver.behave(200, [500, 'cut'])
    const { id } = await created({ eventTypes: ['customer.created'] })
    await makeCustomer()
    const first = await settled(id, 'failed')
    expect(first).toMatchObject({ attempts: 1, lastError: 'http_status', responseCode: 500 })
    clock.advance(10_000)
    const second = await eventually('the second try', async () => {
      const delivery = await settled(id, 'failed')
      return delivery.attempts === 2 ? delivery : undefined
    })
    expect(second).toMatchObject({ lastError: 'connection_failed', responseCode: null })
    clock.advance(7 * MINUTE_MS)
    expect(await settled(id, 'delivered')).toMatchObject({ attempts: 3, lastError: null })
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(1)
    expect(ids).toHaveLength(3)
    // the bodies too are the same, so that a signature can be made of a stored one
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1)
  })

  it('hangs is left after the time-out, and holds up nobody else', async () => {
    receiver.behave('hang')
    const { id } = await created({ eventTypes: ['customer.created'] })
    const healthy = await startReceiver()
    try {
      for (let index = 0; index < 8; index += 1) await makeCustomer()
      await receiver.get(4)
      const other = await created({ url: healthy.url, eventTypes: ['member.created'] })
      const customer = await makeCustomer()
      await server.request('PUT', `/v1/customers/${customer}/members/ann`, { body: {} })
      await healthy.get(1)
      expect(await settled(other.id, 'delivered')).toMatchObject({ responseCode: 200 })
      expect(await settled(id, 'failed')).toMatchObject({ lastError: 'timed_out' })
    } finally {
      await healthy.close()
    }
  })

  it('redirects is not followed', async () => {
    const elsewhere = await startReceiver()
    receiver.behave((response) => response.writeHead(302, { location: elsewhere.url }).end())
    const { id } = await created({ eventTypes: ['customer.created'] })
    await makeCustomer()
    expect(await settled(id, 'failed')).toMatchObject({ lastError: 'redirected', responseCode: 302 })
    expect(elsewhere.received).toEqual([])
    await elsewhere.close()
  })

  it('never stops answering is read no further than needed', async () => {
    receiver.behave((response) => {
      response.writeHead(200)
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      }
      response.on('drain', pour)
      pour()
    })
    const { id } = await created({ eventTypes: ['customer.created'] })
    await makeCustomer()
    expect(await settled(id, 'delivered')).toMatchObject({ responseCode: 200 })
  })

  it('is gone, or has failed for days, is disabled with an event; enabled again it gets what is resent', async () => {
    receiver.behave(500)
    const { id } = await created({ eventTypes: ['customer.created'] })
    await makeCustomer()
    const failing = await settled(id, 'failed')
    await eventually('it is known to fail', async () => {
      const { body } = await server.request('GET', `/v1/webhook-endpoints/${id}`)
      return body.failingSince ?? undefined
    })
    clock.advance(5 * DAY_MS)
    const disabled = await eventually('it is disabled', async () => {
      const { body } = await server.request('GET', `/v1/webhook-endpoints/${id}`)
      return body.status === 'disabled' ? body : undefined
    })
    expect(disabled.disabledReason).toBe('failures')
    await makeCustomer()
    const meanwhile = await settled(id, 'abandoned')
    expect(meanwhile).toMatchObject({ lastError: 'endpoint_disabled', eventType: 'customer.created' })
    const told = await eventually('an event says so', async () => {
      const { data } = (await server.request('GET', '/v1/events?type=webhook_endpoint.disabled')).body
      return data.find(({ subject }: { subject: string }) => subject === id)
    })
    expect(told.data).toMatchObject({ webhookEndpoint: id, reason: 'failures' })

    receiver.behave(200)
    const enabled = await server.request('PATCH', `/v1/webhook-endpoints/${id}`, {
      body: { status: 'enabled' },
    })
    expect(enabled.body).toMatchObject({ status: 'enabled', disabledReason: null, failingSince: null })
    const { status } = await server.request('POST', `/v1/deliveries/${failing.id}/resend`)
    expect(status).toBe(200)
    expect(await settled(id, 'delivered')).toMatchObject({ id: failing.id, attempts: 1 })
    await server.request('POST', `/v1/deliveries/${meanwhile.id}/resend`)
    await eventually('what happened meanwhile is told', async () => {
      const { data } = (await server.request('GET', `/v1/deliveries?target=${id}`)).body
      return (
        data.find((each: { id: string }) => each.id === meanwhile.id)?.status === 'delivered' || undefined
      )
    })

    receiver.behave(410)
    await server.request('POST', `/v1/webhook-endpoints/${id}/test`)
    await settled(id, 'abandoned')
    const gone = await eventually('it is disabled', async () => {
      const { body } = await server.request('GET', `/v1/webhook-endpoints/${id}`)
      return body.status === 'disabled' ? body : undefined
    })
    expect(gone.disabledReason).toBe('gone')
  })
})

describe('an address', () => {
  const live = async () => (await server.createKey({ mode: 'live' })).secret

  it('of a live environment is encrypted, and none has a password in it', async () => {
    const key = await live()
    for (const [url, asked] of [
      ['http://example.com/hook', key],
      ['https://ann:secret@example.com/hook', key],
      ['http://ann:secret@example.com/hook', server.secretKey],
    ] as const) {
      const { status, body } = await server.request('POST', '/v1/webhook-endpoints', {
        key: asked,
        body: { url },
      })
      expect([status, body.code], url).toEqual([422, 'webhook_url_refused'])
    }
  })

  it('inside the own network is never sent to from a live environment, whatever it is called', async () => {
    const key = await live()
    const { port } = new URL(receiver.url)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254']) {
      const { id } = await created({ url: `https://${host}:${port}/` }, key)
      await server.request('POST', `/v1/webhook-endpoints/${id}/test`, { key, body: {} })
      const refused = await eventually(`${host} is refused`, async () => {
        const { data } = (await server.request('GET', `/v1/deliveries?target=${id}`, { key })).body
        return data[0]?.status === 'abandoned' ? data[0] : undefined
      })
      expect(refused, host).toMatchObject({ lastError: 'address_refused', responseCode: null })
    }
    expect(receiver.received).toEqual([])
  })

  it('inside the own network is refused in a test environment too, unless the setting allows it', async () => {
    const own = await createTestDatabase()
    const strict = await startTestServer({ db: own.db, deliveries: { timeoutMs: 400 } })
    try {
      const { id } = (await strict.request('POST', '/v1/webhook-endpoints', { body: { url: receiver.url } }))
        .body
      await strict.request('POST', `/v1/webhook-endpoints/${id}/test`)
      const refused = await eventually('it is refused', async () => {
        const { data } = (await strict.request('GET', `/v1/deliveries?target=${id}`)).body
        return data[0]?.status === 'abandoned' ? data[0] : undefined
      })
      expect(refused.lastError).toBe('address_refused')
      expect(receiver.received).toEqual([])
    } finally {
      await strict.stop()
      await own.close()
    }
  })
})
