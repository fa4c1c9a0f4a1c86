import type { OperationContext } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { Discount } from '../../domain/discounts/model.ts'
import { loadCustomerMoney } from '../../store/customer-money.ts'
import { loadCustomerState } from '../../store/customer-state.ts'

/** Those that still take something off. @throws Refusal `customer_not_found` */
export async function listDiscounts(
  ctx: OperationContext,
  customer: string,
): Promise<{ state: CustomerState; discounts: readonly Discount[] }> {
  const state = await loadCustomerState(ctx.tx, ctx, customer)
  const { discounts } = await loadCustomerMoney(ctx.tx, state)
  return { state, discounts: discounts.filter(({ periodsLeft }) => periodsLeft !== 0) }
}
