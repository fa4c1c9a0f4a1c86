/** What was void, or credited by hand: it is charged to nobody again, and given back to nobody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Json = any
const calls = { feature: 'calls', model: { perUnit: '100' } }
// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365 }
/** The twelfth costs half. */
const each = {
  quantity: 'seats',
  timing: 'advance',
  model: { graduated: [{ upTo: 11, unitMinor: '1000' }, { unitMinor: '500' }] },
}
const tiered = { EUR: { month: { amountMinor: 0, components: { each } } } }
const catalog = {
  operator: { name: 'Seller SA', timeZone: 'UTC' },
  features: { calls: { kind: 'meter', latenessDays: 120 }, sso: { kind: 'flag' } },
  plans: {
    metered: {
      prices: { EUR: { month: { amountMinor: 1_000, components: { calls } } } },
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
      policies,
    },
    above: {
      prices: { EUR: { month: 1_000 } },
      allowances: { calls: { limit: 0, window: 'billing_period', policy: { overage: { EUR: '100' } } } },
      policies,
    },
    least: { prices: { EUR: { month: { amountMinor: 3_000, minimumMinor: 5_000 } } }, policies },
    flat: { prices: { EUR: { month: 1_000 } }, policies },
    dear: { prices: { EUR: { month: 3_000 } }, policies },
    raised: {
      prices: { EUR: { month: { perUnit: { seats: '1000' } } } },
      policies: { ...policies, quantityChange: 'raise_now' },
    },
    prorated: {
      prices: { EUR: { month: { perUnit: { seats: '1000' } } } },
      policies: { ...policies, quantityChange: 'prorate' },
    },
    tieredRaised: { prices: tiered, policies: { ...policies, quantityChange: 'raise_now' } },
    tieredProrated: { prices: tiered, policies: { ...policies, quantityChange: 'prorate' } },
  },
  addOns: { sso: { kind: 'recurring', prices: { EUR: { month: 600 } }, allowances: { sso: true } } },
}

let world: MoneyWorld
let customers = 0
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(terms: object) {
  const customer = `back-${(customers += 1)}`
  const moveTo = await world.customerOn('2026-06-01T00:00:00Z', customer)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, currency: 'EUR', ...terms })
  await moveTo('2026-06-01T00:00:01Z')
  const path = `/v1/subscriptions/${id}`
  const invoices = async (): Promise<Json[]> =>
    (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
  return {
    customer,
    moveTo,
    invoices,
    change: (body: object) => world.ask('POST', `${path}/change`, body),
    end: () => world.ask('POST', `${path}/cancel`, { when: 'now', credit: true }),
    verb: (verb: string) => world.ask('POST', `${path}/${verb}`, {}),
    put: (module: string, body: object) => world.ask('PUT', `${path}/${module}`, body),
    use: async (amount: number): Promise<string> =>
      (await world.ask('POST', '/v1/consume', { customer, feature: 'calls', amount })).event,
    giveBack: (of: string, amount: number) =>
      world.ask('POST', '/v1/release', { customer, feature: 'calls', of, amount }),
    /** Later, of the first period. */
    tell: (amount: number) =>
      world.ask('POST', '/v1/events', {
        events: [
          {
            customer,
            feature: 'calls',
            amount,
            at: '2026-06-20T00:00:00Z',
            idempotencyKey: `${customer}-${amount}`,
          },
        ],
      }),
    /** The newest but so many. */
    invoice: async (before = 0): Promise<Json> => (await invoices())[before],
    /** `usage 5000, plan 1000`, of the newest. */
    async newest(): Promise<string> {
      const [{ kind, lines }] = await invoices()
      const told = lines.map((line: Json) => `${line.kind} ${line.quantity} = ${line.amountMinor}`)
      return `${kind}: ${told.join(', ')}`
    },
    books: () => world.books(customer),
  }
}
const usageOf = ({ lines }: Json) => lines.find(({ kind }: Json) => kind === 'usage')

