/**
 * Giving money back.
 *
 * Owns: how much of a receipt can be given back and for what, and the states of a refund. Does not own: the credit notes
 * (`invoices/credit.ts`), asking the provider.
 * Invariant: refunds of a receipt that haven't failed never exceed it, less what is disputed of it or was lost that way: no
 * payer gets the same money twice. What failed, even after it had succeeded, is the
 * customer's balance; it can be paid out again from there.
 */
import { Refusal } from '../../refusal.ts'
import { changeBalance, replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import { creditBalanceEvent, type NewId } from '../invoices/documents.ts'
import type { LedgerEntry, Posting } from '../ledger/model.ts'
import { entry, paidOutPostings, refundedPostings, refundFailedPostings } from '../ledger/postings.ts'
import type { Instant } from '../time/index.ts'
import type { Receipt, Refund, RefundOutcome } from './model.ts'

/** What a refund may give back, in this order; `invoice` null: from the customer's balance. */
export interface RefundTarget {
  invoice: string | null
  mostMinor: number
}

/** What of a receipt can still be given back, whatever it paid. */
export function leftToRefundMinor(receipt: Receipt): number {
  return Math.max(receipt.amountMinor - receipt.refundedMinor - receipt.disputedMinor, 0)
}

/** What of a receipt has not been given back of each invoice that it paid, and of what went to the balance. */
export function refundTargets(receipt: Receipt, refunds: readonly Refund[]): RefundTarget[] {
  const given = refunds
    .filter(({ receipt: of, status }) => of === receipt.id && status !== 'failed')
    .flatMap(({ parts }) => parts)
  const leftOf = (invoice: string | null, amountMinor: number) =>
    given
      .filter((part) => part.invoice === invoice)
      .reduce((left, part) => left - part.amountMinor, amountMinor)
  const targets = [
    ...receipt.allocations.map(({ invoice, amountMinor }) => ({
      invoice,
      mostMinor: leftOf(invoice, amountMinor),
    })),
    { invoice: null, mostMinor: leftOf(null, receipt.toBalanceMinor) },
  ]
  let left = leftToRefundMinor(receipt)
  return targets.flatMap(({ invoice, mostMinor }) => {
    const most = Math.min(mostMinor, left)
    left -= Math.max(most, 0)
    return most > 0 ? { invoice, mostMinor: most } : []
  })
}

/**
 * Which target gives back how much.
 *
 * @param amountMinor null: all there is
 * @throws Refusal `refund_too_much`
 */
export function splitRefund(amountMinor: number | null, targets: readonly RefundTarget[]): RefundTarget[] {
  const availableMinor = targets.reduce((sum, { mostMinor }) => sum + mostMinor, 0)
  const wanted = amountMinor ?? availableMinor
  if (wanted > availableMinor || availableMinor === 0) {
    throw new Refusal('refund_too_much', { param: 'amountMinor', values: { available: availableMinor } })
  }
  let left = wanted
  return targets.flatMap(({ invoice, mostMinor }) => {
    const part = Math.min(left, mostMinor)
    left -= part
    return part > 0 ? { invoice, mostMinor: part } : []
  })
}

export interface NewRefund {
  receipt: string
  parts: Refund['parts']
  reason: string
}

/** Writes down that it is to be given back; a job asks the provider. Credit notes of its parts are finalised before. */
export function createRefund(
  change: CustomerChange,
  { receipt: id, parts, reason }: NewRefund,
  newId: NewId,
): { change: CustomerChange; refund: Refund } {
  const { state } = change
  const receipt = receiptOf(state.money as CustomerMoney, id)
  const refund: Refund = {
    id: newId('re'),
    receipt: id,
    parts,
    amountMinor: parts.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    currency: receipt.currency,
    status: 'created',
    reason,
    transaction: null,
    failure: null,
    createdAt: state.now,
    endedAt: null,
  }
  const events: DomainEvent[] = [refundEvent('refund.created', refund, state.now)]
  let money = counted(state.money as CustomerMoney, refund, 1)
  money = { ...money, refunds: [...money.refunds, refund] }
  const fromBalanceMinor = parts.reduce(
    (sum, part) => sum + (part.invoice === null ? part.amountMinor : 0),
    0,
  )
  if (fromBalanceMinor > 0) {
    money = changeBalance(money, refund.currency, -fromBalanceMinor)
    money = withEntry(money, refund, 'paid_out', paidOutPostings(fromBalanceMinor), state.now, newId)
    events.push(creditBalanceEvent(money, refund.currency, -fromBalanceMinor, state.now))
  }
  return { change: { ...change, state: { ...state, money }, events: [...change.events, ...events] }, refund }
}

/** The states of a refund: what was believed to have succeeded can still fail; what has failed stays so. */
const transitions: Record<Refund['status'], readonly Refund['status'][]> = {
  created: ['started', 'pending', 'succeeded', 'failed'],
  started: ['pending', 'succeeded', 'failed'],
  pending: ['succeeded', 'failed'],
  succeeded: ['failed'],
  failed: [],
}

/** The refund as it goes to the provider; null where that has happened. */
export function startRefund(refund: Refund): Refund | null {
  return refund.status === 'created' ? { ...refund, status: 'started' } : null
}

/** What the provider says of a refund. The same change where that is nothing new. */
export function recordRefundOutcome(
  change: CustomerChange,
  refund: Refund,
  outcome: RefundOutcome,
  newId: NewId,
): CustomerChange {
  if (outcome.status === 'unknown' || !transitions[refund.status].includes(outcome.status)) return change
  const { state } = change
  const { now } = state
  const { provider } = receiptOf(state.money as CustomerMoney, refund.receipt)
  const moved: Refund = {
    ...refund,
    status: outcome.status,
    transaction: outcome.transaction ?? refund.transaction,
    failure: outcome.status === 'failed' ? outcome.reason : null,
    endedAt: outcome.status === 'pending' ? null : now,
  }
  let money = replaceRefund(state.money as CustomerMoney, moved)
  const events: DomainEvent[] = []
  if (moved.status === 'succeeded') {
    money = withEntry(money, moved, 'succeeded', refundedPostings(provider, moved.amountMinor), now, newId)
    events.push(refundEvent('refund.succeeded', moved, now))
  }
  if (moved.status === 'failed') {
    const hadLeft = refund.status === 'succeeded'
    const lines = refundFailedPostings(provider, moved.amountMinor, hadLeft)
    money = withEntry(counted(money, moved, -1), moved, 'failed', lines, now, newId)
    money = changeBalance(money, moved.currency, moved.amountMinor)
    events.push(
      refundEvent('refund.failed', moved, now),
      creditBalanceEvent(money, moved.currency, moved.amountMinor, now),
    )
  }
  return { ...change, state: { ...state, money }, events: [...change.events, ...events] }
}

export function replaceRefund(money: CustomerMoney, refund: Refund): CustomerMoney {
  return { ...money, refunds: money.refunds.map((each) => (each.id === refund.id ? refund : each)) }
}

/** Counts it on its receipt and its invoices, or no longer. */
function counted(money: CustomerMoney, refund: Refund, sign: 1 | -1): CustomerMoney {
  let next = money
  for (const { invoice: id, amountMinor } of refund.parts) {
    const invoice = next.invoices.find((each) => each.id === id)
    if (invoice === undefined) continue
    next = replaceInvoice(next, {
      ...invoice,
      refundedMinor: invoice.refundedMinor + sign * amountMinor,
    })
  }
  const receipts = next.receipts.map((each) =>
    each.id === refund.receipt
      ? { ...each, refundedMinor: each.refundedMinor + sign * refund.amountMinor }
      : each,
  )
  return { ...next, receipts }
}

/** @throws Error for an id that the state doesn't hold: the caller has looked it up. */
function receiptOf({ receipts }: CustomerMoney, id: string): Receipt {
  const receipt = receipts.find((each) => each.id === id)
  if (receipt === undefined) throw new Error(`Receipt ${id} is not in the state`)
  return receipt
}

function withEntry(
  money: CustomerMoney,
  { id, currency, parts }: Refund,
  kind: string,
  lines: Posting[],
  occurredAt: Instant,
  newId: NewId,
): CustomerMoney {
  const invoice = parts[0]?.invoice ?? null
  const header = { id: newId('le'), cause: `refund:${id}:${kind}`, kind: `refund.${kind}`, currency, invoice }
  const made: LedgerEntry | null = entry({ ...header, occurredAt }, lines)
  return made === null ? money : { ...money, entries: [...money.entries, made] }
}

function refundEvent(
  type: 'refund.created' | 'refund.succeeded' | 'refund.failed',
  { id, receipt, currency, amountMinor, parts, reason, failure }: Refund,
  occurredAt: Instant,
): DomainEvent {
  return {
    type,
    subject: id,
    payload: {
      refund: id,
      payment: receipt,
      currency,
      amountMinor,
      reason,
      invoices: parts.flatMap(({ invoice }) => invoice ?? []),
      ...(failure === null ? {} : { failure }),
    },
    occurredAt,
  }
}
