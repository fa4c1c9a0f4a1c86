import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/domain/time/index.ts'
import { carryOutAttempts } from '../../src/operations/payments/carry-out.ts'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const retries = { afterDays: Array.from({ length: 19 }, (_, index) => index + 1) }
const catalog = {
  operator: { name: 'Seller', timeZone: 'Europe/Paris' },
  features: { credits: { kind: 'credits' } },
  plans: {
    monthly: { prices: { EUR: { month: 1_000 } }, policies: { purchaseWhileLive: 'append' } },
    yearly: { prices: { EUR: { year: 0 } }, policies: { retries, dueDays: 60 } },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const methodsOf = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/payment-methods`)).data
const eventsOf = async (customer: string, type: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)).data.filter(
    (each: Json) => each.type === type,
  )
async function rowOf(method: string): Promise<{ token: string }> {
  const { rows } = await world.database.db.query<{ token: string }>({
    text: 'select token from payment_method where id = $1',
    values: [method],
  })
  return rows[0] as { token: string }
}
const invoice = (customer: string, unitMinor: number) =>
  world.ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    lines: [{ description: 'Once', unitMinor }],
  })
const lettersTo = (address: string, subject: string) =>
  eventually(`${subject} to ${address}`, async () => {
    const { rows } = await world.database.db.query<{ text: string }>({
      text: 'select text from mailbox_letter where recipient = $1 and subject = $2',
      values: [address, subject],
    })
    return rows.length > 0 ? rows.map(({ text }) => text) : undefined
  })

describe('a way to pay that is named where something is bought', () => {
  it('ST-9 is charged for it, and from then on', async () => {
    const moveTo = await world.customer('names', 'card_insufficient_funds', '2026-08-01T00:00:00Z')
    const card = { provider: 'simulator', instrument: 'card_ok' }
    const { method } = await world.ask('POST', '/v1/customers/names/payment-methods', card)
    expect(method.isDefault).toBe(false)
    const order = { customer: 'names', plan: 'monthly', paymentMethod: method.id }
    await world.ask('POST', '/v1/subscriptions/preview', order)
    expect((await methodsOf('names')).find(({ id }) => id === method.id)?.isDefault).toBe(false)
    await world.ask('POST', '/v1/subscriptions', order)
    await moveTo('2026-09-01T00:00:02Z')
    expect(await world.invoices('names')).toEqual(['period paid 1000/1000', 'period paid 1000/1000'])
    const charged = (await world.charges()).filter(({ customer }) => customer === 'names')
    expect(charged.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
    // bought again as well
    const [other] = (await methodsOf('names')).filter(({ id }) => id !== method.id)
    const again = { ...order, paymentMethod: other?.id }
    expect(await world.refused('POST', '/v1/subscriptions', again)).toBe('402 payment_declined')
  })

  it('ST-9 can be charged: one that its bank has refused for good is refused where it would be preferred', async () => {
    await world.customer('stolen', 'card_stolen')
    const path = '/v1/customers/stolen/payment-methods'
    await invoice('stolen', 500)
    const { id: dead } = await eventually('its bank has refused it', async () =>
      (await methodsOf('stolen')).find(({ failedAt }) => failedAt !== null),
    )
    await world.ask('POST', path, { provider: 'simulator', instrument: 'card_ok' })
    const before = await methodsOf('stolen')
    const order = { customer: 'stolen', plan: 'monthly', paymentMethod: dead }
    for (const each of ['/v1/subscriptions', '/v1/subscriptions/preview'])
      expect(await world.refused('POST', each, order)).toBe('409 payment_method_unusable')
    for (const body of [{ isDefault: true }, { isFallback: true }])
      expect(await world.refused('PATCH', `${path}/${dead}`, body)).toBe('409 payment_method_unusable')
    expect(await methodsOf('stolen')).toEqual(before)
  })

  it('ST-9 is the customer’s own', async () => {
    await world.customer('owns', 'card_ok')
    await world.customer('borrows', 'card_ok')
    const [{ id }] = (await methodsOf('owns')) as [Json]
    const order = { customer: 'borrows', plan: 'monthly', paymentMethod: id }
    for (const path of ['/v1/subscriptions', '/v1/subscriptions/preview'])
      expect(await world.refused('POST', path, order)).toBe('404 payment_method_not_found')
    expect(await world.invoices('borrows')).toEqual([])
  })
})

describe('the fallback', () => {
  it('ST-9 is not the default: who asks for that is told so, and nothing changes', async () => {
    await world.customer('alone', 'card_ok')
    const path = '/v1/customers/alone/payment-methods'
    const before = await methodsOf('alone')
    const { id } = before[0]
    for (const [language, words] of [
      ['en', 'Make another one the default first'],
      ['fr', 'Faites d’abord d’un autre celui par défaut'],
    ] as const) {
      const options = { body: { isFallback: true }, headers: { 'accept-language': language } }
      const { status, body } = await world.server.request('PATCH', `${path}/${id}`, options)
      expect([status, body.code, body.param]).toEqual([409, 'payment_method_is_default', 'isFallback'])
      expect(body.detail).toContain(words)
    }
    const both = { isDefault: true, isFallback: true }
    expect(await world.refused('PATCH', `${path}/${id}`, both)).toBe('400 invalid_request')
    const card = { provider: 'simulator', instrument: 'card_ok' }
    expect(await world.refused('POST', path, { ...card, ...both })).toBe('400 invalid_request')
    expect(await methodsOf('alone')).toEqual(before)

    const { method } = await world.ask('POST', path, { ...card, isDefault: true })
    expect(await world.ask('PATCH', `${path}/${id}`, { isFallback: true })).toMatchObject({
      isFallback: true,
    })
    // made the default again it is the fallback no longer
    expect(await world.ask('PATCH', `${path}/${id}`, { isDefault: true })).toMatchObject({
      isFallback: false,
    })
    expect(await world.ask('PATCH', `${path}/${method.id}`, { isFallback: true })).toMatchObject({
      isFallback: true,
    })
  })

  it('ST-9 is one: who makes another one the fallback, or adds one, has no second', async () => {
    await world.customer('several', 'card_ok')
    const path = '/v1/customers/several/payment-methods'
    const card = { provider: 'simulator', instrument: 'card_ok', isFallback: true }
    const fallbacks = async () =>
      (await methodsOf('several')).filter(({ isFallback }) => isFallback).map(({ id }) => id)
    const { method: first } = await world.ask('POST', path, card)
    const { method: second } = await world.ask('POST', path, card)
    expect(await fallbacks()).toEqual([second.id])
    await world.ask('PATCH', `${path}/${first.id}`, { isFallback: true })
    expect(await fallbacks()).toEqual([first.id])
    expect((await methodsOf('several')).filter(({ isDefault }) => isDefault)).toHaveLength(1)
  })

  it('ST-9 is the default where there is nothing to fall back from', async () => {
    await world.customer('first')
    const card = { provider: 'simulator', instrument: 'card_ok', isFallback: true }
    const { method } = await world.ask('POST', '/v1/customers/first/payment-methods', card)
    expect(method).toMatchObject({ isDefault: true, isFallback: false })
  })
})

describe('a card that is about to expire', () => {
  it.each([
    ['en', 'Your payment method is about to expire', 'expires at the end of August 2026'],
    ['fr', 'Votre moyen de paiement arrive à expiration', 'expire fin août 2026'],
  ])(
    'ST-13 is announced once, two weeks before, by an event and a letter in %s',
    async (locale, subject, words) => {
      const customer = `expiring-${locale}`
      const moveTo = await world.customer(customer, 'card_ok', '2026-08-01T00:00:00Z')
      await world.ask('PUT', `/v1/customers/${customer}`, { locale, email: `${customer}@people.example` })
      const [{ id }] = (await methodsOf(customer)) as [Json]
      const { token } = await rowOf(id)
      await world.control('POST', `/control/methods/${token}`, { expires: '2026-08' })
      await eventually('it has its end', async () =>
        (await methodsOf(customer))[0]?.expires === '2026-08' ? true : undefined,
      )
      // September begins in Paris two hours before it does in UTC
      await moveTo('2026-08-17T21:59:59Z')
      expect(await eventsOf(customer, 'payment_method.expiring')).toEqual([])
      await moveTo('2026-08-17T22:00:00Z')
      const [told, ...others] = await eventsOf(customer, 'payment_method.expiring')
      expect(others).toEqual([])
      expect(told.data).toMatchObject({ method: id, label: 'Visa •••• 4242', expires: '2026-08' })
      const [letter, ...more] = await lettersTo(`${customer}@people.example`, subject)
      expect(more).toEqual([])
      expect(letter).toContain(`Visa •••• 4242 ${words}`)
      await moveTo('2026-10-01T00:00:00Z')
      expect(await eventsOf(customer, 'payment_method.expiring')).toHaveLength(1)
      // its bank sends another one, and that ends too
      await world.control('POST', `/control/methods/${token}`, { expires: '2027-08' })
      await eventually('it has another end', async () =>
        (await methodsOf(customer))[0]?.expires === '2027-08' ? true : undefined,
      )
      await moveTo('2027-08-20T00:00:00Z')
      expect(await eventsOf(customer, 'payment_method.expiring')).toHaveLength(2)
    },
  )

  it('and was detached before is not', async () => {
    const moveTo = await world.customer('gone', 'card_ok', '2099-12-01T00:00:00Z')
    const [{ id }] = (await methodsOf('gone')) as [Json]
    await world.ask('DELETE', `/v1/customers/gone/payment-methods/${id}`)
    await moveTo('2099-12-31T00:00:00Z')
    expect(await eventsOf('gone', 'payment_method.expiring')).toEqual([])
  })
})

describe('a way to pay that is detached', () => {
  const isDetached = async (token: string) => {
    const { events } = (await world.control('GET', '/events?after=0')) as Json
    return events.some(
      ({ type, data }: Json) =>
        type === 'method.updated' && data.token === token && data.change === 'detached',
    )
  }

  it('ST-13 is detached at its provider too, who is asked until it answers', async () => {
    await world.customer('leaves', 'card_ok')
    const [{ id }] = (await methodsOf('leaves')) as [Json]
    const { token } = await rowOf(id)
    await world.control('POST', '/control/faults', { fault: 'unavailable', on: 'method', times: 1 })
    await world.ask('DELETE', `/v1/customers/leaves/payment-methods/${id}`)
    await eventually('the provider has forgotten it', async () =>
      (await isDetached(token)) ? true : undefined,
    )
    await eventually('and so have we', async () => ((await rowOf(id)).token === '' ? true : undefined))
    expect(await methodsOf('leaves')).toEqual([])
    expect(await eventsOf('leaves', 'payment_method.detached')).toHaveLength(1)
  })

  it('ST-13 goes with all the others when its customer is deleted', async () => {
    await world.customer('deleted', 'card_ok')
    const phone = { provider: 'simulator', kind: 'phone', instrument: '+221770000042' }
    await world.ask('POST', '/v1/customers/deleted/payment-methods', phone)
    const methods = await methodsOf('deleted')
    const tokens = await Promise.all(methods.map(async ({ id }) => (await rowOf(id)).token))
    expect(tokens).toHaveLength(2)
    await world.ask('DELETE', '/v1/customers/deleted')
    for (const token of tokens)
      await eventually('the provider has forgotten it', async () =>
        (await isDetached(token)) ? true : undefined,
      )
  })
})

describe('a card that declines', () => {
  it('ST-13 is tried 20 times in 30 days at most, over all that its customer owes', async () => {
    const moveTo = await world.customer('declined', 'card_insufficient_funds', '2026-03-01T00:00:00Z')
    await world.ask('POST', '/v1/subscriptions', { customer: 'declined', plan: 'yearly' })
    await invoice('declined', 1_000)
    await invoice('declined', 2_000)
    await moveTo('2026-03-25T00:00:00Z')
    await invoice('declined', 3_000)
    await moveTo('2026-04-20T00:00:00Z')
    const { rows } = await world.database.db.query<{ at: number; reason: string }>(
      `select started_at as at, decline ->> 'reason' as reason from payment_attempt a
       join customer c on c.id = a.customer where c.key = 'declined' order by a.id`,
    )
    const asked = rows.filter(({ reason }) => reason !== 'card_network_limit').map(({ at }) => at)
    const own = (await world.charges()).filter(({ customer }) => customer === 'declined')
    expect(own).toHaveLength(asked.length)
    for (const at of asked) {
      const window = asked.filter((one) => one > at - 30 * DAY_MS && one <= at)
      expect(window.length, new Date(at).toISOString()).toBeLessThanOrEqual(20)
    }
    // 40 were wanted in the first three weeks; when the first are a month ago, there is room again
    expect(asked.filter((at) => at < Date.UTC(2026, 2, 25))).toHaveLength(20)
    expect(asked.length).toBeGreaterThan(20)
    expect(rows.length).toBeGreaterThan(asked.length)
  })

  it('and was detached before its turn gives way to the other one', async () => {
    const own = await openSimulatedWorld(catalog, { jobs: false })
    try {
      await own.customer('turned', 'card_insufficient_funds')
      const other = { provider: 'simulator', instrument: 'card_ok', isFallback: true }
      await own.ask('POST', '/v1/customers/turned/payment-methods', other)
      const [first] = (await own.ask('GET', '/v1/customers/turned/payment-methods')).data.filter(
        ({ isDefault }: Json) => isDefault,
      )
      await own.ask('POST', '/v1/invoices', {
        customer: 'turned',
        currency: 'EUR',
        lines: [{ description: 'Once', unitMinor: 500 }],
      })
      await own.ask('DELETE', `/v1/customers/turned/payment-methods/${first.id}`)
      const { context } = own.server.engine
      while ((await carryOutAttempts(context)) > 0);
      expect(await own.invoices('turned')).toEqual(['one_off paid 500/500'])
      expect((await own.charges()).map(({ status }) => status)).toEqual(['succeeded'])
    } finally {
      await own.close()
    }
  })
})
