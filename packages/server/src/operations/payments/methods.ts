import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import {
  detachMethod as decideDetach,
  requireMethod,
  updateMethod as decideUpdate,
} from '../../domain/payments/methods.ts'
import type { PaymentMethod } from '../../domain/payments/model.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { loadMethods } from '../../store/payments.ts'
import { changeCustomer } from '../customers/command.ts'

export async function listMethods(ctx: OperationContext, customer: string): Promise<PaymentMethod[]> {
  const state = await loadCustomerState(ctx.tx, ctx, customer)
  return loadMethods(ctx.tx, ctx.environment.id, state.customer.id)
}

export async function updateMethod(
  ctx: OperationContext,
  customer: string,
  id: string,
  command: { isDefault?: true | undefined; isFallback?: boolean | undefined },
): Promise<PaymentMethod> {
  const after = await changeCustomer(ctx, customer, (state) => decideUpdate(state, id, command))
  return requireMethod(after.money as CustomerMoney, id)
}

export async function detachMethod(ctx: OperationContext, customer: string, id: string): Promise<void> {
  await changeCustomer(ctx, customer, (state) => decideDetach(state, id))
}
