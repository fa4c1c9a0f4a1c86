/** What is asked for follows what is due: lowered while a charge is out, and paid in part. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { tickets: { kind: 'meter' } },
  plans: {
    basic: { prices: { EUR: { month: 1_900 } } },
    pro: { prices: { EUR: { month: 6_900 } } },
    daily: {
      prices: { EUR: { month: 1_000 } },
      policies: {
        retries: { hour: 2, afterDays: [1, 2, 3] },
        dunning: { steps: [{ afterDays: 30, access: 'blocked' }] },
      },
    },
  },
}

let world: SimulatedWorld
/** Nobody charges there but a clock that is moved. */
let still: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
  still = await openSimulatedWorld(catalog, { jobs: false })
})
afterAll(async () => {
  await world?.close()
  await still?.close()
})

const PHONE = '+221771234567'

/** Subscribed on 10 January at ten; nothing is issued yet. */
async function subscribe(customer: string, plan: string, instrument: string, at = world) {
  const moveTo = await at.customer(customer, instrument, '2026-01-10T10:00:00Z')
  const { id } = await at.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'EUR' })
  return { moveTo, id: id as string }
}

const firstInvoice = async (customer: string, at = world): Promise<Json> =>
  (await at.ask('GET', `/v1/customers/${customer}/invoices`)).data.findLast(
    ({ kind }: Json) => kind === 'invoice',
  )

/** Issued, and its charge written down; nobody has begun it. */
async function issue(customer: string) {
  const { id } = await firstInvoice(customer, still)
  return still.ask('POST', `/v1/invoices/${id}/finalise`, {})
}

const chargesOf = async (customer: string, at = world) =>
  (await at.charges()).filter((each) => each.customer === customer)
const askedOf = async (customer: string, at = world): Promise<string[]> =>
  (await chargesOf(customer, at)).map(({ status, amount }) => `${status} ${amount}`)
const balanceOf = async (customer: string, at = world): Promise<number> =>
  (await at.books(customer)).customer_credit ?? 0

describe('a charge that asks for more than is due', () => {
  it('ST-8 of a prompt that is out: a change that credits calls it back, and asks for what is left', async () => {
    const { moveTo, id } = await subscribe('lower', 'pro', PHONE)
    await moveTo('2026-01-10T10:00:01Z')
    expect(await askedOf('lower')).toEqual(['pending 69.00'])
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'basic', when: 'now' })
    await moveTo('2026-01-10T10:00:05Z')
    const due = (await firstInvoice('lower')).amountDueMinor
    expect(due).toBeLessThan(2_000)
    const asked = await eventually('the first prompt is called back', async () => {
      const told = await askedOf('lower')
      return told[0]?.startsWith('pending') === false ? told : undefined
    })
    expect(asked).toEqual(['canceled 69.00', `pending ${(due / 100).toFixed(2)}`])
  })

  it('ST-13 of a card nobody has asked yet: who cancels and is credited is not charged', async () => {
    const { moveTo, id } = await subscribe('left', 'basic', 'card_ok', still)
    await issue('left')
    await still.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now', credit: true })
    await moveTo('2026-01-11T10:00:00Z')
    expect(await chargesOf('left', still)).toEqual([])
    expect(await firstInvoice('left', still)).toMatchObject({
      status: 'paid',
      creditedMinor: 1_900,
      amountPaidMinor: 0,
    })
    expect(await balanceOf('left', still)).toBe(0)
  })

  it('ST-13 of a card nobody has asked yet: what came in by a transfer is not charged again', async () => {
    const { moveTo } = await subscribe('transfers', 'basic', 'card_ok', still)
    const invoice = await issue('transfers')
    const money = { customer: 'transfers', currency: 'EUR', transaction: 'by-transfer' }
    await still.ask('POST', '/v1/payments', { ...money, amountMinor: 1_000, invoice: invoice.id })
    await moveTo('2026-01-11T10:00:00Z')
    expect(await askedOf('transfers', still)).toEqual(['succeeded 9.00'])
    expect(await firstInvoice('transfers', still)).toMatchObject({ status: 'paid', attempts: 1 })
    expect(await balanceOf('transfers', still)).toBe(0)
  })
})

describe('what was paid in part', () => {
  async function paidInPart(customer: string) {
    const { moveTo } = await subscribe(customer, 'daily', PHONE)
    await moveTo('2026-01-10T10:00:01Z')
    const [{ key }] = await chargesOf(customer)
    await world.control('POST', `/control/charges/${key}`, { action: 'pay_part', amount: '4.00' })
    await eventually('the part has landed', async () =>
      (await firstInvoice(customer)).amountDueMinor === 600 ? true : undefined,
    )
    return moveTo
  }

  it('QE-6 is asked for again by the policy’s days, the rest of it', async () => {
    const moveTo = await paidInPart('part')
    expect(await firstInvoice('part')).toMatchObject({
      status: 'open',
      nextAttemptAt: '2026-01-11T02:00:00.000Z',
    })
    await moveTo('2026-01-11T02:00:00Z')
    expect(await askedOf('part')).toEqual(['succeeded 10.00', 'pending 6.00'])
    const { data } = await world.ask('GET', '/v1/customers/part/timeline?limit=100')
    const told = data.find(({ type }: Json) => type === 'payment.succeeded')
    expect(told.data ?? told.payload).toMatchObject({ amountMinor: 400 })
  })

  it('ST-13 is charged to a card that is added for it', async () => {
    const moveTo = await paidInPart('adds')
    const card = { provider: 'simulator', instrument: 'card_ok' }
    await world.ask('POST', '/v1/customers/adds/payment-methods', card)
    await moveTo('2026-01-10T12:00:00Z')
    expect(await firstInvoice('adds')).toMatchObject({ status: 'paid', amountDueMinor: 0 })
    expect(await balanceOf('adds')).toBe(0)
  })

  it('leaves nothing for the doctor to find', async () => {
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })
})
