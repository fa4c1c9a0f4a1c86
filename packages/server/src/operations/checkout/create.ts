import type { OperationContext, UsageContext } from '../../context.ts'
import {
  liveSubscription,
  unchanged,
  type CustomerChange,
  type CustomerState,
} from '../../domain/customers/state.ts'
import type { CustomerMoney, PaidEffect } from '../../domain/customers/money.ts'
import { finaliseInvoice } from '../../domain/invoices/finalise.ts'
import { firstPeriodLines } from '../../domain/invoices/first-period.ts'
import type { LineDraft } from '../../domain/invoices/model.ts'
import { requireTopUp, topUpCurrency, topUpLine } from '../../domain/invoices/order-lines.ts'
import type { PaymentMethod } from '../../domain/payments/model.ts'
import { PAYABLE_MS } from '../../domain/payments/drop-orders.ts'
import { isCovered, writeOrder } from '../../domain/payments/order.ts'
import { takesPurchases } from '../../domain/subscriptions/buy-again.ts'
import { requireGoodStanding } from '../../domain/subscriptions/change.ts'
import { endUnpaidOrder } from '../../domain/subscriptions/give-way.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import type { Span } from '../../domain/time/index.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { keepCatalogItem } from '../../store/catalog.ts'
import {
  findCheckoutSession,
  insertCheckoutSession,
  saveCheckoutUrl,
  type CheckoutSession,
} from '../../store/checkout-sessions.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { insertPaymentSetup } from '../../store/payment-setups.ts'
import { beginOnce } from '../answers/begin-once.ts'
import { changeCustomer, idsOf, type Decision } from '../customers/command.ts'
import { takeNumber } from '../invoices/number.ts'
import { saveAttached } from '../payments/attach-method.ts'
import { totalMismatch } from '../previews/preview.ts'
import { runOperation } from '../run.ts'
import { decideNew, resolvePurchase } from '../subscriptions/create.ts'
import { orderPurchase } from '../subscriptions/decide-purchase.ts'
import { chargeCheckout } from './charge.ts'
import { completeCheckout, loadCheckout, type CheckoutResult } from './get.ts'

export interface CreateCheckout {
  customer: string
  plan: string | null
  interval: string
  currency: string | null
  quantities: Record<string, number>
  addOns: { addOn: string; quantity: number }[]
  bundles: string[]
  coupons: string[]
  topUps: { addOn: string; quantity: number }[]
  totalMinor: number | null
  provider: string
  kind: PaymentMethod['kind']
  successUrl: string
  cancelUrl: string
  idempotencyKey: string | undefined
}

/**
 * Opens a page where a customer pays for what the server has priced. A subscription so begun, or bought again, waits for
 * the payment, a day long, or until another page is opened.
 *
 * @throws Refusal `total_mismatch` with both figures, `payment_provider_unknown`, `payment_in_flight` while the charge of
 * an earlier page is carried out, and what subscribing refuses
 */
export async function createCheckout(ctx: UsageContext, command: CreateCheckout): Promise<CheckoutResult> {
  const provider = ctx.payments.provider(command.provider, ctx.environment)
  const { idempotencyKey: key, ...body } = command
  const session = await runOperation(ctx, ctx, async (own) => {
    const customer = await lockCustomer(own.tx, own.environment.id, command.customer)
    const { reference } = await beginOnce(own, { customer, verb: 'checkout', key, body }, () =>
      begin(own, customer, command),
    )
    return (await findCheckoutSession(own.tx, own.environment.id, reference)) as CheckoutSession
  })
  const begun = await runOperation(ctx, { ...ctx, readOnly: true }, (own) => loadCheckout(own, session.id))
  if (begun.status !== 'open' || session.url !== null) return begun
  const { setup, customerKey: customer, locale: language, kind, successUrl: returnUrl } = session
  const asked = { key: setup, customer, kind, instrument: null, language, returnUrl }
  const outcome = await provider.attach(asked)
  if (outcome.status === 'declined') {
    throw new Refusal('payment_method_declined', { values: { reason: outcome.reason } })
  }
  await runOperation(ctx, ctx, async (own) => {
    if (outcome.status === 'action_needed') {
      await saveCheckoutUrl(own.tx, own.environment.id, session, outcome.url)
    }
    if (outcome.status === 'attached') {
      const { token, label, expires, silent } = outcome
      const attached = { id: setup, provider: provider.name, token, kind, label, expires, silent }
      await saveAttached(own, session.customer, attached, { isDefault: true, isFallback: false })
      await chargeCheckout(own, session.customer, setup)
    }
  })
  return outcome.status === 'attached'
    ? completeCheckout(ctx, session.id, session.customerKey)
    : runOperation(ctx, { ...ctx, readOnly: true }, (own) => loadCheckout(own, session.id))
}

