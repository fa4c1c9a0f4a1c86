/** Disputed money beside what was given back by hand: each of it comes back once, and none of what is disputed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openDisputedWorld, type DisputedWorld } from './disputed-world.ts'
import type { Json } from './simulated-world.ts'

let world: DisputedWorld
beforeAll(async () => {
  world = await openDisputedWorld()
})
afterAll(() => world?.close())

describe('disputed money', () => {
  it.each(['before', 'after'])(
    'I-4 comes back neither beside a line that was credited by hand (%s the dispute)',
    async (when) => {
      const own = await world.begin(`one-line-${when}`, { plan: 'both', quantities: { seats: 5 } })
      if (when === 'after') await own.dispute('open', { amount: '50.00' })
      const [{ id, lines }] = (await world.ask('GET', `/v1/customers/one-line-${when}/invoices`)).data
      const { id: line } = lines.find(({ kind }: Json) => kind === 'plan')
      await world.ask('POST', `/v1/invoices/${id}/credit-notes`, { lines: [{ line, amountMinor: 5_000 }] })
      if (when === 'before') await own.dispute('open', { amount: '50.00' })
      await own.end()
      await own.moveTo('2026-06-01T00:00:04Z')
      // half of 100.00 is disputed, and the other half has come back
      expect(await own.balance()).toBe(5_000)
    },
  )

  it('I-4 comes back neither of what takes the place of what was credited by hand in part', async () => {
    const own = await world.begin('in-part', { plan: 'large' })
    expect(await own.credit(3_000)).toMatch(/^201/)
    await own.dispute('open', { amount: '30.00' })
    await own.change({ plan: 'largest', when: 'now' })
    await own.moveTo('2026-06-01T00:00:04Z')
    // 100.00 less the 30.00 that are left, and 30.00 from the balance: 40.00 by card
    expect(await own.newest()).toBe('invoice 7000')
    await own.end()
    await own.moveTo('2026-06-01T00:00:06Z')
    expect(await own.balance()).toBe(7_000)
  })

  it('I-4 is not paid out where a refund of it failed, and brought it to the balance', async () => {
    const own = await world.begin('sent-back', { plan: 'large' })
    await own.write({ unitMinor: '6000' })
    await own.moveTo('2026-06-01T00:00:04Z')
    const [second, first] = await eventually('both are paid', async () => {
      const payments = await own.list('payments')
      return payments.length === 2 ? payments : undefined
    })
    const { id: refund } = await world.ask('POST', `/v1/payments/${second.id}/refunds`, {})
    await world.control('POST', `/control/refunds/${refund}`, { status: 'failed' })
    await eventually('it has failed', async () =>
      (await own.list('refunds')).find(({ status }) => status === 'failed'),
    )
    expect(await own.balance()).toBe(6_000)
    await own.dispute('open', { amount: '50.00' })
    const payOut = (amountMinor: number) =>
      world.refused('POST', `/v1/payments/${first.id}/refunds`, { amountMinor, creditNote: false })
    expect(await payOut(1_001)).toBe('409 refund_too_much')
    expect(await payOut(1_000)).toMatch(/^201/)
    // nor does what it goes on to pay give it back
    await own.write({ unitMinor: '5000' })
    await own.moveTo('2026-06-01T00:00:06Z')
    expect(await own.balance()).toBe(0)
    expect(await own.credit(1)).toBe('409 credit_too_much')
  })

  it('I-4 is spent after what came before it, also where an adjustment has taken a part of it', async () => {
    const own = await world.begin('in-turn', { plan: 'large' })
    const adjust = (amountMinor: number) =>
      world.ask('POST', '/v1/customers/in-turn/balance-adjustments', {
        currency: 'EUR',
        amountMinor,
        reason: 'by hand',
      })
    await adjust(5_000)
    await own.change({ plan: 'small', when: 'now' })
    await own.moveTo('2026-06-01T00:00:04Z')
    await own.dispute('open')
    await adjust(-2_000)
    await own.write({ unitMinor: '5000' })
    await own.moveTo('2026-06-01T00:00:06Z')
    expect(await own.balance()).toBe(3_000)
    // the 50.00 that were there first have paid it
    expect(await own.credit(5_000)).toMatch(/^201/)
  })

  it('I-4 waits to be given back no longer than there is a next invoice, whoever wins', async () => {
    const own = await world.begin('waits-no-longer', { plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.giveBack(event, 50)
    await own.pause()
    await own.dispute('open')
    await own.end()
    await own.dispute('won')
    await own.write()
    expect(await own.newest()).toBe('invoice 100')
    expect((await world.ask('GET', '/v1/customers/waits-no-longer/invoice-items')).data).toEqual([])
  })

  it('I-3 counts as paid for once, where it was lost while it waited and periods cost nothing', async () => {
    const own = await world.begin('periods-of-nothing', { plan: 'byUse' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.giveBack(event, 50)
    await own.pause()
    await own.dispute('lost')
    await own.moveTo('2026-10-01T00:00:02Z')
    await own.tell(80)
    await own.moveTo('2026-11-01T00:00:02Z')
    expect(await own.newest()).toBe('invoice 3000')
  })
})
