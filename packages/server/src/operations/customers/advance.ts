import type { OperationContext } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { advanceLocked } from './command.ts'

/**
 * Lets time take its effect: applies everything due up to the customer's present, in order. Safe to repeat and to
 * race: the head's lock makes the second caller find nothing due. For the sweep, the usage writer and test clocks.
 *
 * @throws Refusal `customer_not_found`.
 */
export async function advanceCustomer(
  ctx: OperationContext,
  customer: string | number,
): Promise<CustomerState> {
  const id = await lockCustomer(ctx.tx, ctx.environment.id, customer)
  return advanceLocked(ctx, id, { acceptDeleted: true })
}
