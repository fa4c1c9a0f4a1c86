/** Money that came in for nothing we know, and what becomes of it once somebody says whose it is. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { DAY_MS } from '../../src/domain/time/index.ts'
import { runOperation } from '../../src/operations/run.ts'
import { keepUnallocated } from '../../src/operations/payments/keep-unallocated.ts'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld({
    operator: { name: 'Seller', timeZone: 'UTC' },
    features: {},
    plans: { monthly: { prices: { EUR: { month: 3_000 } }, policies: { collection: 'send' } } },
  })
})
afterAll(() => world?.close())

/** As a provider tells it, its fee kept; so many days ago. */
async function comesIn(transaction: string, amountMinor: number, currency = 'EUR', days = 0): Promise<Json> {
  const clock = fixedClock(world.server.engine.context.clock.now() - days * DAY_MS)
  const context = { ...world.server.engine.context, clock }
  const environment = { id: 1, name: 'test', mode: 'test' as const }
  const money = { provider: 'simulator', transaction, attemptKey: null, currency, amountMinor, feeMinor: 30 }
  await runOperation(context, { environment, actor: 'test' }, (ctx) =>
    keepUnallocated(ctx, { ...money, receivedAt: clock.now() }),
  )
  const { data } = await world.ask('GET', '/v1/unallocated-payments?status=waiting')
  return data.find((each: Json) => each.transaction === transaction)
}
/** Somebody who owes 30.00: the invoice, once it is issued. */
async function owing(customer: string): Promise<Json> {
  await world.ask('PUT', `/v1/customers/${customer}`, { currency: 'EUR' })
  await world.ask('POST', '/v1/subscriptions', { customer, plan: 'monthly' })
  return eventually('its invoice is issued', async () => {
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    return data.find(({ status }: Json) => status === 'open')
  })
}
const assign = (id: string, body: object) =>
  world.server.request('POST', `/v1/unallocated-payments/${id}/assign`, { body })
/** But for the simulator's own, which has never heard of this money. */
const findings = async () =>
  (await world.ask('GET', '/v1/doctor')).findings.filter((each: Json) => each.check !== 'provider_payment')
const ownBooks = async () => {
  const { rows } = await world.database.db.query(`select account, sum(amount_minor)::bigint as minor
    from ledger_posting where customer = 0 group by 1 having sum(amount_minor) <> 0 order by 1`)
  return rows
}

it('I-4 money of nobody pays for whoever it turns out to be from: once, and the books follow it', async () => {
  const owed = await owing('late')
  const money = await comesIn('txn_lost', 5_000)
  expect(money).toMatchObject({ status: 'waiting', payment: null, amountMinor: 5_000, currency: 'EUR' })
  expect(await findings()).toEqual([])

  const tries = await Promise.all(
    [1, 2, 3].map(() => assign(money.id, { customer: 'late', invoice: owed.id })),
  )
  expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  const { body: payment } = tries.find(({ status }) => status === 201) as { body: Json }
  expect(payment).toMatchObject({
    customer: 'late',
    provider: 'simulator',
    transaction: 'txn_lost',
    allocations: [{ invoice: owed.id, amountMinor: 3_000 }],
    toBalanceMinor: 2_000,
  })
  expect((await world.ask('GET', `/v1/invoices/${owed.id}`)).status).toBe('paid')
  const { data } = await world.ask('GET', '/v1/unallocated-payments?status=assigned')
  expect(data).toMatchObject([{ id: money.id, status: 'assigned', payment: payment.id }])
  // the fee stays with whoever met it
  expect(await ownBooks()).toEqual([
    { account: 'cash:simulator', minor: -30 },
    { account: 'fees', minor: 30 },
  ])
  expect(await findings()).toEqual([])
  // the provider tells the same money again
  expect(await comesIn('txn_lost', 5_000)).toBeUndefined()
  expect(await findings()).toEqual([])
})

it('what can not be assigned stays where it is', async () => {
  await world.ask('PUT', '/v1/customers/other', { currency: 'EUR' })
  const owed = await owing('third')
  const money = await comesIn('txn_francs', 700, 'XOF')
  const refused = async (id: string, body: object) => {
    const { status, body: told } = await assign(id, body)
    return `${status} ${told.code} ${told.param}`
  }
  expect(await refused('una_test_none', { customer: 'other' })).toBe('404 unallocated_payment_not_found id')
  expect(await refused(money.id, { customer: 'nobody' })).toBe('404 customer_not_found customer')
  expect(await refused(money.id, { customer: 'other', invoice: owed.id })).toBe(
    '404 invoice_not_found invoice',
  )
  expect(await refused(money.id, { customer: 'third', invoice: owed.id })).toBe(
    '422 invoice_currency currency',
  )
  expect(await comesIn('txn_francs', 700, 'XOF')).toEqual(money)
  const payment = (await assign(money.id, { customer: 'third' })).body
  expect(payment).toMatchObject({ currency: 'XOF', allocations: [], toBalanceMinor: 700 })
  expect(await findings()).toEqual([])
})

it.each([
  [0, 1],
  [31, 0],
])('is looked for on the list of its provider by when it came in (%i days ago)', async (days, found) => {
  const customer = `looked-for-${days}`
  await world.ask('PUT', `/v1/customers/${customer}`, { currency: 'EUR' })
  const { id } = await comesIn(`txn_${days}_days`, 500, 'EUR', days)
  await assign(id, { customer })
  const { findings: all } = await world.ask('GET', '/v1/doctor')
  expect(all.filter((each: Json) => each.customer === customer)).toHaveLength(found)
})

it('I-4 comes in on a test clock when it is said whose it is', async () => {
  await world.customer('on-a-clock', undefined, '2030-06-01T00:00:00Z')
  const { id } = await comesIn('txn_on_a_clock', 500)
  const { body } = await assign(id, { customer: 'on-a-clock' })
  expect(body.receivedAt).toBe('2030-06-01T00:00:00.000Z')
})

it('I-4 is one customer’s, whoever else is said to have paid it at the same time', async () => {
  const customers = ['one', 'two', 'four']
  for (const each of customers) await world.ask('PUT', `/v1/customers/${each}`, { currency: 'EUR' })
  const { id } = await comesIn('txn_of_one', 500)
  const tries = await Promise.all(customers.map((customer) => assign(id, { customer })))
  expect(tries.map(({ status, body }) => body.code ?? status).sort()).toEqual([
    201,
    'payment_assigned',
    'payment_assigned',
  ])
  const balances = await Promise.all(
    customers.map((each) => world.ask('GET', `/v1/customers/${each}/balance`)),
  )
  const heldMinor = balances.flatMap(({ balances: own }) => own.map(({ amountMinor }: Json) => amountMinor))
  expect(heldMinor.filter((minor) => minor > 0)).toEqual([500])
})
