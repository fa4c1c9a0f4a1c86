import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lyon, openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
})
afterAll(() => world?.close())

const setup = { description: 'Setting up', quantity: '1.5', unitMinor: '9999.5' }

describe('an invoice that the operator writes', () => {
  it('ST-9 is final at once, with a number, its tax and its due date', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'written', { billing: { address: lyon } })
    const invoice = await world.ask('POST', '/v1/invoices', {
      customer: 'written',
      currency: 'EUR',
      lines: [setup, { description: 'Training', unitMinor: 12_000, taxInclusive: true }],
      collection: 'send',
      dueDays: 14,
      note: 'Thank you',
      metadata: { order: 7 },
    })
    expect(invoice).toMatchObject({
      number: 'INV-2026-000001',
      status: 'open',
      reason: 'one_off',
      // 14,999.25 rounds to 14,999, and 12,000 holds its 2,000 of tax
      subtotalMinor: 24_999,
      taxMinor: 5_000,
      totalMinor: 29_999,
      amountDueMinor: 29_999,
      issuedAt: '2026-03-01T10:00:00.000Z',
      dueAt: '2026-03-15T10:00:00.000Z',
      note: 'Thank you',
      metadata: { order: 7 },
    })
    expect(invoice.lines[0]).toMatchObject({
      kind: 'item',
      quantity: '1.5',
      unitMinor: '9999.5',
      netMinor: 14_999,
    })
    expect(await world.books('written')).toEqual({ receivable: 29_999, revenue: -24_999, tax: -5_000 })
  })

  it('waits as a draft without a number until it is made final, or goes away', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'drafts')
    const write = (description: string) =>
      world.ask('POST', '/v1/invoices', {
        customer: 'drafts',
        currency: 'XOF',
        lines: [{ description, unitMinor: 500 }],
        finalise: false,
      })
    const [kept, dropped] = [await write('kept'), await write('dropped')]
    expect(kept).toMatchObject({ status: 'draft', number: null, issuedAt: null })
    expect(await world.books('drafts')).toEqual({})
    expect(await world.ask('DELETE', `/v1/invoices/${dropped.id}`)).toMatchObject({ deleted: true })
    expect(await world.refused('GET', `/v1/invoices/${dropped.id}`)).toBe('404 invoice_not_found')
    const final = await world.ask('POST', `/v1/invoices/${kept.id}/finalise`)
    expect(final).toMatchObject({ status: 'open', number: 'INV-2026-000001', totalMinor: 500 })
    expect(await world.refused('POST', `/v1/invoices/${kept.id}/finalise`)).toBe('409 invoice_state')
    expect(await world.refused('DELETE', `/v1/invoices/${kept.id}`)).toBe('409 invoice_state')
  })

  it('is charged to the default method where it is automatic', async () => {
    const moveTo = await world.customerOn('2026-03-01T10:00:00Z', 'charged')
    const card = { provider: 'simulator', instrument: 'card_ok' }
    await world.ask('POST', '/v1/customers/charged/payment-methods', card)
    const lines = [{ description: 'Once', unitMinor: 700 }]
    const { id } = await world.ask('POST', '/v1/invoices', { customer: 'charged', currency: 'XOF', lines })
    await moveTo('2026-03-01T10:01:00Z')
    expect(await world.ask('GET', `/v1/invoices/${id}`)).toMatchObject({
      status: 'paid',
      amountPaidMinor: 700,
    })
  })

  it('takes what the customer has with the operator first', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'credited')
    const given = { currency: 'XOF', amountMinor: 1_000, reason: 'an apology' }
    const balance = await world.ask('POST', '/v1/customers/credited/balance-adjustments', given)
    expect(balance.balances).toEqual([{ currency: 'XOF', amountMinor: 1_000 }])
    const lines = [{ description: 'Once', unitMinor: 700 }]
    const order = { customer: 'credited', currency: 'XOF', lines }
    expect(await world.ask('POST', '/v1/invoices', order)).toMatchObject({
      status: 'paid',
      creditAppliedMinor: 700,
      amountDueMinor: 0,
    })
    expect(await world.books('credited')).toEqual({
      customer_credit: -300,
      promotional_credit: 1_000,
      revenue: -700,
    })
    const path = '/v1/customers/credited/balance-adjustments'
    const taken = { currency: 'XOF', amountMinor: -301, reason: 'back' }
    expect(await world.refused('POST', path, taken)).toBe('409 balance_too_low')
    const nothing = { ...taken, amountMinor: 0 }
    for (const [language, words] of [
      ['en', 'It can not be 0'],
      ['fr', 'Elle ne peut pas être 0'],
    ] as const) {
      const headers = { 'accept-language': language }
      const { status, body } = await world.server.request('POST', path, { body: nothing, headers })
      expect([status, body.code, body.param]).toEqual([422, 'amount_invalid', 'amountMinor'])
      expect(body.detail).toContain(words)
    }
    await world.ask('POST', path, { ...taken, amountMinor: -300 })
    expect((await world.ask('GET', '/v1/customers/credited/balance')).balances).toEqual([
      { currency: 'XOF', amountMinor: 0 },
    ])
  })

  it.each([
    ['a currency that is none', { currency: 'ABC', lines: [setup] }, '422 currency_unknown'],
    ['no line', { currency: 'EUR' }, '400 invalid_request'],
    ['less than nothing', { currency: 'EUR', lines: [{ ...setup, unitMinor: '-1' }] }, '422 amount_invalid'],
    [
      'a service that ends before it starts',
      {
        currency: 'EUR',
        lines: [{ ...setup, serviceStart: '2026-02-01T00:00:00Z', serviceEnd: '2026-01-01T00:00:00Z' }],
      },
      '400 invalid_request',
    ],
    [
      'an amount beyond what is exact',
      { currency: 'EUR', lines: [{ ...setup, quantity: '999999999999', unitMinor: '999999999999' }] },
      '400 invalid_request',
    ],
  ])('I-9 is refused with %s, and takes no number', async (_, body, expected) => {
    await world.ask('PUT', '/v1/customers/refused', {})
    expect(await world.refused('POST', '/v1/invoices', { customer: 'refused', ...body })).toBe(expected)
    const { rows } = await world.database.db.query({
      text: "select 1 from document_series where series = 'INV'",
    })
    expect(rows).toEqual([])
  })

  it('has its effect once for a key', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'once')
    const body = { customer: 'once', currency: 'EUR', lines: [setup], idempotencyKey: 'order-7' }
    const [first, again] = [
      await world.ask('POST', '/v1/invoices', body),
      await world.ask('POST', '/v1/invoices', body),
    ]
    expect(again).toEqual(first)
    expect((await world.ask('GET', '/v1/customers/once/invoices')).data).toHaveLength(1)
  })
})

