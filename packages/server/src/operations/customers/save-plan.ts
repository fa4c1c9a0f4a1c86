import type { OperationContext } from '../../context.ts'
import type { CustomerPlan } from '../../domain/customers/reconcile.ts'
import { saveCustomerPlan } from '../../store/customer-plan.ts'
import { recordCustomerChange } from '../audit/record.ts'
import { nameUsageEvents } from '../usage/usage-events.ts'

/** Saves what was decided about a customer, its usage events named as readers know them, and who changed what. */
export async function savePlan(ctx: OperationContext, plan: CustomerPlan): Promise<void> {
  const events = await nameUsageEvents(ctx, ctx.tx, plan.balances.events, plan.entitlements)
  await saveCustomerPlan(ctx.tx, { ...plan, balances: { ...plan.balances, events } }, ctx.clock.now())
  await recordCustomerChange(ctx, plan)
}
