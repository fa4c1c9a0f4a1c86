import { advanceCustomer } from '../customers/advance.ts'
import type { CustomerSweeps } from './customer.ts'

/** What the product does for a customer of whom something is due. */
export const customerSweeps: CustomerSweeps = {
  advance: advanceCustomer,
  refresh: () => Promise.reject(new Error('Windows are not closed by this version')),
  expireHolds: () => Promise.reject(new Error('Holds are not ended by this version')),
}
