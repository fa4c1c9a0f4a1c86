import type { PaidEffect } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import { OPEN_ATTEMPTS } from './model.ts'
import { supersedeAttempt } from './attempts.ts'

/** The single effects of one that has several. */
export function effectsOf(effect: PaidEffect): Exclude<PaidEffect, { type: 'all' }>[] {
  return effect.type === 'all' ? effect.effects : [effect]
}

/** Drafts whose payment was to activate a subscription go away with it; what is paid to them late is the balance. */
export function dropOrders(change: CustomerChange, subscription: number): CustomerChange {
  const { state } = change
  const { money } = state
  if (money === null) return change
  const dropped = new Set(
    money.invoices
      .filter(({ id, status }) => {
        const effect = money.effects.get(id)
        const single = effect === undefined ? [] : effectsOf(effect)
        return (
          status === 'draft' &&
          single.some((each) => each.type === 'activate' && each.subscription === subscription)
        )
      })
      .map(({ id }) => id),
  )
  const attempts = money.attempts.map((each) =>
    dropped.has(each.invoice) && OPEN_ATTEMPTS.includes(each.status)
      ? (supersedeAttempt(each, state.now) ?? each)
      : each,
  )
  const invoices = money.invoices.filter(({ id }) => !dropped.has(id))
  return { ...change, state: { ...state, money: { ...money, invoices, attempts } } }
}
