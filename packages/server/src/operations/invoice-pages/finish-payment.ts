import type { OperationContext, UsageContext } from '../../context.ts'
import { loadLastAttempt } from '../../store/payments.ts'
import { findPaymentSetup } from '../../store/payment-setups.ts'
import { attachFromSetup } from '../payments/attach-from-setup.ts'
import { carryOutAttempt } from '../payments/carry-out.ts'
import { runOperation } from '../run.ts'

/**
 * The payer is back at the invoice: what the provider has not told yet is asked, and the charge is carried out while they
 * wait. With the provider's webhook, in either order, it has one effect. What is not of this invoice changes nothing.
 */
export async function finishPayment(ctx: UsageContext, invoice: string, id: string): Promise<void> {
  const reading = <T>(read: (own: OperationContext) => Promise<T>) =>
    runOperation(ctx, { ...ctx, readOnly: true }, read)
  const setup = await reading((own) => findPaymentSetup(own.tx, own.environment.id, id))
  if (setup === null || setup.pays?.invoice !== invoice || setup.isDeleted) return
  const provider = ctx.payments.provider(setup.provider, ctx.environment)
  const outcome = await provider.lookUpMethod({ key: setup.id, customer: setup.customerKey })
  if (outcome.status !== 'attached') return
  await runOperation(ctx, ctx, (own) => attachFromSetup(own, setup, outcome))
  const last = await reading((own) => loadLastAttempt(own.tx, own.environment.id, setup.customer, invoice))
  if (last === null || (last.status !== 'created' && last.status !== 'started')) return
  const attempt = { environment: ctx.environment, customer: setup.customer, id: last.id }
  await carryOutAttempt(ctx, attempt, { insist: true })
}
