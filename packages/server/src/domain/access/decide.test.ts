import { describe, expect, it } from 'vitest'
import { at, free, newCustomer, settled, subscribe, world } from '../../../test/support/customer-world.ts'
import { suspend } from '../customers/suspension.ts'
import { advanceState, entitlementsOf } from '../customers/reconcile.ts'
import { type CustomerState, liveSubscription } from '../customers/state.ts'
import { activate, cancel, pause } from '../subscriptions/lifecycle.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { decideAccess } from './decide.ts'

const now = at('2026-03-10T10:00:00Z')
const live = (state: CustomerState) => liveSubscription(state) as Subscription
const later = (state: CustomerState, text: string) => advanceState(state, at(text))

const nobody = newCustomer(now)
const trialing = subscribe(nobody, 'essential')
const active = subscribe(nobody, 'essential', { trialDays: 0 })
const suspended = (state: CustomerState) =>
  settled(state, suspend(state, { reason: 'abuse', note: '', author: 'ops' }))

const rows = (
  [
    ['never subscribed', nobody, 'no_subscription', null],
    ['scheduled', subscribe(nobody, 'essential', { startAt: at('2026-04-01') }), 'no_subscription', null],
    [
      'waiting to be activated',
      subscribe(nobody, 'seats', { activation: 'manual' }),
      'payment_required',
      null,
    ],
    ['trialing', trialing, 'ok', 'essential'],
    ['on the last day of the trial', later(trialing, '2026-03-24T23:59:59Z'), 'ok', 'essential'],
    ['after the trial', later(trialing, '2026-03-25T00:00:00Z'), 'trial_expired', null],
    [
      'a trial that converts',
      later(subscribe(nobody, 'professional'), '2026-03-25T00:00:00Z'),
      'ok',
      'professional',
    ],
    ['active', active, 'ok', 'essential'],
    ['paused', settled(active, pause(active, live(active), null)), 'subscription_inactive', null],
    ['canceled now', settled(active, cancel(active, live(active), 'now')), 'subscription_cancelled', null],
    ['to be canceled', settled(active, cancel(active, live(active), 'period_end')), 'ok', 'essential'],
    ['suspended while active', suspended(active), 'tenant_suspended', 'essential'],
    ['suspended without a subscription', suspended(nobody), 'tenant_suspended', null],
  ] as [string, CustomerState, string, string | null][]
).map(([title, state, reason, planKey]) => ({ title, state, reason, planKey }))

describe('decideAccess', () => {
  it.each(rows)('$title → $reason', ({ state, reason, planKey }) => {
    expect(decideAccess(state)).toEqual({ level: reason === 'ok' ? 'full' : 'blocked', reason })
    expect(entitlementsOf(state).plan?.key ?? null).toBe(planKey)
  })

  it.each(rows)('with a fallback plan, $title', ({ state, reason, planKey }) => {
    const fallback = { ...state, catalog: { ...world, fallbackPlan: free.key } }
    const blocked = reason === 'tenant_suspended'
    expect(decideAccess(fallback).level).toBe(blocked ? 'blocked' : 'full')
    expect(entitlementsOf(fallback).plan?.key).toBe(planKey ?? 'free')
  })

  it('a subscription that was called off before it began leaves nothing behind', () => {
    const scheduled = subscribe(nobody, 'essential', { startAt: at('2026-04-01') })
    const ended = settled(scheduled, cancel(scheduled, live(scheduled), 'period_end'))
    expect(decideAccess(ended).reason).toBe('no_subscription')
    expect(live(subscribe(ended, 'essential')).status).toBe('trialing')
  })

  it('opens when it is activated by hand', () => {
    const waiting = subscribe(nobody, 'seats', { activation: 'manual' })
    expect(decideAccess(settled(waiting, activate(waiting, live(waiting)))).level).toBe('full')
  })
})
