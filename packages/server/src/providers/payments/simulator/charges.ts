/**
 * What happens to a charge here.
 *
 * Invariant: money that is paid stays paid, however late it comes; each payment has a transaction of its own.
 */
import { DAY_MS, MINUTE_MS } from '../../../domain/time/instant.ts'
import { writeAmount } from './amounts.ts'
import { openDispute } from './disputes.ts'
import { cards } from './instruments.ts'
import { freshId } from './fresh-id.ts'
import type { Change, Charge, Method, Payment } from './world.ts'

/** A prompt on a phone, and a page that confirms a card, can be answered so long. */
const PROMPT_MS = 10 * MINUTE_MS
const CONFIRMATION_MS = DAY_MS

export type NewCharge = Pick<
  Charge,
  'key' | 'amountMinor' | 'currency' | 'token' | 'customer' | 'description' | 'returnUrl'
>

export function createCharge(change: Change, asked: NewCharge, method: Method): Charge {
  const charge: Charge = {
    ...asked,
    id: freshId('ch'),
    status: 'pending',
    decline: null,
    page: null,
    expiresAt: null,
    payments: [],
  }
  const behaviour = cards[method.instrument]?.charge
  if (method.detached) return decline(change, charge, { kind: 'hard', reason: 'method_detached' })
  if (method.expires !== null && method.expires < monthOf(change.now)) {
    return decline(change, charge, { kind: 'hard', reason: 'expired_card' })
  }
  if (behaviour === undefined) return askPayer(change, charge, 'pending', PROMPT_MS)
  if (typeof behaviour === 'object') return decline(change, charge, behaviour)
  if (behaviour === 'authenticate_always' || (behaviour === 'authenticate_once' && !method.authenticated))
    return askPayer(change, charge, 'action_needed', CONFIRMATION_MS)
  return pay(change, charge, charge.amountMinor)
}

/** As cards have it. */
const monthOf = (now: number): string => new Date(now).toISOString().slice(0, 7)

/** Whether this card takes the money and never answers. */
export const isSilent = (method: Method | undefined): boolean =>
  cards[method?.instrument ?? '']?.charge === 'silence'

function askPayer(
  change: Change,
  charge: Charge,
  status: 'pending' | 'action_needed',
  forMs: number,
): Charge {
  const page = freshId('page')
  const expiresAt = change.now + forMs
  change.put('page', page, { account: change.account, type: 'charge', key: charge.key })
  change.put('due', `charge ${change.account} ${charge.key}`, {
    account: change.account,
    at: expiresAt,
    move: { type: 'expire_charge', key: charge.key },
  })
  return save(change, { ...charge, status, page, expiresAt })
}

export function decline(change: Change, charge: Charge, reason: NonNullable<Charge['decline']>): Charge {
  return save(change, { ...charge, status: 'declined', decline: reason })
}

/** Money arrives: in time or late, once or again, all of it or a part. */
export function pay(change: Change, charge: Charge, amountMinor: number): Charge {
  const method = change.get('method', charge.token)
  const instrument = cards[method?.instrument ?? '']
  const payment: Payment = {
    transaction: freshId('txn'),
    amountMinor,
    feeMinor: Math.floor((amountMinor * (instrument?.feePerMille ?? 0)) / 1_000),
    at: change.now,
  }
  if (method !== undefined && charge.status === 'action_needed')
    change.put('method', method.token, { ...method, authenticated: true })
  change.put('payment', payment.transaction, { charge: charge.key })
  const payments = [...charge.payments, payment]
  const paid = save(change, { ...charge, status: 'succeeded', decline: null, payments })
  change.emit('payment.received', {
    charge: charge.key,
    currency: charge.currency,
    ...presentPayment(payment, charge.currency),
  })
  if (instrument?.disputed === true) openDispute(change, paid, payment, 'fraudulent', amountMinor)
  return paid
}

/** The payer says no. */
export function refuse(change: Change, charge: Charge): Charge {
  if (charge.status !== 'pending' && charge.status !== 'action_needed') return charge
  const reason = charge.status === 'pending' ? 'refused_by_payer' : 'authentication_failed'
  return decline(change, charge, { kind: 'soft', reason })
}

/** Whoever asks calls it back, or its time is over. */
export function endUnpaid(change: Change, charge: Charge, status: 'canceled' | 'expired'): Charge {
  const isOpen = charge.status === 'pending' || charge.status === 'action_needed'
  return isOpen ? save(change, { ...charge, status }) : charge
}

function save(change: Change, charge: Charge): Charge {
  change.put('charge', charge.key, charge)
  change.emit('charge.updated', presentCharge(charge, change.url))
  return charge
}

export function presentCharge(charge: Charge, url: string) {
  const isOpen = charge.status === 'pending' || charge.status === 'action_needed'
  return {
    key: charge.key,
    id: charge.id,
    status: charge.status,
    amount: writeAmount(charge.amountMinor, charge.currency),
    currency: charge.currency,
    customer: charge.customer,
    decline: charge.decline,
    url: isOpen && charge.page !== null ? `${url}/pay/${charge.page}` : null,
    expiresAt: charge.expiresAt,
    payments: charge.payments.map((payment) => presentPayment(payment, charge.currency)),
  }
}

export const presentPayment = (payment: Payment, currency: string) => ({
  transaction: payment.transaction,
  amount: writeAmount(payment.amountMinor, currency),
  fee: writeAmount(payment.feeMinor, currency),
  at: payment.at,
})

export type WireCharge = ReturnType<typeof presentCharge>
export type WirePayment = ReturnType<typeof presentPayment>
