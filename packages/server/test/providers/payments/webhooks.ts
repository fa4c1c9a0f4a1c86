import { describe, expect } from 'vitest'
import type { PaymentProvider } from '../../../src/providers/payments.ts'
import { attach, request, paid, read, eventsOf, delivered, listEvents } from './provider-world.ts'
import type { Tools } from './provider-world.ts'

export function describeWebhooks({ get, needs }: Tools) {
  describe('webhooks', () => {
    needs('webhooks', 'tell of the charge and of its money', async () => {
      const { charge, outcome, deliveries } = await delivered(get())
      const events = eventsOf(get(), deliveries)
      expect(events).toContainEqual(expect.objectContaining({ type: 'charge', key: charge.key, outcome }))
      const { transaction, amountMinor } = outcome
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'receipt',
          key: charge.key,
          transaction,
          amountMinor,
          currency: 'EUR',
        }),
      )
    })

    needs('webhooks', 'I-2 that come twice have the same id', async () => {
      await get().deliveries()
      await get().fault('duplicate', 'webhook')
      await attach(get(), 'succeeds')
      const events = eventsOf(get(), await get().deliveries())
      expect(events).toHaveLength(2)
      expect(events[0]).toEqual(events[1])
    })

    needs('webhooks', 'that overtake each other say when they happened', async () => {
      await get().deliveries()
      const charge = await request(get(), 'prompt', { currency: 'XOF', amountMinor: 500 })
      await get().deliveries()
      await get().fault('reorder', 'webhook')
      await get().provider.charge(charge)
      await get().advance(60)
      await get().payer(charge.key, 'pay')
      const charges = eventsOf(get(), await get().deliveries()).filter((event) => event.type === 'charge')
      expect(charges.map((event) => event.outcome?.status)).toEqual(['succeeded', 'pending'])
      expect(charges[0]?.occurredAt).toBeGreaterThan(charges[1]?.occurredAt as number)
    })

    needs('disputed', 'ST-13 tell of a dispute, and until when evidence is due', async () => {
      await get().deliveries()
      const { outcome } = await paid(get(), 'disputed')
      const dispute = eventsOf(get(), await get().deliveries()).find((event) => event.type === 'dispute')
      expect(dispute).toMatchObject({
        status: 'open',
        transaction: outcome.transaction,
        amountMinor: 1_999,
        withdrawnMinor: 1_999,
      })
      expect(dispute?.evidenceDueAt).toBeGreaterThan(get().now())
    })

    needs('events', 'that were lost are in the list of events', async () => {
      await get().deliveries()
      await get().fault('drop', 'webhook')
      const token = await attach(get(), 'succeeds')
      expect(await get().deliveries()).toEqual([])
      const seen = await listEvents(get().provider)
      expect(seen).toContainEqual(expect.objectContaining({ type: 'method', token, change: 'attached' }))
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
    })
  })
}

export function describeSignatures({ get, needs }: Tools) {
  describe('webhooks', () => {
    needs('webhooks', 'are refused when a byte was changed, anywhere', async () => {
      const { genuine } = await delivered(get())
      for (const at of [0, Math.floor(genuine.rawBody.length / 2), genuine.rawBody.length - 1]) {
        const rawBody = Uint8Array.from(genuine.rawBody)
        rawBody[at] = (rawBody[at] as number) ^ 1
        expect(read(get().provider, { ...genuine, rawBody }, get().now())).toEqual({
          status: 'refused',
          reason: 'signature',
        })
      }
      const none = read(get().provider, { ...genuine, headers: {} }, get().now())
      expect(none).toEqual({ status: 'refused', reason: 'signature' })
    })

    needs('webhooks', 'are refused when they are old, or from the future', async () => {
      const { genuine } = await delivered(get())
      for (const minutes of [6, -6]) {
        const reading = read(get().provider, genuine, get().now() + minutes * 60_000)
        expect(reading).toEqual({ status: 'refused', reason: 'too_old' })
      }
      expect(read(get().provider, genuine, get().now() + 4 * 60_000).status).toBe('accepted')
    })

    needs('webhooks', 'are refused under a secret that was replaced', async () => {
      const { genuine } = await delivered(get())
      const other = get().withOtherSecrets as PaymentProvider
      expect(read(other, genuine, get().now())).toEqual({ status: 'refused', reason: 'signature' })
    })
  })
}
