import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { moveClock } from '../support/move-clock.ts'

const catalog = {
  operator: {
    name: 'Seller',
    timeZone: 'UTC',
    address: { line1: '1 High Street', city: 'Paris', country: 'FR' },
  },
  features: { prompts: { kind: 'meter' } },
  plans: {
    starter: { prices: { USD: { month: 1900, year: 19000 } }, allowances: { prompts: 10 } },
    growth: { prices: { USD: { month: 6900, year: 69000 } }, allowances: { prompts: 50 } },
    metered: {
      prices: {
        USD: { month: { components: { prompts: { feature: 'prompts', model: { perUnit: '10' } } } } },
        XOF: { month: { amountMinor: 3000 } },
      },
      allowances: { prompts: { limit: 'unlimited', window: 'billing_period' } },
    },
    tried: { prices: { USD: { month: 1900 } }, trial: { days: 7, onEnd: 'activate' } },
  },
  addOns: {
    insights: { kind: 'recurring', prices: { USD: { month: 500, year: 5000 }, XOF: { month: 900 } } },
  },
  bundles: { everything: { addOns: ['insights'], prices: { USD: { month: 300, year: 3000 } } } },
  coupons: {
    WELCOME: { percentOff: 25, periods: 2 },
    FIRST: { amountOff: { USD: 500 }, maximumRedemptions: 1 },
  },
  taxes: { vat: { name: 'TVA', country: 'FR', percent: 20 } },
}

let database: TestDatabase
let server: TestServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  const put = await server.request('PUT', '/v1/catalog', { body: catalog })
  expect(put.status, put.text).toBe(200)
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

async function ask(method: string, path: string, body?: unknown) {
  const answer = await server.request(method, path, { body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}

async function customerOnClock(customer: string, now: string) {
  const clock = await ask('POST', '/v1/test-clocks', { now })
  await ask('PUT', `/v1/customers/${customer}`, { testClock: clock.id, currency: 'USD' })
  await ask('POST', `/v1/customers/${customer}/payment-methods`, {
    provider: 'simulator',
    instrument: 'card_ok',
  })
  return (to: string) => moveClock(ask, clock.id, to)
}

const newest = async (customer: string) => (await ask('GET', `/v1/customers/${customer}/invoices`)).data[0]
// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Json = any
type Line = { description: string; netMinor: number; amountMinor: number; taxMinor: number }
const figures = (document: {
  lines: Line[]
  totalMinor: number
  taxMinor: number
  discountMinor: number
}) => ({
  totalMinor: document.totalMinor,
  taxMinor: document.taxMinor,
  discountMinor: document.discountMinor,
  lines: document.lines.map(({ description, amountMinor, netMinor, taxMinor }) => ({
    description,
    amountMinor,
    netMinor,
    taxMinor,
  })),
})

describe('a preview', () => {
  it('ST-8 of an upgrade is what is then charged, to the cent, as of the moment it was taken', async () => {
    const moveTo = await customerOnClock('upgrades', '2026-06-01T00:00:00Z')
    const made = await ask('POST', '/v1/subscriptions', { customer: 'upgrades', plan: 'starter' })
    await moveTo('2026-06-16T00:00:00Z')
    const preview = await ask('POST', `/v1/subscriptions/${made.id}/preview`, { plan: 'growth' })
    expect(preview).toMatchObject({ kind: 'invoice', subtotalMinor: 2500, taxMinor: 500, totalMinor: 3000 })
    // a little later the time-weighted price would be another one
    await moveTo('2026-06-16T00:10:00Z')
    await ask('POST', `/v1/subscriptions/${made.id}/change`, {
      plan: 'growth',
      previewToken: preview.previewToken,
    })
    await moveTo('2026-06-16T00:10:01Z')
    const invoice = await newest('upgrades')
    expect(figures(invoice)).toEqual(figures(preview))
    expect(invoice).toMatchObject({ status: 'paid', amountPaidMinor: 3000 })
  })

  it('ST-8 that something has overtaken is refused with the new figures, and changes nothing', async () => {
    const moveTo = await customerOnClock('overtaken', '2026-06-01T00:00:00Z')
    const made = await ask('POST', '/v1/subscriptions', { customer: 'overtaken', plan: 'starter' })
    await moveTo('2026-06-16T00:00:00Z')
    const body = { plan: 'growth', quantities: {} }
    const preview = await ask('POST', `/v1/subscriptions/${made.id}/preview`, body)
    await ask('PUT', `/v1/subscriptions/${made.id}/add-ons/insights`, {})
    const refused = await server.request('POST', `/v1/subscriptions/${made.id}/change`, {
      body: { ...body, previewToken: preview.previewToken },
    })
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({
      code: 'preview_changed',
      detail: expect.stringContaining('3,000 in minor units'),
    })
    const now = await ask('POST', `/v1/subscriptions/${made.id}/preview`, body)
    const { currency, subtotalMinor, discountMinor, taxMinor, totalMinor } = now
    expect(refused.body.actual).toEqual({ currency, subtotalMinor, discountMinor, taxMinor, totalMinor })
    expect([currency, totalMinor]).toEqual(['USD', 3_000])
    expect(await ask('GET', `/v1/subscriptions/${made.id}`)).toMatchObject({ plan: 'starter' })
    const other = await server.request('POST', `/v1/subscriptions/${made.id}/change`, {
      body: { plan: 'growth', interval: 'year', previewToken: preview.previewToken },
    })
    expect(other.body.code).toBe('preview_token_invalid')
    const forged = await server.request('POST', `/v1/subscriptions/${made.id}/change`, {
      body: { ...body, previewToken: `${preview.previewToken.slice(0, -2)}AA` },
    })
    expect(forged.body.code).toBe('preview_token_invalid')
  })

  it('saves nothing: a coupon that may be redeemed once is there for whoever really buys', async () => {
    const moveTo = await customerOnClock('looks', '2026-06-01T00:00:00Z')
    const body = { customer: 'looks', plan: 'starter', coupons: ['FIRST', 'WELCOME'] }
    const preview = await ask('POST', '/v1/subscriptions/preview', body)
    expect(preview).toMatchObject({ discountMinor: 975, totalMinor: 1110 })
    expect((await ask('GET', '/v1/customers/looks/invoices')).data).toEqual([])
    await ask('POST', '/v1/subscriptions', { ...body, previewToken: preview.previewToken, totalMinor: 1110 })
    await moveTo('2026-06-01T00:00:01Z')
    expect(figures(await newest('looks'))).toEqual(figures(preview))
    await customerOnClock('late', '2026-06-01T00:00:00Z')
    const late = await server.request('POST', '/v1/subscriptions', {
      body: { customer: 'late', plan: 'starter', coupons: ['FIRST'] },
    })
    expect(late.body.code).toBe('coupon_ended')
  })

  it('CM-1 the server prices: a total that the client sends is only compared', async () => {
    await customerOnClock('compares', '2026-06-01T00:00:00Z')
    const refused = await server.request('POST', '/v1/subscriptions', {
      body: { customer: 'compares', plan: 'starter', totalMinor: 1900 },
    })
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ code: 'total_mismatch' })
    expect(refused.body.detail).toMatch(/1,900.*2,280/)
    expect(refused.body).toMatchObject({
      expected: { totalMinor: 1_900 },
      actual: { currency: 'USD', subtotalMinor: 1_900, discountMinor: 0, taxMinor: 380, totalMinor: 2_280 },
    })
    expect((await ask('GET', '/v1/subscriptions?customer=compares')).data).toEqual([])
  })
})

