import type { OperationContext } from '../../context.ts'
import type { Delivery } from '../../domain/deliveries/model.ts'
import { Refusal } from '../../refusal.ts'
import { makeDeliveryDue } from '../../store/deliveries.ts'
import { getDelivery } from './get.ts'

/**
 * Sends it once more, under the same id, with all tries before it. One that is being sent now is left alone.
 *
 * @throws Refusal `delivery_not_found`, `recipient_erased`
 */
export async function resendDelivery(ctx: OperationContext, id: string): Promise<Delivery> {
  await getDelivery(ctx, id)
  if (!(await makeDeliveryDue(ctx.tx, ctx.environment.id, id, ctx.clock.now()))) {
    throw new Refusal('recipient_erased', { param: 'id', values: { delivery: id } })
  }
  return getDelivery(ctx, id)
}
