import { describe, expect, it, test } from 'vitest'
import { at } from '../../../test/support/time-arbitraries.ts'
import { afterDecline, chooseMethod, isExpired } from './choose-method.ts'
import type { PaymentMethod } from './model.ts'

const now = at('2026-03-31T23:30:00Z')
const method = (id: string, given: Partial<PaymentMethod> = {}): PaymentMethod => ({
  id,
  provider: 'any',
  token: id,
  kind: 'card',
  label: 'Visa •••• 4242',
  expires: null,
  expiryWarningAt: null,
  silent: true,
  isDefault: false,
  isFallback: false,
  failedAt: null,
  createdAt: 1,
  detachedAt: null,
  ...given,
})
const fallback = method('fallback', { isFallback: true })
const byDefault = (given: Partial<PaymentMethod> = {}) => method('default', { isDefault: true, ...given })
const other = method('other')

describe('the method that is charged', () => {
  test.each([
    ['the default', [other, fallback, byDefault()], 'default'],
    ['the fallback after a hard decline', [byDefault({ failedAt: 5 }), fallback], 'fallback'],
    ['the fallback of an expired card', [byDefault({ expires: '2026-02' }), fallback], 'fallback'],
    ['the fallback of a detached one', [byDefault({ detachedAt: 5 }), fallback], 'fallback'],
    ['none that the customer did not choose', [byDefault({ failedAt: 5 }), other], undefined],
    ['none of none', [], undefined],
  ])('%s', (_, methods, id) => {
    expect(chooseMethod(methods, 'UTC', now)?.id).toBe(id)
  })

  it('ST-13 is the fallback at once when the default is hard declined, and stays when the decline is soft', () => {
    const after = (kind: 'soft' | 'hard') => [afterDecline(byDefault(), kind, now), fallback]
    expect(chooseMethod(after('hard'), 'UTC', now)?.id).toBe('fallback')
    expect(chooseMethod(after('soft'), 'UTC', now)?.id).toBe('default')
  })

  it('is good until its month is over with the operator', () => {
    const card = method('card', { expires: '2026-03' })
    expect(isExpired(card, 'UTC', now)).toBe(false)
    expect(isExpired(card, 'Europe/Paris', now)).toBe(true)
  })
})
