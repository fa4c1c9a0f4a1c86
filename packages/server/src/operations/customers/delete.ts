import type { OperationContext } from '../../context.ts'
import { liveSubscription, type CustomerState } from '../../domain/customers/state.ts'
import { end } from '../../domain/subscriptions/lifecycle.ts'
import { eraseDeliveries } from '../../store/deliveries.ts'
import { eraseMembers } from '../../store/members.ts'
import { changeCustomer } from './command.ts'

/**
 * Ends the subscription, erases what is personal and keeps what was used. The id is gone for good.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`.
 */
export async function deleteCustomer(ctx: OperationContext, key: string): Promise<CustomerState> {
  return changeCustomer(ctx, key, async (state) => {
    const { now } = state
    const live = liveSubscription(state)
    const ended = live === null ? { state, events: [] } : end(state, live, 'cancel', 'customer_deleted')
    await eraseMembers(ctx.tx, state.environment, state.customer.id, now)
    await eraseDeliveries(ctx.tx, state.environment, state.customer.id)
    const customer = {
      ...state.customer,
      name: '',
      email: null,
      metadata: {},
      billing: {},
      updatedAt: now,
      deletedAt: now,
    }
    return {
      state: { ...ended.state, customer, overrides: [], suspension: null, members: [] },
      events: [
        ...ended.events,
        { type: 'customer.deleted' as const, subject: '', payload: { customer: key }, occurredAt: now },
      ],
    }
  })
}
