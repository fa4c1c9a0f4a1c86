import type { OperationContext } from '../../context.ts'
import { deleteSite as remove } from '../../store/sites.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { getSite } from './get.ts'
import { recordSite } from './record.ts'

/** It is asked no more; the quantity stays as it is. @throws Refusal `customer_not_found`, `site_not_found` */
export async function deleteSite(ctx: OperationContext, customer: string): Promise<void> {
  const id = await lockCustomer(ctx.tx, ctx.environment.id, customer)
  const site = await getSite(ctx, customer)
  await remove(ctx.tx, ctx.environment.id, id)
  await recordSite(ctx, { customer: id, occurredAt: ctx.clock.now() }, site, null)
}
