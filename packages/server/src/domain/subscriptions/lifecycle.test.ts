import { describe, expect, it } from 'vitest'
import {
  at,
  moreSites,
  newCustomer,
  plan,
  professional,
  seats,
  settled,
  subscribe,
  world,
} from '../../../test/support/customer-world.ts'
import { advanceState, entitlementsOf } from '../customers/reconcile.ts'
import { type CustomerState, liveSubscription } from '../customers/state.ts'
import { toIso } from '../time/index.ts'
import { changeTerms, putAddOn, removeAddOn } from './change.ts'
import { trialEnd } from './create.ts'
import { nextDueAt, planDue } from './due.ts'
import { activate, cancel, pause } from './lifecycle.ts'
import { resume } from './resume.ts'
import type { Subscription } from './model.ts'
import { directionOf, resolveTerms } from './terms.ts'

const start = at('2026-03-10T10:15:00Z')
const nobody = newCustomer(start)
const live = (state: CustomerState) => liveSubscription(state) as Subscription
const only = (state: CustomerState) => state.subscriptions.at(-1) as Subscription
const later = (state: CustomerState, text: string) => advanceState(state, at(text))
const periodOf = (state: CustomerState) => [toIso(live(state).periodStart), toIso(live(state).periodEnd)]
const siteLimit = (state: CustomerState) =>
  [...entitlementsOf(state).features.values()].find((each) => each.feature.key === 'sites')?.limit
const terms = (state: CustomerState, planKey: string, interval = 'month', quantities = {}) =>
  resolveTerms(state.catalog, { plan: planKey, interval, currency: 'XOF', quantities }, null)
const change = (
  state: CustomerState,
  planKey: string,
  when: 'now' | 'period_end' | null = null,
  interval = 'month',
) => settled(state, changeTerms(state, live(state), terms(state, planKey, interval), when))

/** Everything that happens by itself until then, as `type` at its moment. */
function happenings(state: CustomerState, until: string): string[] {
  const list: string[] = []
  let current = state
  for (let due = planDue(current, at(until)); due !== null; due = planDue(current, at(until))) {
    for (const event of due.events) list.push(`${toIso(event.occurredAt)} ${event.type}`)
    current = settled(current, due)
  }
  return list
}

describe('a trial', () => {
  it.each([
    ['2026-03-10T10:15:00Z', 'UTC', '2026-03-25T00:00:00.000Z'],
    ['2026-03-10T00:00:00Z', 'UTC', '2026-03-25T00:00:00.000Z'],
    ['2026-03-10T23:59:59Z', 'UTC', '2026-03-25T00:00:00.000Z'],
    // the evening of the 10th in Dakar's day, the 11th in Tokyo's
    ['2026-03-10T20:00:00Z', 'Asia/Tokyo', '2026-03-25T15:00:00.000Z'],
    // over a change to summer time
    ['2026-03-20T10:00:00Z', 'Europe/Paris', '2026-04-03T22:00:00.000Z'],
  ])('of 14 days from %s in %s includes its last day, to %s', (from, zone, expected) => {
    expect(toIso(trialEnd(at(from), 14, zone))).toBe(expected)
  })

  it('expires, or turns into the paid time with its own anchor, by the policy of the plan', () => {
    const expiring = subscribe(nobody, 'essential')
    expect(happenings(expiring, '2026-12-01')).toEqual([
      '2026-03-22T00:00:00.000Z subscription.trial_ending',
      '2026-03-25T00:00:00.000Z subscription.trial_ended',
      '2026-03-25T00:00:00.000Z subscription.expired',
    ])
    const converting = subscribe(nobody, 'professional')
    expect(happenings(converting, '2026-05-01')).toEqual([
      '2026-03-22T00:00:00.000Z subscription.trial_ending',
      '2026-03-25T00:00:00.000Z subscription.trial_ended',
      '2026-03-25T00:00:00.000Z subscription.activated',
      '2026-04-25T00:00:00.000Z subscription.period_started',
    ])
    expect(periodOf(later(converting, '2026-04-01'))).toEqual([
      '2026-03-25T00:00:00.000Z',
      '2026-04-25T00:00:00.000Z',
    ])
  })

  it('ST-2 announces its end three days before, once; a shorter one as it starts', () => {
    const short = subscribe(nobody, 'essential', { trialDays: 1 })
    expect(happenings(short, '2026-03-11')).toEqual(['2026-03-10T10:15:00.000Z subscription.trial_ending'])
    const told = later(subscribe(nobody, 'essential'), '2026-03-23')
    expect(happenings(told, '2026-03-24')).toEqual([])
  })

  it('ST-2 says with it whether it converts by itself', () => {
    const told = (state: CustomerState) => {
      const eve = later(state, '2026-03-21')
      const { events } = planDue(eve, at('2026-03-22')) ?? { events: [] }
      return events.map(({ payload }) => payload['converts'])
    }
    const converting = subscribe(nobody, 'professional')
    expect(told(converting)).toEqual([true])
    expect(told(settled(converting, cancel(converting, live(converting), 'period_end')))).toEqual([false])
    expect(told(subscribe(nobody, 'essential'))).toEqual([false])
  })

  it('is one per customer: a second is refused by name, and merely not given by default', () => {
    const ended = later(subscribe(nobody, 'essential'), '2026-04-01')
    expect(() => subscribe(ended, 'essential', { trialDays: 7 })).toThrow('trial_used')
    expect(live(subscribe(ended, 'essential'))).toMatchObject({ status: 'active', trialEndAt: null })
  })

  it('ends when it is activated by hand, and cannot be used again', () => {
    const trialing = later(subscribe(nobody, 'essential'), '2026-03-12T08:00:00Z')
    const active = settled(trialing, activate(trialing, live(trialing)))
    expect(live(active)).toMatchObject({ status: 'active', anchorAt: at('2026-03-12T08:00:00Z') })
    const canceled = settled(active, cancel(active, live(active), 'now'))
    expect(() => subscribe(canceled, 'essential', { trialDays: 7 })).toThrow('trial_used')
  })
})

