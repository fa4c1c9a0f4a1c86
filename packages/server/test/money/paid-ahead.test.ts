/** What was paid ahead under plans that prorate nothing: it stands for what follows, and is given back once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365, proration: 'none' }
const seats = { EUR: { month: { perUnit: { seats: '1000' } } } }
// the part of a price that counts them may have a name of its own
const each = { quantity: 'seats', timing: 'advance', model: { perUnit: '1000' } }
const byComponent = { EUR: { month: { amountMinor: 0, components: { each } } } }
const catalog = {
  operator: { name: 'Seller SA', timeZone: 'UTC' },
  features: { sso: { kind: 'flag' } },
  plans: {
    calendar: {
      prices: { EUR: { month: 1_000, year: 10_000 } },
      policies: { ...policies, anchor: 'calendar' },
    },
    calendarSeats: {
      prices: {
        EUR: { month: { perUnit: { seats: '1000' } }, year: { perUnit: { seats: '10000' } } },
      },
      policies: { ...policies, anchor: 'calendar' },
    },
    seated: { prices: seats, policies },
    other: { prices: seats, policies },
    seatedByComponent: { prices: byComponent, policies },
    otherByComponent: { prices: byComponent, policies },
    raised: { prices: seats, policies: { dueDays: 365, quantityChange: 'raise_now' } },
    flat: { prices: { EUR: { month: 2_000 } }, policies },
    dear: { prices: { EUR: { month: 3_000 } }, policies: { dueDays: 365 } },
  },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(customer: string, terms: object) {
  const moveTo = await world.customerOn('2026-06-01T00:00:00Z', customer)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, currency: 'EUR', ...terms })
  return {
    change: async (day: string, body: object) => {
      await moveTo(`2026-06-${day}T00:00:00Z`)
      await world.ask('POST', `/v1/subscriptions/${id}/change`, { ...body, when: 'now' })
    },
    /** What the newest document gives back. */
    async givenBack(): Promise<number[]> {
      const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
      const lines: { kind: string; amountMinor: number }[] = data[0].lines
      return lines.filter(({ kind }) => kind === 'credit').map(({ amountMinor }) => amountMinor)
    },
  }
}

describe('what was paid ahead', () => {
  it('ST-8 of two intervals that end together is given back of both', async () => {
    const own = await begin('calendar', { plan: 'calendar' })
    await own.change('10', { interval: 'year' })
    await own.change('16', { plan: 'dear', interval: 'month' })
    // half of 10.00, and of what the year cost for June: 100.00 × 21/365
    expect(await own.givenBack()).toEqual([-500, -411])
  })

  it('ST-8 of seats in two intervals that end together is given back of both', async () => {
    const own = await begin('calendar-seats', { plan: 'calendarSeats', quantities: { seats: 5 } })
    await own.change('10', { interval: 'year' })
    await own.change('16', { plan: 'dear', interval: 'month' })
    expect(await own.givenBack()).toEqual([2_500, 2_055])
  })

  it('CP-9 comes back for as many seats as were had to the end, of several lines together', async () => {
    const own = await begin('seats-in-two-lines', { plan: 'raised', quantities: { seats: 3 } })
    const [{ id }] = (await world.ask('GET', '/v1/customers/seats-in-two-lines/invoices')).data
    await world.ask('POST', `/v1/invoices/${id}/finalise`, {})
    // beside it each raise has a line of its own
    await world.ask('POST', `/v1/invoices/${id}/credit-notes`, { amountMinor: 2 })
    await own.change('01', { quantities: { seats: 5 } })
    await own.change('10', { quantities: { seats: 4 } })
    await own.change('12', { plan: 'flat' })
    await own.change('16', { plan: 'dear' })
    // half of 29.98, and of one of the two that were added
    expect((await own.givenBack()).slice(0, 2).map(Math.abs)).toEqual([1_499, 500])
  })

  describe.each(['', 'ByComponent'])('of seats (plans named …%s)', (named) => {
    const other = `other${named}`
    it.each([
      ['at once', []],
      ['by way of another plan', [{ plan: other }]],
      ['by way of one that counts none', [{ plan: 'flat' }]],
      ['by way of both', [{ plan: 'flat' }, { plan: other, quantities: { seats: 10 } }]],
    ])('CP-9 comes back for those that were had to the end (%s)', async (name, ways) => {
      const own = await begin(`seats${named}-${name}`.replaceAll(' ', '-'), {
        plan: `seated${named}`,
        quantities: { seats: 10 },
      })
      await own.change('10', { quantities: { seats: 2 } })
      for (const way of ways) await own.change('12', way)
      await own.change('16', { plan: 'dear' })
      expect((await own.givenBack())[0], name).toBe(-1_000)
    })
  })
})
