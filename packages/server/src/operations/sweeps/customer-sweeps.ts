import { advanceCollection } from '../collection/advance.ts'
import { advanceCustomer } from '../customers/advance.ts'
import { earnRevenue } from '../ledger/earn.ts'
import { expireHolds } from '../usage/expire-holds.ts'
import { refreshCustomer } from '../usage/refresh-customer.ts'
import type { CustomerSweeps } from './customer.ts'

/** What the product does for a customer of whom something is due. */
export const customerSweeps: CustomerSweeps = {
  advance: advanceCustomer,
  refresh: refreshCustomer,
  collect: advanceCollection,
  earn: earnRevenue,
  expireHolds,
}
