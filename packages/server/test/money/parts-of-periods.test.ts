/** A line says what one costs where that is what it charges, and nothing of it where it charges a part. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365, proration: 'second', quantityChange: 'prorate' }
const fee = { fee: { timing: 'arrears', model: { flat: 300 } } }
const catalog = {
  features: { calls: { kind: 'meter' } },
  addOns: { sso: { kind: 'recurring', prices: { EUR: { month: 600 } } } },
  plans: {
    small: {
      prices: { EUR: { month: { amountMinor: 3000, perUnit: { seats: '500' }, components: fee } } },
      policies,
    },
    grand: { prices: { EUR: { month: 9000 } }, policies },
  },
}

let world: MoneyWorld
let number = 0
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

interface Line {
  kind: string
  quantity: string
  unitMinor: string | null
  amountMinor: number
}

async function begin() {
  const customer = `part-${(number += 1)}`
  const moveTo = await world.customerOn('2026-06-01T00:00:00Z', customer)
  const body = { customer, plan: 'small', currency: 'EUR', quantities: { seats: 2 } }
  const { id } = await world.ask('POST', '/v1/subscriptions', body)
  const path = `/v1/subscriptions/${id}`
  const tell = ({ kind, quantity, unitMinor, amountMinor }: Line) =>
    `${kind} ${quantity} × ${String(unitMinor)} = ${amountMinor}`
  return {
    moveTo,
    change: (change: object) => world.ask('POST', `${path}/change`, change),
    preview: async (change: object): Promise<string[]> =>
      (await world.ask('POST', `${path}/preview`, change)).lines.map(tell),
    put: (module: string, fields: object) => world.ask('PUT', `${path}/${module}`, fields),
    verb: (verb: string) => world.ask('POST', `${path}/${verb}`, {}),
    async newest(): Promise<string[]> {
      const { data } = await world.ask('GET', `/v1/invoices?customer=${customer}`)
      return (await world.ask('GET', `/v1/invoices/${data[0].id}`)).lines.map(tell)
    },
  }
}

describe('a line of a part of a period', () => {
  it('ST-9 has no price of one, and is previewed so', async () => {
    const own = await begin()
    expect(await own.newest()).toEqual(['plan 1 × 3000 = 3000', 'quantity 2 × 500 = 1000'])
    await own.moveTo('2026-06-16T00:00:00Z')
    const previewed = await own.preview({ plan: 'grand', when: 'now' })
    await own.change({ plan: 'grand', when: 'now' })
    expect(await own.newest()).toEqual([
      'credit 1 × null = -1500',
      'credit 2 × null = -500',
      'plan 1 × null = 4500',
    ])
    expect(previewed).toEqual(await own.newest())
    // what the old plan charges at its end, too
    await own.moveTo('2026-07-01T00:00:00Z')
    expect(await own.newest()).toEqual(['plan 1 × 9000 = 9000', 'plan 1 × null = 150'])
  })

  it('ST-8 CM-9 has none of seats and modules either', async () => {
    const own = await begin()
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.put('add-ons/sso', { quantity: 1 })
    await own.change({ quantities: { seats: 4 } })
    expect(await own.newest()).toEqual(['credit 2 × null = -500', 'quantity 4 × null = 1000'])
    await own.moveTo('2026-07-01T00:00:00Z')
    expect(await own.newest()).toEqual([
      'plan 1 × 300 = 300',
      'plan 1 × 3000 = 3000',
      'quantity 4 × 500 = 2000',
      'add_on 1 × 600 = 600',
      'add_on 1 × null = 300',
    ])
  })
})

describe('a plan that held for no time at all', () => {
  it('ST-10 charges nothing at its end, and has no line that says so', async () => {
    const own = await begin()
    await own.moveTo('2026-06-11T00:00:00Z')
    await own.verb('pause')
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.verb('resume')
    await own.change({ plan: 'grand', when: 'now' })
    await own.moveTo('2026-07-01T00:00:00Z')
    expect(await own.newest()).toEqual(['plan 1 × 9000 = 9000', 'plan 1 × null = 100'])
  })
})