/** @returns the id of the session */
async function begin(ctx: OperationContext, customer: number, command: CreateCheckout): Promise<string> {
  const ids = idsOf(ctx)
  const { provider, kind, successUrl, cancelUrl } = command
  const session = { id: ids('cs'), setup: ids('pm'), provider, kind, successUrl, cancelUrl }
  const createdAt = ctx.clock.now()
  if (command.plan !== null) await changeCustomer(ctx, customer, endUnpaidOrder)
  await changeCustomer(ctx, customer, async (state) => {
    const ordered = await decideOrdered(ctx, state, command)
    const { invoice, subscription, decision } = ordered
    await insertCheckoutSession(ctx.tx, ctx.environment.id, {
      ...session,
      customer,
      invoice: invoice.id,
      subscription,
      url: null,
      currency: invoice.currency,
      totalMinor: invoice.totalMinor,
      createdAt,
      expiresAt: createdAt + PAYABLE_MS,
    })
    return decision
  })
  const setup = { customer, id: session.setup, provider, isDefault: true, isFallback: false, pays: null }
  await insertPaymentSetup(ctx.tx, ctx.environment.id, setup, createdAt)
  return session.id
}

async function decideOrdered(ctx: OperationContext, state: CustomerState, command: CreateCheckout) {
  const started = await startSubscription(ctx, state, command)
  const { subscription } = started
  const lines = [...started.lines]
  const effects = [...started.effects]
  let currency = subscription?.currency ?? null
  for (const { addOn: key, quantity } of command.topUps) {
    const addOn = requireTopUp(state.catalog, key, 'topUps')
    const wanted = [currency, command.currency, liveSubscription(state)?.currency, state.customer.currency]
    currency ??= topUpCurrency(addOn, wanted)
    lines.push(topUpLine(addOn, quantity, currency))
    effects.push({ type: 'top_up', addOn: addOn.item, version: addOn.version, quantity })
    await keepCatalogItem(ctx.tx, addOn.item)
  }
  const order = {
    lines,
    reason: subscription === null ? ('top_up' as const) : ('change' as const),
    subscription,
    period: started.period,
    opensPeriod: subscription !== null,
    currency: currency ?? '',
    onPaid: { type: 'all' as const, effects },
  }
  const newIds = idsOf(ctx)
  const written = writeOrder(started.change, order, newIds)
  if (written === null) throw nothingOrdered()
  const { invoice, change } = written
  if (command.totalMinor !== null && command.totalMinor !== invoice.totalMinor) {
    const { subtotalMinor, discountMinor, taxMinor, totalMinor } = invoice
    const actual = { currency: invoice.currency, subtotalMinor, discountMinor, taxMinor, totalMinor }
    throw totalMismatch(command.totalMinor, actual)
  }
  const decision = await withPaymentWhereCovered(ctx, change, invoice)
  return { invoice, subscription: subscription?.id ?? null, decision }
}

interface Started {
  /** With what is begun already: a subscription that waits for its payment. */
  change: CustomerChange
  /** As it is once it is paid. */
  subscription: Subscription | null
  lines: LineDraft[]
  effects: Exclude<PaidEffect, { type: 'all' }>[]
  /** What the order opens; null: what is begun with it has that. */
  period: Span | null
}

async function startSubscription(
  ctx: OperationContext,
  state: CustomerState,
  command: CreateCheckout,
): Promise<Started> {
  const { plan, addOns, bundles } = command
  requireGoodStanding(state)
  if (plan === null) {
    if (addOns.length + bundles.length > 0 || command.topUps.length === 0) throw nothingOrdered()
    return { change: unchanged(state), subscription: null, lines: [], effects: [], period: null }
  }
  const fields = {
    authority: 'engine' as const,
    activation: 'payment' as const,
    startAt: null,
    trialDays: 0,
    metadata: {},
  }
  const wanted = { ...command, plan, ...fields }
  const live = liveSubscription(state)
  if (live !== null && takesPurchases(live)) {
    const purchase = resolvePurchase(state, wanted)
    const { change, order } = await orderPurchase(ctx, { state, live, purchase }, command.coupons)
    const { lines, subscription, period, onPaid } = order
    return { change, subscription, lines, effects: [onPaid], period }
  }
  const id = newId('sub', ctx.environment.mode === 'live', ctx.clock.now())
  const change = await decideNew(ctx, id, wanted)(state)
  const subscription = change.state.subscriptions.find((each) => each.id === id) as Subscription
  await keepCatalogItem(ctx.tx, subscription.plan.item)
  const { lines } = firstPeriodLines(subscription, state.customer.timeZone)
  const effects = [{ type: 'activate' as const, subscription: subscription.number }]
  return { change, subscription, lines, effects, period: null }
}

/** What costs nothing, or what the customer's balance covers, needs no page. */
async function withPaymentWhereCovered(
  ctx: OperationContext,
  change: Decision,
  invoice: Parameters<typeof isCovered>[1],
): Promise<Decision> {
  if (!isCovered(change.state.money as CustomerMoney, invoice)) return change
  const number = await takeNumber(ctx, change.state, invoice)
  return finaliseInvoice(change, invoice, number, idsOf(ctx))
}

function nothingOrdered(): Refusal {
  const message = 'Order a plan (with its add-ons), or top-ups, or both.'
  return new Refusal('invalid_request', { param: 'plan', errors: [{ param: 'plan', message }] })
}
