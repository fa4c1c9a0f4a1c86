import type { OperationContext } from '../../context.ts'
import { advanceState } from '../../domain/customers/reconcile.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { Refusal } from '../../refusal.ts'
import { findCustomerId, loadCustomerState } from '../../store/customer-state.ts'
import { listCustomers as loadList, type ListedCustomer } from '../../store/customers.ts'
import { pageOf } from '../page.ts'

/**
 * The state of a customer as of now, without a lock: what is due but not yet written is in it.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`.
 */
export async function getCustomer(
  ctx: OperationContext,
  key: string,
  options: { acceptDeleted?: boolean } = {},
): Promise<CustomerState> {
  const state = await loadCustomerState(ctx.tx, ctx, key, { ...options, freshCatalog: true })
  return advanceState(state, state.now)
}

export interface CustomerPage {
  limit: number
  cursor?: string | undefined
  search?: string | undefined
  status?: string | undefined
  testClock?: string | undefined
}

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listCustomers(
  ctx: OperationContext,
  page: CustomerPage,
): Promise<{ customers: ListedCustomer[]; nextCursor: string | null }> {
  const before =
    page.cursor === undefined ? null : await findCustomerId(ctx.tx, ctx.environment.id, page.cursor)
  if (page.cursor !== undefined && before === null) throw new Refusal('invalid_cursor', { param: 'cursor' })
  const found = await loadList(ctx.tx, ctx.environment.id, {
    search: page.search ?? null,
    status: page.status ?? null,
    testClock: page.testClock ?? null,
    before,
    limit: page.limit + 1,
  })
  const { rows: customers, nextCursor } = pageOf(found, page.limit, (last) => last.customer.key)
  return { customers, nextCursor }
}
