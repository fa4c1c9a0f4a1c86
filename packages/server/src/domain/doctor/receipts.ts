import { compare, type Finding } from './model.ts'

export interface ReceiptFacts {
  customer: string
  id: string
  amountMinor: number
  allocatedMinor: number
  toBalanceMinor: number
  refundedMinor: number
  /** Sum of the refunds of it that haven't failed. */
  refundsMinor: number
  /** Receipts of the same transaction of the same provider, with this one. */
  twins: number
}

/** Money that came in is one receipt, goes somewhere whole, and is given back at most once. */
export function checkReceipt(receipt: ReceiptFacts): Finding[] {
  return compare(
    'receipt',
    { customer: receipt.customer, subject: receipt.id },
    { allocated: receipt.amountMinor, refunded: receipt.refundsMinor, receipts: 1 },
    {
      allocated: receipt.allocatedMinor + receipt.toBalanceMinor,
      refunded: receipt.refundedMinor,
      receipts: receipt.twins,
    },
  )
}
