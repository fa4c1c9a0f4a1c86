import type { OperationContext, UsageContext } from '../../context.ts'
import { liveSubscription, type CustomerState } from '../../domain/customers/state.ts'
import type { CustomerMoney, PaidEffect } from '../../domain/customers/money.ts'
import { finaliseInvoice } from '../../domain/invoices/finalise.ts'
import { firstPeriodLines } from '../../domain/invoices/first-period.ts'
import type { LineDraft } from '../../domain/invoices/model.ts'
import { WHOLE } from '../../domain/invoices/proration.ts'
import { requireTopUp, topUpCurrency, topUpLine } from '../../domain/invoices/order-lines.ts'
import type { PaymentMethod } from '../../domain/payments/model.ts'
import { isCovered, writeOrder } from '../../domain/payments/order.ts'
import { PAYABLE_MS } from '../../domain/subscriptions/due.ts'
import { endUnpaidOrder } from '../../domain/subscriptions/give-way.ts'
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
import { collectionTools, withPaidEffects } from '../collection/tools.ts'
import { changeCustomer, idsOf, type Decision } from '../customers/command.ts'
import { takeNumber } from '../invoices/number.ts'
import { saveAttached } from '../payments/attach-method.ts'
import { runOperation } from '../run.ts'
import { decideNew } from '../subscriptions/create.ts'
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
 * Opens a page where a customer pays for what the server has priced. A subscription so begun waits for the payment, a day
 * long, or until another page is opened.
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
  const { setup, customerKey: customer, kind, successUrl: returnUrl } = session
  const outcome = await provider.attach({ key: setup, customer, kind, instrument: null, returnUrl })
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
  const setup = { customer, id: session.setup, provider, isDefault: true, isFallback: false }
  await insertPaymentSetup(ctx.tx, ctx.environment.id, setup, createdAt)
  return session.id
}

async function decideOrdered(ctx: OperationContext, state: CustomerState, command: CreateCheckout) {
  const started = await startSubscription(ctx, state, command)
  const { subscription } = started
  const lines: LineDraft[] = []
  const effects: Exclude<PaidEffect, { type: 'all' }>[] = []
  if (subscription !== null) {
    lines.push(...firstPeriodLines(subscription, state.customer.timeZone).lines)
    effects.push({ type: 'activate', subscription: subscription.number })
  }
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
    period: null,
    discountShare: subscription === null ? null : WHOLE,
    currency: currency ?? '',
    onPaid: { type: 'all' as const, effects },
  }
  const newIds = idsOf(ctx)
  const written = writeOrder(started.change, order, newIds)
  if (written === null) throw nothingOrdered()
  const { invoice, change } = written
  if (command.totalMinor !== null && command.totalMinor !== invoice.totalMinor) {
    const values = { sent: command.totalMinor, total: invoice.totalMinor }
    throw new Refusal('total_mismatch', { param: 'totalMinor', values })
  }
  const decision = await withPaymentWhereCovered(ctx, state, change, invoice)
  return { invoice, subscription: subscription?.id ?? null, decision }
}

async function startSubscription(ctx: OperationContext, state: CustomerState, command: CreateCheckout) {
  const { plan, addOns, bundles } = command
  if (plan === null) {
    if (addOns.length + bundles.length > 0 || command.topUps.length === 0) throw nothingOrdered()
    return { change: { state, events: [] }, subscription: null }
  }
  const id = newId('sub', ctx.environment.mode === 'live', ctx.clock.now())
  const fields = {
    authority: 'engine' as const,
    activation: 'payment' as const,
    startAt: null,
    trialDays: 0,
    metadata: {},
  }
  const change: Decision = await decideNew(ctx, id, { ...command, plan, ...fields })(state)
  const subscription = change.state.subscriptions.find((each) => each.id === id)
  // bought again while live: that changes what runs, which no page can do before it is paid
  if (subscription === undefined)
    throw new Refusal('subscription_exists', {
      param: 'customer',
      values: { customer: state.customer.key, subscription: liveSubscription(state)?.id ?? '' },
    })
  await keepCatalogItem(ctx.tx, subscription.plan.item)
  return { change, subscription }
}

/** What costs nothing, or what the customer's balance covers, needs no page. */
async function withPaymentWhereCovered(
  ctx: OperationContext,
  before: CustomerState,
  change: Decision,
  invoice: Parameters<typeof isCovered>[1],
): Promise<Decision> {
  if (!isCovered(change.state.money as CustomerMoney, invoice)) return change
  const number = await takeNumber(ctx, change.state, invoice)
  const paid = finaliseInvoice(change, invoice, number, idsOf(ctx))
  return withPaidEffects(ctx, before, paid, await collectionTools(ctx, paid.state))
}

function nothingOrdered(): Refusal {
  const message = 'Order a plan (with its add-ons), or top-ups, or both.'
  return new Refusal('invalid_request', { param: 'plan', errors: [{ param: 'plan', message }] })
}
