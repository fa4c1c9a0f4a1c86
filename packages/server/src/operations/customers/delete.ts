import type { OperationContext } from '../../context.ts'
import { endSubscription, isGivenBack, leave } from '../../domain/customers/leave.ts'
import { unchanged, type CustomerState } from '../../domain/customers/state.ts'
import { eraseDeliveries } from '../../store/deliveries.ts'
import { eraseMembers } from '../../store/members.ts'
import { finaliseDue } from '../collection/finalise-due.ts'
import { changeCustomer } from './command.ts'

/**
 * Ends the subscription and billing, and erases what is personal: the customer itself, its members and letters now, the
 * rest by a job (`erase.ts`). What was used, owed and paid stays. The id is gone for good.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`.
 */
export async function deleteCustomer(ctx: OperationContext, key: string): Promise<CustomerState> {
  await changeCustomer(ctx, key, endSubscription)
  return changeCustomer(ctx, key, async (state) => {
    await eraseMembers(ctx.tx, state.environment, state.customer.id, state.now)
    await eraseDeliveries(ctx.tx, state.environment, state.customer.id)
    const settled = await finaliseDue(ctx, unchanged(state), isGivenBack)
    const gone = leave(settled.state)
    return { ...gone, events: [...settled.events, ...gone.events] }
  })
}
