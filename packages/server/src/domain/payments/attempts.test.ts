import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  applyOutcome,
  attemptTransitions,
  moneyIn,
  startAttempt,
  supersedeAttempt,
  transitionAttempt,
} from './attempts.ts'
import type { AttemptEvent } from './attempts.ts'
import { OPEN_ATTEMPTS } from './model.ts'
import type { AttemptStatus, ChargeOutcome, PaymentAttempt } from './model.ts'

const created: PaymentAttempt = {
  id: 'pa_1',
  invoice: 'inv_1',
  method: 'pm_1',
  provider: 'any',
  kind: 'card',
  amountMinor: 1_000,
  currency: 'EUR',
  status: 'created',
  trigger: 'automatic',
  transaction: null,
  url: null,
  returnUrl: null,
  decline: null,
  instructions: null,
  createdAt: 1,
  startedAt: null,
  endedAt: null,
  expiresAt: null,
}
const inState = (status: AttemptStatus): PaymentAttempt => ({ ...created, status, startedAt: 2 })
const paid: ChargeOutcome = { status: 'succeeded', transaction: 't', amountMinor: 1_000 }
const declined: ChargeOutcome = { status: 'declined', kind: 'hard', reason: 'stolen_card' }
const pending: ChargeOutcome = { status: 'pending', transaction: 'p', url: 'https://pay', expiresAt: 9 }
const asked: ChargeOutcome = {
  status: 'action_needed',
  transaction: 'p',
  url: 'https://ask',
  expiresAt: null,
}
const lost: ChargeOutcome = { status: 'unknown', reason: 'timeout' }
const statuses = Object.keys(attemptTransitions) as AttemptStatus[]

describe('the states of an attempt', () => {
  test.each<[AttemptStatus, AttemptEvent, AttemptStatus | null]>([
    ['created', 'start', 'started'],
    ['created', 'succeed', null],
    ['started', 'start', null],
    ['started', 'lose', 'unknown'],
    ['unknown', 'decline', 'declined'],
    ['unknown', 'lose', null],
    ['pending', 'lose', null],
    ['pending', 'expire', 'expired'],
    ['action_needed', 'wait', 'pending'],
    ['expired', 'succeed', 'succeeded'],
    ['superseded', 'succeed', 'succeeded'],
    ['declined', 'wait', null],
    ['succeeded', 'decline', null],
  ])('%s, %s: %s', (status, event, next) => {
    expect(transitionAttempt(status, event)).toBe(next)
  })

  it('believes money in every state in which the provider was asked', () => {
    for (const status of statuses.filter((one) => one !== 'created'))
      expect(applyOutcome(inState(status), paid, 5).status).toBe('succeeded')
  })

  it('is open where something can still be waited for, and nowhere else', () => {
    const waits = statuses.filter((status) => 'supersede' in attemptTransitions[status])
    expect(waits.sort()).toEqual([...OPEN_ATTEMPTS].sort())
  })
})

describe('an attempt', () => {
  it('starts once', () => {
    const started = startAttempt(created, 5) as PaymentAttempt
    expect(started).toMatchObject({ status: 'started', startedAt: 5 })
    expect(startAttempt(started, 6)).toBeNull()
  })

  it('keeps what it knows while it waits, and drops the link at its end', () => {
    const waits = applyOutcome(inState('started'), pending, 5)
    expect(waits).toMatchObject({ status: 'pending', transaction: 'p', url: 'https://pay', expiresAt: 9 })
    expect(waits.endedAt).toBeNull()
    const asks = applyOutcome(waits, asked, 6)
    expect(asks).toMatchObject({ status: 'action_needed', url: 'https://ask', expiresAt: 9 })
    expect(applyOutcome(asks, lost, 7)).toBe(asks)
    expect(applyOutcome(asks, paid, 8)).toMatchObject({
      status: 'succeeded',
      transaction: 't',
      url: null,
      endedAt: 8,
    })
  })

  it('that was declined says why, until it is paid after all', () => {
    const refused = applyOutcome(inState('started'), declined, 5)
    expect(refused).toMatchObject({ status: 'declined', decline: { kind: 'hard', reason: 'stolen_card' } })
    expect(applyOutcome(refused, paid, 6).decline).toBeNull()
  })

  it('that is over is not superseded', () => {
    expect(supersedeAttempt(inState('pending'), 5)).toMatchObject({ status: 'superseded', endedAt: 5 })
    expect(supersedeAttempt(inState('succeeded'), 5)).toBeNull()
    expect(supersedeAttempt(inState('superseded'), 5)).toBeNull()
  })

  it('comes to the same end by any order of the news once it is paid, and the same news twice is no news', () => {
    const news = fc.constantFrom(paid, declined, pending, asked, lost, { status: 'expired' } as const)
    fc.assert(
      fc.property(fc.array(news), fc.array(news), (before, after) => {
        let attempt = inState('started')
        for (const outcome of [...before, paid, ...after]) {
          attempt = applyOutcome(attempt, outcome, 5)
          expect(applyOutcome(attempt, outcome, 6)).toBe(attempt)
        }
        expect(attempt).toMatchObject({ status: 'succeeded', transaction: 't', url: null })
      }),
    )
  })
})

it('each sum that came in is one of its own', () => {
  const further = [{ transaction: 'u', amountMinor: 500 }]
  expect(moneyIn({ ...paid, feeMinor: 3, further } as ChargeOutcome)).toEqual([
    { transaction: 't', amountMinor: 1_000, feeMinor: 3 },
    { transaction: 'u', amountMinor: 500 },
  ])
  expect(moneyIn(pending)).toEqual([])
})
