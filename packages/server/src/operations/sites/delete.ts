import type { OperationContext } from '../../context.ts'
import { deleteSite as remove } from '../../store/sites.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { siteNotFound } from './get.ts'

/** It is asked no more; the quantity stays as it is. @throws Refusal `customer_not_found`, `site_not_found` */
export async function deleteSite(ctx: OperationContext, customer: string): Promise<void> {
  const id = await lockCustomer(ctx.tx, ctx.environment.id, customer)
  if (!(await remove(ctx.tx, ctx.environment.id, id))) throw siteNotFound(customer)
}
