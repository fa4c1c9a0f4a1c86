import { describe, expect } from 'vitest'
import type { ChargeOutcome } from '../../../src/domain/payments/model.ts'
import type { ChargeRequest } from '../../../src/providers/payments.ts'
import { request, reference } from './provider-world.ts'
import type { Tools, Behaviour } from './provider-world.ts'

export function describePrompts({ get, needs }: Tools) {
  const prompt = async (given: Partial<ChargeRequest> = {}) => {
    const charge = await request(get(), 'prompt', { currency: 'XOF', amountMinor: 15_000, ...given })
    const outcome = await get().provider.charge(charge)
    return { charge, outcome, look: () => get().provider.lookUp(reference(charge)) }
  }
  const mobile: Behaviour = 'prompt'

  describe('QE-16 prompts and links', () => {
    needs(mobile, 'waits, and is paid', async () => {
      const { charge, outcome, look } = await prompt()
      expect(outcome).toMatchObject({ status: 'pending', url: expect.stringMatching(/^https?:/) })
      expect((outcome as { expiresAt: number }).expiresAt).toBeGreaterThan(get().now())
      expect(await look()).toEqual(outcome)
      await get().payer(charge.key, 'pay')
      expect(await look()).toMatchObject({ status: 'succeeded', amountMinor: 15_000 })
    })

    needs(mobile, 'is ignored, and expires', async () => {
      const { look } = await prompt()
      await get().advance(3_600)
      expect(await look()).toEqual({ status: 'expired' })
    })

    needs(mobile, 'is refused, which is a soft decline', async () => {
      const { charge, look } = await prompt()
      await get().payer(charge.key, 'refuse')
      expect(await look()).toMatchObject({ status: 'declined', kind: 'soft' })
    })

    needs(mobile, 'is paid late: the money is there', async () => {
      const { charge, look } = await prompt()
      await get().advance(3_600)
      await get().payer(charge.key, 'pay')
      expect(await look()).toMatchObject({ status: 'succeeded', amountMinor: 15_000 })
    })

    needs(mobile, 'is paid twice: two sums with transactions of their own', async () => {
      const { charge, look } = await prompt()
      await get().payer(charge.key, 'pay_twice')
      const outcome = (await look()) as Extract<ChargeOutcome, { status: 'succeeded' }>
      expect(outcome.further?.map(({ amountMinor }) => amountMinor)).toEqual([15_000])
      expect(outcome.further?.[0]?.transaction).not.toBe(outcome.transaction)
    })

    needs(mobile, 'is paid in part: it says how much', async () => {
      const { charge, look } = await prompt()
      await get().payer(charge.key, { part: 5_000, currency: 'XOF' })
      expect(await look()).toMatchObject({ status: 'succeeded', amountMinor: 5_000 })
    })

    needs(mobile, 'is called back while nobody has paid, and paid nevertheless', async () => {
      const { charge, look } = await prompt()
      expect(await get().provider.cancel(reference(charge))).toEqual({ status: 'canceled' })
      expect(await look()).toEqual({ status: 'canceled' })
      await get().payer(charge.key, 'pay')
      expect(await look()).toMatchObject({ status: 'succeeded' })
      expect(await get().provider.cancel(reference(charge))).toMatchObject({ status: 'succeeded' })
    })
  })
}
