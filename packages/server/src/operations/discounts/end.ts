import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { Refusal } from '../../refusal.ts'
import { changeCustomer } from '../customers/command.ts'

/** Takes nothing off from now on. @throws Refusal `customer_not_found`, `discount_not_found` */
export async function endDiscount(ctx: OperationContext, customer: string, id: string): Promise<void> {
  await changeCustomer(ctx, customer, (state) => {
    const money = state.money as CustomerMoney
    if (!money.discounts.some((each) => each.id === id)) {
      throw new Refusal('discount_not_found', { param: 'discountId', values: { discount: id } })
    }
    const discounts = money.discounts.map((each) => (each.id === id ? { ...each, periodsLeft: 0 } : each))
    return { state: { ...state, money: { ...money, discounts } }, events: [] }
  })
}
