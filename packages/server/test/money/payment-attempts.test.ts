/** What asking for money came to, read by whoever looks after an invoice that is not paid. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { tickets: { kind: 'meter' } },
  addOns: { pack: { kind: 'one_off', prices: { EUR: 700 }, allowances: { tickets: 50 } } },
  plans: {},
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog, { jobs: false })
})
afterAll(() => world?.close())

const attempts = async (query: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/payment-attempts?${query}`)).data

async function owes(customer: string): Promise<string> {
  const lines = [{ description: 'Work', unitMinor: 1_500 }]
  const order = { customer, currency: 'EUR', lines, collection: 'send' }
  return (await world.ask('POST', '/v1/invoices', order)).id
}

/** @returns the attempt, as whoever asked for it is told */
const pay = async (invoice: string, body: object = {}): Promise<Json> =>
  (await world.ask('POST', `/v1/invoices/${invoice}/pay`, body)).attempt

async function attach(customer: string, instrument: string): Promise<string> {
  const body = { provider: 'simulator', instrument }
  return (await world.ask('POST', `/v1/customers/${customer}/payment-methods`, body)).method.id
}

/** A top-up whose card was declined: its order went away, and the attempt is all there is. */
async function declined(customer: string): Promise<Json> {
  await world.customer(customer, 'card_insufficient_funds')
  const order = { customer, addOn: 'pack' }
  expect(await world.refused('POST', '/v1/top-ups', order)).toBe('402 payment_declined')
  const [failed, ...others] = await attempts(`customer=${customer}`)
  expect(others).toEqual([])
  return failed
}

describe('a payment attempt', () => {
  it('CP-3 that was declined says why, also where its order went away', async () => {
    const failed = await declined('declined')
    expect(failed).toMatchObject({
      object: 'payment_attempt',
      livemode: false,
      customer: 'declined',
      provider: 'simulator',
      kind: 'card',
      status: 'declined',
      decline: { kind: 'soft', reason: 'insufficient_funds' },
      amountMinor: 700,
      currency: 'EUR',
      url: null,
    })
    const [method] = (await world.ask('GET', '/v1/customers/declined/payment-methods')).data
    expect(failed.method).toBe(method.id)
    expect(Date.parse(failed.startedAt)).toBeGreaterThanOrEqual(Date.parse(failed.createdAt))
    expect(Date.parse(failed.endedAt)).toBeGreaterThanOrEqual(Date.parse(failed.startedAt))
    expect(await world.refused('GET', `/v1/invoices/${failed.invoice}`)).toBe('404 invoice_not_found')
    expect(await attempts(`invoice=${failed.invoice}`)).toEqual([failed])
    expect(await world.ask('GET', `/v1/payment-attempts/${failed.id}`)).toEqual(failed)
  })

  it('ST-13 that waits for a phone says where and until when, and one whose answer was lost is unknown', async () => {
    await world.customer('waits', '+221771234567')
    const waiting = await pay(await owes('waits'))
    expect(waiting).toMatchObject({ status: 'pending', kind: 'phone', endedAt: null })
    expect(waiting.url).toMatch(/^http/)
    expect(Date.parse(waiting.expiresAt)).toBeGreaterThan(Date.parse(waiting.startedAt))

    await world.customer('lost', 'card_ok')
    await world.control('POST', '/control/faults', { fault: 'lost_answer', on: 'charge' })
    const lost = await pay(await owes('lost'))
    expect(lost).toMatchObject({ status: 'unknown', kind: 'card', decline: null, endedAt: null })

    for (const attempt of [waiting, lost]) {
      expect(await world.ask('GET', `/v1/payment-attempts/${attempt.id}`)).toEqual(attempt)
      expect(await attempts(`status=${attempt.status}`)).toEqual([attempt])
      expect(await attempts(`invoice=${attempt.invoice}`)).toEqual([attempt])
    }
  })

  it('ST-13 is listed with all others, newest first and page by page', async () => {
    await world.customer('many')
    const invoice = await owes('many')
    for (const card of ['card_insufficient_funds', 'card_expired', 'card_ok']) {
      await pay(invoice, { paymentMethod: await attach('many', card) })
    }
    const all = await attempts('customer=many')
    expect(all.map(({ status, decline }) => `${status} ${decline?.kind}`)).toEqual([
      'succeeded undefined',
      'declined hard',
      'declined soft',
    ])
    const first = await world.ask('GET', '/v1/payment-attempts?customer=many&limit=2')
    expect(first).toMatchObject({ data: all.slice(0, 2), hasMore: true })
    const rest = `customer=many&limit=2&cursor=${first.nextCursor}`
    expect(await attempts(rest)).toEqual(all.slice(2))
    expect(await attempts('customer=many&status=declined')).toEqual(all.slice(1))
  })

  it('I-5 of another customer or environment is not seen', async () => {
    const own = await declined('own')
    await world.customer('curious')
    expect(await attempts('customer=curious')).toEqual([])
    expect(await attempts(`customer=curious&invoice=${own.invoice}`)).toEqual([])
    const { secret: key } = await world.server.createKey({ mode: 'live' })
    const live = async (path: string) => (await world.server.request('GET', path, { key })).body
    expect((await live('/v1/payment-attempts')).data).toEqual([])
    expect((await live(`/v1/payment-attempts?invoice=${own.invoice}`)).data).toEqual([])
    expect(await live(`/v1/payment-attempts/${own.id}`)).toMatchObject({ code: 'payment_attempt_not_found' })
    // nor does anything say that it is one
    const { detail } = await live(`/v1/payments/${own.id}`)
    expect(detail).toBe(`There is no payment "${own.id}" in this environment. GET /v1/payments lists them.`)
  })

  it.each(['pay_test_none', 'rec_test_none', 'x'])('refuses what no page has given (%s)', async (cursor) => {
    expect(await world.refused('GET', `/v1/payment-attempts?cursor=${cursor}`)).toBe('400 invalid_cursor')
    expect(await world.refused('GET', `/v1/payment-attempts/${cursor}`)).toBe('404 payment_attempt_not_found')
  })

  it('that brought nothing in is no payment, and the refusal says where it is read', async () => {
    const { id } = await declined('unpaid')
    const say = async (language: string) => {
      const headers = { 'accept-language': language }
      const { status, body } = await world.server.request('GET', `/v1/payments/${id}`, { headers })
      return [status, body.code, body.detail]
    }
    expect(await say('en')).toEqual([
      404,
      'payment_not_found',
      `No money has come in by the attempt "${id}". GET /v1/payment-attempts/${id} says how it stands.`,
    ])
    expect(await say('fr')).toEqual([
      404,
      'payment_not_found',
      `Aucun argent n’est entré par la tentative « ${id} ». GET /v1/payment-attempts/${id} dit où elle en est.`,
    ])
  })
})
