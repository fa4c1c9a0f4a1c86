import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const prices = { EUR: { month: 7_500 } }
const allowances = { credits: 75, storage: 5 }
const policies = { purchaseWhileLive: 'append', modules: 'now', proration: 'second', upgrade: 'now' }
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' }, storage: { kind: 'gauge' }, seats: { kind: 'gauge' } },
  plans: {
    tier: { prices, allowances, policies },
    small: { prices: { EUR: { month: 2_500 } }, allowances, policies },
    seats: {
      prices: { EUR: { month: { perUnit: { seats: '1000' } } } },
      allowances: { credits: 75 },
      policies: { ...policies, quantityChange: 'prorate' },
    },
  },
  addOns: {
    pack: { kind: 'one_off', prices: { EUR: 1_500 }, allowances: { credits: 50 } },
    more: { kind: 'recurring', prices: { EUR: { month: 1_000 } }, allowances: { storage: 10 } },
  },
  bundles: { all: { prices: { EUR: { month: 1_000 } }, addOns: ['more'] } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const invoices = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
const findings = async (customer: string) =>
  (await world.ask('GET', '/v1/doctor')).findings.filter((each: Json) => each.customer === customer)

let transactions = 0

/** Who pays by phone, and has paid a first period. */
async function subscriber(id: string, plan: object = { plan: 'tier' }) {
  const moveTo = await world.customer(id, '+221771234567', '2026-03-10T10:00:00Z')
  const subscription = await world.ask('POST', '/v1/subscriptions', { customer: id, ...plan })
  const path = `/v1/subscriptions/${subscription.id}`
  await moveTo('2026-03-10T11:00:00Z')
  const pay = (invoice: string, amountMinor: number): Promise<Json> => {
    const transaction = `in-parts-${(transactions += 1)}`
    const body = { customer: id, currency: 'EUR', amountMinor, invoice, transaction }
    return world.ask('POST', '/v1/payments', body)
  }
  const [first] = await invoices(id)
  await pay(first.id, first.amountDueMinor)
  const left = async (feature: string) =>
    (await world.ask('POST', '/v1/check', { customer: id, feature })).remaining
  const prompt = async () => (await world.charges()).findLast((each) => each.customer === id)
  /** Of the order whose prompt is out. */
  const payPart = async (amount: string): Promise<Json> => {
    const before = new Set(
      (await invoices(id)).filter(({ status }) => status === 'open').map((each) => each.id),
    )
    await world.control('POST', `/control/charges/${(await prompt()).key}`, { action: 'pay_part', amount })
    return eventually('a part is paid', async () =>
      (await invoices(id)).find(
        (each) => each.status === 'open' && each.amountPaidMinor > 0 && !before.has(each.id),
      ),
    )
  }
  return { id, path, moveTo, pay, left, prompt, payPart }
}

describe('an order that is paid in part', () => {
  it.each(['add-ons/more', 'bundles/all'])(
    'CP-3 gives no %s, however often it is clicked, before all of it is paid',
    async (module) => {
      const { id, path, left, prompt, payPart, pay } = await subscriber(`clicks-${module.slice(-3)}`)
      await world.ask('PUT', `${path}/${module}`, {})
      const order = await payPart('0.01')
      expect(order).toMatchObject({ totalMinor: 999, amountDueMinor: 998 })
      const { key } = await prompt()
      const again = await world.ask('PUT', `${path}/${module}`, {})
      // which asks for the rest, once
      expect(again.payment).toMatchObject({ status: 'pending', attempt: { invoice: order.id } })
      await world.ask('PUT', `${path}/${module}`, {})
      const asked = (await world.charges()).filter((each) => each.customer === id)
      expect(asked.slice(asked.findIndex((each) => each.key === key) + 1)).toMatchObject([{ amount: '9.98' }])
      expect(await left('storage')).toBe(5)
      await pay(order.id, 998)
      expect(await left('storage')).toBe(15)
      expect(await invoices(id)).toHaveLength(2)
    },
  )

  it('CM-11 is given by the credit note that settles the rest of it', async () => {
    const { id, left, path, payPart } = await subscriber('credited')
    await world.ask('POST', '/v1/top-ups', { customer: id, addOn: 'pack' })
    const topUp = await payPart('10.00')
    expect(await left('credits')).toBe(75)
    await world.ask('POST', `/v1/invoices/${topUp.id}/credit-notes`, { amountMinor: 500 })
    expect(await left('credits')).toBe(125)
    await world.ask('PUT', `${path}/add-ons/more`, {})
    const module = await payPart('5.00')
    await world.ask('POST', `/v1/invoices/${module.id}/credit-notes`, { amountMinor: 499 })
    expect(await left('storage')).toBe(15)
    const { data } = await world.ask('GET', `/v1/events?customer=${id}&type=top_up.completed`)
    expect(data).toHaveLength(1)
  })

  it('CM-3 is the same purchase when it is bought again, and the rest of it is asked for', async () => {
    const { id, left, pay, payPart, prompt } = await subscriber('bought')
    const buy = () => world.ask('POST', '/v1/subscriptions', { customer: id, plan: 'tier' })
    await buy()
    const order = await payPart('40.00')
    await buy()
    expect(await invoices(id)).toHaveLength(2)
    expect(await prompt()).toMatchObject({ amount: '35.00' })
    expect(await findings(id)).toEqual([])
    await pay(order.id, 3_500)
    expect(await left('credits')).toBe(150)
  })

  it('CP-9 has paid for no seats that a change could give back', async () => {
    const { id, path, left, payPart } = await subscriber('seats', { plan: 'seats', quantities: { seats: 5 } })
    await world.ask('POST', '/v1/subscriptions', { customer: id, plan: 'seats', quantities: { seats: 5 } })
    const order = await payPart('0.01')
    const seats = (count: number) => world.ask('POST', `${path}/change`, { quantities: { seats: count } })
    await seats(6)
    const [charged] = await invoices(id)
    expect(charged.lines.map((each: Json) => each.quantity)).toEqual(['5', '6'])
    expect(charged.totalMinor).toBeGreaterThan(990)
    await seats(2)
    expect(await world.ask('GET', `/v1/invoices/${order.id}`)).toMatchObject({
      status: 'open',
      amountDueMinor: 4_999,
    })
    expect(await left('credits')).toBe(75)
    expect(await findings(id)).toEqual([])
  })
})

describe('a module whose payment was given back whole', () => {
  it('CP-3 is paid for anew when it is switched on again', async () => {
    const { id, path, left, pay } = await subscriber('given-back')
    await world.ask('PUT', `${path}/add-ons/more`, {})
    const order = (await invoices(id)).find(({ status }) => status === 'draft')
    const payment = await pay(order.id, order.totalMinor)
    await world.ask('POST', `/v1/payments/${payment.id}/refunds`, { reason: 'unused' })
    // what is had is had: as it is, nothing is charged for it
    await world.ask('PUT', `${path}/add-ons/more`, {})
    expect(await invoices(id)).toHaveLength(3)
    await world.ask('DELETE', `${path}/add-ons/more`)
    expect(await left('storage')).toBe(5)
    const again = await world.ask('PUT', `${path}/add-ons/more`, {})
    expect(again.payment).toMatchObject({ status: 'pending' })
    expect(await left('storage')).toBe(5)
  })
})

describe('an order that is paid in part, and whose reason is gone', () => {
  /** What is given back stays the customer's, and so does what is paid late. */
  async function isLetGo(
    { id, pay }: Awaited<ReturnType<typeof subscriber>>,
    order: Json,
    partMinor: number,
  ) {
    const { status, amountPaidMinor, creditAppliedMinor } = await world.ask('GET', `/v1/invoices/${order.id}`)
    expect([status, amountPaidMinor, creditAppliedMinor]).toEqual(['open', partMinor, 0])
    expect(await world.refused('POST', `/v1/invoices/${order.id}/pay`, {})).toBe('409 invoice_state')
    expect(await pay(order.id, order.amountDueMinor)).toMatchObject({ allocations: [] })
    // which is for its seller to credit: nothing comes of it but money
    await world.ask('POST', `/v1/invoices/${order.id}/credit-notes`, {})
    expect(await world.ask('GET', `/v1/invoices/${order.id}`)).toMatchObject({ status: 'paid' })
    expect(await findings(id)).toEqual([])
  }

  it('CM-3 that was bought again takes nothing for a subscription that is over', async () => {
    const person = await subscriber('over')
    await world.ask('POST', '/v1/subscriptions', { customer: person.id, plan: 'tier' })
    const order = await person.payPart('0.01')
    await person.moveTo('2026-03-11T11:00:00Z')
    await world.ask('POST', `${person.path}/cancel`, { when: 'now', credit: true })
    await person.moveTo('2026-03-11T12:00:00Z')
    expect((await world.books(person.id)).customer_credit).toBeLessThan(-7_000)
    await isLetGo(person, order, 1)
  })

  it('CM-3 that was bought again takes nothing for another plan', async () => {
    const person = await subscriber('changed')
    await world.ask('POST', '/v1/subscriptions', { customer: person.id, plan: 'tier' })
    const order = await person.payPart('0.01')
    await world.ask('POST', `${person.path}/change`, { plan: 'small', when: 'now' })
    await person.moveTo('2026-03-11T12:00:00Z')
    await isLetGo(person, order, 1)
    expect(await world.ask('GET', person.path)).toMatchObject({ plan: 'small' })
  })

  it('CM-7 of a module takes nothing once its subscription is over', async () => {
    const person = await subscriber('module-over')
    await world.ask('PUT', `${person.path}/add-ons/more`, {})
    const order = await person.payPart('4.00')
    await person.moveTo('2026-03-11T11:00:00Z')
    await world.ask('POST', `${person.path}/cancel`, { when: 'now', credit: true })
    await person.moveTo('2026-03-11T12:00:00Z')
    await isLetGo(person, order, 400)
  })

  it('CM-7 of a module takes nothing once its period is over, and neither it nor what it cost is given', async () => {
    const person = await subscriber('module-late')
    await world.ask('PUT', `${person.path}/add-ons/more`, {})
    const order = await person.payPart('4.00')
    await person.moveTo('2026-04-12T11:00:00Z')
    const [renewal] = await invoices(person.id)
    await person.pay(renewal.id, renewal.amountDueMinor)
    await isLetGo(person, order, 400)
    await person.moveTo('2026-04-12T12:00:00Z')
    expect(await person.left('storage')).toBe(5)
    // and is bought for the period that runs
    await world.ask('PUT', `${person.path}/add-ons/more`, {})
    expect(await person.left('storage')).toBe(15)
    const [bought] = await invoices(person.id)
    expect(bought).toMatchObject({ reason: 'add_on', status: 'paid' })
    expect(bought.totalMinor).toBeLessThan(999)
  })

  it('CM-7 of a module gives way to another quantity of it', async () => {
    const person = await subscriber('quantity')
    await world.ask('PUT', `${person.path}/add-ons/more`, {})
    const order = await person.payPart('4.00')
    await world.ask('PUT', `${person.path}/add-ons/more`, { quantity: 3 })
    const other = (await invoices(person.id)).find(({ status }) => status === 'draft')
    await person.pay(other.id, other.totalMinor)
    expect(await person.left('storage')).toBe(35)
    await isLetGo(person, order, 400)
    expect(await person.left('storage')).toBe(35)
  })
})
