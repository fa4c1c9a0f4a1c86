import { describe, expect, it } from 'vitest'
import {
  addOn,
  allowance,
  amount,
  at,
  catalog,
  credits,
  feature,
  newCustomer,
  plan,
  sites,
  subscribe,
  tickets,
  unlimited,
} from '../../../test/support/customer-world.ts'
import { GOOD_STANDING } from '../customers/money.ts'
import type { AddOnVersion, Allowance, Limit } from '../catalog/model.ts'
import type { CustomerState, Override } from '../customers/state.ts'
import { resolveEntitlements } from './resolve.ts'

const now = at('2026-03-10T10:00:00Z')
const flag = feature('export', 'flag')
const setting = feature('providers', 'setting')

interface Case {
  title: string
  plan: Allowance[]
  addOns?: [AddOnVersion, number][]
  quantities?: Record<string, number>
  override?: Limit
  expected: { included: boolean; limit: Limit; memberLimit?: Limit | null; overridden?: boolean }
}

const extra = (limit: Limit | number, rest: Partial<Allowance> = {}) =>
  addOn('extra', { allowances: [allowance('sites', limit, rest)] })

const cases: Case[] = [
  { title: 'nothing gives it', plan: [], expected: { included: false, limit: amount(0) } },
  { title: 'the plan', plan: [allowance('sites', 3)], expected: { included: true, limit: amount(3) } },
  {
    title: 'the plan × its quantity',
    plan: [allowance('sites', 3, { perQuantity: 'branches' })],
    quantities: { branches: 4 },
    expected: { included: true, limit: amount(12) },
  },
  {
    title: 'a quantity nobody named is one',
    plan: [allowance('sites', 3, { perQuantity: 'branches' })],
    expected: { included: true, limit: amount(3) },
  },
  {
    title: 'a quantity of none is included with nothing',
    plan: [allowance('sites', 3, { perQuantity: 'branches' })],
    quantities: { branches: 0 },
    expected: { included: true, limit: amount(0) },
  },
  {
    title: 'the plan and an add-on × its quantity',
    plan: [allowance('sites', 3)],
    addOns: [[extra(10), 2]],
    expected: { included: true, limit: amount(23) },
  },
  {
    title: 'an add-on alone',
    plan: [],
    addOns: [[extra(10), 1]],
    expected: { included: true, limit: amount(10) },
  },
  {
    title: 'unlimited in the plan dominates',
    plan: [allowance('sites', unlimited)],
    addOns: [[extra(10), 2]],
    expected: { included: true, limit: unlimited },
  },
  {
    title: 'unlimited in an add-on dominates',
    plan: [allowance('sites', 3)],
    addOns: [[extra(unlimited), 1]],
    expected: { included: true, limit: unlimited },
  },
  {
    title: 'an override replaces, down',
    plan: [allowance('sites', 3)],
    addOns: [[extra(10), 1]],
    override: amount(2),
    expected: { included: true, limit: amount(2), overridden: true },
  },
  {
    title: 'an override replaces unlimited',
    plan: [allowance('sites', unlimited)],
    override: amount(7),
    expected: { included: true, limit: amount(7), overridden: true },
  },
  {
    title: 'an override includes what nothing gives',
    plan: [],
    override: unlimited,
    expected: { included: true, limit: unlimited, overridden: true },
  },
  {
    title: "each member's own limit is not multiplied by seats",
    plan: [allowance('sites', 10, { perQuantity: 'seats', memberLimit: amount(4) })],
    quantities: { seats: 5 },
    expected: { included: true, limit: amount(50), memberLimit: amount(4) },
  },
  {
    title: "an add-on raises each member's own limit",
    plan: [allowance('sites', 10, { memberLimit: amount(4) })],
    addOns: [[extra(10, { memberLimit: amount(1) }), 3]],
    expected: { included: true, limit: amount(40), memberLimit: amount(7) },
  },
  {
    title: 'a sum that is too large for an exact number stays the largest one',
    plan: [allowance('sites', Number.MAX_SAFE_INTEGER)],
    addOns: [[extra(10), 1]],
    expected: { included: true, limit: amount(Number.MAX_SAFE_INTEGER) },
  },
]

function stateOf({ plan: allowances, addOns = [], quantities = {}, override }: Case): CustomerState {
  const used = plan('used', { allowances })
  const items = catalog({ features: [sites, tickets], plans: [used], addOns: addOns.map(([each]) => each) })
  const state = subscribe(newCustomer(now, { catalog: items }), 'used', {
    quantities,
    addOns: addOns.map(([each, quantity]) => ({ addOn: each, quantity })),
  })
  return override === undefined ? state : { ...state, overrides: [overrideOf(sites.id, override)] }
}

function overrideOf(id: number, limit: Limit | null, value: Override['value'] = null): Override {
  const times = { createdAt: now, updatedAt: now, expiresAt: Number.POSITIVE_INFINITY }
  return { feature: id, limit, value, reason: 'a test', author: 'test', ...times }
}

