import type { UsageContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { refuseState } from '../../domain/invoices/refuse-state.ts'
import { attemptInFlight } from '../../domain/payments/collect.ts'
import { givesNothing, isPayable } from '../../domain/payments/orders-in-part.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { changeCustomer } from '../customers/command.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { loadInvoice } from '../../store/invoices.ts'
import { insertPaymentSetup } from '../../store/payment-setups.ts'
import { runOperation } from '../run.ts'
import { waysToPay, type WayToPay } from './ways-to-pay.ts'

/** Where the payer goes on after the provider's page: to the invoice, by way of what asks how it went. */
export interface PayerUrls {
  page: string
  returnTo: (setup: string) => string
}

/**
 * Somebody wants to pay an invoice from its page: its provider's page asks for a way to pay, which then pays it.
 *
 * @returns the address of the provider's page; null where the provider has not answered
 * @throws Refusal `invoice_state` where nothing is to be paid (any more), `payment_in_flight`, `payment_provider_unknown`, `customer_not_found` for one
 * that was deleted, `payment_method_declined`
 */
export async function beginPayment(
  ctx: UsageContext,
  id: string,
  wanted: WayToPay,
  urls: PayerUrls,
): Promise<string | null> {
  const begun = await runOperation(ctx, ctx, async (own) => {
    const found = await loadInvoice(own.tx, own.environment.id, id)
    if (found === null) throw new Refusal('invoice_not_found', { param: 'id', values: { invoice: id } })
    const customer = await lockCustomer(own.tx, own.environment.id, found.customer)
    // a customer that was deleted takes no method
    const state = await changeCustomer(own, customer, unchanged)
    const { invoice, customerKey } = (await loadInvoice(own.tx, own.environment.id, id)) as typeof found
    if (!isPayable(state, invoice)) {
      throw refuseState(invoice, givesNothing(state, invoice) ? 'expired' : invoice.status)
    }
    if (attemptInFlight(state.money as CustomerMoney, id) !== null) {
      throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
    }
    const ways = waysToPay(own, state, invoice)
    const way = ways.find(({ provider, kind }) => provider === wanted.provider && kind === wanted.kind)
    if (way === undefined) {
      throw new Refusal('payment_provider_unknown', { values: { provider: wanted.provider } })
    }
    const now = own.clock.now()
    const setup = newId('pm', own.environment.mode === 'live', now)
    const pays = { invoice: id, returnUrl: urls.page }
    const row = { customer, id: setup, provider: way.provider, isDefault: false, isFallback: false, pays }
    await insertPaymentSetup(own.tx, own.environment.id, row, now)
    return { setup, customer: customerKey, language: state.customer.locale, ...way }
  })
  const { setup: key, customer, language, kind } = begun
  const provider = ctx.payments.provider(begun.provider, ctx.environment)
  const outcome = await provider.attach({
    key,
    customer,
    kind,
    instrument: null,
    language,
    returnUrl: urls.returnTo(key),
  })
  if (outcome.status === 'declined') {
    throw new Refusal('payment_method_declined', { values: { reason: outcome.reason } })
  }
  return outcome.status === 'action_needed' ? outcome.url : null
}
