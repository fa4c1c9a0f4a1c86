import { describe, expect, it } from 'vitest'
import { request, paid, reference, nextKey } from './provider-world.ts'
import type { Tools } from './provider-world.ts'

export function describeCharges({ get, needs }: Tools) {
  describe('charges', () => {
    needs('succeeds', 'I-2 the same key twice has one effect and one answer', async () => {
      const { charge, outcome } = await paid(get(), 'succeeds')
      expect(outcome).toMatchObject({ status: 'succeeded', amountMinor: 1_999 })
      expect(await get().provider.charge(charge)).toEqual(outcome)
      expect(await get().provider.lookUp(reference(charge))).toEqual(outcome)
    })

    needs('succeeds', 'another charge under a used key is our own mistake', async () => {
      const { charge } = await paid(get(), 'succeeds')
      await expect(get().provider.charge({ ...charge, amountMinor: 2_000 })).rejects.toThrow(charge.key)
    })

    needs('succeeds', 'I-2 the same key at the same moment has one effect', async () => {
      const charge = await request(get(), 'succeeds')
      const outcomes = await Promise.all([1, 2, 3].map(() => get().provider.charge(charge)))
      expect(
        new Set(outcomes.map((one) => (one.status === 'succeeded' ? one.transaction : one.status))).size,
      ).toBe(1)
    })

    needs('amounts', 'amounts keep their size in currencies of 0, 2 and 3 decimals', async () => {
      for (const [currency, amountMinor] of [
        ['XOF', 15_000],
        ['UGX', 7],
        ['ISK', 1_250],
        ['EUR', 1],
        ['USD', 123_456_789],
        ['TND', 1_250],
        ['KWD', 10],
      ] as const) {
        const { outcome } = await paid(get(), 'succeeds', { currency, amountMinor })
        expect({ currency, amountMinor: outcome.amountMinor }).toEqual({ currency, amountMinor })
      }
    })
  })
}

export function describeDeclines({ get, needs }: Tools) {
  describe('charges that are not simply paid', () => {
    needs('soft_decline', 'ST-13 a lack of funds is a soft decline', async () => {
      const charge = await request(get(), 'soft_decline')
      const outcome = await get().provider.charge(charge)
      expect(outcome).toMatchObject({ status: 'declined', kind: 'soft', reason: 'insufficient_funds' })
      expect(await get().provider.lookUp(reference(charge))).toEqual(outcome)
    })

    needs('hard_decline', 'a stolen card is a hard decline', async () => {
      const outcome = await get().provider.charge(await request(get(), 'hard_decline'))
      expect(outcome).toMatchObject({ status: 'declined', kind: 'hard' })
    })

    needs('expired', 'ST-13 an expired card is a hard decline', async () => {
      const outcome = await get().provider.charge(await request(get(), 'expired'))
      expect(outcome).toMatchObject({ status: 'declined', kind: 'hard', reason: 'expired_card' })
    })

    needs('needs_action_once', 'a card that wants a confirmation once is silent afterwards', async () => {
      const charge = await request(get(), 'needs_action_once')
      const asked = await get().provider.charge(charge)
      expect(asked).toMatchObject({ status: 'action_needed', url: expect.stringMatching(/^https?:/) })
      await get().payer(charge.key, 'pay')
      expect(await get().provider.lookUp(reference(charge))).toMatchObject({
        status: 'succeeded',
        amountMinor: 1_999,
      })
      const next = await get().provider.charge({ ...charge, key: nextKey('attempt') })
      expect(next.status).toBe('succeeded')
    })

    needs(
      'needs_action_always',
      'a confirmation that is refused is a soft decline, and each charge asks anew',
      async () => {
        const charge = await request(get(), 'needs_action_always')
        for (const action of ['refuse', 'pay'] as const) {
          const again = { ...charge, key: nextKey('attempt') }
          expect(await get().provider.charge(again)).toMatchObject({ status: 'action_needed' })
          await get().payer(again.key, action)
          const expected = action === 'pay' ? { status: 'succeeded' } : { status: 'declined', kind: 'soft' }
          expect(await get().provider.lookUp(reference(again))).toMatchObject(expected)
        }
      },
    )

    it('a charge nobody made is not found, or known only by hand', async () => {
      const charge = {
        key: nextKey('never'),
        transaction: null,
        amountMinor: 1,
        currency: 'EUR',
        customer: 'acme',
      }
      const expected = get().provider.capabilities.byHand ? 'pending' : 'not_found'
      expect((await get().provider.lookUp(charge)).status).toBe(expected)
    })
  })
}
