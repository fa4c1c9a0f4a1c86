import { describe, expect, it } from 'vitest'
import { Refusal } from '../../refusal.ts'
import { type SubscriptionEvent, transition, transitions } from './transitions.ts'
import type { SubscriptionStatus } from './model.ts'

const statuses = Object.keys(transitions) as SubscriptionStatus[]
const events: SubscriptionEvent[] = [
  'start_trial',
  'start',
  'await_activation',
  'activate',
  'expire',
  'pause',
  'resume',
  'cancel',
]

describe('the lifecycle of a subscription', () => {
  const allowed = [
    'scheduled start_trial trialing',
    'scheduled start active',
    'scheduled await_activation incomplete',
    'scheduled cancel canceled',
    'incomplete activate active',
    'incomplete cancel canceled',
    'incomplete expire expired',
    'trialing activate active',
    'trialing expire expired',
    'trialing cancel canceled',
    'active pause paused',
    'active cancel canceled',
    'active expire expired',
    'paused resume active',
    'paused cancel canceled',
    'paused expire expired',
  ]

  it.each(allowed)('%s', (row) => {
    const [status, event, next] = row.split(' ') as [
      SubscriptionStatus,
      SubscriptionEvent,
      SubscriptionStatus,
    ]
    expect(transition(status, event)).toBe(next)
  })

  it('has no other step', () => {
    for (const status of statuses) {
      for (const event of events) {
        if (allowed.some((row) => row.startsWith(`${status} ${event} `))) continue
        expect(() => transition(status, event), `${status} ${event}`).toThrow(Refusal)
      }
    }
  })

  it('ends for good', () => {
    expect(transitions.canceled).toEqual({})
    expect(transitions.expired).toEqual({})
  })
})