describe('what was agreed on', () => {
  it('ST-8 is refused with the new figures where the balance has moved: what is due is not what was shown', async () => {
    await customerOnClock('moved', '2026-06-01T00:00:00Z')
    const adjust = (amountMinor: number) =>
      ask('POST', '/v1/customers/moved/balance-adjustments', { currency: 'USD', amountMinor, reason: 'test' })
    const { id } = await ask('POST', '/v1/subscriptions', {
      customer: 'moved',
      plan: 'starter',
      startAt: '2026-06-01T00:00:00Z',
    })
    await adjust(1_000)
    const preview = await ask('POST', `/v1/subscriptions/${id}/preview`, { plan: 'growth' })
    await adjust(-1)
    const refused = await server.request('POST', `/v1/subscriptions/${id}/change`, {
      body: { plan: 'growth', previewToken: preview.previewToken },
    })
    expect([refused.status, refused.body.code]).toEqual([409, 'preview_changed'])
    const { previewToken } = await ask('POST', `/v1/subscriptions/${id}/preview`, { plan: 'growth' })
    expect((await ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'growth', previewToken })).plan).toBe(
      'growth',
    )
  })

  it.each([
    ['the plan alone', { plan: 'growth' }],
    ['all terms', { plan: 'growth', interval: 'month', currency: 'USD' }],
    ['now', { plan: 'growth', when: 'now' }],
    ['at the end of the period', { plan: 'growth', when: 'period_end' }],
  ])('ST-8 and scheduled is called off by asking for the terms in force: %s', async (name, terms) => {
    const customer = `stays-${name.replaceAll(' ', '-')}`
    await customerOnClock(customer, '2026-06-01T00:00:00Z')
    const { id } = await ask('POST', '/v1/subscriptions', { customer, plan: 'growth' })
    const change = (body: object) => ask('POST', `/v1/subscriptions/${id}/change`, body)
    expect((await change({ plan: 'starter' })).scheduledChange).toMatchObject({ plan: 'starter' })
    // a coupon asks for no terms
    expect((await change({ coupons: ['WELCOME'] })).scheduledChange).toMatchObject({ plan: 'starter' })
    expect(await change(terms)).toMatchObject({ plan: 'growth', scheduledChange: null })
    const told = (await ask('GET', `/v1/customers/${customer}/timeline?limit=100`)).data
    const types = told.map(({ type }: { type: string }) => type)
    expect(types).toContain('subscription.change_canceled')
    expect(types).not.toContain('subscription.changed')
  })
})

