/** What is done when nothing has run for a while: the jobs of a server, on a clock that jumps. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock, type AdjustableClock } from '../../src/clock.ts'
import { DAY_MS } from '../../src/domain/time/instant.ts'
import { eventually } from '../support/eventually.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'Africa/Abidjan' },
  features: { tickets: { kind: 'meter' } },
  plans: {
    essential: {
      prices: { XOF: { year: 150_000 } },
      allowances: { tickets: 500 },
      policies: {
        collection: 'send',
        dueDays: 10,
        dunning: {
          hour: 9,
          steps: [
            { afterDays: 3, letter: 'friendly' },
            { afterDays: 7, letter: 'urgent' },
            { afterDays: 15, letter: 'warning' },
            { afterDays: 30, access: 'blocked' },
          ],
        },
      },
    },
    ends: {
      prices: { XOF: { month: 10_000 } },
      policies: { collection: 'send', failure: { graceDays: 3, cancelAfterDays: 5 } },
    },
    locked_out: {
      prices: { XOF: { year: 10_000 } },
      policies: { collection: 'send', failure: { graceDays: 3, cancelAfterDays: 5 } },
    },
    pauses: {
      prices: { XOF: { month: 10_000 } },
      policies: { collection: 'send', dunning: { steps: [{ afterDays: 5, action: 'pause' }] } },
    },
  },
}

let world: MoneyWorld
let clock: AdjustableClock
beforeAll(async () => {
  clock = fixedClock(Date.parse('2026-03-02T10:00:00Z'))
  world = await openMoneyWorld({ clock })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

type Told = { type: string; occurredAt: string; data: { letter?: string; action?: string } }

/** Every step so far, oldest first. */
async function steps(customer: string): Promise<string[]> {
  const { data } = await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)
  return (data as Told[])
    .filter(({ type }) => type === 'dunning.letter' || type === 'dunning.step_taken')
    .map(({ occurredAt, data: told }) => `${occurredAt.slice(5, 10)} ${told.letter ?? told.action}`)
    .toReversed()
}

/** Nothing has run until now; then the jobs do, until so many steps were taken. */
async function stepsAt(customer: string, now: string, count: number): Promise<string[]> {
  clock.set(Date.parse(now))
  return eventually(`${count} steps at ${now}`, async () => {
    const taken = await steps(customer)
    return taken.length >= count ? taken : undefined
  })
}

const levelOf = async (customer: string) =>
  (await world.ask('GET', `/v1/customers/${customer}/access`)).level as string

describe('days that were missed', () => {
  it('QE-5 are caught up by the latest due letter alone, and nobody is suspended who was not warned', async () => {
    const customer = 'late'
    await world.ask('PUT', `/v1/customers/${customer}`, { currency: 'XOF' })
    await world.ask('POST', '/v1/subscriptions', { customer, plan: 'essential', interval: 'year' })
    const open = () => world.ask('GET', `/v1/customers/${customer}/invoices?status=open`)
    const invoice = await eventually('the invoice is sent', async () => (await open()).data[0])
    expect(invoice.dueAt).toBe('2026-03-12T10:00:00.000Z')
    // the letters of the third and the seventh day are both due
    expect(await stepsAt(customer, '2026-03-20T08:00:00Z', 1)).toEqual(['03-20 urgent'])
    // the warning and the suspension are both due: the warning leaves, and the door stays open
    const warned = ['03-20 urgent', '05-01 warning']
    expect(await stepsAt(customer, '2026-05-01T12:00:00Z', 2)).toEqual(warned)
    expect(await levelOf(customer)).toBe('full')
    // and names the day on which it will be suspended
    const { data } = await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)
    const warning = data.find((each: { data: { letter?: string } }) => each.data.letter === 'warning')
    expect(warning.data.suspensionAt).toBe('2026-05-02T09:00:00.000Z')
    expect(await stepsAt(customer, '2026-05-02T09:00:00Z', 3)).toEqual([...warned, '05-02 suspend'])
    expect(await levelOf(customer)).toBe('blocked')
  })

  it('ST-7 lock nobody out and cancel at once: the end comes with the next run', async () => {
    const customer = 'locked-out'
    const start = clock.now()
    const day = (days: number) => new Date(start + days * DAY_MS).toISOString()
    await world.ask('PUT', `/v1/customers/${customer}`, { currency: 'XOF' })
    const order = { customer, plan: 'locked_out', interval: 'year' }
    const { id } = await world.ask('POST', '/v1/subscriptions', order)
    const read = async () => (await world.ask('GET', `/v1/subscriptions/${id}`)).status
    await eventually('the invoice is sent', async () =>
      (await world.ask('GET', `/v1/customers/${customer}/invoices?status=open`)).data.length === 1
        ? true
        : undefined,
    )
    expect(await stepsAt(customer, day(50), 1)).toEqual([`${day(50).slice(5, 10)} suspend`])
    expect([await levelOf(customer), await read()]).toEqual(['blocked', 'active'])
    expect(await stepsAt(customer, day(51), 2)).toHaveLength(2)
    expect(await read()).toBe('canceled')
  })

  it.each([
    ['ends', 'canceled'],
    ['pauses', 'paused'],
  ])(
    'QE-5 begin and bill no period which what %s a subscription punctually would have prevented',
    async (plan, status) => {
      await world.ask('PUT', `/v1/customers/${plan}`, { currency: 'XOF' })
      const { id, periodEnd } = await world.ask('POST', '/v1/subscriptions', { customer: plan, plan })
      await eventually('the invoice is sent', async () =>
        (await world.ask('GET', `/v1/customers/${plan}/invoices?status=open`)).data.length === 1
          ? true
          : undefined,
      )
      clock.set(Date.parse(periodEnd) + 20 * DAY_MS)
      await eventually(`it is ${status}`, async () =>
        (await world.ask('GET', `/v1/subscriptions/${id}`)).status === status ? true : undefined,
      )
      expect(await world.ask('GET', `/v1/subscriptions/${id}`)).toMatchObject({ periodEnd })
      expect((await world.ask('GET', `/v1/customers/${plan}/invoices`)).data).toHaveLength(1)
    },
  )
})
