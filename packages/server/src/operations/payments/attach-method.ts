import type { OperationContext, UsageContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerState } from '../../domain/customers/state.ts'
import { expiryWarningAt } from '../../domain/payments/expiry.ts'
import { attachMethod as decideAttach } from '../../domain/payments/methods.ts'
import type { PaymentMethod } from '../../domain/payments/model.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { insertPaymentSetup } from '../../store/payment-setups.ts'
import { beginOnce } from '../answers/begin-once.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'
import { runOperation } from '../run.ts'

export interface AttachMethod {
  provider: string
  kind: PaymentMethod['kind']
  instrument: string | null
  isDefault: boolean
  isFallback: boolean
  returnUrl: string | null
  idempotencyKey: string | undefined
}

export interface AttachResult {
  status: 'attached' | 'action_needed' | 'unknown'
  url: string | null
  method: PaymentMethod | null
  customer: string
}

/**
 * Sets up a way to pay: the id is written down, the provider is asked under it, and what it answers is saved.
 *
 * @throws Refusal `customer_not_found`, `payment_provider_unknown`, `payment_method_declined`
 */
export async function attachMethod(
  ctx: UsageContext,
  customer: string,
  command: AttachMethod,
): Promise<AttachResult> {
  const provider = ctx.payments.provider(command.provider, ctx.environment)
  const { idempotencyKey, ...body } = command
  const { key, language } = await runOperation(ctx, ctx, async (own) => {
    const id = await lockCustomer(own.tx, own.environment.id, customer)
    // a customer that was deleted takes no method
    const state = await changeCustomer(own, id, unchanged)
    const once = { customer: id, verb: 'attach_method', key: idempotencyKey, body }
    const make = async () => {
      const setup = newId('pm', own.environment.mode === 'live', own.clock.now())
      const { isDefault, isFallback } = command
      const row = { customer: id, id: setup, provider: provider.name, isDefault, isFallback, pays: null }
      await insertPaymentSetup(own.tx, own.environment.id, row, own.clock.now())
      return setup
    }
    return { key: (await beginOnce(own, once, make)).reference, language: state.customer.locale }
  })
  const { kind, instrument, returnUrl } = command
  const outcome = await provider.attach({ key, customer, kind, instrument, language, returnUrl })
  if (outcome.status === 'declined') {
    // a number of a phone that is sent as a card is the likely mistake
    const sent = outcome.reason === 'instrument_unknown' ? kind : 'known'
    throw new Refusal('payment_method_declined', { values: { reason: outcome.reason, sent } })
  }
  if (outcome.status !== 'attached') {
    const url = outcome.status === 'action_needed' ? outcome.url : null
    return { status: outcome.status, url, method: null, customer }
  }
  const { status: _, ...attached } = outcome
  const method = await runOperation(ctx, ctx, (own) =>
    saveAttached(own, customer, { ...attached, id: key, provider: provider.name }, command),
  )
  return { status: 'attached', url: null, method, customer }
}

type Attached = Pick<PaymentMethod, 'id' | 'provider' | 'token' | 'kind' | 'label' | 'expires' | 'silent'>

export async function saveAttached(
  ctx: OperationContext,
  customer: string | number,
  attached: Attached,
  { isDefault, isFallback }: Pick<AttachMethod, 'isDefault' | 'isFallback'>,
): Promise<PaymentMethod> {
  const find = (state: CustomerState) =>
    (state.money as CustomerMoney).methods.find(({ id }) => id === attached.id) as PaymentMethod
  const after = await changeCustomer(ctx, customer, (state) => {
    const method = {
      ...attached,
      isDefault,
      isFallback,
      expiryWarningAt: expiryWarningAt(attached.expires, state.catalog.operator.timeZone, state.now),
      failedAt: null,
      createdAt: state.now,
      detachedAt: null,
    }
    return decideAttach(state, method, idsOf(ctx))
  })
  return find(after)
}
