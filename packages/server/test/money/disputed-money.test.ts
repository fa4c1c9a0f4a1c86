/** Disputed money isn't ours: however it went on from what it paid, it comes back nowhere, and what isn't disputed does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openDisputedWorld, type DisputedWorld } from './disputed-world.ts'

let world: DisputedWorld
beforeAll(async () => {
  world = await openDisputedWorld()
})
afterAll(() => world?.close())

describe('disputed money', () => {
  it.each(['open', 'lost'] as const)(
    'I-4 that was set off against more seats comes back of those neither, disputed before (%s)',
    async (status) => {
      const own = await world.begin(`before-${status}`, { plan: 'seated', quantities: { seats: 10 } })
      await own.dispute('open')
      await own.change({ quantities: { seats: 11 } })
      await own.moveTo('2026-06-01T00:00:04Z')
      if (status === 'lost') await own.dispute('lost', { before: 1 })
      await own.end()
      await own.moveTo('2026-06-01T00:00:06Z')
      // the eleventh seat is paid
      expect(await own.balance()).toBe(1_000)
    },
  )

  it.each(['open', 'lost'] as const)(
    'I-4 that was set off against more seats comes back of those neither, disputed after (%s)',
    async (status) => {
      const own = await world.begin(`after-${status}`, { plan: 'seated', quantities: { seats: 10 } })
      await own.change({ quantities: { seats: 11 } })
      await own.moveTo('2026-06-01T00:00:04Z')
      await own.change({ quantities: { seats: 12 } })
      await own.moveTo('2026-06-01T00:00:06Z')
      await own.dispute(status, { before: 2 })
      await own.end()
      await own.moveTo('2026-06-01T00:00:08Z')
      expect(await own.balance()).toBe(2_000)
    },
  )

  it('I-4 comes back neither of a plan that costs less', async () => {
    const own = await world.begin('less', { plan: 'large' })
    await own.dispute('open')
    await own.change({ plan: 'small', when: 'now' })
    await own.end()
    await own.moveTo('2026-06-01T00:00:04Z')
    expect(await own.balance()).toBe(0)
  })

  it.each(['open', 'lost'] as const)(
    'I-4 comes back neither where it went by way of the balance (%s)',
    async (status) => {
      const own = await world.begin(`balance-${status}`, { plan: 'large' })
      await own.change({ plan: 'small', when: 'now' })
      await own.moveTo('2026-06-01T00:00:04Z')
      await own.change({ plan: 'largest', when: 'now' })
      await own.moveTo('2026-06-01T00:00:06Z')
      await own.dispute(status, { before: 1 })
      // 50.00 from the balance, 40.00 by card
      expect(await own.newest()).toBe('invoice 9000')
      expect(await own.credit(4_001)).toBe('409 credit_too_much')
      await own.end()
      await own.moveTo('2026-06-01T00:00:08Z')
      expect(await own.balance()).toBe(4_000)
    },
  )

  it('I-4 comes back neither of a period that the balance has paid', async () => {
    const own = await world.begin('renewed', { plan: 'large' })
    await own.change({ plan: 'small', when: 'now' })
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.dispute('open')
    await own.end()
    await own.moveTo('2026-07-01T00:00:04Z')
    // the other 40.00 are there to be taken back
    expect(await own.balance()).toBe(4_000)
  })

  it('I-4 is not paid out of the balance either, and what is not disputed is', async () => {
    const own = await world.begin('paid-out', { plan: 'large' })
    await own.write({ unitMinor: '4000' })
    await own.moveTo('2026-06-01T00:00:04Z')
    await own.change({ plan: 'small', when: 'now' })
    await own.moveTo('2026-06-01T00:00:06Z')
    await own.dispute('open', { before: 1, amount: '30.00' })
    // of 50.00 the smaller plan has left 20.00 that are disputed
    expect(await own.balance()).toBe(5_000)
    expect(await own.payOut(3_001)).toBe('409 refund_too_much')
    expect(await own.payOut(3_000)).toMatch(/^201/)
    expect(await own.balance()).toBe(2_000)
  })

  it.each([
    ['open', 2_000, 2_700],
    ['lost', 2_300, 2_700],
  ] as const)(
    'I-4 is no more than the part of a payment that is disputed (%s)',
    async (status, charged, back) => {
      const upgrades = await world.begin(`part-up-${status}`, { plan: 'large' })
      await upgrades.dispute(status, { amount: '6.00' })
      await upgrades.moveTo('2026-06-16T00:00:00Z')
      await upgrades.change({ plan: 'largest', when: 'now' })
      // half of 100.00 less half of 60.00, of which a tenth is lost
      expect(await upgrades.newest()).toBe(`invoice ${charged}`)
      const ends = await world.begin(`part-end-${status}`, { plan: 'large' })
      await ends.dispute(status, { amount: '6.00' })
      await ends.moveTo('2026-06-16T00:00:00Z')
      await ends.end()
      await ends.moveTo('2026-06-16T00:00:02Z')
      expect(await ends.balance()).toBe(back)
    },
  )

  it('I-4 comes back neither by use that is given back', async () => {
    const own = await world.begin('uses', { plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.dispute('open', { amount: '30.00' })
    await own.moveTo('2026-07-05T00:00:00Z')
    await own.giveBack(event, 50)
    await own.moveTo('2026-08-01T00:00:02Z')
    // half of what was paid in July is disputed: 25.00 come back, less 10.00 for the plan
    expect(await own.balance()).toBe(1_500)
  })

  it.each(['pause', 'write'] as const)(
    'I-4 comes back neither where it waits to be given back when it is disputed, but does once it is won (%s)',
    async (how) => {
      const own = await world.begin(`waits-${how}`, { plan: 'metered' })
      const event = await own.use(50)
      await own.moveTo('2026-07-01T00:00:02Z')
      await own.giveBack(event, 50)
      await own.pause()
      await own.moveTo('2026-07-05T00:00:02Z')
      await own.dispute('open')
      if (how === 'write') await own.write()
      await own.moveTo('2026-08-01T00:00:02Z')
      expect(await own.newest()).toBe('invoice 1000')
      await own.dispute('won')
      await own.moveTo('2026-09-01T00:00:02Z')
      // 50.00 less the plan
      expect(await own.newest()).toBe('credit_note 4000')
    },
  )

  it.each([
    ['open', 4_000],
    ['lost', 0],
  ] as const)('I-4 comes back neither where a draft has it already (%s)', async (status, balance) => {
    const own = await world.begin(`draft-${status}`, { plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.giveBack(event, 50)
    await own.pause()
    const draft = await own.write({ unitMinor: '10000', finalise: false })
    expect(draft.totalMinor).toBe(5_000)
    await own.dispute(status)
    expect(await world.refused('POST', `/v1/invoices/${draft.id}/finalise`)).toBe('409 invoice_state')
    await world.ask('DELETE', `/v1/invoices/${draft.id}`)
    expect((await own.write({ unitMinor: '10000' })).totalMinor).toBe(10_000)
    if (status === 'open') await own.dispute('won')
    await own.moveTo('2026-08-01T00:00:02Z')
    expect(await own.balance()).toBe(balance)
  })

  it('I-4 is none of what a draft has where the rest of the payment pays for that', async () => {
    const own = await world.begin('draft-part', { plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.giveBack(event, 25)
    await own.pause()
    const draft = await own.write({ unitMinor: '10000', finalise: false })
    await own.dispute('open', { amount: '30.00' })
    expect(await world.ask('POST', `/v1/invoices/${draft.id}/finalise`)).toMatchObject({ totalMinor: 7_500 })
  })

  it('I-4 comes back never where it waits to be given back, and is lost', async () => {
    const own = await world.begin('waits-lost', { plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.giveBack(event, 50)
    await own.pause()
    await own.moveTo('2026-07-05T00:00:02Z')
    await own.dispute('lost')
    await own.moveTo('2026-08-01T00:00:02Z')
    expect(await own.newest()).toBe('invoice 1000')
    await own.end()
    expect(await own.balance()).toBe(0)
  })

  it.each(['open', 'lost'] as const)(
    'I-4 comes back as far as it is not disputed, waiting or not (%s)',
    async (status) => {
      const own = await world.begin(`part-waits-${status}`, { plan: 'metered' })
      const event = await own.use(50)
      await own.moveTo('2026-07-01T00:00:02Z')
      await own.dispute(status, { amount: '30.00' })
      await own.giveBack(event, 50)
      await own.pause()
      await own.moveTo('2026-08-01T00:00:02Z')
      // half of what was paid in July is disputed: 25.00 come back, less 10.00 for the plan
      expect(await own.balance()).toBe(1_500)
    },
  )

  it('I-3 of use that is given back meanwhile, and told again, is the same', async () => {
    const own = await world.begin('again', { plan: 'metered' })
    const event = await own.use(50)
    await own.moveTo('2026-07-01T00:00:02Z')
    await own.dispute('open')
    await own.moveTo('2026-07-05T00:00:00Z')
    await own.giveBack(event, 50)
    await own.moveTo('2026-08-01T00:00:02Z')
    await own.dispute('won')
    await own.tell(20)
    await own.moveTo('2026-09-01T00:00:02Z')
    // of 50 that are paid 30 come back, less the plan
    expect(await own.newest()).toBe('credit_note 2000')
  })

  it('CM-9 that was lost pays for no bundle', async () => {
    const own = await world.begin('bundles', { plan: 'small', addOns: ['sso'] })
    await own.dispute('lost')
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.put('bundles/both')
    await own.moveTo('2026-07-01T00:00:02Z')
    // half of 12.00, for a plan and a bundle of July
    expect(await own.newest()).toBe('invoice 2800')
  })

  it.each([
    [0, 2_500, 7_500],
    // which was the other invoice
    [2_000, 500, 5_500],
  ])(
    'I-4 is that part of a payment once, whatever it paid, less %i that went back',
    async (refunded, left, balanceMinor) => {
      const customer = `several-${refunded}`
      await world.customer(customer, `+22177123000${refunded / 1_000}`)
      const [one, other, last] = [10_000, 2_000, 3_000].map((unitMinor) => ({
        description: 'Advice',
        unitMinor,
      }))
      const write = (line: object | undefined) =>
        world.ask('POST', '/v1/invoices', { customer, currency: 'EUR', collection: 'send', lines: [line] })
      const { id } = await write(one)
      const { attempt } = await world.ask('POST', `/v1/invoices/${id}/pay`, {})
      const [first, second] = [await write(other), await write(last)]
      await world.control('POST', `/control/charges/${attempt.id}`, { action: 'pay_twice' })
      const { list, balance } = world.moneyOf(customer)
      const {
        id: payment,
        transaction,
        toBalanceMinor,
      } = await eventually('it is paid twice', async () =>
        (await list('payments')).find(({ allocations }) => allocations.length === 2),
      )
      expect(toBalanceMinor).toBe(5_000)
      if (refunded > 0) await world.ask('POST', `/v1/payments/${payment}/refunds`, { amountMinor: refunded })
      await world.control('POST', '/control/disputes', { transaction, amount: '25.00' })
      await eventually('it is disputed', async () => ((await list('disputes')).length > 0 ? true : undefined))
      const credit = (invoice: string, amountMinor: number) =>
        world.refused('POST', `/v1/invoices/${invoice}/credit-notes`, { amountMinor })
      expect(await credit(first.id, 1)).toBe('409 credit_too_much')
      expect(await credit(second.id, left + 1)).toBe('409 credit_too_much')
      expect(await credit(second.id, left)).toMatch(/^201/)
      expect(await balance()).toBe(balanceMinor)
    },
  )
})
