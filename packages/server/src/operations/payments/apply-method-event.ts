import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { detachMethod, refreshMethod } from '../../domain/payments/methods.ts'
import type { ProviderEvent } from '../../providers/payments.ts'
import { findMethod, findPaymentSetup } from '../../store/payment-setups.ts'
import type { ProviderEventOutcome } from '../../store/provider-events.ts'
import { changeCustomer } from '../customers/command.ts'
import { attachFromSetup } from './attach-from-setup.ts'

/** A way to pay was confirmed, replaced by its bank, or taken away at the provider. */
export async function applyMethodEvent(
  ctx: OperationContext,
  provider: string,
  event: Extract<ProviderEvent, { type: 'method' }>,
): Promise<ProviderEventOutcome> {
  if (event.change === 'attached') return attach(ctx, provider, event)
  const found = await findMethod(ctx.tx, ctx.environment.id, { provider, token: event.token })
  if (found === null || found.method.detachedAt !== null) return 'ignored'
  const { id } = found.method
  await changeCustomer(
    ctx,
    found.customer,
    (state) => {
      const isThere = (state.money as CustomerMoney).methods.some((each) => each.id === id)
      if (!isThere) return unchanged(state)
      if (event.change === 'detached') return detachMethod(state, id)
      return event.method === null ? unchanged(state) : refreshMethod(state, id, event.method)
    },
    { acceptDeleted: true },
  )
  return 'applied'
}

async function attach(
  ctx: OperationContext,
  provider: string,
  { key, method }: Extract<ProviderEvent, { type: 'method' }>,
): Promise<ProviderEventOutcome> {
  const setup = key === null ? null : await findPaymentSetup(ctx.tx, ctx.environment.id, key)
  if (setup === null || setup.provider !== provider || setup.isDeleted || method === null) return 'ignored'
  return (await attachFromSetup(ctx, setup, method)) ? 'applied' : 'ignored'
}