describe('a bundle', () => {
  it('CM-7 covers its modules, which then cost nothing of their own', async () => {
    const moveTo = await customerOnClock('bundled', '2026-06-01T00:00:00Z')
    const made = await ask('POST', '/v1/subscriptions', {
      customer: 'bundled',
      plan: 'starter',
      addOns: ['insights'],
      bundles: ['everything'],
    })
    expect(made.bundles).toMatchObject([{ id: 'everything' }])
    await moveTo('2026-06-01T00:00:01Z')
    expect((await newest('bundled')).lines.map((line: Line) => line.description)).toEqual([
      'starter',
      'everything',
    ])
    await ask('DELETE', `/v1/subscriptions/${made.id}/bundles/everything?when=period_end`)
    await moveTo('2026-07-01T00:00:01Z')
    expect((await newest('bundled')).lines.map((line: Line) => line.description)).toEqual([
      'starter',
      'insights',
    ])
  })
})

describe('a change that waits for the end of the period', () => {
  it.each([
    [{ plan: 'starter', when: 'period_end' }, 2_280],
    [{ plan: 'starter', when: 'period_end', coupons: ['WELCOME'] }, 1_710],
    [{ plan: 'starter', interval: 'year', when: 'period_end' }, 22_800],
  ])('ST-8 is previewed with the invoice that follows, to the cent (%o)', async (change, totalMinor) => {
    const customer = `waits-${String(totalMinor)}`
    const moveTo = await customerOnClock(customer, '2026-03-01T00:00:00Z')
    const address = { line1: '1 rue Une', city: 'Lyon', country: 'FR' }
    await ask('PUT', `/v1/customers/${customer}`, { billing: { address } })
    const { id } = await ask('POST', '/v1/subscriptions', { customer, plan: 'growth', currency: 'USD' })
    await moveTo('2026-03-10T00:00:00Z')
    const preview = await ask('POST', `/v1/subscriptions/${id}/preview`, change)
    expect(preview).toMatchObject({
      kind: 'none',
      totalMinor: 0,
      nextInvoiceAt: '2026-04-01T00:00:00.000Z',
      nextInvoiceTotalMinor: totalMinor,
      nextInvoice: [{ reference: 'starter' }],
    })
    await ask('POST', `/v1/subscriptions/${id}/change`, { ...change, previewToken: preview.previewToken })
    await moveTo('2026-04-01T00:00:01Z')
    expect(await newest(customer)).toMatchObject({ totalMinor })
  })
})

