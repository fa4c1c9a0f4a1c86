import type { OperationContext } from '../../context.ts'
import type { Delivery } from '../../domain/deliveries/model.ts'
import { Refusal } from '../../refusal.ts'
import { loadDeliveries, loadDelivery } from '../../store/deliveries.ts'
import type { DeliveryFilter } from '../../store/deliveries.ts'
import { pageOf, requireIdCursor } from '../page.ts'

/** @throws Refusal `delivery_not_found` */
export async function getDelivery(ctx: OperationContext, id: string): Promise<Delivery> {
  const delivery = await loadDelivery(ctx.tx, ctx.environment.id, id)
  if (delivery !== undefined) return delivery
  throw new Refusal('delivery_not_found', { param: 'id', values: { delivery: id } })
}

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listDeliveries(
  ctx: OperationContext,
  { limit, cursor, ...filter }: DeliveryFilter & { limit: number; cursor?: string | undefined },
): Promise<{ deliveries: Delivery[]; nextCursor: string | null }> {
  requireIdCursor(cursor, 'dlv')
  const query = { ...filter, before: cursor, limit: limit + 1 }
  const loaded = await loadDeliveries(ctx.tx, ctx.environment.id, query)
  const { rows: deliveries, nextCursor } = pageOf(loaded, limit, (last) => last.id)
  return { deliveries, nextCursor }
}