describe('periods', () => {
  it('QE-7 follow the anchor, not the period before: 31 January, 29 February, 31 March', () => {
    const january = newCustomer(at('2028-01-31T09:00:00Z'))
    const state = subscribe(january, 'essential', { trialDays: 0 })
    expect(happenings(state, '2028-05-01')).toEqual([
      '2028-02-29T09:00:00.000Z subscription.period_started',
      '2028-03-31T09:00:00.000Z subscription.period_started',
      '2028-04-30T09:00:00.000Z subscription.period_started',
    ])
  })

  it('are those of the time zone of the customer', () => {
    const paris = { ...nobody, customer: { ...nobody.customer, timeZone: 'Europe/Paris' } }
    const state = subscribe(paris, 'essential', { trialDays: 0 })
    expect(periodOf(later(state, '2026-05-01'))).toEqual([
      '2026-04-10T09:15:00.000Z',
      '2026-05-10T09:15:00.000Z',
    ])
  })

  it('are the same for a caller who comes late', () => {
    const state = subscribe(nobody, 'essential', { trialDays: 0 })
    const punctual = later(later(later(state, '2026-04-11'), '2026-05-11'), '2026-06-11')
    expect(live(later(state, '2026-06-11'))).toEqual(live(punctual))
  })

  it('a start in the past is an anchor alone', () => {
    const state = subscribe(nobody, 'essential', { startAt: at('2026-01-31T00:00:00Z'), trialDays: 0 })
    expect(periodOf(state)).toEqual(['2026-02-28T00:00:00.000Z', '2026-03-31T00:00:00.000Z'])
  })

  it('a start in the future waits, then trials from there', () => {
    const state = subscribe(nobody, 'professional', { startAt: at('2026-04-01T00:00:00Z') })
    expect(live(state).status).toBe('scheduled')
    expect(happenings(state, '2026-04-20')).toEqual([
      '2026-04-01T00:00:00.000Z subscription.started',
      '2026-04-01T00:00:00.000Z subscription.trial_started',
      '2026-04-13T00:00:00.000Z subscription.trial_ending',
      '2026-04-16T00:00:00.000Z subscription.trial_ended',
      '2026-04-16T00:00:00.000Z subscription.activated',
    ])
  })
})

