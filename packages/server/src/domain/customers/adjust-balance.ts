import { Refusal } from '../../refusal.ts'
import { creditBalanceEvent, type NewId } from '../invoices/documents.ts'
import { requireCurrency } from '../money/index.ts'
import { adjustedPostings, entry } from '../ledger/postings.ts'
import { changeBalance, type CustomerMoney } from './money.ts'
import type { CustomerChange, CustomerState } from './state.ts'

export interface AdjustBalance {
  currency: string
  /** Above zero gives, below zero takes. */
  amountMinor: number
  reason: string
}

/**
 * The operator gives credit, or takes it back.
 *
 * @throws Refusal `currency_unknown`; `amount_invalid` for 0; `balance_too_low` for more than there is
 */
export function adjustBalance(
  state: CustomerState,
  { currency, amountMinor, reason }: AdjustBalance,
  newId: NewId,
): CustomerChange {
  requireCurrency(currency)
  const money = state.money as CustomerMoney
  const balanceMinor = money.balances[currency] ?? 0
  if (amountMinor === 0)
    throw new Refusal('amount_invalid', { param: 'amountMinor', values: { why: 'zero' } })
  if (!Number.isSafeInteger(balanceMinor + amountMinor)) {
    throw new Refusal('amount_invalid', { param: 'amountMinor' })
  }
  if (balanceMinor + amountMinor < 0) {
    throw new Refusal('balance_too_low', { param: 'amountMinor', values: { available: balanceMinor } })
  }
  const id = newId('le')
  const header = { id, cause: `adjustment:${id}`, kind: 'balance.adjusted', currency, invoice: null }
  const made = entry({ ...header, occurredAt: state.now }, adjustedPostings(amountMinor))
  const next = changeBalance(money, currency, amountMinor)
  const event = creditBalanceEvent(next, currency, amountMinor, state.now)
  return {
    state: { ...state, money: { ...next, entries: [...next.entries, ...(made === null ? [] : [made])] } },
    events: [{ ...event, payload: { ...event.payload, reason } }],
  }
}
