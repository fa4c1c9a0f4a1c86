/** What the simulator says, in our words. */
import type { ChargeOutcome, IncomingMoney, RefundOutcome } from '../../../domain/payments/model.ts'
import type { AttachedMethod, AttachOutcome, ProviderEvent, TakenPayment } from '../../payments.ts'
import { readAmount } from './amounts.ts'
import type { WireCharge, WirePayment } from './charges.ts'
import type { WireDispute } from './disputes.ts'
import type { WireMethod, WireSetup } from './methods.ts'
import type { WireRefund } from './refunds.ts'

export type WireEvent = { id: string; at: number } & (
  | { type: 'charge.updated'; data: WireCharge }
  | { type: 'payment.received'; data: WirePayment & { charge: string; currency: string } }
  | { type: 'refund.updated'; data: WireRefund }
  | { type: 'dispute.updated'; data: WireDispute }
  | {
      type: 'method.updated'
      data: WireMethod & { setup: string; change: 'attached' | 'updated' | 'detached' }
    }
)

export interface WirePayments {
  payments: (WirePayment & { charge: string; currency: string })[]
  after: string | null
}

export function readPayment({
  charge,
  currency,
  at,
  ...money
}: WirePayments['payments'][number]): TakenPayment {
  return { key: charge, currency, ...moneyOf({ ...money, at }, currency), receivedAt: at }
}

export function chargeOutcome(charge: WireCharge): ChargeOutcome {
  switch (charge.status) {
    case 'succeeded': {
      const [first, ...further] = charge.payments.map((payment) => moneyOf(payment, charge.currency))
      if (first === undefined) return { status: 'unknown', reason: 'payment_missing' }
      return { status: 'succeeded', ...first, ...(further.length > 0 ? { further } : {}) }
    }
    case 'declined':
      return { status: 'declined', ...(charge.decline ?? { kind: 'soft', reason: 'declined' }) }
    case 'pending':
      return { status: 'pending', transaction: charge.id, url: charge.url, expiresAt: charge.expiresAt }
    case 'action_needed': {
      const { id: transaction, url, expiresAt } = charge
      return url === null
        ? { status: 'unknown', reason: 'url_missing' }
        : { status: 'action_needed', transaction, url, expiresAt }
    }
    case 'expired':
    case 'canceled':
      return { status: charge.status }
    default:
      return { status: 'unknown', reason: `status_${String(charge.status)}` }
  }
}

function moneyOf({ transaction, amount, fee, at }: WirePayment, currency: string): IncomingMoney {
  const feeMinor = amountOf(fee, currency)
  const amountMinor = amountOf(amount, currency)
  return { transaction, amountMinor, receivedAt: at, ...(feeMinor === 0 ? {} : { feeMinor }) }
}

function amountOf(text: string, currency: string): number {
  const amountMinor = readAmount(text, currency)
  if (amountMinor === null) throw new Error(`The simulator says "${text}" for an amount of ${currency}`)
  return amountMinor
}

export function refundOutcome({ status, id, failure }: WireRefund): RefundOutcome {
  switch (status) {
    case 'pending':
    case 'succeeded':
      return { status, transaction: id }
    case 'failed':
      return { status, transaction: id, reason: failure ?? 'failed' }
    default:
      return { status: 'unknown', reason: `status_${String(status)}` }
  }
}

export function setupOutcome({ status, method, url, expiresAt }: WireSetup): AttachOutcome {
  if (status === 'declined') return { status, reason: 'card_declined' }
  if (method !== null) return { status: 'attached', ...attachedMethod(method) }
  if (url !== null) return { status: 'action_needed', url, expiresAt }
  return { status: 'unknown', reason: `status_${status}` }
}

const attachedMethod = ({ token, kind, label, expires, silent }: WireMethod): AttachedMethod => ({
  token,
  kind,
  label,
  expires,
  silent,
})

export function readEvent(event: WireEvent): ProviderEvent {
  const base = { id: event.id, occurredAt: event.at }
  switch (event.type) {
    case 'charge.updated':
      return { ...base, type: 'charge', key: event.data.key, outcome: chargeOutcome(event.data) }
    case 'payment.received': {
      return { ...base, type: 'receipt', ...readPayment(event.data) }
    }
    case 'refund.updated':
      return { ...base, type: 'refund', key: event.data.key, outcome: refundOutcome(event.data) }
    case 'dispute.updated': {
      const { id, amount, withdrawn, ...rest } = event.data
      const amountMinor = amountOf(amount, rest.currency)
      const withdrawnMinor = amountOf(withdrawn, rest.currency)
      return { ...base, type: 'dispute', dispute: id, ...rest, amountMinor, withdrawnMinor }
    }
    default: {
      const { setup, change, ...method } = event.data
      const isGone = change === 'detached'
      return {
        ...base,
        type: 'method',
        key: setup,
        token: method.token,
        change,
        method: isGone ? null : attachedMethod(method),
      }
    }
  }
}
