import { describe, expect, test } from 'vitest'
import { billingProfileOf, withBilling } from './billing-profile.ts'

describe('billing profiles', () => {
  test.each([
    ['as the customer is', {}, { name: 'Ann', email: 'ann@example.com', vatId: null, taxExempt: false }],
    ['what was said of it goes before', { name: 'Ann SARL' }, { name: 'Ann SARL', email: 'ann@example.com' }],
    ['also where that is nothing', { email: null }, { name: 'Ann', email: null }],
  ])('%s', (_, billing, expected) => {
    expect(billingProfileOf({ name: 'Ann', email: 'ann@example.com', billing })).toMatchObject(expected)
  })

  test.each([
    ['fr 40 303 265 045', 'FR40303265045'],
    [null, null],
    [undefined, 'DE136695976'],
  ])('a VAT id that is given as %s is kept as %s', (vatId, expected) => {
    expect(withBilling({ vatId: 'DE136695976' }, { vatId }).vatId).toBe(expected)
  })

  test.each(['FR40303265046', 'nonsense', ''])('%j is refused', (vatId) => {
    expect(() => withBilling({}, { vatId })).toThrow('vat_id_invalid')
  })
})