describe('what an invoice that is void had set off', () => {
  it.each([
    ['back to the first plan', 0],
    ['at the end', -500],
  ])('ST-9 pays for its time again (%s)', async (what, charged) => {
    const own = await begin({ plan: 'flat' })
    await own.moveTo('2026-06-11T00:00:00Z')
    await own.change({ plan: 'dear', when: 'now' })
    await own.moveTo('2026-06-12T00:00:00Z')
    const upgrade = await own.invoice()
    await world.ask('POST', `/v1/invoices/${upgrade.id}/void`, {})
    await own.moveTo('2026-06-16T00:00:00Z')
    if (what === 'at the end') await own.end()
    else await own.change({ plan: 'flat', when: 'now' })
    await own.moveTo('2026-06-17T00:00:00Z')
    const newest = await own.invoice()
    const sign = newest.kind === 'credit_note' ? -1 : 1
    expect(newest.id === upgrade.id ? 0 : sign * newest.totalMinor).toBe(charged)
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })
})

describe('seats that are raised after a raise was void', () => {
  it.each(['prorated', 'raised'])('ST-9 cost one seat each (%s)', async (plan) => {
    const own = await begin({ plan, quantities: { seats: 3 } })
    await own.moveTo('2026-06-11T00:00:00Z')
    await own.change({ quantities: { seats: 4 }, when: 'now' })
    await own.moveTo('2026-06-12T00:00:00Z')
    await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
    for (const seats of [5, 6]) {
      await own.moveTo(`2026-06-${seats + 11}T00:00:00Z`)
      await own.change({ quantities: { seats }, when: 'now' })
    }
    await own.moveTo('2026-06-21T00:00:00Z')
    expect((await own.invoices()).map(({ totalMinor }) => totalMinor)).toEqual([467, 500, 667, 3_000])
    // of the three that were paid at first, and of both that were added after
    await own.end()
    await own.moveTo('2026-06-22T00:00:00Z')
    expect((await own.invoice()).totalMinor).toBe(1_667)
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })
})

describe('seats that are raised twice beside what is void', () => {
  it('I-2 are each charged once, and the doctor says so', async () => {
    const own = await begin({ plan: 'prorated', quantities: { seats: 3 } })
    await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
    for (const [day, seats] of [
      ['10', 4],
      ['16', 6],
    ] as const) {
      await own.moveTo(`2026-06-${day}T00:00:00Z`)
      await own.change({ quantities: { seats }, when: 'now' })
    }
    await own.moveTo('2026-06-17T00:00:00Z')
    expect((await own.invoices()).map(({ totalMinor }) => totalMinor)).toEqual([1_000, 700, 3_000])
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })
})

