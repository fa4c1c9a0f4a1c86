/** What others got wrong with money, each as a test. Those of dunning stand beside its decisions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginLife } from '../support/money-life.ts'
import { at } from '../support/customer-world.ts'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const tickets = { tickets: { limit: 10, policy: { overage: { EUR: '7' } } } }

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { tickets: { kind: 'meter' }, credits: { kind: 'credits' } },
  plans: {
    small: { prices: { EUR: { month: 3_000 } }, allowances: tickets },
    large: { prices: { EUR: { month: 9_000 } }, allowances: tickets },
  },
  addOns: { pack: { kind: 'one_off', prices: { EUR: 1_000 }, allowances: { credits: 50 } } },
  coupons: { HALF: { percentOff: 50 } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog, { servers: 2 })
})
afterAll(() => world?.close())

const documents = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data.toReversed()

async function subscribe(customer: string, more: object = {}, now = '2026-06-01T00:00:00Z') {
  const moveTo = await world.customer(customer, 'card_ok', now)
  const made = await world.ask('POST', '/v1/subscriptions', {
    customer,
    plan: 'small',
    currency: 'EUR',
    ...more,
  })
  return { id: made.id as string, moveTo }
}

/** The same from many callers at once, over both servers. */
const atOnce = (count: number, method: string, path: string, body: (index: number) => object) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      (world.servers[index % 2] ?? world.server).request(method, path, {
        key: world.server.secretKey,
        body: body(index),
      }),
    ),
  )

/** Enters a card at the provider's page, and goes back to the invoice. */
async function payAtPage(url: string): Promise<number> {
  const form = new URLSearchParams({ action: 'attach', instrument: 'card_ok' })
  const entered = await fetch(url, { method: 'POST', body: form, redirect: 'manual' })
  const back = await fetch(entered.headers.get('location') as string, { redirect: 'manual' })
  return back.status
}

