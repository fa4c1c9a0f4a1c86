/** Ways to pay come and go. Invariant: of a customer's methods at most one is the default, and at most one the fallback. */
import type { CustomerMoney } from '../customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import { isNegligible } from '../dunning/negligible.ts'
import type { NewId } from '../invoices/documents.ts'
import type { Invoice } from '../invoices/model.ts'
import { policiesOf } from '../invoices/policies.ts'
import { Refusal } from '../../refusal.ts'
import { usableMethods } from './choose-method.ts'
import { attemptInFlight, startCollecting } from './collect.ts'
import { expiryWarningAt } from './expiry.ts'
import type { PaymentMethod } from './model.ts'

/**
 * Adds a method, and tries it at once on invoices that are charged automatically and of which nothing is under way: their
 * payment failed, or brought in a part, or found nothing to charge. It is the default
 * where there is none, and where it was added because that doesn't pay.
 */
export function attachMethod(state: CustomerState, method: PaymentMethod, newId: NewId): CustomerChange {
  const money = state.money as CustomerMoney
  if (money.methods.some(({ id }) => id === method.id)) return unchanged(state)
  const fails = money.invoices.some(({ status, failure }) => status === 'open' && failure !== null)
  const hasDefault = money.methods.some((each) => each.isDefault && each.failedAt === null)
  const isDefault = method.isDefault || !hasDefault || (fails && !method.isFallback)
  const added: PaymentMethod = { ...method, isDefault, isFallback: method.isFallback && !isDefault }
  const others = money.methods.map((each) => inPlaceOf(each, added))
  let change: CustomerChange = {
    state: { ...state, money: { ...money, methods: [...others, added] } },
    events: [methodEvent('payment_method.attached', added, state.now)],
  }
  for (const { id } of money.invoices) {
    const invoice = change.state.money?.invoices.find((each) => each.id === id)
    if (invoice === undefined || !waitsForMethod(state, invoice)) continue
    change = startCollecting(change, invoice, 'new_method', newId, { method: added })
  }
  return change
}

/** What nothing was found to charge for, or a charge has not paid, be it in part. A transfer that is awaited isn't that. */
function waitsForMethod(state: CustomerState, invoice: Invoice): boolean {
  const { id, status, collection, firstFailedAt, attempts } = invoice
  if (status !== 'open' || collection !== 'automatic') return false
  if (firstFailedAt === null && attempts > 0) return false
  const { failure } = policiesOf(state, invoice)
  return attemptInFlight(state.money as CustomerMoney, id) === null && !isNegligible(failure, invoice)
}

/**
 * @throws Refusal `payment_method_not_found`, `payment_method_is_default` for the default as its own fallback,
 * `payment_method_unusable` for one that is passed over when something is charged
 */
export function updateMethod(
  state: CustomerState,
  id: string,
  command: { isDefault?: true | undefined; isFallback?: boolean | undefined },
): CustomerChange {
  const money = state.money as CustomerMoney
  const method = requireMethod(money, id)
  if (command.isDefault === true || command.isFallback === true) requireUsable(state, method)
  const isDefault = command.isDefault ?? method.isDefault
  if (isDefault && command.isFallback === true) {
    throw new Refusal('payment_method_is_default', { param: 'isFallback', values: { method: id } })
  }
  const isFallback = (command.isFallback ?? method.isFallback) && !isDefault
  if (isDefault === method.isDefault && isFallback === method.isFallback) return unchanged(state)
  const changed: PaymentMethod = { ...method, isDefault, isFallback }
  const methods = money.methods.map((each) => (each.id === id ? changed : inPlaceOf(each, changed)))
  return { state: { ...state, money: { ...money, methods } }, events: [] }
}

/** Removes it for good; in the place of a default comes the fallback, else what came last. @throws Refusal `payment_method_not_found` */
export function detachMethod(state: CustomerState, id: string): CustomerChange {
  const money = state.money as CustomerMoney
  const method = requireMethod(money, id)
  const gone = {
    ...method,
    isDefault: false,
    isFallback: false,
    expiryWarningAt: null,
    detachedAt: state.now,
  }
  const others = money.methods
    .filter((each) => each.id !== id && each.detachedAt === null && each.failedAt === null)
    .toSorted((one, other) => other.createdAt - one.createdAt)
  const heir = method.isDefault ? (others.find(({ isFallback }) => isFallback) ?? others[0]) : undefined
  const methods = money.methods.map((each) => {
    if (each.id === id) return gone
    return each === heir ? { ...each, isDefault: true, isFallback: false } : each
  })
  return {
    state: { ...state, money: { ...money, methods } },
    events: [methodEvent('payment_method.detached', gone, state.now)],
  }
}

export function requireMethod(money: CustomerMoney, id: string): PaymentMethod {
  const method = money.methods.find((each) => each.id === id && each.detachedAt === null)
  if (method === undefined) throw new Refusal('payment_method_not_found', { values: { method: id } })
  return method
}

function requireUsable({ money, catalog, customer, now }: CustomerState, method: PaymentMethod): void {
  const { methods } = money as CustomerMoney
  if (usableMethods(methods, catalog.operator.timeZone, now).includes(method)) return
  throw new Refusal('payment_method_unusable', { values: { method: method.id, customer: customer.key } })
}

/** What another one is now, it is no longer. */
function inPlaceOf(
  method: PaymentMethod,
  { isDefault, isFallback }: Pick<PaymentMethod, 'isDefault' | 'isFallback'>,
): PaymentMethod {
  const loses = (isDefault && method.isDefault) || (isFallback && method.isFallback)
  if (!loses) return method
  return {
    ...method,
    isDefault: method.isDefault && !isDefault,
    isFallback: method.isFallback && !isFallback,
  }
}

function methodEvent(
  type: 'payment_method.attached' | 'payment_method.detached' | 'payment_method.expiring',
  { id, label, provider, kind }: PaymentMethod,
  occurredAt: number,
  more: Record<string, unknown> = {},
): DomainEvent {
  return { type, subject: id, payload: { method: id, label, provider, kind, ...more }, occurredAt }
}

/** Announces those that are about to expire, each once. */
export function warnOfExpiry(change: CustomerChange): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const isDue = ({ expiryWarningAt: at }: PaymentMethod) => at !== null && at <= state.now
  const due = money.methods.filter(isDue)
  if (due.length === 0) return change
  const methods = money.methods.map((each) => (isDue(each) ? { ...each, expiryWarningAt: null } : each))
  const events = due.map((method) =>
    methodEvent('payment_method.expiring', method, state.now, { expires: method.expires }),
  )
  return {
    ...change,
    state: { ...state, money: { ...money, methods } },
    events: [...change.events, ...events],
  }
}

/** What its provider now says of it: a card that its bank replaced works again. */
export function refreshMethod(
  state: CustomerState,
  id: string,
  told: Pick<PaymentMethod, 'label' | 'expires' | 'silent'>,
): CustomerChange {
  const money = state.money as CustomerMoney
  const method = requireMethod(money, id)
  const { label, expires, silent } = told
  const isSame = label === method.label && expires === method.expires && silent === method.silent
  if (isSame) return unchanged(state)
  const failedAt = expires === method.expires && label === method.label ? method.failedAt : null
  const warningAt =
    expires === method.expires
      ? method.expiryWarningAt
      : expiryWarningAt(expires, state.catalog.operator.timeZone, state.now)
  const fresh: PaymentMethod = { ...method, label, expires, silent, failedAt, expiryWarningAt: warningAt }
  const methods = money.methods.map((each) => (each.id === id ? fresh : each))
  return { state: { ...state, money: { ...money, methods } }, events: [] }
}
