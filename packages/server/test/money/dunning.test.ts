import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const letters = [
  { afterDays: 3, letter: 'friendly' },
  { afterDays: 7, letter: 'urgent' },
  { afterDays: 15, letter: 'warning' },
  { afterDays: 30, access: 'blocked' },
]

const catalog = {
  operator: { name: 'Seller', timeZone: 'Europe/Paris' },
  features: { tickets: { kind: 'meter' } },
  plans: {
    tickets: {
      prices: { EUR: { month: 15_000 } },
      allowances: { tickets: 500 },
      policies: {
        collection: 'send',
        dueDays: 10,
        dunning: { hour: 9, steps: letters },
        failure: { reason: 'tenant_suspended' },
      },
    },
    grace: {
      prices: { EUR: { month: 2_000 } },
      allowances: { tickets: 5 },
      policies: {
        retries: { afterDays: [] },
        failure: { graceDays: 7, access: 'read_only', cancelAfterDays: 21 },
      },
    },
    calendar: {
      prices: { EUR: { month: 3_000, year: 36_500 } },
      allowances: { tickets: 5 },
      trial: { days: 14, onEnd: 'activate' },
      policies: { anchor: 'calendar', proration: 'day' },
    },
    pausing: {
      prices: { EUR: { month: 3_000 } },
      allowances: { tickets: 5 },
      policies: {
        collection: 'send',
        failure: { negligible: { EUR: 50 } },
        dunning: {
          hour: 9,
          steps: [
            { afterDays: 1, letter: 'warning' },
            { afterDays: 5, action: 'pause' },
          ],
        },
      },
    },
    own: { prices: { EUR: { month: 3_000 } }, allowances: { tickets: 5 } },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const accessOf = async (customer: string) =>
  (await world.ask('GET', `/v1/customers/${customer}/access`)).level as string

/** What has happened of some types, oldest first: when, and of which kind. */
async function happened(customer: string, ...types: string[]): Promise<string[]> {
  const { data } = await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)
  return data
    .filter(({ type }: Json) => types.includes(type))
    .map(({ type, occurredAt, data: payload }: Json) => {
      const word = payload.letter ?? payload.action ?? type
      return `${occurredAt.slice(0, 16)} ${word}`
    })
    .toReversed()
}

const documents = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data.toReversed()

async function subscribe(customer: string, now: string, body: object, instrument?: string) {
  const moveTo = await world.customer(customer, instrument, now)
  const made = await world.ask('POST', '/v1/subscriptions', { customer, currency: 'EUR', ...body })
  return { id: made.id as string, moveTo }
}

const pay = async (customer: string) => {
  const open = (await documents(customer)).filter(({ status }) => status === 'open')
  for (const invoice of open) {
    const money = {
      customer,
      invoice: invoice.id,
      currency: 'EUR',
      amountMinor: invoice.amountDueMinor,
      transaction: invoice.id,
    }
    await world.ask('POST', '/v1/payments', money)
  }
}

describe('dunning', () => {
  it('QE-5 counts from the due date: day 3, 7 and 15 letters, day 30 suspension, at 09:00 of the operator', async () => {
    const { moveTo } = await subscribe('late', '2026-03-02T10:00:00Z', { plan: 'tickets' })
    await moveTo('2026-04-12T06:59:00Z')
    // due on 12 March; summer time begins on the 29th
    expect(await happened('late', 'dunning.letter', 'dunning.step_taken')).toEqual([
      '2026-03-15T08:00 friendly',
      '2026-03-19T08:00 urgent',
      '2026-03-27T08:00 warning',
      '2026-04-11T07:00 suspend',
    ])
    expect(await accessOf('late')).toBe('blocked')
    const refused = await world.ask('POST', '/v1/consume', { customer: 'late', feature: 'tickets' })
    expect(refused).toMatchObject({ allowed: false, code: 'tenant_suspended' })
    // nobody suspended it by hand: there is nothing to lift but the debt
    expect((await world.ask('GET', '/v1/customers/late/access')).suspension).toBeNull()
  })

  it.each([
    ['2026-03-16T10:00:00Z', 'reminded'],
    ['2026-03-20T10:00:00Z', 'urged'],
    ['2026-03-28T10:00:00Z', 'warned'],
    ['2026-04-11T10:00:00Z', 'suspended'],
  ])('QE-5 paying stops it at any step and lets a suspended tenant in again (%s)', async (at, customer) => {
    const { id, moveTo } = await subscribe(customer, '2026-03-02T10:00:00Z', { plan: 'tickets' })
    await world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'period_end' })
    await moveTo(at)
    if (customer === 'suspended') {
      // its last period is over: what is owed is owed all the same
      expect((await documents(customer)).map(({ status }) => status)).toEqual(['open'])
    }
    const before = await happened(customer, 'dunning.letter', 'dunning.step_taken')
    await pay(customer)
    expect((await documents(customer)).map(({ status }) => status)).toEqual(['paid'])
    await moveTo('2026-06-01T00:00:00Z')
    expect(await happened(customer, 'dunning.letter', 'dunning.step_taken')).toEqual(before)
  })

  it('QE-5 a suspended tenant that pays is active in the same moment', async () => {
    const { moveTo } = await subscribe('returns', '2026-03-02T10:00:00Z', { plan: 'tickets' })
    await moveTo('2026-04-11T10:00:00Z')
    expect(await accessOf('returns')).toBe('blocked')
    await pay('returns')
    expect(await accessOf('returns')).toBe('full')
    const allowed = await world.ask('POST', '/v1/consume', { customer: 'returns', feature: 'tickets' })
    expect(allowed.allowed).toBe(true)
  })

  it('ST-7 access is kept for the days of grace after a failed renewal, then restricted, then it is cancelled', async () => {
    const { id, moveTo } = await subscribe('grace', '2026-03-02T10:00:00Z', { plan: 'grace' }, 'card_ok')
    await moveTo('2026-03-20T10:00:00Z')
    expect(await accessOf('grace')).toBe('full')
    await world.ask('POST', '/v1/customers/grace/payment-methods', {
      provider: 'simulator',
      instrument: 'card_insufficient_funds',
    })
    const { data: methods } = await world.ask('GET', '/v1/customers/grace/payment-methods')
    const old = methods.find((each: Json) => each.label.includes('4242'))
    if (old !== undefined) await world.ask('DELETE', `/v1/customers/grace/payment-methods/${old.id}`)
    const seen: string[] = []
    for (const day of ['02T10:00:01', '09T09:59:59', '09T10:00:01', '23T09:59:59', '23T10:00:01']) {
      await moveTo(`2026-04-${day}Z`)
      const { status } = await world.ask('GET', `/v1/subscriptions/${id}`)
      seen.push(`${day.slice(0, 2)} ${await accessOf('grace')} ${status}`)
    }
    expect(seen.slice(0, 4)).toEqual([
      '02 full active',
      '09 full active',
      '09 read_only active',
      '23 read_only active',
    ])
    expect(seen[4]).toContain('canceled')
  })
})