describe('money', () => {
  it('a hosted payment link racing the automatic charge: twenty duplicate charges', async () => {
    await world.customer('raced')
    const invoice = await world.ask('POST', '/v1/invoices', {
      customer: 'raced',
      currency: 'EUR',
      lines: [{ description: 'Work', unitMinor: '5000' }],
      collection: 'automatic',
    })
    const { path } = await world.ask('POST', `/v1/invoices/${invoice.id}/link`, {})
    const pages = await atOnce(10, 'POST', `${path}/pay?provider=simulator&kind=card`, () => ({}))
    expect(pages.map(({ status }) => status)).toEqual(Array(10).fill(200))
    // ten people at the page, the card that is charged by itself, and twenty callers who say so
    const card = { provider: 'simulator', instrument: 'card_ok' }
    const [visits, , pays] = await Promise.all([
      Promise.all(pages.map(({ body }) => payAtPage(body.url))),
      atOnce(2, 'POST', '/v1/customers/raced/payment-methods', () => card),
      atOnce(20, 'POST', `/v1/invoices/${invoice.id}/pay`, (index) => ({ idempotencyKey: `k${index}` })),
    ])
    expect(visits).toEqual(Array(10).fill(303))
    // who came before any card did was told so
    expect(pays.map(({ status }) => status).filter((status) => ![200, 409, 422].includes(status))).toEqual([])
    await eventually('the invoice is paid', async () =>
      (await world.invoices('raced'))[0]?.includes('paid') ? true : undefined,
    )
    expect(await world.invoices('raced')).toEqual(['one_off paid 5000/5000'])
    expect(await world.payments('raced')).toBe(1)
    expect((await world.books('raced'))['cash:simulator']).toBe(5_000)
  })

  it('top-up settled twice', async () => {
    await world.customer('tops', 'card_ok')
    await atOnce(8, 'POST', '/v1/top-ups', () => ({
      customer: 'tops',
      addOn: 'pack',
      idempotencyKey: 'order',
    }))
    expect(await world.payments('tops')).toBe(1)
    const { remaining } = await world.ask('POST', '/v1/check', { customer: 'tops', feature: 'credits' })
    expect(remaining).toBe(50)
  })

  it('wallet balance below zero by a race', async () => {
    await world.customer('wallet')
    const given = { currency: 'EUR', amountMinor: 1_000, reason: 'goodwill' }
    await world.ask('POST', '/v1/customers/wallet/balance-adjustments', given)
    const lines = [{ description: 'Work', unitMinor: '300' }]
    const body = { customer: 'wallet', currency: 'EUR', lines, collection: 'send' }
    const made = await atOnce(8, 'POST', '/v1/invoices', () => body)
    expect(made.map(({ status }) => status)).toEqual(Array(8).fill(201))
    const applied = (await documents('wallet')).map(({ creditAppliedMinor }) => creditAppliedMinor)
    expect(applied.reduce((sum, minor) => sum + minor, 0)).toBe(1_000)
    const { balances } = await world.ask('GET', '/v1/customers/wallet/balance')
    expect(balances.every(({ amountMinor }: Json) => amountMinor === 0)).toBe(true)
    const takes = { currency: 'EUR', amountMinor: -1, reason: 'too much' }
    expect(await world.refused('POST', '/v1/customers/wallet/balance-adjustments', takes)).toMatch(/^4/)
  })

  it('coupon lost on the way to the provider: overcharged', async () => {
    const { moveTo } = await subscribe('coupon', { coupons: ['HALF'] })
    await moveTo('2026-06-01T00:00:01Z')
    const charges = (await world.charges()).filter(({ customer }) => customer === 'coupon')
    expect(charges.map(({ amount, currency }) => `${amount} ${currency}`)).toEqual(['15.00 EUR'])
    expect(await world.invoices('coupon')).toEqual(['period paid 1500/1500'])
  })

  it.each([null, undefined, -5, 'all'])(
    'grant with a null amount shown as unlimited, and billed zero: %s',
    async (amount) => {
      await world.customer(`grant-${amount}`)
      const path = `/v1/customers/grant-${amount}/grants`
      expect(await world.refused('POST', path, { feature: 'credits', amount })).toBe('400 invalid_request')
      expect((await world.ask('GET', path)).data).toEqual([])
    },
  )

  it('proration made idempotent by check-then-insert on a non-unique index', async () => {
    const { id, moveTo } = await subscribe('clicks')
    await moveTo('2026-06-16T00:00:00Z')
    const body = { plan: 'large', idempotencyKey: 'one' }
    const answers = await atOnce(12, 'POST', `/v1/subscriptions/${id}/change`, () => body)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    await moveTo('2026-06-16T00:00:01Z')
    expect((await documents('clicks')).map(({ totalMinor }) => totalMinor)).toEqual([3_000, 3_000])
  })

  it('fees computed while usage was still being aggregated', async () => {
    const { moveTo } = await subscribe('busy')
    await moveTo('2026-06-30T23:59:59Z')
    const taking = atOnce(40, 'POST', '/v1/consume', () => ({ customer: 'busy', feature: 'tickets' }))
    await moveTo('2026-07-01T00:00:01Z')
    const taken = (await taking).filter(({ body }) => body.allowed)
    await moveTo('2026-08-01T00:00:01Z')
    const charged = (await documents('busy'))
      .flatMap(({ lines }) => lines)
      .filter(({ kind }) => kind === 'overage')
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0)
    const { data } = await world.ask('GET', '/v1/customers/busy/overages?limit=100')
    const above = data.reduce((sum: number, { amount }: Json) => sum + amount, 0)
    expect(taken).toHaveLength(40)
    expect(charged).toBe(above * 7)
    // ten are included in each month
    expect(above === 30 || above === 20 || (above > 20 && above < 30)).toBe(true)
  })

  it('price change silently dropped', async () => {
    const before = await subscribe('before')
    const plans = { ...catalog.plans, small: { ...catalog.plans.small, prices: { EUR: { month: 4_000 } } } }
    await world.ask('PUT', '/v1/catalog', { ...catalog, plans })
    const after = await subscribe('after')
    await before.moveTo('2026-07-01T00:00:01Z')
    await after.moveTo('2026-07-01T00:00:01Z')
    const totals = async (customer: string) => (await documents(customer)).map(({ totalMinor }) => totalMinor)
    // who agreed to a version keeps it until the agreement changes; who comes new pays what is announced
    expect([await totals('before'), await totals('after')]).toEqual([
      [3_000, 3_000],
      [4_000, 4_000],
    ])
    await world.ask('PUT', '/v1/catalog', catalog)
  })
})

