/**
 * What a change of a subscription costs: the one place where agreements become documents.
 *
 * Owns: a plan that changes, a seat more, a module, an end, a period that opens: all go through here, a preview too; what is
 * billed until when, what waits, what was given back. Does not own: why it changed (`subscriptions/`), which lines that
 * entails (`plan-bills.ts`), discounts, tax and totals (`compose.ts`), collecting (`payments/`, `dunning/`).
 * Invariant: each stretch of time is billed in advance once (`billedUntil`); what the provider renews is billed by the
 * provider.
 */
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { replaceSubscription } from '../customers/state.ts'
import type { CustomerMoney } from '../customers/money.ts'
import { endHeld } from '../discounts/within-period.ts'
import { isLive, type Subscription } from '../subscriptions/model.ts'
import type { Instant } from '../time/index.ts'
import { addDocument, billedBy, type NewId } from './documents.ts'
import type { LineDraft, PendingItem } from './model.ts'
import { waitingUntil } from './module-lines.ts'
import { planBills } from './plan-bills.ts'
import type { Bill } from './planned-bill.ts'
import { takeAlong } from './waiting-lines.ts'

export interface BillOptions {
  /** As of when: the change's own moment, or that of the preview it was agreed on. */
  at: Instant
  newId: NewId
}

/** Adds to a change what it costs. Nothing where money isn't loaded, or nothing is owed. */
export function bill(before: CustomerState, change: CustomerChange, options: BillOptions): CustomerChange {
  let result = change
  for (const next of change.state.subscriptions) {
    const previous = before.subscriptions.find((each) => each.number === next.number) ?? null
    if (previous === next || next.authority === 'provider' || result.state.money === null) continue
    for (const planned of planBills(result.state, result.state.money, previous, next, options.at, change)) {
      result = applyBill(result, next.number, planned, options)
    }
  }
  return result
}

function applyBill(
  change: CustomerChange,
  number: number,
  planned: Bill,
  options: BillOptions,
): CustomerChange {
  const { state } = change
  const { currency, closed } = planned
  const subscription = state.subscriptions.find((each) => each.number === number) as Subscription
  const money = state.money as CustomerMoney
  const closes = planned.closedUntil !== null
  const stopped = planned.stopped.map((line) => ({ ...line, stoppedAt: planned.cutAt ?? options.at }))
  const moved = new Map([...planned.lowered, ...stopped].map((line) => [line.id, line]))
  // what remains of the old currency, or of what has ended, has no next invoice
  const isLast = !isLive(subscription) || subscription.currency !== currency
  const waiting = takeAlong(
    money.items.filter(
      (item) => item.invoice === null && item.currency === currency && planned.takes(item.line),
    ),
    isLast,
    (item) => partUntil(item, subscription, planned.cutAt, state),
  )
  const pending: PendingItem[] = planned.later.map((line) => ({
    id: options.newId('itm'),
    subscription: number,
    currency,
    line,
    createdAt: options.at,
    invoice: null,
  }))
  const prepared: CustomerState = {
    ...replaceSubscription(state, {
      ...subscription,
      billedUntil: planned.billedUntil,
      closedUntil: planned.closedUntil ?? subscription.closedUntil,
    }),
    money: {
      ...money,
      running: money.running.map((line) => moved.get(line.id) ?? line),
      items: [...money.items.filter(({ id }) => !waiting.gone.has(id)), ...pending],
      discounts: planned.period === null ? money.discounts : endHeld(money.discounts, options.at),
      stretches: [...money.stretches, ...closed.stretches],
      overageBilled: [
        ...money.overageBilled,
        ...pending.slice(0, 1).flatMap(({ id }) => billedBy(id, closed.overage)),
      ],
      keptUse: [...money.keptUse, ...waiting.kept],
      usageClosed: money.usageClosed || closes || planned.period !== null,
      unbilled: closes ? null : money.unbilled,
    },
  }
  return addDocument(
    { state: prepared, events: change.events },
    {
      lines: [...planned.now, ...waiting.lines],
      reason: planned.reason,
      subscription,
      period: planned.period,
      replaced: planned.replaced,
      takesAmount: planned.takesAmount,
      currency,
      items: waiting.items,
      // what waits has it
      overage: pending.length === 0 ? closed.overage : [],
    },
    options,
  )
}

/** What waits; of the subscription's own only what has passed, where the rest is given back. */
function partUntil(
  { line, subscription }: PendingItem,
  { number, plan }: Subscription,
  cutAt: Instant | null,
  { customer }: CustomerState,
): LineDraft | null {
  if (cutAt === null || subscription !== number) return line
  return waitingUntil(line, cutAt, plan.policies.proration, customer.timeZone)
}
