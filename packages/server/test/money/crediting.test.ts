import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figuresOf, lyon, openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
})
afterAll(() => world?.close())

/** An invoice of 100.00 + 50.00 and 20 per cent: 180.00 EUR. */
async function written(customer: string) {
  await world.customerOn('2026-03-01T10:00:00Z', customer, { billing: { address: lyon } })
  const lines = [
    { description: 'One', unitMinor: 10_000 },
    { description: 'Two', unitMinor: 5_000 },
  ]
  return world.ask('POST', '/v1/invoices', { customer, currency: 'EUR', lines, collection: 'send' })
}

const pay = (customer: string, invoice: string, amountMinor: number) =>
  world.ask('POST', '/v1/payments', {
    customer,
    currency: 'EUR',
    amountMinor,
    invoice,
    transaction: `${customer}-${amountMinor}`,
  })

describe('a credit note', () => {
  it('ST-9 has a series of its own, and lowers what is due', async () => {
    const invoice = await written('lowered')
    const path = `/v1/invoices/${invoice.id}/credit-notes`
    const note = await world.ask('POST', path, { amountMinor: 6_000, note: 'An apology' })
    expect(note).toMatchObject({
      kind: 'credit_note',
      number: 'CN-2026-000001',
      credits: invoice.id,
      status: 'paid',
      totalMinor: 6_000,
      taxMinor: 1_000,
      creditedMinor: 6_000,
      amountDueMinor: 0,
      note: 'An apology',
    })
    expect(note.lines.map((each: { credits: string }) => each.credits)).toEqual(
      invoice.lines.map((each: { id: string }) => each.id),
    )
    expect(figuresOf(await world.ask('GET', `/v1/invoices/${invoice.id}`))).toMatchObject({
      status: 'open',
      amountDueMinor: 12_000,
      creditedMinor: 6_000,
    })
    expect(await world.books('lowered')).toEqual({ receivable: 12_000, revenue: -10_000, tax: -2_000 })
    expect(await world.ask('POST', path, {})).toMatchObject({ totalMinor: 12_000, number: 'CN-2026-000002' })
    expect(await world.ask('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid' })
    expect(await world.books('lowered')).toEqual({})
    expect(await world.refused('POST', path, {})).toBe('409 credit_too_much')
    const listed = await world.ask('GET', '/v1/invoices?customer=lowered&kind=credit_note')
    expect(listed.data).toHaveLength(2)
  })

  it('of single lines takes these, and never more than is left of one', async () => {
    const invoice = await written('lines')
    const [one, two] = invoice.lines
    const path = `/v1/invoices/${invoice.id}/credit-notes`
    const note = await world.ask('POST', path, { lines: [{ line: two.id, amountMinor: 6_000 }] })
    expect(note.lines).toHaveLength(1)
    expect(note).toMatchObject({ totalMinor: 6_000, subtotalMinor: 5_000, taxMinor: 1_000 })
    const more = { lines: [{ line: two.id, amountMinor: 1 }] }
    expect(await world.refused('POST', path, more)).toBe('409 credit_too_much')
    const both = { lines: [{ line: one.id, amountMinor: 1 }], amountMinor: 1 }
    expect(await world.refused('POST', path, both)).toBe('400 invalid_request')
  })

  it('of what is paid goes to the balance', async () => {
    const invoice = await written('balance')
    await pay('balance', invoice.id, 18_000)
    await world.ask('POST', `/v1/invoices/${invoice.id}/credit-notes`, { amountMinor: 3_000 })
    const { balances } = await world.ask('GET', '/v1/customers/balance/balance')
    expect(balances).toEqual([{ currency: 'EUR', amountMinor: 3_000 }])
    expect(await world.ask('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({
      status: 'paid',
      creditedMinor: 0,
      refundedMinor: 0,
    })
  })

  it('ST-11 of what is paid goes back the way it came, as far as it came that way', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'back', { billing: { address: lyon } })
    const given = { currency: 'EUR', amountMinor: 8_000, reason: 'a gift' }
    await world.ask('POST', '/v1/customers/back/balance-adjustments', given)
    const lines = [{ description: 'One', unitMinor: 15_000 }]
    const order = { customer: 'back', currency: 'EUR', lines, collection: 'send' }
    const invoice = await world.ask('POST', '/v1/invoices', order)
    await pay('back', invoice.id, 10_000)
    const request = { destination: 'refund', reason: 'returned' }
    const note = await world.ask('POST', `/v1/invoices/${invoice.id}/credit-notes`, request)
    expect(note).toMatchObject({ totalMinor: 18_000, creditedMinor: 0, refundedMinor: 10_000 })
    const { data } = await world.ask('GET', '/v1/payments?customer=back')
    expect(data[0]).toMatchObject({ amountMinor: 10_000, refundedMinor: 10_000 })
    expect(data[0].refunds[0]).toMatchObject({
      amountMinor: 10_000,
      reason: 'returned',
      parts: [{ invoice: invoice.id, creditNote: note.id, amountMinor: 10_000 }],
    })
    expect(await world.ask('GET', `/v1/invoices/${invoice.id}`)).toMatchObject({ refundedMinor: 10_000 })
    const { balances } = await world.ask('GET', '/v1/customers/back/balance')
    expect(balances).toEqual([{ currency: 'EUR', amountMinor: 8_000 }])
  })

  it('lowers what a later change of the plan gives back', async () => {
    const moveTo = await world.customerOn('2026-03-01T00:00:00Z', 'changed', {})
    const order = { customer: 'changed', plan: 'essential', currency: 'EUR' }
    const { id } = await world.ask('POST', '/v1/subscriptions', order)
    await moveTo('2026-03-01T00:00:01Z')
    const [invoice] = (await world.ask('GET', '/v1/customers/changed/invoices')).data
    // of 100.00, 70.00 are gone: the month cost 30.00, and its other half 15.00
    await world.ask('POST', `/v1/invoices/${invoice.id}/credit-notes`, { amountMinor: 7_000 })
    await moveTo('2026-03-16T12:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'large', when: 'now' })
    const [change] = (await world.ask('GET', '/v1/customers/changed/invoices')).data
    const credited = change.lines.filter((each: { kind: string }) => each.kind === 'credit')
    expect(credited.map((each: { amountMinor: number }) => each.amountMinor)).toEqual([-1_500])
    const path = `/v1/invoices/${invoice.id}/credit-notes`
    expect(await world.ask('POST', path, {})).toMatchObject({ totalMinor: 1_500 })
    expect(await world.refused('POST', path, {})).toBe('409 credit_too_much')
  })

  it.each(['draft', 'void'])('of one that is %s is refused', async (status) => {
    await world.customerOn('2026-03-01T00:00:00Z', `of-${status}`)
    const lines = [{ description: 'One', unitMinor: 1_000 }]
    const order = { customer: `of-${status}`, currency: 'XOF', lines, finalise: status !== 'draft' }
    const { id } = await world.ask('POST', '/v1/invoices', order)
    if (status === 'void') await world.ask('POST', `/v1/invoices/${id}/void`)
    expect(await world.refused('POST', `/v1/invoices/${id}/credit-notes`, {})).toBe('409 invoice_state')
  })
})
