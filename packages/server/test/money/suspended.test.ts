import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const blocked = { afterDays: 7, access: 'blocked' }
const plan = (...steps: object[]) => ({
  prices: { XOF: { month: 31_000 } },
  policies: { dunning: { steps: [blocked, ...steps] } },
})
const catalog = {
  operator: { name: 'Seller SA', timeZone: 'Africa/Abidjan' },
  features: {},
  plans: {
    goes_on: plan(),
    small: { prices: { XOF: { month: 10_000 } } },
    seats: {
      prices: { XOF: { month: { perUnit: { seats: '3100' } } } },
      policies: { dunning: { steps: [blocked] }, quantityChange: 'prorate' },
    },
    pauses: plan({ afterDays: 10, action: 'pause' }),
    warns: {
      prices: { XOF: { month: 31_000 } },
      policies: {
        dunning: {
          steps: [
            { afterDays: 1, letter: 'friendly' },
            { afterDays: 3, letter: 'warning' },
            { afterDays: 20, access: 'blocked' },
          ],
        },
      },
    },
  },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function unpaid(customer: string, planKey: string) {
  const moveTo = await world.customerOn('2026-07-01T00:00:00Z', customer)
  await world.ask('POST', '/v1/subscriptions', {
    customer,
    plan: planKey,
    currency: 'XOF',
    ...(planKey === 'seats' ? { quantities: { seats: 10 } } : {}),
  })
  await moveTo('2026-08-16T12:00:00Z')
  const access = async () => {
    const { level, reason } = await world.ask('GET', `/v1/customers/${customer}/access`)
    return `${level} ${reason}`
  }
  const totals = async (): Promise<number[]> => {
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    return data.map(({ totalMinor }: { totalMinor: number }) => totalMinor).toReversed()
  }
  const pay = (amountMinor: number) =>
    world.ask('POST', '/v1/payments', {
      customer,
      currency: 'XOF',
      amountMinor,
      transaction: `${customer}-paid`,
    })
  return { moveTo, access, totals, pay }
}

describe('a customer who is suspended for what is unpaid', () => {
  it('QE-7 is invoiced for each period while the subscription is active, and let in when all is paid', async () => {
    const own = await unpaid('goes-on', 'goes_on')
    expect(await own.access()).toBe('blocked payment_required')
    expect(await own.totals()).toEqual([31_000, 31_000])
    await own.pay(62_000)
    expect(await own.access()).toBe('full ok')
  })

  it('QE-5 is not where the plan pauses it, and is charged from the payment on', async () => {
    const own = await unpaid('pauses', 'pauses')
    expect(await own.access()).toBe('blocked payment_required')
    expect(await own.totals()).toEqual([31_000])
    await own.pay(31_000)
    expect(await own.access()).toBe('full ok')
    await own.moveTo('2026-08-16T12:00:01Z')
    expect(await own.totals()).toEqual([31_000, 15_500])
  })
})

describe('what a change gives back', () => {
  it.each([
    ['plan', 'goes_on', { plan: 'small', when: 'now' }],
    ['seats', 'seats', { quantities: { seats: 1 }, when: 'now' }],
  ])('QE-7 of the %s lets a customer in whom it leaves nothing to pay', async (customer, planKey, change) => {
    const own = await unpaid(customer, planKey)
    await own.pay(61_000)
    expect(await own.access()).toBe('blocked payment_required')
    const { data } = await world.ask('GET', `/v1/subscriptions?customer=${customer}`)
    await world.ask('POST', `/v1/subscriptions/${data[0].id}/change`, change)
    await own.moveTo('2026-08-16T12:00:01Z')
    const invoices = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
    expect(invoices.map(({ status }: { status: string }) => status)).toEqual(['paid', 'paid', 'paid'])
    expect(await own.access()).toBe('full ok')
  })
})

describe('a customer that was paused for what is unpaid', () => {
  it('QE-5 and then by hand stays paused when that is paid', async () => {
    const own = await unpaid('paused-again', 'pauses')
    const { data } = await world.ask('GET', '/v1/subscriptions?customer=paused-again')
    const path = `/v1/subscriptions/${data[0].id}`
    await world.ask('POST', `${path}/resume`)
    await world.ask('POST', `${path}/pause`, { resumeAt: '2026-12-01T00:00:00Z' })
    await own.pay(31_000)
    expect(await world.ask('GET', path)).toMatchObject({
      status: 'paused',
      resumeAt: '2026-12-01T00:00:00.000Z',
    })
  })
})

describe('an invoice of a plan that was left', () => {
  it.each(['goes_on', 'warns'])(
    'QE-5 is dunned by the steps it was issued under, whatever %s says',
    async (next) => {
      const customer = `left-for-${next}`
      const moveTo = await world.customerOn('2026-07-01T00:00:00Z', customer)
      const first = next === 'warns' ? 'goes_on' : 'warns'
      const order = { customer, plan: first, currency: 'XOF' }
      const { id } = await world.ask('POST', '/v1/subscriptions', order)
      await moveTo('2026-07-05T00:00:00Z')
      await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: next, when: 'now' })
      await moveTo('2026-07-22T00:00:00Z')
      const { data: invoices } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
      const { id: oldest } = invoices.at(-1)
      const { data } = await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)
      const steps = data
        .filter(({ type, data: { invoice } }: Told) => type.startsWith('dunning.') && invoice === oldest)
        .map(
          ({ occurredAt, data: { letter, action } }: Told) =>
            `${occurredAt.slice(5, 10)} ${letter ?? action}`,
        )
        .toReversed()
      expect(steps).toEqual(
        first === 'warns' ? ['07-02 friendly', '07-04 warning', '07-21 suspend'] : ['07-08 suspend'],
      )
    },
  )
})

interface Told {
  type: string
  occurredAt: string
  data: { invoice: string; letter?: string; action?: string }
}
