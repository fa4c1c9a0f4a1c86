import type { CustomerUsage } from '../domain/customers/state.ts'
import { loadBalances } from './balances.ts'
import type { Transaction } from './database/pool.ts'
import { loadOpenGrants } from './grants.ts'
import { loadOpenHolds } from './holds.ts'

/**
 * A customer's balances (locked, because the first gear takes from them without the head), open grants and open
 * holds. The caller holds the head.
 */
export async function loadCustomerUsage(
  tx: Transaction,
  environment: number,
  customer: number,
): Promise<CustomerUsage> {
  const [, balances, grants, holds] = await Promise.all([
    // a statement of its own: what is read must have been committed before the locks were had
    tx.query({
      name: 'balances-lock-customer',
      text: `select 1 from balance where environment = $1 and customer = $2 order by feature, member for update`,
      values: [environment, customer],
    }),
    loadBalances(tx, environment, [customer]),
    loadOpenGrants(tx, environment, customer),
    loadOpenHolds(tx, environment, customer),
  ])
  return { balances, grants, holds }
}