describe('money, in the decision itself', () => {
  const flat = { small: { prices: { EUR: { month: 3_000, year: 30_000 } } } }

  it('price change silently dropped: a scheduled plan survives another number of seats', () => {
    const seats = (minor: string) => ({ prices: { EUR: { month: { perUnit: { seats: minor } } } } })
    const life = beginLife('2026-06-01', { plans: { dear: seats('900'), cheap: seats('300') } })
    life.subscribe('dear')
    life.change({ plan: 'cheap' })
    life.change({ quantities: { seats: 2 } })
    life.moveTo('2026-07-01')
    expect(life.last().invoice.totalMinor).toBe(600)
  })

  it('a yearly allowance billed monthly', () => {
    const life = beginLife('2026-01-31', { plans: flat })
    life.subscribe('small', { interval: 'year' })
    life.moveTo('2028-01-31')
    expect(life.totals()).toEqual(['2026-01-31 30000', '2027-01-31 30000', '2028-01-31 30000'])
  })

  it('trial extension that skipped an invoice: a longer trial begins with it, and a change makes none longer', () => {
    const trial = (days: number) => ({ trial: { days, onEnd: 'activate' as const } })
    const plans = { small: { ...flat.small, ...trial(14) }, patient: { ...flat.small, ...trial(90) } }
    const long = beginLife('2026-06-01', { plans })
    long.subscribe('small', { trialDays: 44 })
    long.moveTo('2026-09-01')
    expect(long.totals()).toEqual(['2026-07-16 3000', '2026-08-16 3000'])
    const changed = beginLife('2026-06-01', { plans })
    changed.subscribe('small')
    changed.moveTo('2026-06-10')
    changed.change({ plan: 'patient', when: 'now' })
    changed.moveTo('2026-08-01')
    expect(changed.totals()).toEqual(['2026-06-16 3000', '2026-07-16 3000'])
  })

  it('period boundaries shifted a day in UTC+X', () => {
    const plans = { small: { ...flat.small, policies: { anchor: 'calendar' as const } } }
    for (const timeZone of [
      'Pacific/Auckland',
      'Pacific/Kiritimati',
      'America/Los_Angeles',
      'Asia/Kathmandu',
    ]) {
      const life = beginLife('2026-05-15T12:00:00Z', { plans }, { timeZone })
      life.subscribe('small')
      life.moveTo('2026-08-05')
      const starts = life.documents().map(({ invoice }) => invoice.periodStart as number)
      const local = (instant: number) =>
        new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(instant)
      expect(starts.slice(1).map(local)).toEqual(['2026-06-01 00:00', '2026-07-01 00:00', '2026-08-01 00:00'])
    }
  })

  it.each([
    ['2026-01-30', ['01-30', '02-28', '03-30', '04-30']],
    ['2026-01-31', ['01-31', '02-28', '03-31', '04-30']],
    ['2028-01-31', ['01-31', '02-29', '03-31', '04-30']],
  ])('the 30th and 31st drifting to the 28th: %s', (start, expected) => {
    const life = beginLife(start, { plans: flat })
    life.subscribe('small')
    life.moveTo(at(`${start.slice(0, 4)}-05-01`))
    expect(life.totals().map((total) => total.slice(5, 10))).toEqual(expected)
  })

  it('tax rounded per line and per invoice with different totals', () => {
    const per = (units: number) =>
      Object.fromEntries(Array.from({ length: units }, (_, index) => [`u${index}`, '33']))
    const life = beginLife('2026-06-01', {
      operator: { address: { line1: '1', city: 'Paris', country: 'FR' } },
      plans: { small: { prices: { EUR: { month: { perUnit: per(17) } } } } },
      taxes: { vat: { country: 'FR', percent: 5.5 } },
    })
    life.subscribe('small')
    const { invoice, lines } = life.last()
    // 17 × 33 = 561, and 5.5 % of that is 30.855; 17 times 1.815 rounded alone would be 34
    expect(invoice).toMatchObject({ subtotalMinor: 561, taxMinor: 31, totalMinor: 592 })
    expect(lines.flatMap(({ taxes }) => taxes).reduce((sum, { taxMinor }) => sum + taxMinor, 0)).toBe(31)
  })

  it('proration credited at list price where a discount had been paid', () => {
    const life = beginLife('2026-06-01', { plans: flat, coupons: { HALF: { percentOff: 50 } } })
    life.subscribe('small', { coupons: ['HALF'] })
    life.moveTo('2026-06-16')
    life.cancel('now', true)
    expect(life.totals()).toEqual(['2026-06-01 1500', '2026-06-16 -750'])
  })
})
