import type { CustomerMoney } from '../customers/money.ts'
import { isUnpaid, type RunningLine } from './model.ts'

/** What a subscription has paid ahead, or is billed for. An order is nothing of it until it is paid: nor is one that is paid in part. */
export function runningOf(
  { running, invoices }: Pick<CustomerMoney, 'running' | 'invoices'>,
  subscription: number,
): RunningLine[] {
  const unpaid = invoices.filter((each) => each.collection === 'prepaid' && isUnpaid(each))
  const orders = new Set(unpaid.map(({ id }) => id))
  return running.filter(
    (line) => line.subscription === subscription && line.stoppedAt === null && !orders.has(line.invoice),
  )
}