describe('resolveEntitlements', () => {
  it.each(cases)('$title', (each) => {
    const entitlement = resolveEntitlements(stateOf(each), Infinity).features.get(sites.id)
    const { included, limit, memberLimit = null, overridden = false } = each.expected
    expect(entitlement).toMatchObject({ included, limit, memberLimit, overridden })
  })

  it('turns a flag on when anything does, and takes a setting from whoever says it last', () => {
    const items = catalog({
      features: [flag, setting],
      plans: [
        plan('used', {
          allowances: [allowance('export', 0, { value: false }), allowance('providers', 0, { value: 1 })],
        }),
      ],
      addOns: [
        addOn('more', {
          allowances: [allowance('export', 0, { value: true }), allowance('providers', 0, { value: 3 })],
        }),
      ],
    })
    const bare = subscribe(newCustomer(now, { catalog: items }), 'used')
    const more = subscribe(newCustomer(now, { catalog: items }), 'used', {
      addOns: [{ addOn: items.addOns[0] as AddOnVersion, quantity: 1 }],
    })
    const values = (state: CustomerState) =>
      [...resolveEntitlements(state, Infinity).features.values()].map(({ included, value }) => [
        included,
        value,
      ])
    expect(values(bare)).toEqual([
      [false, false],
      [true, 1],
    ])
    expect(values(more)).toEqual([
      [true, true],
      [true, 3],
    ])
    const overridden = {
      ...more,
      overrides: [overrideOf(flag.id, null, false), overrideOf(setting.id, null, 9)],
    }
    expect(values(overridden)).toEqual([
      [false, false],
      [true, 9],
    ])
  })

  it('QE-7 prices what lies above an allowance only while somebody pays for the plan', () => {
    const policy = { type: 'overage', unitPrices: { XOF: '35' } } as const
    const sold = plan('sold', {
      allowances: [allowance('tickets', 5, { policy })],
      trial: { days: 14, onEnd: 'activate' },
    })
    const items = catalog({ features: [tickets], plans: [sold], fallbackPlan: 'sold' })
    const pricesOf = (state: CustomerState) =>
      resolveEntitlements(state, Infinity).features.get(tickets.id)?.policy
    const nobody = newCustomer(now, { catalog: items })
    expect(pricesOf(nobody)).toEqual({ ...policy, unitPrices: {} })
    expect(pricesOf(subscribe(nobody, 'sold'))).toEqual({ ...policy, unitPrices: {} })
    expect(pricesOf(subscribe(nobody, 'sold', { trialDays: 0 }))).toEqual(policy)
  })

  it.each<[string, string | null, object]>([
    [
      'keeps its plan, for access refuses; credits are given when they are paid',
      null,
      {
        plan: 'sold',
        period: true,
        tickets: { included: true, limit: amount(100), window: 'billing_period', rollover: { type: 'none' } },
        credits: { included: false, limit: amount(0), window: 'billing_period' },
      },
    ],
    [
      'has the fallback plan, where the catalog names one',
      'free',
      {
        plan: 'free',
        period: false,
        tickets: { included: true, limit: amount(5), window: 'month' },
        credits: { included: false, limit: amount(0) },
      },
    ],
  ])('GT-7 a subscription that unpaid invoices block %s', (_, fallbackPlan, expected) => {
    const rollover = { type: 'unused', cap: null, sharePercent: 100, windows: 1 } as const
    const window = 'billing_period'
    const sold = plan('sold', {
      allowances: [
        allowance('tickets', 100, { window, rollover }),
        allowance('credits', 75, { window, rollover }),
      ],
    })
    const items = catalog({
      features: [tickets, credits],
      plans: [sold, plan('free', { allowances: [allowance('tickets', 5)] })],
      fallbackPlan,
    })
    const paid = subscribe(newCustomer(now, { catalog: items }), 'sold')
    const standing = { ...GOOD_STANDING, level: 'blocked', reason: 'payment_required' } as const
    const resolved = resolveEntitlements({ ...paid, standing }, Infinity)
    expect({
      plan: resolved.plan?.key,
      period: resolved.billingPeriod !== null,
      tickets: resolved.features.get(tickets.id),
      credits: resolved.features.get(credits.id),
    }).toMatchObject(expected)
    expect(resolveEntitlements(paid, Infinity).features.get(credits.id)).toMatchObject({
      limit: amount(75),
      rollover,
    })
  })

  it('takes window, scope and policy from the plan, else from the first add-on', () => {
    const own = allowance('tickets', 5, {
      window: 'day',
      policy: { type: 'soft', graceAmount: 1, graceDays: null },
    })
    const other = allowance('tickets', 5, { window: 'month' })
    const items = catalog({
      features: [tickets],
      plans: [plan('with', { allowances: [own] }), plan('without')],
      addOns: [addOn('more', { allowances: [other] })],
    })
    const addOns = [{ addOn: items.addOns[0] as AddOnVersion, quantity: 1 }]
    const resolve = (key: string) =>
      resolveEntitlements(subscribe(newCustomer(now, { catalog: items }), key, { addOns }), Infinity)
    expect(resolve('with').features.get(tickets.id)).toMatchObject({ window: 'day', policy: own.policy })
    expect(resolve('without').features.get(tickets.id)).toMatchObject({
      window: 'month',
      policy: { type: 'hard' },
    })
  })
})
