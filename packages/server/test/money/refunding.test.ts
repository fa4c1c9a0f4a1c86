import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { carryOutRefunds } from '../../src/operations/payments/carry-out-refunds.ts'
import { recordRefundOutcome } from '../../src/operations/payments/record-refund-outcome.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { findRefund } from '../../src/store/refunds.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  // what a job does is done here by hand, so that it comes neither before the test nor after it
  world = await openMoneyWorld({ jobs: false })
})
afterAll(() => world?.close())

/** Charges 10,000 XOF to a card. */
async function paid(customer: string, instrument = 'card_ok') {
  await world.customerOn('2026-03-01T10:00:00Z', customer)
  await world.ask('POST', `/v1/customers/${customer}/payment-methods`, { provider: 'simulator', instrument })
  const lines = [{ description: 'Once', unitMinor: 10_000 }]
  const order = { customer, currency: 'XOF', lines, collection: 'send' }
  const invoice = await world.ask('POST', '/v1/invoices', order)
  const { attempt } = await world.ask('POST', `/v1/invoices/${invoice.id}/pay`, {})
  return { invoice: invoice.id as string, attempt: attempt.id as string }
}

/** What the job does, so much later. */
async function lookLater(milliseconds: number): Promise<void> {
  const { context } = world.server.engine
  const clock = { now: () => context.clock.now() + milliseconds }
  await carryOutRefunds({ ...context, clock })
}

/** What the provider tells of a refund by itself. */
async function told(id: string, status: 'succeeded' | 'failed'): Promise<void> {
  await world.control('POST', `/control/refunds/${id}`, { status })
  const { context } = world.server.engine
  const environment = { id: 1, name: 'test', mode: 'test' as const }
  const outcome =
    status === 'succeeded'
      ? { status, transaction: id }
      : { status, transaction: null, reason: 'account_closed' }
  await transaction(context.db, async (tx) => {
    const found = await findRefund(tx, environment.id, id)
    if (found === null) throw new Error(`There is no refund ${id}`)
    const ctx = { ...context, tx, environment, actor: 'test' }
    await recordRefundOutcome(ctx, found.customer, { id, receipt: found.refund.receipt }, outcome)
  })
}

