/** Use that is charged in parts: by pauses, by hand, over changes of plan. Together it costs what it would have cost at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Json = any
// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365 }
const counting = (model: object, more: object = {}) => ({
  prices: {
    EUR: { month: { amountMinor: 1_000, components: { calls: { feature: 'calls', model, ...more } } } },
  },
  allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
  policies,
})
const volume = [{ upTo: 100, unitMinor: '10' }, { unitMinor: '5' }]
const once = {
  ...counting({ perUnit: '100' }, { freeUnits: 10 }),
  policies: { ...policies, usageOnChange: 'reset_once' },
}
const anew = {
  ...counting({ graduated: [{ upTo: 10, unitMinor: '100' }, { unitMinor: '50' }] }),
  policies: { ...policies, usageOnChange: 'reset' },
}
const including = (limit: number, more: object = {}) => ({
  prices: { EUR: { month: 1_000 } },
  allowances: { calls: { limit, window: 'billing_period', policy: { overage: { EUR: '90' } }, ...more } },
  policies,
})
const catalog = {
  operator: { name: 'Seller SA', timeZone: 'UTC' },
  features: {
    calls: { kind: 'meter', latenessDays: 120 },
    tickets: { kind: 'meter', latenessDays: 120 },
  },
  plans: {
    above: including(8),
    less: including(3),
    eachMember: including(8, { scope: 'member' }),
    shared: including(8, { memberLimit: 4 }),
    lessShared: including(3, { memberLimit: 4 }),
    tickets: {
      ...counting({ perUnit: '100' }),
      allowances: {
        calls: { limit: 'unlimited', window: 'billing_period' },
        tickets: { limit: 2, window: 'billing_period', policy: { overage: { EUR: '50' } } },
      },
    },
    without: { prices: { EUR: { month: 500 } }, policies },
    volume: counting({ volume }),
    metered: counting({ perUnit: '100' }),
    one: once,
    first: anew,
    second: anew,
    other: once,
  },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(customer: string, plan: string) {
  const moveTo = await world.customerOn('2026-06-01T00:00:00Z', customer)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'EUR' })
  const ofCalls = { customer, feature: 'calls' }
  const invoices = async (): Promise<Json[]> =>
    (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
  return {
    moveTo: (day: string) => moveTo(`2026-${day}T00:00:00Z`),
    verb: (verb: string, body: object = {}) => world.ask('POST', `/v1/subscriptions/${id}/${verb}`, body),
    allowed: async (amount: number): Promise<boolean> =>
      (await world.ask('POST', '/v1/consume', { ...ofCalls, amount })).allowed,
    change: (to: string) => world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: to, when: 'now' }),
    use: async (amount: number): Promise<string> =>
      (await world.ask('POST', '/v1/consume', { ...ofCalls, amount })).event,
    giveBack: (of: string, amount: number) => world.ask('POST', '/v1/release', { ...ofCalls, of, amount }),
    tell: (amount: number, day: string, more: { member?: string; feature?: string } = {}) =>
      world.ask('POST', '/v1/events', {
        events: [
          {
            ...ofCalls,
            amount,
            at: `2026-${day}T00:00:00Z`,
            idempotencyKey: `${customer}-${day}-${more.member ?? ''}`,
            ...more,
          },
        ],
      }),
    write: (finalise: boolean) =>
      world.ask('POST', '/v1/invoices', {
        customer,
        currency: 'EUR',
        pendingItems: true,
        lines: [],
        finalise,
      }),
    /** On all documents. */
    async charged(): Promise<number> {
      const all = await invoices()
      return all
        .flatMap(({ kind, lines }) =>
          lines.map((line: Json) => ({ ...line, sign: kind === 'invoice' ? 1 : -1 })),
        )
        .filter(({ kind }) => kind === 'usage' || kind === 'overage' || kind === 'minimum')
        .reduce((sum, { sign, amountMinor }) => sum + sign * amountMinor, 0)
    },
    kinds: async () =>
      new Set((await invoices()).flatMap(({ lines }) => lines.map(({ kind }: Json) => kind))),
  }
}