describe('what waits for the next invoice', () => {
  it('is on that of the next period, and on no other', async () => {
    const moveTo = await world.customerOn('2026-03-01T00:00:00Z', 'waits')
    const plan = { customer: 'waits', plan: 'essential', currency: 'XOF' }
    await world.ask('POST', '/v1/subscriptions', plan)
    const path = '/v1/customers/waits/invoice-items'
    const item = await world.ask('POST', path, { currency: 'XOF', description: 'A visit', unitMinor: 2_500 })
    await world.ask('POST', path, { currency: 'EUR', description: 'In another currency', unitMinor: 1 })
    const wrong = await world.ask('POST', path, { currency: 'XOF', description: 'Wrong', unitMinor: 9 })
    await world.ask('DELETE', `${path}/${wrong.id}`)
    expect(await world.refused('DELETE', `${path}/${wrong.id}`)).toBe('404 invoice_item_not_found')
    expect(item).toMatchObject({ object: 'invoice_item', amountMinor: 2_500 })
    await moveTo('2026-04-01T00:00:00Z')
    const { data } = await world.ask('GET', '/v1/customers/waits/invoices')
    expect(data.map(({ totalMinor }: { totalMinor: number }) => totalMinor)).toEqual([17_500, 15_000])
    const waiting = await world.ask('GET', path)
    expect(waiting.data.map((each: { currency: string }) => each.currency)).toEqual(['EUR'])
  })

  it('is on one that is written for it, and waits again when that draft goes away', async () => {
    await world.customerOn('2026-03-01T00:00:00Z', 'asked')
    const path = '/v1/customers/asked/invoice-items'
    await world.ask('POST', path, { currency: 'XOF', description: 'A visit', unitMinor: 2_500 })
    const order = { customer: 'asked', currency: 'XOF', pendingItems: true, finalise: false }
    const draft = await world.ask('POST', '/v1/invoices', order)
    expect(draft).toMatchObject({ totalMinor: 2_500 })
    expect((await world.ask('GET', path)).data).toEqual([])
    await world.ask('DELETE', `/v1/invoices/${draft.id}`)
    expect((await world.ask('GET', path)).data).toHaveLength(1)
  })
})
