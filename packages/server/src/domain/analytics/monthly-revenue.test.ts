import { describe, expect, test } from 'vitest'
import { addOn, at, catalog, newCustomer, plan, subscribe } from '../../../test/support/customer-world.ts'
import type { Coupon, Price } from '../catalog/model.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { monthlyRevenueMinor } from './monthly-revenue.ts'

const price = (rest: Partial<Price>): Price => ({
  currency: 'USD',
  interval: 'month',
  intervalCount: 1,
  amountMinor: 0,
  perUnit: {},
  components: [],
  minimumMinor: null,
  ...rest,
})
const every = (amountMinor: number): Price[] => [
  price({ amountMinor }),
  price({ interval: 'year', amountMinor: 10 * amountMinor }),
]
const pro = plan('pro', {
  prices: [
    price({
      amountMinor: 2_900,
      perUnit: { seats: '1000' },
      components: [
        {
          key: 'support',
          name: 'Support',
          timing: 'advance',
          counts: null,
          freeUnits: '0',
          model: { type: 'flat', amountMinor: 500 },
        },
        {
          key: 'calls',
          name: 'Calls',
          timing: 'arrears',
          counts: { feature: 'tickets' },
          freeUnits: '0',
          model: { type: 'flat', amountMinor: 9_999 },
        },
      ],
    }),
    price({ interval: 'year', amountMinor: 29_000, perUnit: { seats: '10000' } }),
    price({ interval: 'week', intervalCount: 2, amountMinor: 5_000 }),
    price({ interval: 'day', intervalCount: 7, amountMinor: 700 }),
  ],
})
const sms = addOn('sms', { prices: every(300) })
const maps = addOn('maps', { prices: every(450) })
const own = catalog({ plans: [pro], addOns: [sms, maps] })

function subscribed(rest: Parameters<typeof subscribe>[2] = {}): Subscription {
  const state = subscribe(newCustomer(at('2026-01-01'), { catalog: own }), 'pro', rest)
  return state.subscriptions[0] as Subscription
}

const coupon = (rest: Partial<Coupon>): Coupon => ({
  key: 'less',
  name: '',
  percentOff: null,
  amountOff: {},
  periods: null,
  appliesTo: [],
  redeemBy: null,
  maximumRedemptions: null,
  archived: false,
  ...rest,
})
const discount = (rest: Partial<Coupon>, periodsLeft: number | null = null) => ({
  coupon: coupon(rest),
  subscription: null,
  periodsLeft,
})

describe('monthlyRevenueMinor', () => {
  test.each([
    ['a month: flat, seats and what is paid in advance, no usage', { quantities: { seats: 10 } }, 13_400],
    ['a year in twelve parts', { interval: 'year', quantities: { seats: 3 } }, 4_917],
    ['two weeks: 26 of them a year', { interval: '2 weeks' }, 10_833],
    ['seven days', { interval: '7 days' }, 3_042],
  ])('%s', (_, terms, expected) => {
    expect(monthlyRevenueMinor(subscribed(terms), [])).toBe(expected)
  })

  test.each(['trialing', 'paused', 'incomplete', 'scheduled', 'canceled', 'expired'] as const)(
    'what is %s brings nothing',
    (status) => expect(monthlyRevenueMinor({ ...subscribed(), status }, [])).toBe(0),
  )

  test('one that is called off for the end still pays until then', () => {
    const subscription = subscribed({ quantities: { seats: 0 } })
    expect(monthlyRevenueMinor({ ...subscription, cancelAt: subscription.periodEnd }, [])).toBe(3_400)
  })

  test('add-ons count by number, one of each in a bundle by its price', () => {
    const startedAt = at('2026-01-01')
    const base = subscribed({ quantities: { seats: 0 } })
    const addOns = [
      { addOn: sms, quantity: 2, startedAt, endsAt: null },
      { addOn: maps, quantity: 1, startedAt, endsAt: null },
    ]
    expect(monthlyRevenueMinor({ ...base, addOns }, [])).toBe(3_400 + 600 + 450)
    const {
      oneOffPrices: _,
      kind: __,
      allowances: ___,
      grantDays: ____,
      ...item
    } = addOn('all', { prices: every(700) })
    const bundle = { ...item, addOns: ['sms', 'maps'] }
    const bundles = [{ bundle, startedAt, endsAt: null }]
    expect(monthlyRevenueMinor({ ...base, addOns, bundles }, [])).toBe(3_400 + 300 + 700)
  })

  test.each([
    ['a lasting percentage', [discount({ percentOff: '25' })], 2_550],
    [
      'percentages on what is left, then amounts',
      [discount({ amountOff: { USD: 400 } }), discount({ percentOff: '50' }), discount({ percentOff: '10' })],
      1_130,
    ],
    ['never below zero', [discount({ amountOff: { USD: 99_999 } })], 0],
    ['not for a while only', [discount({ percentOff: '50', periods: 3 }, 2)], 3_400],
    ['not of another currency', [discount({ amountOff: { EUR: 100 } })], 3_400],
    ['not of another plan', [discount({ percentOff: '50', appliesTo: ['basic'] })], 3_400],
    ['not of another subscription', [{ ...discount({ percentOff: '50' }), subscription: -1 }], 3_400],
  ])('%s is off', (_, discounts, expected) => {
    expect(monthlyRevenueMinor(subscribed({ quantities: { seats: 0 } }), discounts)).toBe(expected)
  })
})
