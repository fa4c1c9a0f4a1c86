import { Refusal } from '../../refusal.ts'
import type { CustomerMoney } from '../customers/money.ts'
import type { Instant } from '../time/index.ts'
import { supersedeAttempt } from './attempts.ts'
import { OPEN_ATTEMPTS, type AttemptStatus, type PaymentAttempt } from './model.ts'

/** The provider is being asked at this moment, or nobody knows what it answered. */
const ASKED: readonly AttemptStatus[] = ['started', 'unknown']

/** Whether a charge of an invoice can't be told from one that has happened. */
export function isBeingAsked({ attempts }: Pick<CustomerMoney, 'attempts'>, invoice: string): boolean {
  return attempts.some((each) => each.invoice === invoice && isAsked(each))
}

export function isAsked({ status }: Pick<PaymentAttempt, 'status'>): boolean {
  return ASKED.includes(status)
}

/**
 * What is under way for an invoice is given up: prompts and links that are out, charges nobody has begun. What is paid to
 * them nevertheless still lands.
 *
 * @throws Refusal `payment_in_flight` while a charge can't be told from one that has happened
 */
export function stopAttempts(money: CustomerMoney, invoice: string, now: Instant): CustomerMoney {
  const open = money.attempts.filter(
    (each) => each.invoice === invoice && OPEN_ATTEMPTS.includes(each.status),
  )
  if (open.length === 0) return money
  if (open.some(isAsked)) {
    throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
  }
  const attempts = money.attempts.map((each) =>
    open.includes(each) ? (supersedeAttempt(each, now) ?? each) : each,
  )
  return { ...money, attempts }
}
