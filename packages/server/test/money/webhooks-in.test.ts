import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { sign } from '../../src/providers/payments/simulator/signature.ts'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' } },
  plans: {
    monthly: {
      prices: { EUR: { month: 10_000 } },
      allowances: { credits: 100 },
      policies: { retries: { hour: 2, afterDays: [] }, failure: { graceDays: 5 } },
    },
  },
  addOns: { pack: { kind: 'one_off', prices: { EUR: 1_000 }, allowances: { credits: 50 } } },
}

let world: SimulatedWorld
let secret: string
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
  const { rows } = await world.database.db.query<{ key_pepper: Buffer }>(
    'select key_pepper from installation',
  )
  const pepper = rows[0]?.key_pepper as Buffer
  secret = createHmac('sha256', pepper).update('payments simulator webhooks test').digest('hex')
})
afterAll(() => world?.close())

const timeline = async (customer: string): Promise<string[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)).data.map(({ type }: Json) => type)
const openAttempt = async (customer: string): Promise<Json> =>
  eventually('a prompt is out', async () =>
    (await world.charges()).find((each) => each.customer === customer && each.status === 'pending'),
  )
const happens = (customer: string, type: string, times = 1) =>
  eventually(`${type} of ${customer}`, async () =>
    (await timeline(customer)).filter((each) => each === type).length >= times ? true : undefined,
  )
const subscribe = (customer: string) => world.ask('POST', '/v1/subscriptions', { customer, plan: 'monthly' })
const pay = (key: string, body: object) => world.control('POST', `/control/charges/${key}`, body)
const access = async (customer: string) => (await world.ask('GET', `/v1/customers/${customer}/access`)).level

let made = 0
/** Knocks at the door as the simulator does; answers the status and code. */
async function knock(
  event: object,
  { key = secret, path = '/webhooks/simulator/test', at = systemClock.now() } = {},
) {
  const body = JSON.stringify({ id: `evt_made_${(made += 1)}`, at: systemClock.now(), ...event })
  const answer = await fetch(world.server.url + path, {
    method: 'POST',
    headers: { 'simulator-signature': sign(Buffer.from(body), [key], at) },
    body,
  })
  const told = (await answer.json()) as { code?: string }
  return `${answer.status}${told.code === undefined ? '' : ` ${told.code}`}`
}
const receipt = (transaction: string, more: object = {}) => ({
  type: 'payment.received',
  data: {
    transaction,
    amount: '10.00',
    fee: '0.00',
    at: systemClock.now(),
    charge: 'unknown',
    currency: 'EUR',
    ...more,
  },
})
const told = async (id: string): Promise<Json> =>
  eventually(`${id} is applied`, async () =>
    (await world.ask('GET', '/v1/provider-events?limit=100')).data.find(
      (each: Json) => each.id === id && each.status === 'applied',
    ),
  )

