import { replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import type { NewId } from '../invoices/documents.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'
import { chooseMethod } from './choose-method.ts'
import { OPEN_ATTEMPTS, type PaymentAttempt, type PaymentMethod } from './model.ts'

/** The attempt that is under way for an invoice, over all rails. */
export function openAttemptOf(
  money: Pick<CustomerMoney, 'attempts'>,
  invoice: string,
): PaymentAttempt | null {
  return (
    money.attempts.find((each) => each.invoice === invoice && OPEN_ATTEMPTS.includes(each.status)) ?? null
  )
}

/**
 * Writes down that an invoice is to be charged; a job does it. Nothing while another attempt is under way, or where there
 * is no usable method: then the customer is asked, and dunning covers the rest.
 *
 * @param method default: the customer's default one, else its fallback
 */
export function startCollecting(
  change: CustomerChange,
  invoice: Invoice,
  trigger: PaymentAttempt['trigger'],
  newId: NewId,
  method?: PaymentMethod,
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const amountMinor = amountDueMinor(invoice)
  const chosen = method ?? chooseMethod(money.methods, state.catalog.operator.timeZone, state.now)
  if (chosen === null || amountMinor <= 0 || openAttemptOf(money, invoice.id) !== null) {
    const idle = { ...invoice, nextAttemptAt: null }
    return { ...change, state: { ...state, money: replaceInvoice(money, idle) } }
  }
  const attempt: PaymentAttempt = {
    id: newId('pay'),
    invoice: invoice.id,
    method: chosen.id,
    provider: chosen.provider,
    amountMinor,
    currency: invoice.currency,
    status: 'created',
    trigger,
    transaction: null,
    url: null,
    decline: null,
    createdAt: state.now,
    startedAt: null,
    endedAt: null,
    expiresAt: null,
  }
  const attempts = invoice.attempts + (trigger === 'automatic' ? 1 : 0)
  const charged: Invoice = { ...invoice, attempts, nextAttemptAt: null }
  return {
    ...change,
    state: {
      ...state,
      money: { ...replaceInvoice(money, charged), attempts: [...money.attempts, attempt] },
    },
  }
}
