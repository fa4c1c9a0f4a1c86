import { describe, expect, it, test } from 'vitest'
import { at } from '../../../test/support/time-arbitraries.ts'
import { afterDecline, chooseMethod, isExpired, usableMethods } from './choose-method.ts'
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
const newer = method('newer', { createdAt: 2 })

describe('the method that is charged', () => {
  test.each([
    ['the default', [other, fallback, byDefault()], 'default'],
    ['the fallback after a hard decline', [byDefault({ failedAt: 5 }), fallback], 'fallback'],
    ['the fallback of an expired card', [byDefault({ expires: '2026-02' }), fallback], 'fallback'],
    ['an expired card, where it is all there is', [byDefault({ expires: '2026-02' })], 'default'],
    ['the fallback of a detached one', [byDefault({ detachedAt: 5 }), fallback], 'fallback'],
    ['what came last before nobody is', [byDefault({ failedAt: 5 }), other, newer], 'newer'],
    ['none that is out of use', [byDefault({ failedAt: 5 }), method('gone', { detachedAt: 5 })], undefined],
    ['none of none', [], undefined],
  ])('%s', (_, methods, id) => {
    expect(chooseMethod(usableMethods(methods, 'UTC', now))?.id).toBe(id)
  })

  it('ST-13 is the fallback at once when the default is hard declined, and stays when the decline is soft', () => {
    const charged = (kind: 'soft' | 'hard') =>
      chooseMethod(usableMethods([afterDecline(byDefault(), kind, now), fallback], 'UTC', now))
    expect(charged('hard')?.id).toBe('fallback')
    expect(charged('soft')?.id).toBe('default')
  })

  it('is good until its month is over with the operator', () => {
    const card = method('card', { expires: '2026-03' })
    expect(isExpired(card, 'UTC', now)).toBe(false)
    expect(isExpired(card, 'Europe/Paris', now)).toBe(true)
  })
})