describe('a refund', () => {
  it('ST-11 of a part comes with its credit note, and never goes beyond what was paid', async () => {
    const { invoice, attempt } = await paid('partly', 'card_refund_later')
    const path = `/v1/payments/${attempt}/refunds`
    const refund = await world.ask('POST', path, { amountMinor: 4_000, reason: 'too late' })
    expect(refund).toMatchObject({
      object: 'refund',
      amountMinor: 4_000,
      reason: 'too late',
      status: 'pending',
    })
    const [part] = refund.parts
    expect(part).toMatchObject({ invoice, amountMinor: 4_000 })
    expect(await world.ask('GET', `/v1/invoices/${part.creditNote}`)).toMatchObject({
      kind: 'credit_note',
      number: 'CN-2026-000001',
      credits: invoice,
      totalMinor: 4_000,
      refundedMinor: 4_000,
    })
    expect(await world.refused('POST', path, { amountMinor: 6_001 })).toBe('409 refund_too_much')
    expect(await world.ask('POST', path, {})).toMatchObject({ amountMinor: 6_000 })
    expect(await world.refused('POST', path, {})).toBe('409 refund_too_much')
    const payment = await world.ask('GET', `/v1/payments/${refund.payment}`)
    expect(payment).toMatchObject({ refundedMinor: 10_000, amountMinor: 10_000 })
    expect(payment.refunds).toHaveLength(2)
    expect(payment.attempts).toMatchObject([{ id: attempt, status: 'succeeded' }])
    expect(await world.ask('GET', `/v1/invoices/${invoice}`)).toMatchObject({
      status: 'paid',
      refundedMinor: 10_000,
    })
  })

  it('leaves the provider’s cash when it has succeeded', async () => {
    const { attempt } = await paid('whole', 'card_refund_later')
    const refund = await world.ask('POST', `/v1/payments/${attempt}/refunds`, { reason: 'unused' })
    expect(await world.books('whole')).toEqual({ 'cash:simulator': 10_000, refunds: -10_000 })
    await told(refund.id, 'succeeded')
    await told(refund.id, 'succeeded')
    expect(await world.ask('GET', `/v1/refunds/${refund.id}`)).toMatchObject({ status: 'succeeded' })
    expect(await world.books('whole')).toEqual({})
  })

  it('that is on its way is asked about again', async () => {
    const { attempt } = await paid('asked', 'card_refund_later')
    const refund = await world.ask('POST', `/v1/payments/${attempt}/refunds`, {})
    await world.control('POST', `/control/refunds/${refund.id}`, { status: 'succeeded' })
    await lookLater(3_600_000)
    expect(await world.ask('GET', `/v1/refunds/${refund.id}`)).toMatchObject({ status: 'succeeded' })
  })

  it.each(['unavailable', 'unavailable_after_effect', 'lost_answer'])(
    'happens once through %s',
    async (fault) => {
      const { attempt } = await paid(fault)
      await world.control('POST', '/control/faults', { fault, on: 'refund' })
      const refund = await world.ask('POST', `/v1/payments/${attempt}/refunds`, {})
      expect(refund).toMatchObject({ status: 'started' })
      await lookLater(600_000)
      expect(await world.ask('GET', `/v1/refunds/${refund.id}`)).toMatchObject({ status: 'succeeded' })
      expect(await world.books(fault)).toEqual({})
    },
  )

  it('that fails after it had succeeded is the customer’s balance, and can be paid out again from there', async () => {
    const { invoice, attempt } = await paid('fails')
    const path = `/v1/payments/${attempt}/refunds`
    const refund = await world.ask('POST', path, { reason: 'unused' })
    expect(refund).toMatchObject({ status: 'succeeded' })
    await told(refund.id, 'failed')
    await told(refund.id, 'failed')
    expect(await world.ask('GET', `/v1/refunds/${refund.id}`)).toMatchObject({
      status: 'failed',
      failure: 'account_closed',
    })
    expect(await world.ask('GET', `/v1/invoices/${invoice}`)).toMatchObject({ refundedMinor: 0 })
    expect(await world.books('fails')).toEqual({ 'cash:simulator': 10_000, customer_credit: -10_000 })
    expect(await world.refused('POST', path, {})).toBe('409 refund_too_much')
    const again = await world.ask('POST', path, { creditNote: false })
    expect(again).toMatchObject({
      amountMinor: 10_000,
      status: 'succeeded',
      parts: [{ invoice: null, creditNote: null }],
    })
    expect(await world.books('fails')).toEqual({})
    const types = (await world.ask('GET', '/v1/customers/fails/timeline?limit=100')).data
      .map(({ type }: { type: string }) => type)
      .filter((type: string) => type.startsWith('refund.'))
      .reverse()
    expect(types).toEqual([
      'refund.created',
      'refund.succeeded',
      'refund.failed',
      'refund.created',
      'refund.succeeded',
    ])
  })

  it('happens once for a key, also when it is asked for at the same time', async () => {
    const { attempt } = await paid('once')
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        world.ask('POST', `/v1/payments/${attempt}/refunds`, {
          amountMinor: 100,
          idempotencyKey: 'refund-1',
        }),
      ),
    )
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    const [payment] = (await world.ask('GET', '/v1/payments?customer=once')).data
    expect(payment).toMatchObject({ refundedMinor: 100 })
  })

  it('by hand waits until somebody says what became of it', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'by-hand')
    const lines = [{ description: 'Once', unitMinor: 900 }]
    const order = { customer: 'by-hand', currency: 'XOF', lines, collection: 'send' }
    const { id: invoice } = await world.ask('POST', '/v1/invoices', order)
    const money = { customer: 'by-hand', currency: 'XOF', amountMinor: 900, invoice, transaction: 'hand-1' }
    const payment = await world.ask('POST', '/v1/payments', money)
    const refund = await world.ask('POST', `/v1/payments/${payment.id}/refunds`, {})
    expect(refund).toMatchObject({ status: 'pending' })
    const settle = `/v1/refunds/${refund.id}/settle`
    expect(await world.ask('POST', settle, { status: 'succeeded', transaction: 'out-1' })).toMatchObject({
      status: 'succeeded',
    })
    expect(await world.books('by-hand')).toEqual({})
    const { attempt } = await paid('not-by-hand')
    const other = await world.ask('POST', `/v1/payments/${attempt}/refunds`, {})
    const answer = await world.refused('POST', `/v1/refunds/${other.id}/settle`, { status: 'succeeded' })
    expect(answer).toBe('422 refund_unsupported')
  })

  it('of what no invoice took comes from the balance', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'over')
    const money = { customer: 'over', currency: 'XOF', amountMinor: 900, transaction: 'over-1' }
    const payment = await world.ask('POST', '/v1/payments', money)
    const refund = await world.ask('POST', `/v1/payments/${payment.id}/refunds`, { amountMinor: 400 })
    expect(refund.parts).toEqual([{ invoice: null, creditNote: null, amountMinor: 400 }])
    expect((await world.ask('GET', '/v1/customers/over/balance')).balances[0].amountMinor).toBe(500)
    expect(await world.refused('POST', '/v1/payments/rec_test_nobody/refunds', {})).toBe(
      '404 payment_not_found',
    )
    expect(await world.refused('GET', '/v1/refunds/re_test_nobody')).toBe('404 refund_not_found')
  })
})