describe('the door', () => {
  it('ST-4 is where the environment says, by its id; an address with its number goes on', async () => {
    const { id, providerWebhooks } = await world.ask('GET', '/v1/environment')
    expect(providerWebhooks).toContainEqual({ provider: 'simulator', path: `/webhooks/simulator/${id}` })
    for (const path of [`/webhooks/simulator/${id}`, '/webhooks/simulator/1'])
      expect(await knock({ type: 'nothing.known', data: {} }, { path })).toBe('200')
  })

  it('ST-4 refuses what is not signed, is signed by another, or is too old, and stores nothing of it', async () => {
    const before = (await world.ask('GET', '/v1/provider-events?limit=100')).data.length
    expect(await knock(receipt('t'), { key: 'another' })).toBe('400 webhook_refused')
    expect(await knock(receipt('t'), { at: systemClock.now() - 301_000 })).toBe('400 webhook_refused')
    expect(await knock(receipt('t'), { path: '/webhooks/manual/1' })).toBe('400 webhook_refused')
    expect(await knock(receipt('t'), { path: '/webhooks/nobody/1' })).toBe('404 not_found')
    expect(await knock(receipt('t'), { path: '/webhooks/simulator/77' })).toBe('404 not_found')
    expect(await world.ask('GET', '/v1/provider-events?limit=100')).toMatchObject({
      data: { length: before },
    })
  })

  it('ST-4 answers a duplicate with 200, and does nothing again; money of nobody is kept and told', async () => {
    const event = { id: 'evt_twice', ...receipt('txn_nobody') }
    expect(await knock(event)).toBe('200')
    expect(await knock(event)).toBe('200')
    // the same money by another event
    expect(await knock({ id: 'evt_thrice', ...receipt('txn_nobody') })).toBe('200')
    expect(await told('evt_twice')).toMatchObject({ outcome: 'unallocated', failure: null, attempts: 1 })
    await told('evt_thrice')
    const { data } = await world.ask('GET', '/v1/events?type=payment.unallocated&limit=100')
    expect(data.map((each: Json) => each.data)).toEqual([
      {
        unallocatedPayment: expect.stringMatching(/^una_test_/),
        provider: 'simulator',
        transaction: 'txn_nobody',
        currency: 'EUR',
        amountMinor: 1_000,
      },
    ])
    const { rows } = await world.database.db.query({
      text: `select account, amount_minor from ledger_posting where customer = 0 order by account`,
    })
    expect(rows).toEqual([
      { account: 'cash:simulator', amount_minor: 1_000 },
      { account: 'unapplied_cash', amount_minor: -1_000 },
    ])
  })

  it('ST-4 what can not be applied is tried again, and seen', async () => {
    const dispute = {
      type: 'dispute.updated',
      data: {
        id: 'dsp_early',
        transaction: 'txn_not_here',
        amount: '10.00',
        withdrawn: '10.00',
        currency: 'EUR',
        status: 'open',
        reason: 'fraudulent',
        evidenceDueAt: null,
      },
    }
    expect(await knock({ id: 'evt_early', ...dispute })).toBe('200')
    const failed = await eventually('it has failed', async () => {
      const { data } = await world.ask('GET', '/v1/provider-events?status=failed')
      return data.find((each: Json) => each.id === 'evt_early')
    })
    expect(failed).toMatchObject({
      type: 'dispute',
      appliedAt: null,
      failure: 'the disputed payment is not here',
    })
    expect(failed.nextAttemptAt).not.toBeNull()
  })
})