describe('use that is given back after it was charged', () => {
  it('I-3 and told again is charged once, though the invoice that gave it back is void', async () => {
    const own = await begin({ plan: 'metered' })
    const event = await own.use(30)
    await own.moveTo('2026-07-05T00:00:00Z')
    await own.giveBack(event, 5)
    await own.moveTo('2026-08-02T00:00:00Z')
    expect(await own.newest()).toBe('invoice: plan 1 = 1000, usage -5 = -500')
    await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
    await own.tell(5)
    await own.moveTo('2026-09-02T00:00:00Z')
    expect(await own.newest()).toBe('invoice: plan 1 = 1000, usage 5 = 0')
  })

  it.each(['void', 'credit-notes'])(
    'I-3 and told again is charged once, though the invoice by hand that gave it back was taken back (%s)',
    async (how) => {
      const own = await begin({ plan: 'metered' })
      const event = await own.use(30)
      await own.moveTo('2026-07-05T00:00:00Z')
      await own.giveBack(event, 5)
      await own.verb('pause')
      await own.moveTo('2026-07-06T00:00:00Z')
      await own.verb('resume')
      const lines = [{ description: 'Advice', quantity: '1', unitMinor: '1000' }]
      const byHand = { customer: own.customer, currency: 'EUR', pendingItems: true, lines }
      const { id, totalMinor } = await world.ask('POST', '/v1/invoices', byHand)
      expect(totalMinor).toBe(500)
      await world.ask('POST', `/v1/invoices/${id}/${how}`, {})
      await own.moveTo('2026-08-02T00:00:00Z')
      await own.tell(5)
      await own.moveTo('2026-09-02T00:00:00Z')
      expect(await own.newest()).toBe('invoice: plan 1 = 1000, usage 5 = 0')
    },
  )

  it.each(['metered', 'above'])('I-4 brings nothing where its invoice is void (%s)', async (plan) => {
    const own = await begin({ plan })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:00Z')
    await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
    await own.giveBack(event, 50)
    await own.moveTo('2026-08-01T00:00:00Z')
    expect(await own.newest()).toMatch(/^invoice: plan 1 = 1000, (usage|overage) -50 = 0$/)
    expect(await own.books()).toEqual({ deferred_revenue: -1_000, receivable: 2_000, revenue: -1_000 })
  })

  it.each(['metered', 'above'])(
    'I-3 is charged no second time when it is told again, and what is more is (%s)',
    async (plan) => {
      const own = await begin({ plan })
      const event = await own.use(50)
      await own.moveTo('2026-07-01T00:00:00Z')
      await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
      await own.giveBack(event, 50)
      await own.moveTo('2026-08-01T00:00:00Z')
      await own.tell(40)
      await own.moveTo('2026-09-01T00:00:00Z')
      expect(await own.newest()).toMatch(/^invoice: plan 1 = 1000, (usage|overage) 40 = 0$/)
      await own.tell(30)
      await own.moveTo('2026-10-01T00:00:00Z')
      expect(await own.newest()).toMatch(/^invoice: plan 1 = 1000, (usage|overage) 30 = 2000$/)
    },
  )

  it('I-4 brings what a credit note has left of its line', async () => {
    const own = await begin({ plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:00Z')
    const invoice = await own.invoice()
    const lines = [{ line: usageOf(invoice).id, amountMinor: 4_000 }]
    await world.ask('POST', `/v1/invoices/${invoice.id}/credit-notes`, { lines })
    await own.giveBack(event, 50)
    await own.moveTo('2026-08-01T00:00:00Z')
    expect(await own.newest()).toBe('invoice: plan 1 = 1000, usage -50 = -1000')
    expect((await own.invoice()).lines[1].credits).toBe(usageOf(invoice).id)
  })

  it('I-4 leaves nothing of its line to credit or to void', async () => {
    const own = await begin({ plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:00Z')
    await own.giveBack(event, 45)
    await own.moveTo('2026-08-01T00:00:00Z')
    const invoice = await own.invoice(1)
    const path = `/v1/invoices/${invoice.id}`
    const lines = [{ line: usageOf(invoice).id, amountMinor: 501 }]
    expect(await world.refused('POST', `${path}/credit-notes`, { lines })).toBe('409 credit_too_much')
    expect(await world.refused('POST', `${path}/void`, {})).toBe('409 invoice_state')
  })

  it('GT-7 takes from the line that charged it last, and then from those before', async () => {
    const own = await begin({ plan: 'metered' })
    const first = await own.use(20)
    await own.moveTo('2026-07-05T00:00:00Z')
    await own.tell(10)
    await own.moveTo('2026-08-01T00:00:00Z')
    await own.giveBack(first, 15)
    await own.moveTo('2026-09-01T00:00:00Z')
    const [newest, ...earlier] = await own.invoices()
    const back = newest.lines.filter(({ kind }: Json) => kind === 'usage')
    // more than the plan costs: it is a credit note
    expect(back.map(({ credits, amountMinor }: Json) => [credits, amountMinor])).toEqual([
      [usageOf(earlier[0]).id, 1_000],
      [usageOf(earlier[1]).id, 500],
    ])
  })

  it('GT-7 comes off what waits for the same invoice', async () => {
    const own = await begin({ plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ plan: 'raised', when: 'now', quantities: { seats: 1 } })
    await own.giveBack(event, 20)
    await own.moveTo('2026-07-01T00:00:00Z')
    expect(await own.newest()).toBe('invoice: quantity 1 = 1000, usage 50 = 5000, usage -20 = -2000')
  })
})

describe('an invoice that was void', () => {
  it('I-4 is none while use of it waits to be given back', async () => {
    const own = await begin({ plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:00Z')
    await own.moveTo('2026-07-05T00:00:00Z')
    await own.giveBack(event, 50)
    await own.moveTo('2026-07-06T00:00:00Z')
    await own.verb('pause')
    await own.moveTo('2026-07-07T00:00:00Z')
    await own.verb('resume')
    const [{ id }] = await own.invoices()
    expect(await world.refused('POST', `/v1/invoices/${id}/void`, {})).toBe('409 invoice_state')
  })

  it('ST-8 counts towards the minimum: nothing of it is asked for again', async () => {
    const own = await begin({ plan: 'least' })
    await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
    await own.moveTo('2026-07-01T00:00:00Z')
    expect(await own.newest()).toBe('invoice: minimum 1 = 2000, plan 1 = 3000')
  })

  it.each([
    ['raised', ['invoice 500', 'invoice 3000']],
    ['prorated', ['credit_note 500', 'invoice 500', 'invoice 3000']],
  ])('ST-8 has paid for its seats: one more costs one, and comes back (%s)', async (plan, expected) => {
    const own = await begin({ plan, quantities: { seats: 3 } })
    await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ quantities: { seats: 4 } })
    expect(await own.newest()).toBe('invoice: quantity 1 = 500')
    await own.change({ quantities: { seats: 2 }, when: 'now' })
    await own.change({ quantities: { seats: 3 } })
    const totals = (await own.invoices()).map(({ kind, totalMinor }) => `${kind} ${totalMinor}`)
    expect(totals).toEqual(expected)
  })

  it('CM-9 has paid for its modules: one more costs one', async () => {
    const own = await begin({ plan: 'least', addOns: ['sso'] })
    await world.ask('POST', `/v1/invoices/${(await own.invoice()).id}/void`, {})
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.put('add-ons/sso', { quantity: 2 })
    await own.moveTo('2026-07-01T00:00:00Z')
    expect(await own.newest()).toContain('add_on 1 = 300')
  })
})

describe('what was credited by hand', () => {
  it.each([3_000, 1_500, 1])('ST-8 stays so: one seat more costs one (%i of 3000)', async (amountMinor) => {
    const own = await begin({ plan: 'prorated', quantities: { seats: 3 } })
    const { id } = await own.invoice()
    await world.ask('POST', `/v1/invoices/${id}/credit-notes`, { amountMinor })
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ quantities: { seats: 4 } })
    expect(await own.newest()).toBe('invoice: quantity 1 = 500')
    await own.change({ quantities: { seats: 6 } })
    await own.change({ quantities: { seats: 3 } })
    expect(await own.newest()).toBe('credit_note: credit 2 = 1000, credit 1 = 500')
    expect((await world.ask('GET', '/v1/doctor')).findings.filter(isOfBooks)).toEqual([])
  })

  it('ST-8 seats that were added beside it come back one by one as they do together', async () => {
    const own = await begin({ plan: 'prorated', quantities: { seats: 3 } })
    const { id } = await own.invoice()
    await world.ask('POST', `/v1/invoices/${id}/credit-notes`, { amountMinor: 1 })
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ quantities: { seats: 5 } })
    await own.change({ quantities: { seats: 4 } })
    expect(await own.newest()).toBe('credit_note: credit 2 = 1000, quantity 1 = -500')
    await own.change({ quantities: { seats: 3 } })
    expect(await own.newest()).toBe('credit_note: credit 1 = 500')
    expect((await world.ask('GET', '/v1/doctor')).findings.filter(isOfBooks)).toEqual([])
  })

  it.each([
    ['tieredRaised', 'invoice: quantity 2 = 1500', 'credit_note: credit 10 = 9999, credit 1 = 1000'],
    [
      'tieredProrated',
      'credit_note: credit 2 = 1500, quantity 1 = -1000',
      'credit_note: credit 10 = 9999, credit 1 = 1000',
    ],
  ])(
    'ST-8 seats that were added beside it, and are left, are worth what they cost in their tier (%s)',
    async (plan, lowered, ended) => {
      const own = await begin({ plan, quantities: { seats: 10 } })
      const { id } = await own.invoice()
      await world.ask('POST', `/v1/invoices/${id}/credit-notes`, { amountMinor: 1 })
      await own.change({ quantities: { seats: 12 } })
      await own.change({ quantities: { seats: 11 }, when: 'now' })
      expect(await own.newest()).toBe(lowered)
      await own.end()
      expect(await own.newest()).toBe(ended)
    },
  )
})
const isOfBooks = ({ check }: Json) => check !== 'job'
