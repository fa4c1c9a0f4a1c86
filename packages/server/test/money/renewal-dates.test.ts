import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCreditsWorld, type CreditsWorld } from './credits-world.ts'

let world: CreditsWorld
beforeAll(async () => {
  world = await openCreditsWorld()
})
afterAll(() => world?.close())

describe('renewal dates', () => {
  it('CM-12 are the subscription’s own period ends, computed from the anchor and never from each other', async () => {
    const buyer = await world.buyer('2026-01-31T08:00:00Z')
    await buyer.buy({ plan: 'growth' })
    const ends: string[] = []
    for (const at of ['2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01']) {
      await buyer.moveTo(`${at}T00:00:00Z`)
      ends.push((await buyer.subscription()).periodEnd)
    }
    expect(ends).toEqual([
      '2026-02-28T08:00:00.000Z',
      '2026-03-31T08:00:00.000Z',
      '2026-04-30T08:00:00.000Z',
      '2026-05-31T08:00:00.000Z',
    ])
  })

  it('CM-12 of what the provider renews are not billed here as well', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth', authority: 'provider' })
    await buyer.moveTo('2026-04-10T10:00:01Z')
    expect(await buyer.invoices()).toEqual([])
  })
})

describe('one live subscription', () => {
  it('CM-13 a legacy one is brought in where there is none, and never beside another', async () => {
    const buyer = await world.buyer()
    await buyer.buy({ plan: 'growth' })
    const report = await world.simulated.ask('POST', '/v1/imports', {
      customers: [
        { id: buyer.id, plan: 'professional', currency: 'EUR' },
        { id: 'legacy', plan: 'professional', currency: 'EUR', trialDays: 0 },
      ],
    })
    expect(report.results.map(({ status }: { status: string }) => status)).toEqual(['unchanged', 'imported'])
    const { data } = await world.simulated.ask('GET', `/v1/subscriptions?customer=${buyer.id}`)
    expect(data.map(({ plan }: { plan: string }) => plan)).toEqual(['growth'])
  })
})