describe('a phone that is asked', () => {
  it('QE-16 pays by its prompt: the webhook alone settles the invoice', async () => {
    await world.customer('paying', '+221770000001')
    await subscribe('paying')
    const { key, url } = await openAttempt('paying')
    expect(url).toContain('/pay/')
    await pay(key, { action: 'pay' })
    await happens('paying', 'invoice.paid')
    expect(await world.invoices('paying')).toEqual(['period paid 10000/10000'])
    expect(await world.books('paying')).toEqual({ 'cash:simulator': 10_000, deferred_revenue: -10_000 })
  })

  it('QE-16 ignored it expires and dunning goes on; paid late all the same it pays, and access is back', async () => {
    const moveTo = await world.customer('late', '+221770000002', '2026-03-01T00:00:00Z')
    await subscribe('late')
    await moveTo('2026-03-01T00:01:00Z')
    const { key } = await openAttempt('late')
    await world.control('POST', '/control/clock', { advanceSeconds: 601 })
    await happens('late', 'payment.failed')
    await moveTo('2026-03-08T00:00:00Z')
    expect(await access('late')).toBe('blocked')
    await pay(key, { action: 'pay' })
    await happens('late', 'invoice.paid')
    expect(await access('late')).toBe('full')
    expect(await world.payments('late')).toBe(1)
  })

  it('a top-up that is asked for stays in the archive when the catalog drops it, and is given once paid', async () => {
    await world.customer('ordering', '+221770000009')
    await world.ask('POST', '/v1/top-ups', { customer: 'ordering', addOn: 'pack' })
    const { key } = await openAttempt('ordering')
    const { addOns, ...without } = catalog
    const { changes } = await world.ask('PUT', '/v1/catalog', without)
    await world.ask('PUT', '/v1/catalog', { ...without, addOns })
    expect(changes.map(({ id, action }: Json) => [id, action])).toEqual([['pack', 'archived']])
    await pay(key, { action: 'pay' })
    await happens('ordering', 'top_up.completed')
  })

  it('QE-16 paid twice, the second is the balance; paid in part, the rest stays due', async () => {
    await world.customer('twice', '+221770000003')
    await subscribe('twice')
    await pay((await openAttempt('twice')).key, { action: 'pay_twice' })
    await happens('twice', 'payment.received', 2)
    expect(await world.books('twice')).toEqual({
      'cash:simulator': 20_000,
      customer_credit: -10_000,
      deferred_revenue: -10_000,
    })
    await world.customer('part', '+221770000004')
    await subscribe('part')
    await pay((await openAttempt('part')).key, { action: 'pay_part', amount: '40.00' })
    await happens('part', 'payment.received')
    expect(await world.invoices('part')).toEqual(['period open 4000/10000'])
    expect(await world.books('part')).toMatchObject({ 'cash:simulator': 4_000, receivable: 6_000 })
  })

  it('paid by another way meanwhile the prompt is called back; what is paid to it nevertheless lands', async () => {
    await world.customer('other', '+221770000005')
    await subscribe('other')
    const { key } = await openAttempt('other')
    const card = { provider: 'simulator', instrument: 'card_ok' }
    const { method } = await world.ask('POST', '/v1/customers/other/payment-methods', card)
    const [invoice] = (await world.ask('GET', '/v1/customers/other/invoices')).data
    // the prompt's own answer has been recorded by now, or is about to be
    await happens('other', 'payment.pending')
    const paid = await world.ask('POST', `/v1/invoices/${invoice.id}/pay`, { paymentMethod: method.id })
    expect(paid.attempt.status).toBe('succeeded')
    await eventually('the prompt is called back', async () =>
      (await world.charges()).find((each) => each.key === key && each.status === 'canceled'),
    )
    await pay(key, { action: 'pay' })
    await happens('other', 'payment.received', 2)
    expect(await world.books('other')).toMatchObject({ 'cash:simulator': 20_000, customer_credit: -10_000 })
  })
})

describe('the day of a payment', () => {
  const DAY_MS = 86_400_000
  const receivedAt = async (customer: string, transaction: string) => {
    const { data } = await world.ask('GET', `/v1/payments?customer=${customer}`)
    return Date.parse(data.find((each: Json) => each.transaction === transaction).receivedAt)
  }

  it('ST-4 is the one the provider says, however late it is heard of, and none that lies ahead', async () => {
    const id = 'days-later'
    await world.customer(id, '+221770000041')
    await subscribe(id)
    const { key: charge } = await openAttempt(id)
    const [past, ahead] = [systemClock.now() - 3 * DAY_MS, systemClock.now() + DAY_MS]
    await knock(receipt('txn_past', { charge, amount: '100.00', at: past }))
    await knock(receipt('txn_ahead', { charge, at: ahead }))
    await happens(id, 'payment.received', 2)
    expect(await receivedAt(id, 'txn_past')).toBe(past)
    expect(await receivedAt(id, 'txn_ahead')).toBeLessThan(ahead)
  })

  it('ST-4 is the customer’s own where a test clock says what day it is', async () => {
    const moveTo = await world.customer('elsewhen', 'card_ok', '2026-03-01T00:00:00Z')
    await subscribe('elsewhen')
    await moveTo('2026-03-01T12:00:00Z')
    const [{ transaction }] = (await world.ask('GET', '/v1/payments?customer=elsewhen')).data
    const at = await receivedAt('elsewhen', transaction)
    expect([at >= Date.parse('2026-03-01T00:00:00Z'), at <= Date.parse('2026-03-01T12:00:00Z')]).toEqual([
      true,
      true,
    ])
  })
})

