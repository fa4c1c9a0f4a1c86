import { describe, expect, it } from 'vitest'
import { planDeliveries } from './plan.ts'
import type { Audiences, OutgoingEvent } from './plan.ts'

const at = Date.UTC(2026, 2, 1, 9, 30)
let events = 0
const event = (type: string, payload: Record<string, unknown> = {}, rest: object = {}): OutgoingEvent => ({
  id: `evt_${(events += 1)}`,
  type,
  subject: 'tickets',
  payload,
  occurredAt: at,
  ...rest,
})
const endpoint = (id: string, rest: object = {}): Audiences['endpoints'][number] => ({
  id,
  format: 'standard',
  eventTypes: [],
  disabledReason: null,
  ...rest,
})
const audiences = (
  endpoints: Audiences['endpoints'] = [],
  addresses: Partial<Record<string, string[]>> = { admins: ['ada@example.com'] },
): Audiences => ({ endpoints, addressesOf: (audience) => addresses[audience] ?? [] })

const targets = (planned: { channel: string; target: string }[]) =>
  planned.map(({ channel, target }) => `${channel} ${target}`)

describe('who is told of an event', () => {
  it('endpoints that are enabled and asked for it', () => {
    const endpoints = [
      endpoint('all'),
      endpoint('asked', { eventTypes: ['customer.updated'] }),
      endpoint('other', { eventTypes: ['customer.created'] }),
      endpoint('off', { disabledReason: 'operator' }),
      endpoint('failing', { disabledReason: 'failures' }),
      endpoint('chat', { format: 'slack' }),
      endpoint('asked-chat', { format: 'slack', eventTypes: ['customer.updated'] }),
    ]
    expect(targets(planDeliveries(event('customer.updated'), audiences(endpoints)))).toEqual([
      'webhook all',
      'webhook asked',
      'webhook failing',
      'slack asked-chat',
    ])
    expect(targets(planDeliveries(event('subscription.activated'), audiences(endpoints)))).toEqual([
      'webhook all',
      'webhook failing',
      'slack chat',
      'mail ada@example.com',
    ])
  })

  it('of a test, that endpoint alone, whatever it asks for', () => {
    const endpoints = [endpoint('one', { eventTypes: ['customer.created'] }), endpoint('two')]
    const test = event('webhook_endpoint.tested', {}, { subject: 'one' })
    expect(targets(planDeliveries(test, audiences(endpoints)))).toEqual(['webhook one'])
  })

  it('an address once, though it is named twice', () => {
    const named = audiences([], { admins: ['ada@example.com', 'ada@example.com'] })
    expect(planDeliveries(event('usage.refused'), named)).toHaveLength(1)
  })
})

describe('QE-13 what counts as the same message', () => {
  const causes = (one: OutgoingEvent) =>
    planDeliveries(one, audiences([endpoint('all'), endpoint('chat', { format: 'slack' })])).map(
      ({ cause }) => cause,
    )

  it('to people: the alert of a feature in an hour; to programs: the event', () => {
    const first = event('usage.threshold_reached', { threshold: 80, member: 'ada' })
    const other = event('usage.threshold_reached', { threshold: 80, member: 'ben' }, { occurredAt: at + 1 })
    expect(causes(first).slice(1)).toEqual(causes(other).slice(1))
    expect(causes(first)[0]).toBe(first.id)
    expect(causes(other)[0]).toBe(other.id)
  })

  it('another hour, another percentage, another feature, or a refusal is another message', () => {
    const all = [
      event('usage.threshold_reached', { threshold: 80 }),
      event('usage.threshold_reached', { threshold: 90 }),
      event('usage.threshold_reached', { threshold: 80 }, { subject: 'seats' }),
      event('usage.threshold_reached', { threshold: 80 }, { occurredAt: at + 30 * 60_000 }),
      event('usage.refused'),
    ]
    expect(new Set(all.map((one) => causes(one)[2])).size).toBe(all.length)
  })
})

describe('letters', () => {
  const letterFor = (type: string, payload: object) =>
    targets(planDeliveries(event(type, { ...payload }), audiences([], { billing: ['pay@example.com'] })))

  it('a suspension is told once, and its end; what an ended trial closes is not', () => {
    const open = { level: 'full', reason: 'ok', unpaid: false }
    const unpaid = { level: 'blocked', reason: 'payment_required', unpaid: true }
    const inactive = { ...unpaid, reason: 'subscription_inactive' }
    const limited = { ...inactive, level: 'limited' }
    const byHand = { level: 'read_only', reason: 'tenant_suspended', unpaid: false }
    const expired = { level: 'blocked', reason: 'trial_expired', unpaid: false }
    const neverPaid = { level: 'blocked', reason: 'payment_required', unpaid: false }
    const change = (from: typeof open, to: typeof open) =>
      letterFor('access.changed', {
        ...to,
        previousLevel: from.level,
        previousReason: from.reason,
        previouslyUnpaid: from.unpaid,
      })
    expect(change(open, unpaid)).toEqual(['mail pay@example.com'])
    expect(change(open, inactive)).toEqual(['mail pay@example.com'])
    expect(change(open, limited)).toEqual(['mail pay@example.com'])
    expect(change(limited, unpaid)).toEqual(['mail pay@example.com'])
    expect(change(limited, open)).toEqual(['mail pay@example.com'])
    expect(change(open, neverPaid)).toEqual([])
    expect(change(neverPaid, open)).toEqual([])
    expect(change(unpaid, byHand)).toEqual([])
    expect(change(byHand, open)).toEqual(['mail pay@example.com'])
    expect(change(open, expired)).toEqual([])
    expect(change(expired, open)).toEqual([])
  })
})
