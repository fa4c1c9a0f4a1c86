import { describe, expect } from 'vitest'
import { request, paid, reference, nextKey } from './provider-world.ts'
import type { Tools } from './provider-world.ts'

export function describeFaults({ get, needs }: Tools) {
  describe('I-4 what nobody knows', () => {
    for (const fault of ['unavailable_after_effect', 'timeout_after_effect', 'lost_answer']) {
      needs('faults', `${fault}: unknown, and looking it up tells the truth`, async () => {
        const charge = await request(get(), 'succeeds')
        await get().fault(fault, 'charge')
        expect((await get().provider.charge(charge)).status).toBe('unknown')
        const truth = await get().provider.lookUp(reference(charge))
        expect(truth).toMatchObject({ status: 'succeeded', amountMinor: 1_999 })
        expect(await get().provider.charge(charge)).toEqual(truth)
      })
    }

    for (const fault of ['rate_limited', 'unavailable', 'timeout']) {
      needs('faults', `${fault}: unknown, not found, and charged once by the same key`, async () => {
        const charge = await request(get(), 'succeeds')
        await get().fault(fault, 'charge')
        expect((await get().provider.charge(charge)).status).toBe('unknown')
        expect(await get().provider.lookUp(reference(charge))).toEqual({ status: 'not_found' })
        const outcome = await get().provider.charge(charge)
        expect(outcome.status).toBe('succeeded')
        expect(await get().provider.charge(charge)).toEqual(outcome)
      })
    }

    needs('answer_lost', 'a card that never answers has been charged all the same', async () => {
      const charge = await request(get(), 'answer_lost')
      expect((await get().provider.charge(charge)).status).toBe('unknown')
      expect(await get().provider.lookUp(reference(charge))).toMatchObject({ status: 'succeeded' })
    })

    needs('faults', 'a refund whose answer is lost is made once', async () => {
      const { outcome } = await paid(get(), 'succeeds')
      const refund = {
        key: nextKey('refund'),
        transaction: outcome.transaction,
        amountMinor: 1_999,
        currency: 'EUR',
        reason: 'asked',
      }
      await get().fault('lost_answer', 'refund')
      expect((await get().provider.refund(refund)).status).toBe('unknown')
      expect(await get().provider.lookUpRefund(refund)).toMatchObject({ status: 'succeeded' })
      expect(await get().provider.refund(refund)).toMatchObject({ status: 'succeeded' })
    })
  })
}