describe('a dispute', () => {
  const paidBy = async (payment: string): Promise<string> =>
    (await world.ask('GET', `/v1/payments/${payment}`)).allocations[0].invoice

  it.each([
    ['won', { 'cash:simulator': 1_000, revenue: -1_000 }],
    ['lost', { revenue: -1_000, write_offs: 1_000 }],
  ] as const)('ST-13 withdraws, is told with its evidence date, and is %s', async (verdict, books) => {
    const customer = `disputed-${verdict}`
    await world.customer(customer, 'card_disputed')
    await world.ask('POST', '/v1/top-ups', { customer, addOn: 'pack' })
    await happens(customer, 'dispute.opened')
    expect(await world.books(customer)).toEqual({ disputes: 1_000, revenue: -1_000 })
    const [dispute] = (await world.ask('GET', `/v1/disputes?customer=${customer}`)).data
    expect(dispute).toMatchObject({
      status: 'open',
      amountMinor: 1_000,
      withdrawnMinor: 1_000,
      closedAt: null,
    })
    expect(dispute.evidenceDueAt).not.toBeNull()
    // the payer has it from the bank, or may get it there
    const refunds = `/v1/payments/${dispute.payment}/refunds`
    const refuse = async () => [
      (await world.server.request('POST', refunds, { body: {} })).body.code,
      (await world.server.request('POST', refunds, { body: { amountMinor: 1 } })).body.code,
      (
        await world.server.request('POST', `/v1/invoices/${await paidBy(dispute.payment)}/credit-notes`, {
          body: { destination: 'refund' },
        })
      ).body.code,
    ]
    expect(await refuse()).toEqual(['refund_too_much', 'refund_too_much', 'refund_too_much'])
    await world.control('POST', `/control/disputes/${dispute.reference}`, { status: verdict })
    await happens(customer, `dispute.${verdict}`)
    expect(await world.books(customer)).toEqual(books)
    if (verdict === 'lost') expect(await refuse()).toEqual(Array(3).fill('refund_too_much'))
    else expect(await world.ask('POST', refunds, {})).toMatchObject({ amountMinor: 1_000 })
    expect(
      (await world.ask('GET', `/v1/disputes?status=${verdict}`)).data.map(({ id }: Json) => id),
    ).toContain(dispute.id)
  })
})

describe('a way to pay', () => {
  const methodsOf = async (customer: string) =>
    (await world.ask('GET', `/v1/customers/${customer}/payment-methods`)).data
  it('ST-4 confirmed at a page is attached by the webhook, follows what its bank does, and goes with it', async () => {
    await world.customer('paged')
    const asked = await world.ask('POST', '/v1/customers/paged/payment-methods', { provider: 'simulator' })
    expect(asked).toMatchObject({ status: 'action_needed', method: null })
    await fetch(asked.url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ action: 'attach', instrument: 'card_ok' }),
    })
    await happens('paged', 'payment_method.attached')
    const [method] = await methodsOf('paged')
    expect(method).toMatchObject({ label: 'Visa •••• 4242', isDefault: true })
    const { rows } = await world.database.db.query<{ token: string }>({
      text: 'select token from payment_method where id = $1',
      values: [method.id],
    })
    const token = rows[0]?.token ?? ''
    await world.control('POST', `/control/methods/${token}`, { expires: '2031-05' })
    await eventually('it has another end', async () =>
      (await methodsOf('paged'))[0].expires === '2031-05' ? true : undefined,
    )
    await world.control('DELETE', `/methods/${token}`)
    await happens('paged', 'payment_method.detached')
    expect(await methodsOf('paged')).toEqual([])
  })
})
