import type { OperationContext } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { readCustomerUsage } from '../../store/balances.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { loadListedGrants, type ListedGrant } from '../../store/customer-grants.ts'
import { previewUsage } from '../usage/preview.ts'
import { pageOf, requireIdCursor } from '../page.ts'

export type { ListedGrant }

export interface GrantPage {
  limit: number
  cursor?: string | undefined
  feature?: string | undefined
  open?: boolean | undefined
}

/**
 * Newest first. What was used since the last boundary is split over the open grants by the function that will do it
 * for good, so each shows what is left of it now.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`, `invalid_cursor`
 */
export async function listGrants(
  ctx: OperationContext,
  customer: string,
  page: GrantPage,
): Promise<{ state: CustomerState; grants: ListedGrant[]; nextCursor: string | null }> {
  requireIdCursor(page.cursor, 'grt')
  const loaded = await loadCustomerState(ctx.tx, ctx, customer, { freshCatalog: true })
  const owner = loaded.customer.id
  const feature =
    page.feature === undefined
      ? null
      : (loaded.catalog.features.find((each) => each.key === page.feature)?.id ?? 0)
  const [found, usage] = await Promise.all([
    loadListedGrants(ctx.tx, loaded.environment, owner, {
      feature,
      open: page.open ?? null,
      before: page.cursor ?? null,
      limit: page.limit + 1,
    }),
    readCustomerUsage(ctx.tx, loaded.environment, owner),
  ])
  const { state, grants } = await previewUsage(ctx.tx, loaded, usage)
  const current = new Map(grants.map((each) => [each.id, each]))
  const { rows, nextCursor } = pageOf(found, page.limit, (last) => last.grant.id)
  const listed = rows.map((each) => ({ ...each, grant: current.get(each.grant.id) ?? each.grant }))
  return { state, grants: listed, nextCursor }
}