describe('refunds', () => {
  const list = async (query: string) => (await world.ask('GET', `/v1/refunds?${query}`)).data

  /** Money that came in by hand for an invoice of its own. */
  async function transferred(customer: string) {
    const lines = [{ description: 'Once', unitMinor: 900 }]
    const order = { customer, currency: 'XOF', lines, collection: 'send' }
    const { id: invoice } = await world.ask('POST', '/v1/invoices', order)
    const money = { customer, currency: 'XOF', amountMinor: 900, invoice, transaction: `of ${invoice}` }
    return { invoice, payment: (await world.ask('POST', '/v1/payments', money)).id }
  }

  it('ST-11 are listed with what people still have to send, by customer, payment, invoice and status', async () => {
    await world.customerOn('2026-03-01T10:00:00Z', 'listed')
    const [one, other] = [await transferred('listed'), await transferred('listed')]
    const refund = (of: string, amountMinor: number) =>
      world.ask('POST', `/v1/payments/${of}/refunds`, { amountMinor })
    const [first, second, third] = [
      await refund(one.payment, 300),
      await refund(one.payment, 400),
      await refund(other.payment, 500),
    ]
    expect(first).toMatchObject({ provider: 'manual', status: 'pending', payment: one.payment })
    expect(await list('customer=listed')).toEqual([third, second, first])
    expect(await list(`payment=${one.payment}`)).toEqual([second, first])
    expect(await list(`invoice=${other.invoice}`)).toEqual([third])
    const sent = await world.ask('POST', `/v1/refunds/${first.id}/settle`, { status: 'succeeded' })
    expect(await list('customer=listed&status=pending')).toEqual([third, second])
    expect(await list('customer=listed&status=succeeded')).toEqual([sent])

    const page = await world.ask('GET', '/v1/refunds?customer=listed&limit=2')
    expect(page).toMatchObject({ data: [third, second], hasMore: true })
    const rest = await world.ask('GET', `/v1/refunds?customer=listed&limit=2&cursor=${page.nextCursor}`)
    expect(rest).toMatchObject({ data: [sent], hasMore: false, nextCursor: null })
    expect(await world.refused('GET', `/v1/refunds?cursor=${one.payment}`)).toBe('400 invalid_cursor')
    expect(await world.refused('GET', '/v1/refunds?customer=nobody')).toBe('404 customer_not_found')
  })

  it('ST-11 are found by the attempt that brought their money in', async () => {
    const { attempt } = await paid('by-attempt')
    const refund = await world.ask('POST', `/v1/payments/${attempt}/refunds`, { amountMinor: 100 })
    expect(refund).toMatchObject({ provider: 'simulator' })
    expect(await list(`payment=${attempt}`)).toEqual([refund])
  })
})