describe('cancellation', () => {
  const active = subscribe(nobody, 'essential', { trialDays: 0 })
  const ending = settled(active, cancel(active, live(active), 'period_end'))

  it('takes effect at the end of the period, when everything else that was due then is void', () => {
    const both = change(ending, 'seats', 'period_end')
    expect(happenings(both, '2026-12-01')).toEqual(['2026-04-10T10:15:00.000Z subscription.canceled'])
    expect(only(later(both, '2026-12-01'))).toMatchObject({
      status: 'canceled',
      endReason: 'canceled',
      endedAt: at('2026-04-10T10:15:00Z'),
    })
  })

  it('CM-10 can be undone before the end, not after', () => {
    const undone = settled(ending, resume(ending, live(ending)))
    expect(live(undone)).toMatchObject({ cancelAt: null, canceledAt: null, status: 'active' })
    const over = later(ending, '2026-04-10T10:15:00Z')
    expect(() => resume(over, only(over))).toThrow('subscription_state')
    expect(() => cancel(over, only(over), 'now')).toThrow('subscription_state')
  })

  it('of what has not begun is at once', () => {
    const waiting = subscribe(nobody, 'essential', { activation: 'manual', trialDays: 0 })
    expect(only(settled(waiting, cancel(waiting, live(waiting), 'period_end'))).status).toBe('canceled')
  })

  it('there is nothing to resume in a subscription that runs', () => {
    expect(() => resume(active, live(active))).toThrow('subscription_state')
  })
})

describe('a pause', () => {
  const active = subscribe(nobody, 'essential', { trialDays: 0 })

  it('stops the periods, and comes back into the one that runs by the anchor', () => {
    const paused = settled(active, pause(active, live(active), at('2026-06-15T00:00:00Z')))
    expect(happenings(paused, '2026-06-20')).toEqual(['2026-06-15T00:00:00.000Z subscription.resumed'])
    const resumed = later(paused, '2026-06-20')
    expect(periodOf(resumed)).toEqual(['2026-06-10T10:15:00.000Z', '2026-07-10T10:15:00.000Z'])
  })

  it('without an end lasts', () => {
    const paused = settled(active, pause(active, live(active), null))
    expect(nextDueAt(paused)).toBe(Number.POSITIVE_INFINITY)
    expect(siteLimit(paused)).toEqual({ unlimited: false, amount: 0 })
  })

  it('cannot end in the past, nor be in a trial', () => {
    expect(() => pause(active, live(active), start)).toThrow('invalid_request')
    const trialing = subscribe(nobody, 'essential')
    expect(() => pause(trialing, live(trialing), null)).toThrow('subscription_state')
  })
})

describe('a change of plan', () => {
  const active = subscribe(nobody, 'essential', { trialDays: 0 })

  it('goes up now and down at the end of the period', () => {
    const up = change(active, 'professional')
    expect(live(up)).toMatchObject({ plan: { key: 'professional' }, scheduledChange: null })
    const down = change(up, 'essential')
    expect(live(down).plan.key).toBe('professional')
    expect(happenings(down, '2026-04-11')).toEqual([
      '2026-04-10T10:15:00.000Z subscription.changed',
      '2026-04-10T10:15:00.000Z subscription.period_started',
    ])
    expect(live(later(down, '2026-04-11')).plan.key).toBe('essential')
  })

  it('is when the caller says', () => {
    const afterwards = change(active, 'professional', 'period_end')
    expect(live(afterwards).plan.key).toBe('essential')
    const now = change(change(active, 'professional'), 'essential', 'now')
    expect(live(now).plan.key).toBe('essential')
  })

  it('is called off by asking for the terms in force', () => {
    const scheduled = change(active, 'professional', 'period_end')
    expect(live(change(scheduled, 'essential', 'period_end')).scheduledChange).toBeNull()
  })

  it('to another interval starts a new period at that moment', () => {
    const yearly = change(later(active, '2026-03-20'), 'essential', null, 'year')
    expect(periodOf(yearly)).toEqual(['2026-03-20T00:00:00.000Z', '2027-03-20T00:00:00.000Z'])
  })

  it('keeps a trial as long as it was', () => {
    const trialing = subscribe(nobody, 'essential')
    const changed = change(trialing, 'professional')
    expect(live(changed)).toMatchObject({ status: 'trialing', trialEndAt: at('2026-03-25') })
    expect(live(later(changed, '2026-03-26')).status).toBe('active')
  })

  it.each([
    ['essential', 'month', 'professional', 'month', 'upgrade'],
    ['professional', 'month', 'essential', 'month', 'downgrade'],
    ['essential', 'month', 'free', 'month', 'downgrade'],
    ['free', 'month', 'essential', 'month', 'upgrade'],
    ['essential', 'month', 'essential', 'year', 'upgrade'],
    ['essential', 'year', 'essential', 'month', 'downgrade'],
    ['essential', 'year', 'professional', 'month', 'upgrade'],
  ])('%s by the %s to %s by the %s is an %s', (from, fromInterval, to, toInterval, direction) => {
    expect(directionOf(terms(nobody, from, fromInterval), terms(nobody, to, toInterval))).toBe(direction)
  })
})