describe('a preview of another currency', () => {
  const dakar = { address: { line1: '2 avenue Pompidou', city: 'Dakar', country: 'SN' } }

  it('ST-8 tells what each currency charges, and never their sum', async () => {
    const moveTo = await customerOnClock('abroad', '2026-06-01T00:00:00Z')
    await ask('PUT', '/v1/customers/abroad', { billing: dakar })
    const { id } = await ask('POST', '/v1/subscriptions', {
      customer: 'abroad',
      plan: 'metered',
      currency: 'USD',
    })
    await ask('POST', '/v1/consume', { customer: 'abroad', feature: 'prompts', amount: 200 })
    await moveTo('2026-06-16T00:00:00Z')
    const terms = { currency: 'XOF', when: 'now' }
    const preview = await ask('POST', `/v1/subscriptions/${id}/preview`, terms)
    expect(preview).toMatchObject({
      currency: 'XOF',
      totalMinor: 1500,
      lines: [{ kind: 'plan', amountMinor: 1500 }],
      otherCurrency: { currency: 'USD', kind: 'invoice', totalMinor: 2000, lines: [{ kind: 'usage' }] },
    })
    const refused = await server.request('POST', `/v1/subscriptions/${id}/change`, {
      body: { ...terms, totalMinor: 3500 },
    })
    expect(refused.body.code).toBe('total_mismatch')
    const { previewToken, totalMinor } = preview
    await ask('POST', `/v1/subscriptions/${id}/change`, { ...terms, previewToken, totalMinor })
    await moveTo('2026-06-16T00:00:01Z')
    const { data } = await ask('GET', '/v1/customers/abroad/invoices')
    const made = data.map((each: Json) => `${each.currency} ${each.totalMinor}`)
    expect(made.toSorted()).toEqual(['USD 2000', 'XOF 1500'])
  })

  it('ST-8 is refused where use has moved what the currency before charges', async () => {
    await customerOnClock('moving', '2026-06-01T00:00:00Z')
    await ask('PUT', '/v1/customers/moving', { billing: dakar })
    const { id } = await ask('POST', '/v1/subscriptions', {
      customer: 'moving',
      plan: 'metered',
      currency: 'USD',
    })
    await ask('POST', '/v1/consume', { customer: 'moving', feature: 'prompts', amount: 1 })
    const terms = { currency: 'XOF', when: 'now' }
    const { previewToken } = await ask('POST', `/v1/subscriptions/${id}/preview`, terms)
    await ask('POST', '/v1/consume', { customer: 'moving', feature: 'prompts', amount: 1 })
    const refused = await server.request('POST', `/v1/subscriptions/${id}/change`, {
      body: { ...terms, previewToken },
    })
    expect([refused.status, refused.body.code]).toEqual([409, 'preview_changed'])
  })

  it('ST-8 of the next period names the currency of each line', async () => {
    await customerOnClock('turns', '2026-06-01T00:00:00Z')
    const { id } = await ask('POST', '/v1/subscriptions', {
      customer: 'turns',
      plan: 'metered',
      currency: 'USD',
    })
    await ask('PUT', '/v1/customers/turns', { billing: dakar })
    await ask('POST', '/v1/consume', { customer: 'turns', feature: 'prompts', amount: 5 })
    await ask('PUT', `/v1/subscriptions/${id}/add-ons/insights`, {})
    const preview = await ask('POST', `/v1/subscriptions/${id}/preview`, {
      currency: 'XOF',
      when: 'period_end',
    })
    expect(preview).toMatchObject({ nextInvoiceCurrency: 'XOF', nextInvoiceTotalMinor: 3900 })
    const lines = preview.nextInvoice.map((each: Json) => `${each.kind} ${each.currency} ${each.amountMinor}`)
    expect(lines.toSorted()).toEqual(['add_on USD 500', 'add_on XOF 900', 'plan XOF 3000'])
  })
})

describe('a preview of what begins later', () => {
  it.each([
    [
      'a start that lies ahead',
      { plan: 'starter', startAt: '2026-07-01T00:00:00Z' },
      '2026-07-01T00:00:00.000Z',
    ],
    ['a trial', { plan: 'tried' }, '2026-06-09T00:00:00.000Z'],
  ])('ST-8 tells what is charged then: after %s', async (name, terms, nextInvoiceAt) => {
    const customer = name.replaceAll(' ', '-')
    const moveTo = await customerOnClock(customer, '2026-06-01T00:00:00Z')
    const body = { customer, ...terms, coupons: ['WELCOME'], addOns: ['insights'] }
    const preview = await ask('POST', '/v1/subscriptions/preview', body)
    expect(preview).toMatchObject({
      kind: 'none',
      totalMinor: 0,
      nextInvoiceAt,
      nextInvoiceCurrency: 'USD',
      nextInvoiceTotalMinor: 2160,
      nextInvoice: [{ kind: 'plan', currency: 'USD' }, { kind: 'add_on' }],
    })
    await ask('POST', '/v1/subscriptions', { ...body, previewToken: preview.previewToken })
    await moveTo(nextInvoiceAt.replace('00.000Z', '01.000Z'))
    expect(await newest(customer)).toMatchObject({ totalMinor: 2160 })
  })
})

it("ST-8 what was previewed can be agreed to for 15 minutes of the customer's clock too", async () => {
  const moveTo = await customerOnClock('sleeps', '2026-06-01T00:00:00Z')
  const { id } = await ask('POST', '/v1/subscriptions', {
    customer: 'sleeps',
    plan: 'starter',
    interval: 'year',
  })
  const { previewToken } = await ask('POST', `/v1/subscriptions/${id}/preview`, { plan: 'growth' })
  await moveTo('2026-06-01T00:15:01Z')
  const body = { plan: 'growth', previewToken }
  const refused = await server.request('POST', `/v1/subscriptions/${id}/change`, { body })
  expect(refused.body.code).toBe('preview_token_invalid')
})
