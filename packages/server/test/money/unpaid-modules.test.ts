/** Modules that were not paid: what takes them away, and what brings them back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const allowances = { tickets: 5 }
const month = (amount: number) => ({ EUR: { month: amount } })
const perSeat = (price: string) => ({ EUR: { month: { perUnit: { seats: price } } } })
const seated = (moduleInvoices: string) => ({
  prices: perSeat('1000'),
  allowances: { seats: { limit: 1, perQuantity: 'seats' } },
  policies: { quantityChange: 'raise_now', modules: 'now', moduleInvoices, failure: { graceDays: 3 } },
})
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { tickets: { kind: 'meter' }, seats: { kind: 'gauge' }, maps: { kind: 'flag' } },
  plans: {
    second: { prices: month(2_900), allowances },
    apart: {
      prices: month(5_000),
      allowances,
      policies: { moduleInvoices: 'apart', failure: { graceDays: 3 } },
    },
    seated: seated('with_plan'),
    seated_apart: seated('apart'),
  },
  addOns: {
    seat_maps: { kind: 'recurring', prices: perSeat('200'), allowances: { maps: true } },
    maps: { kind: 'recurring', prices: month(700), allowances: { maps: true } },
    more: { kind: 'recurring', prices: month(100), allowances: { tickets: 5 } },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const documents = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data.toReversed()
const modulesOf = async (id: string): Promise<string[]> =>
  (await world.ask('GET', `/v1/subscriptions/${id}`)).addOns.map((each: Json) => each.id)

async function pay(customer: string, reason?: string): Promise<void> {
  for (const invoice of await documents(customer)) {
    if (invoice.amountDueMinor === 0 || (reason !== undefined && invoice.reason !== reason)) continue
    const { id, currency, amountDueMinor: amountMinor } = invoice
    await world.ask('POST', '/v1/payments', { customer, invoice: id, currency, amountMinor, transaction: id })
  }
}

async function subscribe(customer: string, plan: string, addOns: object[] = [{ id: 'maps', quantity: 1 }]) {
  const moveTo = await world.customer(customer, undefined, '2026-01-10T10:00:00Z')
  const made = await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'EUR', addOns })
  await moveTo('2026-01-10T10:00:01Z')
  return { id: made.id as string, moveTo }
}

describe('modules that are off because nobody paid', () => {
  it('CM-7 CM-10 belong to their subscription: paying the old debt sells nothing to the next one', async () => {
    const { id, moveTo } = await subscribe('changes', 'apart')
    await moveTo('2026-01-14T12:00:00Z')
    await pay('changes', 'period')
    await world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' })
    const next = await world.ask('POST', '/v1/subscriptions', {
      customer: 'changes',
      plan: 'second',
      currency: 'EUR',
    })
    await moveTo('2026-01-15T10:00:00Z')
    await pay('changes')
    expect(await modulesOf(next.id)).toEqual([])
    await moveTo('2026-02-15T10:00:00Z')
    expect((await documents('changes')).at(-1)?.totalMinor).toBe(2_900)
  })

  it('CM-7 with an invoice of their own are switched on again once that is paid, and cost nothing twice', async () => {
    const { id, moveTo } = await subscribe('apart', 'apart')
    await pay('apart', 'period')
    await moveTo('2026-01-14T12:00:00Z')
    expect(await modulesOf(id)).toEqual([])
    const path = `/v1/subscriptions/${id}/add-ons`
    expect(await world.refused('PUT', `${path}/maps`, {})).toBe('402 modules_unpaid')
    expect(await modulesOf(id)).toEqual([])
    // more of the plan's own quota is no module
    await world.ask('PUT', `${path}/more`, {})
    // nor does a new period bring it back
    await moveTo('2026-02-11T10:00:00Z')
    await pay('apart', 'period')
    expect(await world.refused('PUT', `${path}/maps`, {})).toBe('402 modules_unpaid')
    const unpaid = (await documents('apart')).filter(({ amountDueMinor }) => amountDueMinor > 0)
    expect(unpaid.map(({ totalMinor }) => totalMinor)).toEqual([700])
    await pay('apart')
    await world.ask('PUT', `${path}/maps`, {})
    expect(await modulesOf(id)).toEqual(['more', 'maps'])
  })

  it.each([
    ['period', 'add_on'],
    ['add_on', 'period'],
  ])('CM-7 CM-8 come back once both the plan and they are paid (first %s)', async (first, second) => {
    const customer = `neither-${first}`
    const { id, moveTo } = await subscribe(customer, 'apart')
    await moveTo('2026-01-14T12:00:00Z')
    await pay(customer, first)
    expect(await modulesOf(id)).toEqual([])
    await moveTo('2026-01-15T12:00:00Z')
    expect(await modulesOf(id)).toEqual([])
    await pay(customer, second)
    expect(await modulesOf(id)).toEqual(['maps'])
  })

  it('CM-7 are on again for nothing until the end of the period that was paid for after all', async () => {
    const { id, moveTo } = await subscribe('late', 'apart')
    await pay('late', 'period')
    await moveTo('2026-01-14T12:00:00Z')
    await pay('late')
    expect(await modulesOf(id)).toEqual([])
    await world.ask('PUT', `/v1/subscriptions/${id}/add-ons/maps`, {})
    await moveTo('2026-02-10T10:00:01Z')
    expect((await documents('late')).map(({ totalMinor }) => totalMinor)).toEqual([5_000, 700, 5_000, 700])
  })
})

describe('seats that are raised together with a module by the seat', () => {
  it.each([
    ['seated', ['change 118800']],
    ['seated_apart', ['change 99000', 'add_on 19800']],
  ])('CP-9 are the plan’s: unpaid they close the door (%s)', async (plan, billed) => {
    const { id, moveTo } = await subscribe(plan, plan, [{ id: 'seat_maps', quantity: 1 }])
    await pay(plan)
    const known = (await documents(plan)).length
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { quantities: { seats: 100 } })
    await moveTo('2026-01-10T10:00:01Z')
    const raised = (await documents(plan)).slice(known)
    expect(raised.map(({ reason, totalMinor }: Json) => `${reason} ${totalMinor}`)).toEqual(billed)
    await moveTo('2026-01-13T10:00:02Z')
    expect(await world.ask('GET', `/v1/customers/${plan}/access`)).toMatchObject({ level: 'blocked' })
  })
})
