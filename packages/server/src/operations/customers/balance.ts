import type { OperationContext } from '../../context.ts'
import { adjustBalance as decideAdjust, type AdjustBalance } from '../../domain/customers/adjust-balance.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { loadCreditBalances } from '../../store/customer-money.ts'
import { changeCustomer, idsOf } from './command.ts'

export interface BalanceResult {
  customer: string
  livemode: boolean
  /** By currency. */
  balances: { currency: string; amountMinor: number }[]
}

/** @throws Refusal `customer_not_found` */
export async function getBalance(ctx: OperationContext, customer: string): Promise<BalanceResult> {
  const state = await loadCustomerState(ctx.tx, ctx, customer, { acceptDeleted: true })
  return {
    customer: state.customer.key,
    livemode: state.livemode,
    balances: await loadCreditBalances(ctx.tx, ctx.environment.id, state.customer.id),
  }
}

/** @throws Refusal `customer_not_found`, `customer_deleted`, `currency_unknown`, `amount_invalid`, `balance_too_low` */
export async function adjustBalance(
  ctx: OperationContext,
  customer: string,
  command: AdjustBalance,
): Promise<BalanceResult> {
  await changeCustomer(ctx, customer, (state) => decideAdjust(state, command, idsOf(ctx)))
  return getBalance(ctx, customer)
}
