import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const allowances = { tickets: { limit: 10, window: 'billing_period' }, daily: { limit: 3, window: 'day' } }
const catalog = {
  operator: { name: 'Queues', timeZone: 'UTC' },
  features: { tickets: { kind: 'meter' }, daily: { kind: 'meter' } },
  plans: {
    calendar: { prices: { EUR: { month: 3_100 } }, allowances, policies: { anchor: 'calendar' } },
    anchored: { prices: { EUR: { month: 3_100 } }, allowances },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

async function customerOf(id: string, plan: string, timeZone: string) {
  const moveTo = await world.customer(id, 'card_ok', '2026-01-15T08:30:00Z')
  const livesIn = (zone: string) => world.ask('PUT', `/v1/customers/${id}`, { timeZone: zone })
  await livesIn(timeZone)
  const { id: subscription } = await world.ask('POST', '/v1/subscriptions', { customer: id, plan })
  const take = (feature: string, amount: number) =>
    world.ask('POST', '/v1/consume', { customer: id, feature, amount })
  return {
    moveTo,
    livesIn,
    take,
    periodEnd: async () =>
      (await world.ask('GET', `/v1/subscriptions/${subscription}`)).periodEnd.slice(0, 16) as string,
    left: async (feature: string) =>
      (await world.ask('POST', '/v1/check', { customer: id, feature })).remaining as number,
    /** Service and total of each invoice, oldest first. */
    invoices: async () =>
      (await world.ask('GET', `/v1/customers/${id}/invoices?limit=100`)).data
        .toReversed()
        .map(
          ({ totalMinor, lines }: Json) =>
            `${lines[0].serviceStart.slice(5, 16)}/${lines[0].serviceEnd.slice(5, 16)} ${totalMinor}`,
        ) as string[],
  }
}

describe('a customer that moves to another time zone', () => {
  it('QE-7 is billed on the first of the month at 00:00 of that zone, from the next period on', async () => {
    const customer = await customerOf('west', 'calendar', 'UTC')
    await customer.moveTo('2026-01-20T00:00:00Z')
    await customer.livesIn('America/New_York')
    expect(await customer.periodEnd()).toBe('2026-02-01T00:00')
    await customer.take('tickets', 10)
    await customer.moveTo('2026-02-01T00:00:01Z')
    expect(await customer.left('tickets')).toBe(10)
    await customer.take('tickets', 4)
    // five in the morning is midnight there, and begins nothing anew
    await customer.moveTo('2026-02-01T05:00:01Z')
    expect(await customer.left('tickets')).toBe(6)
    await customer.moveTo('2026-04-02T00:00:00Z')
    await customer.livesIn('Pacific/Kiritimati')
    await customer.moveTo('2026-06-02T00:00:00Z')
    const [first, ...others] = await customer.invoices()
    expect(first).toBe('01-15T08:30/02-01T00:00 1665')
    expect(others).toEqual([
      '02-01T00:00/03-01T05:00 3100',
      '03-01T05:00/04-01T04:00 3100',
      '04-01T04:00/05-01T04:00 3100',
      '05-01T04:00/05-31T10:00 3100',
      '05-31T10:00/06-30T10:00 3100',
    ])
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('I-7 is billed on the day and at the hour that it began at, and there and back moves nothing', async () => {
    const customer = await customerOf('traveller', 'anchored', 'America/New_York')
    // 03:30 there
    expect(await customer.periodEnd()).toBe('2026-02-15T08:30')
    for (const zone of ['Europe/Paris', 'Pacific/Kiritimati', 'America/New_York'])
      await customer.livesIn(zone)
    await customer.moveTo('2026-02-20T00:00:00Z')
    await customer.livesIn('Europe/Paris')
    await customer.moveTo('2026-03-20T00:00:00Z')
    await customer.livesIn('America/New_York')
    await customer.moveTo('2026-05-20T00:00:00Z')
    expect(await customer.invoices()).toEqual([
      '01-15T08:30/02-15T08:30 3100',
      '02-15T08:30/03-15T07:30 3100',
      '03-15T07:30/04-15T01:30 3100',
      '04-15T01:30/05-15T07:30 3100',
      '05-15T07:30/06-15T07:30 3100',
    ])
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('QE-7 gets no fresh day by moving: what was used of the new day before counts in it', async () => {
    const customer = await customerOf('daily', 'anchored', 'UTC')
    await customer.moveTo('2026-01-20T22:00:00Z')
    await customer.take('daily', 3)
    await customer.livesIn('America/New_York')
    // midnight of the zone before, and five hours before that of the new one
    await customer.moveTo('2026-01-21T00:00:01Z')
    expect(await customer.left('daily')).toBe(0)
    await customer.moveTo('2026-01-21T05:00:01Z')
    expect(await customer.left('daily')).toBe(3)
  })
})
