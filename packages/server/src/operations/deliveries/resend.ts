import type { OperationContext } from '../../context.ts'
import type { Delivery } from '../../domain/deliveries/model.ts'
import { makeDeliveryDue } from '../../store/deliveries.ts'
import { getDelivery } from './get.ts'

/**
 * Sends it once more, under the same id, with all tries before it. One that is being sent now is left alone.
 *
 * @throws Refusal `delivery_not_found`
 */
export async function resendDelivery(ctx: OperationContext, id: string): Promise<Delivery> {
  await getDelivery(ctx, id)
  await makeDeliveryDue(ctx.tx, ctx.environment.id, id, ctx.clock.now())
  return getDelivery(ctx, id)
}