describe('use', () => {
  it.each([false, true])(
    'QE-15 gets cheaper by going on after a pause, without a minimum (late: %s)',
    async (late) => {
      const own = await begin(`volume-${late}`, 'volume')
      await own.use(90)
      await own.moveTo('06-16')
      await own.verb('pause')
      await own.moveTo('06-17')
      await own.verb('resume')
      if (!late) await own.use(20)
      await own.moveTo('07-01')
      if (late) await own.tell(20, '06-20')
      await own.moveTo('08-01')
      // 110 at 0.05
      expect(await own.charged()).toBe(550)
      expect(await own.kinds()).toEqual(new Set(['plan', 'usage']))
    },
  )

  it.each(['final', 'finalised', 'deleted'])(
    'I-4 that is on an invoice written by hand is given back (%s)',
    async (how) => {
      const own = await begin(`written-${how}`, 'metered')
      const event = await own.use(50)
      await own.moveTo('06-16')
      await own.verb('pause')
      const { id } = await own.write(how === 'final')
      await own.moveTo('06-17')
      await own.verb('resume')
      await own.giveBack(event, 20)
      await own.moveTo('07-01')
      if (how === 'finalised') await world.ask('POST', `/v1/invoices/${id}/finalise`, {})
      if (how === 'deleted') await world.ask('DELETE', `/v1/invoices/${id}`)
      await own.moveTo('09-01')
      expect(await own.charged()).toBe(3_000)
    },
  )

  it.each([
    ['in time', 'pause', ''],
    ['the same day', 'pause', '06-11'],
    ['after the period', 'pause', '07-10'],
    ['in time', 'cancel', ''],
    ['the same day', 'cancel', '06-11'],
    ['after the period', 'cancel', '07-10'],
    ['in time', 'without', ''],
    ['the same day', 'without', '06-11'],
    ['after the period', 'without', '07-10'],
  ])('I-3 is covered by what was included then, told %s, whatever follows (%s)', async (_, what, day) => {
    const own = await begin(`above-${what}-${day}`, 'above')
    await own.moveTo('06-05')
    if (day === '') await own.use(17)
    await own.moveTo('06-10')
    if (what === 'without') await own.change('without')
    else await own.verb(what, what === 'cancel' ? { when: 'now' } : {})
    if (day !== '') {
      await own.moveTo(day)
      await own.tell(10, '06-05')
      await own.tell(7, '06-06')
    }
    expect(await own.allowed(1)).toBe(false)
    if (what === 'pause') {
      await own.moveTo('08-01')
      await own.verb('resume')
    }
    await own.moveTo('10-20')
    // nine above eight
    expect(await own.charged()).toBe(810)
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it.each(['06-11', '07-10'])(
    'I-3 is covered by what was included then, told on %s, where less is included by now',
    async (day) => {
      const own = await begin(`less-${day}`, 'above')
      await own.moveTo('06-10')
      await own.change('less')
      await own.use(2)
      await own.moveTo(day)
      await own.tell(10, '06-05')
      await own.tell(7, '06-06')
      await own.moveTo('10-20')
      // nine above eight before, and two after
      expect(await own.charged()).toBe(990)
      expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
    },
  )

  it.each(['pause', 'without'])(
    'I-3 that was covered late is taken from the allowance that comes back (%s)',
    async (what) => {
      const own = await begin(`back-${what}`, 'above')
      await own.moveTo('06-10')
      if (what === 'without') await own.change('without')
      else await own.verb('pause')
      await own.tell(17, '06-05')
      await own.moveTo('06-12')
      if (what === 'without') await own.change('above')
      else await own.verb('resume')
      await own.use(5)
      await own.moveTo('08-01')
      // nine above eight, and five more
      expect(await own.charged()).toBe(1_260)
    },
  )

  it('GT-3 of members is covered by what each of them had, told after the end', async () => {
    const own = await begin('members', 'eachMember')
    for (const member of ['ann', 'bob']) await world.ask('PUT', `/v1/customers/members/members/${member}`, {})
    await own.moveTo('06-10')
    await own.verb('cancel', { when: 'now' })
    await own.moveTo('07-10')
    await own.tell(8, '06-05', { member: 'ann' })
    await own.tell(10, '06-05', { member: 'bob' })
    await own.moveTo('12-01')
    expect(await own.charged()).toBe(180)
  })

  it.each([false, true])(
    'GT-3 of a member is covered by what all shared, and counts in what it may take itself (late: %s)',
    async (late) => {
      const customer = `shared-${late}`
      const own = await begin(customer, 'shared')
      await world.ask('PUT', `/v1/customers/${customer}/members/ann`, {})
      await own.moveTo('06-05')
      if (!late) await own.tell(6, '06-05', { member: 'ann' })
      await own.moveTo('06-10')
      await own.change('lessShared')
      if (late) await own.tell(6, '06-05', { member: 'ann' })
      const ofAnn = { customer, feature: 'calls', member: 'ann' }
      // beyond the 4 that a member may take, which nobody pays for
      expect(await world.ask('POST', '/v1/check', ofAnn)).toMatchObject({
        allowed: false,
        used: 6,
        overage: 2,
      })
      const { data } = await world.ask('GET', `/v1/customers/${customer}/grants`)
      expect(data).toMatchObject([{ member: null, amount: 6, burnt: 6 }])
      await own.moveTo('08-01')
      expect(await own.charged()).toBe(0)
    },
  )

  it('I-3 of what its plan did not have costs nothing, told when another has it', async () => {
    const own = await begin('had-not', 'metered')
    await own.moveTo('06-10')
    await own.change('tickets')
    await own.tell(5, '06-05', { feature: 'tickets' })
    await own.moveTo('08-01')
    expect(await own.charged()).toBe(0)
  })

  it('CM-9 that was given anew is given back, and told late, from where it began', async () => {
    const own = await begin('anew', 'first')
    await own.use(10)
    await own.moveTo('06-10')
    await own.change('second')
    const event = await own.use(5)
    await own.moveTo('07-01')
    expect(await own.charged()).toBe(1_500)
    await own.giveBack(event, 5)
    await own.moveTo('08-01')
    expect(await own.charged()).toBe(1_000)
    await own.tell(12, '06-20')
    await own.moveTo('09-01')
    expect(await own.charged()).toBe(2_100)
  })

  it('CM-9 that is told late lowers nothing that was begun anew by way of a plan that counts nothing', async () => {
    const own = await begin('by-way', 'first')
    await own.moveTo('06-10')
    await own.change('without')
    await own.moveTo('06-20')
    await own.change('first')
    await own.use(10)
    await own.moveTo('07-02')
    await own.tell(10, '06-05')
    await own.moveTo('08-01')
    // ten at 1.00 twice
    expect(await own.charged()).toBe(2_000)
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('CM-9 with `reset_once` is free anew once, however often the plan changes, told in time or late', async () => {
    const own = await begin('once', 'one')
    await own.use(10)
    for (const [day, plan] of [
      ['04', 'other'],
      ['06', 'one'],
      ['08', 'other'],
    ] as const) {
      await own.moveTo(`06-${day}`)
      await own.change(plan)
      await own.use(10)
    }
    await own.moveTo('07-01')
    // ten at first, ten after the first change
    expect(await own.charged()).toBe(2_000)
    await own.tell(5, '06-07')
    await own.moveTo('08-01')
    expect(await own.charged()).toBe(2_500)
  })
})
