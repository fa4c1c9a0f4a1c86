import { replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import type { NewId } from '../invoices/documents.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'
import { supersedeAttempt } from './attempts.ts'
import { chooseMethod, isPaidByHand, preferredMethod, usableMethods } from './choose-method.ts'
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
 * The attempt whose outcome must be waited for. One that waits for the customer with no end in sight (a bank transfer,
 * a confirmation) is open, but stops neither reminders nor another rail; what is paid to it still lands.
 */
export function attemptInFlight(
  money: Pick<CustomerMoney, 'attempts'>,
  invoice: string,
): PaymentAttempt | null {
  const open = openAttemptOf(money, invoice)
  if (open === null || open.status === 'action_needed') return null
  return open.status === 'pending' && open.expiresAt === null ? null : open
}

/**
 * Writes down that an invoice is to be charged; a job does it. Nothing while another attempt is in flight, or where there
 * is no usable method: then the customer is asked, and dunning covers the rest. One that only waits for the customer is
 * given up for the new one.
 *
 * @param how `method`: the customer's default one, else its fallback, unless told; `returnUrl`: where somebody who confirms goes on
 */
export function startCollecting(
  change: CustomerChange,
  invoice: Invoice,
  trigger: PaymentAttempt['trigger'],
  newId: NewId,
  { method, returnUrl = null }: { method?: PaymentMethod | undefined; returnUrl?: string | null } = {},
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const amountMinor = amountDueMinor(invoice)
  const awaited = openAttemptOf(money, invoice.id)
  const chosen = method ?? methodFor(state, awaited)
  if (chosen === null || amountMinor <= 0 || attemptInFlight(money, invoice.id) !== null) {
    const idle = { ...invoice, nextAttemptAt: null }
    return { ...change, state: { ...state, money: replaceInvoice(money, idle) } }
  }
  const attempt: PaymentAttempt = {
    id: newId('pay'),
    invoice: invoice.id,
    method: chosen.id,
    provider: chosen.provider,
    kind: chosen.kind,
    amountMinor,
    currency: invoice.currency,
    status: 'created',
    trigger,
    transaction: null,
    url: null,
    returnUrl,
    decline: null,
    instructions: null,
    createdAt: state.now,
    startedAt: null,
    endedAt: null,
    expiresAt: null,
  }
  const attempts = invoice.attempts + (trigger === 'automatic' ? 1 : 0)
  const isPlanned = invoice.nextAttemptAt !== null && invoice.nextAttemptAt > state.now
  // what may be paid by hand is waited for beside what is charged
  const nextAttemptAt = isPaidByHand(chosen) && isPlanned ? invoice.nextAttemptAt : null
  const charged: Invoice = { ...invoice, attempts, nextAttemptAt }
  return {
    ...change,
    state: {
      ...state,
      money: {
        ...replaceInvoice(money, charged),
        attempts: [
          ...money.attempts.map((each) =>
            each === awaited ? (supersedeAttempt(each, state.now) ?? each) : each,
          ),
          attempt,
        ],
      },
    },
  }
}

/** Whoever is waited for has had time to confirm: what else the customer chose is charged, where there is anything. */
function methodFor(state: CustomerState, awaited: PaymentAttempt | null): PaymentMethod | null {
  const { methods } = state.money as CustomerMoney
  const usable = usableMethods(methods, state.catalog.operator.timeZone, state.now)
  const others = awaited === null ? [] : usable.filter(({ id }) => id !== awaited.method)
  return preferredMethod(others) ?? chooseMethod(usable)
}