describe('quantities', () => {
  const active = subscribe(nobody, 'seats', { quantities: { seats: 4 } })
  const seat = (state: CustomerState, count: number, when: 'now' | 'period_end' | null = null) =>
    settled(state, changeTerms(state, live(state), { ...live(state), quantities: { seats: count } }, when))

  it('rise now and fall at the end of the period', () => {
    expect(siteLimit(active)).toEqual({ unlimited: false, amount: 8 })
    expect(siteLimit(seat(active, 6))).toEqual({ unlimited: false, amount: 12 })
    const fewer = seat(active, 1)
    expect(siteLimit(fewer)).toEqual({ unlimited: false, amount: 8 })
    expect(siteLimit(later(fewer, '2026-04-11'))).toEqual({ unlimited: false, amount: 2 })
  })

  it('follow another policy of the plan', () => {
    const policies = { ...seats.policies, quantityChange: 'next_period' as const }
    const other = plan('other', { ...seats, policies, key: 'other' })
    const catalog = { ...world, plans: [...world.plans, other] }
    const state = subscribe({ ...nobody, catalog }, 'other', { quantities: { seats: 4 } })
    expect(siteLimit(seat(state, 1))).toEqual({ unlimited: false, amount: 2 })
  })

  it('that the plan does not count are refused', () => {
    expect(() => subscribe(nobody, 'essential', { quantities: { seats: 2 } })).toThrow('invalid_request')
  })
})

describe('add-ons', () => {
  const active = subscribe(nobody, 'essential', { trialDays: 0 })
  const withOne = settled(active, putAddOn(active, live(active), moreSites, 2))

  it('raise the limit at once, and end now or with the period', () => {
    expect(siteLimit(withOne)).toEqual({ unlimited: false, amount: 21 })
    const off = settled(withOne, removeAddOn(withOne, live(withOne), 'more-sites', 'now'))
    expect(siteLimit(off)).toEqual({ unlimited: false, amount: 1 })
    const ending = settled(withOne, removeAddOn(withOne, live(withOne), 'more-sites', 'period_end'))
    expect(siteLimit(ending)).toEqual({ unlimited: false, amount: 21 })
    expect(happenings(ending, '2026-04-11')).toEqual([
      '2026-04-10T10:15:00.000Z subscription.add_on_removed',
      '2026-04-10T10:15:00.000Z subscription.period_started',
    ])
    expect(live(settled(ending, putAddOn(ending, live(ending), moreSites, 2))).addOns[0]?.endsAt).toBeNull()
  })

  it('CM-7 enabling needs a subscription that runs, disabling does not', () => {
    const paused = settled(withOne, pause(withOne, live(withOne), null))
    expect(() => putAddOn(paused, live(paused), moreSites, 3)).toThrow('subscription_inactive')
    expect(live(settled(paused, removeAddOn(paused, live(paused), 'more-sites', 'now'))).addOns).toEqual([])
  })

  it('sold once are not part of a subscription', () => {
    const topUp = { ...moreSites, kind: 'one_off' as const }
    expect(() => putAddOn(active, live(active), topUp, 1)).toThrow('add_on_kind')
    expect(() => removeAddOn(active, live(active), 'unknown', 'now')).toThrow('add_on_not_found')
  })
})

describe('terms', () => {
  it('need a price in the currency and the interval, unless the plan is free', () => {
    const ask = (planKey: string, interval: string, currency: string | null) =>
      resolveTerms(world, { plan: planKey, interval, currency, quantities: {} }, null)
    expect(ask('essential', 'month', null).currency).toBe('XOF')
    expect(() => ask('essential', 'month', 'EUR')).toThrow('price_not_found')
    expect(() => ask('essential', 'week', 'XOF')).toThrow('price_not_found')
    expect(() => ask('essential', 'fortnight', 'XOF')).toThrow('invalid_request')
    expect(ask('free', 'week', 'EUR').currency).toBe('EUR')
    expect(ask('free', '3 months', null)).toMatchObject({ interval: { unit: 'month', count: 3 } })
    expect(() => ask('unknown', 'month', 'XOF')).toThrow('plan_not_found')
    const archived = { ...world, plans: [], archived: { ...world.archived, plans: [professional] } }
    const request = { plan: 'professional', interval: 'month', currency: 'XOF', quantities: {} }
    expect(() => resolveTerms(archived, request, null)).toThrow('plan_archived')
  })
})
