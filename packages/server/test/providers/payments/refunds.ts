import { describe, expect, it } from 'vitest'
import { paid, nextKey } from './provider-world.ts'
import type { Tools } from './provider-world.ts'

export function describeRefunds({ get, needs }: Tools) {
  const refund = (transaction: string, amountMinor: number, key = nextKey('refund')) =>
    get().provider.refund({ key, transaction, amountMinor, currency: 'EUR', reason: 'asked' })

  describe('ST-11 refunds', () => {
    needs('succeeds', 'parts add up and never exceed what was paid', async () => {
      const { transaction } = (await paid(get(), 'succeeds')).outcome
      expect(await refund(transaction, 1_000)).toMatchObject({ status: 'succeeded' })
      expect(await refund(transaction, 1_000)).toMatchObject({ status: 'failed', reason: 'exceeds_payment' })
      expect(await refund(transaction, 999)).toMatchObject({ status: 'succeeded' })
      expect(await refund(transaction, 1)).toMatchObject({ status: 'failed' })
    })

    needs('succeeds', 'I-2 the same key twice gives back once', async () => {
      const { transaction } = (await paid(get(), 'succeeds')).outcome
      const key = nextKey('refund')
      const first = await refund(transaction, 1_500, key)
      expect(await refund(transaction, 1_500, key)).toEqual(first)
      expect(await refund(transaction, 499)).toMatchObject({ status: 'succeeded' })
    })

    needs('refund_fails_later', 'what had succeeded can fail later, and then be made again', async () => {
      const { transaction } = (await paid(get(), 'refund_fails_later')).outcome
      const key = nextKey('refund')
      expect(await refund(transaction, 1_999, key)).toMatchObject({ status: 'succeeded' })
      await get().advance(2 * 86_400)
      expect(await get().provider.lookUpRefund({ key, transaction })).toMatchObject({ status: 'failed' })
      expect(await refund(transaction, 1_999)).toMatchObject({ status: 'succeeded' })
    })

    it('of what nobody paid fails, or waits for the operator', async () => {
      const outcome = await refund('txn_nobody_knows', 100)
      expect(outcome.status).toBe(get().provider.capabilities.byHand ? 'pending' : 'failed')
    })
  })
}
