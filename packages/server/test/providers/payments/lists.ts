import { describe, expect } from 'vitest'
import { listPayments, paid, request } from './provider-world.ts'
import type { Tools } from './provider-world.ts'

export function describeLists({ get, needs }: Tools) {
  describe('the list of what was taken', () => {
    needs(
      'events',
      'ST-6 has each payment once, by its own transaction and the key of its charge',
      async () => {
        const since = get().now()
        const prompt = await request(get(), 'prompt', { currency: 'XOF', amountMinor: 500 })
        await get().provider.charge(prompt)
        await get().payer(prompt.key, 'pay_twice')
        const { charge, outcome } = await paid(get(), 'succeeds')
        const listed = await listPayments(get().provider, since)
        expect(listed.filter(({ key }) => key === charge.key)).toEqual([
          expect.objectContaining({ transaction: outcome.transaction, amountMinor: 1_999, currency: 'EUR' }),
        ])
        expect(listed.filter(({ key }) => key === prompt.key)).toHaveLength(2)
        expect(new Set(listed.map(({ transaction }) => transaction)).size).toBe(listed.length)
        expect(await listPayments(get().provider, get().now() + 365 * 86_400_000)).toEqual([])
      },
    )
  })
}
