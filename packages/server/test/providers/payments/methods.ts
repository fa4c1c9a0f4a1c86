import { describe, expect, it } from 'vitest'
import type { AttachRequest } from '../../../src/providers/payments.ts'
import { request, nextKey } from './provider-world.ts'
import type { Tools } from './provider-world.ts'

export function describeMethods({ get, needs }: Tools) {
  describe('methods', () => {
    needs('succeeds', 'I-2 the same setup twice is one method, and found again', async () => {
      const setup = {
        key: nextKey('setup'),
        customer: 'acme',
        language: 'en',
        returnUrl: null,
        ...get().instruments.succeeds,
      } as AttachRequest
      const attached = await get().provider.attach(setup)
      expect(attached).toMatchObject({
        status: 'attached',
        silent: true,
        expires: expect.stringMatching(/^\d{4}-\d\d$/),
      })
      expect(await get().provider.attach(setup)).toEqual(attached)
      expect(await get().provider.lookUpMethod(setup)).toEqual(attached)
    })

    needs('refused_at_once', 'one that is refused at once is a decline', async () => {
      const instrument = get().instruments.refused_at_once as Pick<AttachRequest, 'kind' | 'instrument'>
      const asked = { key: nextKey('setup'), customer: 'acme', language: 'en', returnUrl: null }
      const setup = { ...asked, ...instrument }
      expect(await get().provider.attach(setup)).toMatchObject({ status: 'declined' })
    })

    needs(
      'succeeds',
      'one that was detached is charged no more, and detaching twice is detaching',
      async () => {
        const charge = await request(get(), 'succeeds')
        expect(await get().provider.detach(charge.token)).toEqual({ status: 'detached' })
        expect(await get().provider.detach(charge.token)).toEqual({ status: 'detached' })
        expect(await get().provider.charge(charge)).toMatchObject({ status: 'declined', kind: 'hard' })
      },
    )

    needs('succeeds', "one of another customer's is charged for nobody else", async () => {
      const charge = await request(get(), 'succeeds', { customer: 'other' })
      expect(await get().provider.charge(charge)).toMatchObject({ status: 'declined', kind: 'hard' })
    })

    it('attaches only what it knows', async () => {
      const unknown = {
        key: nextKey('setup'),
        customer: 'acme',
        language: 'en',
        returnUrl: null,
        kind: 'card',
        instrument: 'no such',
      } as const
      expect(await get().provider.attach(unknown)).toMatchObject({ status: 'declined' })
    })
  })
}
