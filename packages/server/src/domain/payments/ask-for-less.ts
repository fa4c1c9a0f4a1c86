import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'
import { supersedeAttempt } from './attempts.ts'
import { OPEN_ATTEMPTS, type PaymentAttempt } from './model.ts'
import { isAsked } from './stop-attempts.ts'

/**
 * A charge that asks for more than is due by now is given up: a prompt that is out is called back, one that nobody has begun
 * isn't made. For what is left its invoice is charged anew, within the same try. Whatever a decision was about, it passes
 * here, so that whoever lowers an invoice needn't think of it. One that is being asked for waits for its outcome.
 */
export function askForLess(change: CustomerChange): CustomerChange {
  const { state } = change
  if (state.money === null) return change
  const before = state.money
  const stopped = before.attempts.filter((attempt) => asksTooMuch(before, attempt))
  if (stopped.length === 0) return change
  const attempts = before.attempts.map((each) =>
    stopped.includes(each) ? (supersedeAttempt(each, state.now) ?? each) : each,
  )
  const invoices = before.invoices.map((invoice): Invoice => {
    const attempt = stopped.find((each) => each.invoice === invoice.id)
    if (attempt === undefined || invoice.status !== 'open' || invoice.collection !== 'automatic')
      return invoice
    const tries = invoice.attempts - (attempt.trigger === 'automatic' ? 1 : 0)
    return { ...invoice, attempts: tries, nextAttemptAt: state.now }
  })
  return { ...change, state: { ...state, money: { ...before, attempts, invoices } } }
}

/** An invoice that is about to be lowered: nothing is asked for until it is. */
export function isBeingCredited(money: Pick<CustomerMoney, 'invoices'>, invoice: Invoice): boolean {
  return creditsOf(money, invoice).length > 0
}

/** Credit notes that are written and not issued; one that is of several invoices pays any of them. */
function creditsOf({ invoices }: Pick<CustomerMoney, 'invoices'>, { id, currency }: Invoice): Invoice[] {
  return invoices
    .filter(({ kind, status }) => kind === 'credit_note' && status === 'draft')
    .filter((each) => each.credits === id || (each.credits === null && each.currency === currency))
}

function asksTooMuch(money: CustomerMoney, attempt: PaymentAttempt): boolean {
  const invoice = money.invoices.find(({ id, status }) => id === attempt.invoice && status !== 'draft')
  if (invoice === undefined || !OPEN_ATTEMPTS.includes(attempt.status) || isAsked(attempt)) return false
  if (isInstruction(attempt) && amountDueMinor(invoice) > 0) return false
  const creditedMinor = creditsOf(money, invoice).reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  return attempt.amountMinor > Math.max(amountDueMinor(invoice) - creditedMinor, 0)
}

/** What is quoted with a transfer stays: how much they send is up to the payer. */
function isInstruction({ status, expiresAt, url }: PaymentAttempt): boolean {
  return status === 'pending' && expiresAt === null && url === null
}