describe('a pause for what is unpaid', () => {
  const begun = '2026-01-10T10:00:00Z'
  const send = async (customer: string, amountMinor: number) => {
    const [invoice] = (await documents(customer)) as [Json]
    const money = {
      customer,
      invoice: invoice.id,
      currency: 'EUR',
      amountMinor,
      transaction: `t-${customer}`,
    }
    await world.ask('POST', '/v1/payments', money)
  }
  const stateOf = async (customer: string, id: string) => {
    const { status } = await world.ask('GET', `/v1/subscriptions/${id}`)
    return `${status} ${await accessOf(customer)}`
  }

  it('ends with the payment, also where what the policy lets pass is missing', async () => {
    const { id, moveTo } = await subscribe('short', begun, { plan: 'pausing' })
    await moveTo('2026-01-16T10:00:00Z')
    expect(await stateOf('short', id)).toBe('paused blocked')
    await send('short', 2_949)
    expect(await stateOf('short', id)).toBe('paused blocked')
    await world.ask('POST', '/v1/payments', {
      customer: 'short',
      currency: 'EUR',
      amountMinor: 1,
      transaction: 'one-more',
    })
    expect(await stateOf('short', id)).toBe('active full')
  })

  it('begins where a pause by hand ends, and no period before it is paid', async () => {
    const { id, moveTo } = await subscribe('by-hand', begun, { plan: 'pausing' })
    await moveTo('2026-01-14T10:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/pause`, { resumeAt: '2026-01-17T10:00:00Z' })
    await moveTo('2026-02-20T10:00:00Z')
    expect(await stateOf('by-hand', id)).toBe('paused blocked')
    expect(await documents('by-hand')).toHaveLength(1)
    await pay('by-hand')
    expect(await stateOf('by-hand', id)).toBe('active full')
  })

  it('leaves a pause by hand as it is when it is paid before that ends', async () => {
    const { id, moveTo } = await subscribe('until-then', begun, { plan: 'pausing' })
    await moveTo('2026-01-14T10:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/pause`, { resumeAt: '2026-01-25T10:00:00Z' })
    await moveTo('2026-01-20T10:00:00Z')
    await pay('until-then')
    expect(await stateOf('until-then', id)).toContain('paused')
    await moveTo('2026-01-25T10:00:01Z')
    expect(await stateOf('until-then', id)).toBe('active full')
  })
})

describe('recurring invoices', () => {
  it('QE-7 on the first of the month at 00:00 local, months as the calendar has them; a trial costs nothing', async () => {
    const { moveTo } = await subscribe('first', '2026-01-20T10:00:00Z', { plan: 'calendar' }, 'card_ok')
    await moveTo('2026-02-03T22:59:00Z')
    expect(await documents('first')).toEqual([])
    await moveTo('2026-05-01T00:00:00Z')
    const made = await documents('first')
    expect(
      made.map(({ periodStart, periodEnd, totalMinor }) => [periodStart, periodEnd, totalMinor]),
    ).toEqual([
      ['2026-02-04T00:00:00.000Z', '2026-03-01T00:00:00.000Z', 2679],
      ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z', 3000],
      ['2026-04-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z', 3000],
      ['2026-05-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z', 3000],
    ])
  })

  it('QE-7 on the subscription’s own anchor, never by thirty days; and the invoice is announced', async () => {
    const { moveTo } = await subscribe('own', '2026-01-31T09:00:00Z', { plan: 'own' }, 'card_ok')
    await moveTo('2026-04-30T09:00:01Z')
    const made = await documents('own')
    expect(made.map(({ periodStart }) => periodStart.slice(0, 10))).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
    ])
    expect(await happened('own', 'invoice.issued')).toHaveLength(4)
  })
})
