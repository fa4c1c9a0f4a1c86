import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { carryOutAttempts } from '../../src/operations/payments/carry-out.ts'
import { examineNightly } from '../../src/operations/doctor/examine-nightly.ts'
import { applyProviderEvents } from '../../src/operations/provider-events/apply.ts'
import { catchUpWithProviders } from '../../src/operations/provider-events/catch-up.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' } },
  plans: {},
}

let world: SimulatedWorld
beforeAll(async () => {
  // what happens by itself is done here by hand, each when its turn has come
  world = await openSimulatedWorld(catalog, { jobs: false })
})
afterAll(() => world?.close())

const context = () => world.server.engine.context
async function charge() {
  while ((await carryOutAttempts(context())) > 0);
}
async function apply() {
  while ((await applyProviderEvents(context())).handled > 0);
}
async function night() {
  await world.database.db.query('delete from doctor_day')
  await examineNightly(context())
}
/** Something to pay, which is charged at once. */
const owe = (customer: string) =>
  world.ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    lines: [{ description: 'Once', unitMinor: 10_000 }],
  })
const dropWebhooks = (times: number) =>
  world.control('POST', '/control/faults', { fault: 'drop', on: 'webhook', times })
async function found(): Promise<Json[]> {
  const { findings } = await world.ask('GET', '/v1/doctor')
  return findings.filter(({ check }: Json) => check === 'provider_payment')
}
const chargeOf = async (customer: string) =>
  (await world.charges()).find((each) => each.customer === customer) as Json

describe('what a provider told and never arrived', () => {
  it('ST-6 is read from its list of events, once', async () => {
    await world.customer('lost', '+221770000101')
    await owe('lost')
    await charge()
    const { key } = await chargeOf('lost')
    await dropWebhooks(2)
    await world.control('POST', `/control/charges/${key}`, { action: 'pay' })
    await world.control('POST', '/control/deliver')
    await apply()
    expect(await world.invoices('lost')).toEqual(['one_off open 0/10000'])
    // it is under way, so nobody is alarmed
    expect(await found()).toEqual([])
    expect(await catchUpWithProviders(context())).toEqual({ handled: 2, failing: 0 })
    await apply()
    expect(await world.invoices('lost')).toEqual(['one_off paid 10000/10000'])
    expect(await catchUpWithProviders(context())).toEqual({ handled: 0, failing: 0 })
    await apply()
    expect(await world.books('lost')).toEqual({ 'cash:simulator': 10_000, revenue: -10_000 })
  })

  it('ST-6 is asked for again where the provider does not answer', async () => {
    await world.customer('silent', '+221770000102')
    await owe('silent')
    await charge()
    const { key } = await chargeOf('silent')
    await dropWebhooks(2)
    await world.control('POST', `/control/charges/${key}`, { action: 'pay' })
    await world.control('POST', '/control/faults', { fault: 'unavailable', on: 'look_up' })
    expect(await catchUpWithProviders(context())).toEqual({ handled: 0, failing: 1 })
    expect(await catchUpWithProviders(context())).toEqual({ handled: 2, failing: 0 })
    await apply()
    expect(await world.invoices('silent')).toEqual(['one_off paid 10000/10000'])
  })
})

describe('the books of a provider against ours', () => {
  it('ST-6 money that it took and we never heard of is named, and taken in at night', async () => {
    await world.customer('paid-late', '+221770000103')
    await owe('paid-late')
    await charge()
    const { key } = await chargeOf('paid-late')
    await world.control('POST', '/control/clock', { advanceSeconds: 601 })
    await catchUpWithProviders(context())
    await apply()
    await dropWebhooks(2)
    await world.control('POST', `/control/charges/${key}`, { action: 'pay' })
    const [{ transaction }] = (await chargeOf('paid-late')).payments
    expect(await found()).toEqual([
      {
        check: 'provider_payment',
        customer: null,
        subject: `simulator ${transaction}`,
        expected: 'amount 10000, currency EUR',
        found: 'amount null, currency null',
      },
    ])
    await night()
    await apply()
    expect(await world.invoices('paid-late')).toEqual(['one_off paid 10000/10000'])
    expect(await found()).toEqual([])
    // the events themselves come after all
    await catchUpWithProviders(context())
    await apply()
    expect(await world.books('paid-late')).toEqual({ 'cash:simulator': 10_000, revenue: -10_000 })
  })

  it('ST-6 a charge that is none of ours is the environment’s unapplied cash', async () => {
    await world.customer('any', 'card_ok')
    const { rows } = await world.database.db.query<{ token: string }>(
      `select token from payment_method m join customer c on c.id = m.customer where c.key = 'any'`,
    )
    const terms = { amount: '77.00', currency: 'EUR', customer: 'any', description: '', returnUrl: null }
    await dropWebhooks(2)
    await world.control('PUT', '/charges/none_of_ours', { ...terms, method: rows[0]?.token })
    expect(await found()).toMatchObject([{ customer: null, expected: 'amount 7700, currency EUR' }])
    await night()
    await apply()
    expect(await found()).toEqual([])
    const { rows: own } = await world.database.db.query(
      `select account, amount_minor from ledger_posting where customer = 0 order by account`,
    )
    expect(own).toEqual([
      { account: 'cash:simulator', amount_minor: 7_700 },
      { account: 'unapplied_cash', amount_minor: -7_700 },
    ])
  })

  it.each([
    [
      'another amount',
      'amount_minor = amount_minor + 5',
      'amount_minor = amount_minor - 5',
      [['right', 'amount 10000', 'amount 10005']],
    ],
    [
      'a payment that it knows nothing of',
      "transaction = 'txn_dreamt'",
      'transaction = :transaction',
      [
        [null, 'amount 10000, currency EUR', 'amount null, currency null'],
        ['right', 'amount null, currency null', 'amount 10000, currency EUR'],
      ],
    ],
  ])('ST-6 %s is named', async (title, plant, mend, expected) => {
    const customer = 'right'
    if ((await world.server.request('GET', `/v1/customers/${customer}`)).status === 404) {
      await world.customer(customer, 'card_ok')
      await owe(customer)
      await charge()
    }
    const [{ transaction }] = (await chargeOf(customer)).payments
    const change = async (what: string) => {
      const text = `update receipt set ${what.replace(':transaction', `'${transaction}'`)}
        where customer = (select id from customer where key = '${customer}')`
      await world.database.db.query(text)
    }
    expect(await found()).toEqual([])
    await change(plant)
    const named = await found()
    await change(mend)
    expect(
      named.map((each) => [each.customer, each.expected, each.found]),
      title,
    ).toEqual(expected)
    expect(await found()).toEqual([])
  })

  it('nothing is named where it can not be asked', async () => {
    await world.database.db.query(`update receipt set amount_minor = amount_minor + 1
      where customer = (select id from customer where key = 'right')`)
    await world.control('POST', '/control/faults', { fault: 'unavailable', on: 'look_up' })
    expect(await found()).toEqual([])
    expect(await found()).toHaveLength(1)
  })
})
