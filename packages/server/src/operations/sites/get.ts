import type { OperationContext } from '../../context.ts'
import type { Site } from '../../domain/sites/model.ts'
import { Refusal } from '../../refusal.ts'
import { customerNotFound, findCustomerId } from '../../store/customer-state.ts'
import { loadSite, loadSites, type ListedSite } from '../../store/sites.ts'
import { invalidCursor, pageOf } from '../page.ts'

/** @throws Refusal `customer_not_found`, `site_not_found` */
export async function getSite(ctx: OperationContext, customer: string): Promise<Site> {
  const id = await findCustomerId(ctx.tx, ctx.environment.id, customer)
  if (id === null) throw customerNotFound(customer)
  const site = await loadSite(ctx.tx, ctx.environment.id, id)
  if (site === null) throw siteNotFound(customer)
  return site
}

export function siteNotFound(customer: string): Refusal {
  return new Refusal('site_not_found', { param: 'id', values: { customer } })
}

export interface SeatSyncPage {
  limit: number
  cursor?: string | undefined
  outcome?: string | undefined
}

/** How each site was visited last, by customer. @throws Refusal `invalid_cursor` */
export async function listSeatSyncs(
  ctx: OperationContext,
  page: SeatSyncPage,
): Promise<{ syncs: ListedSite[]; nextCursor: string | null }> {
  const { cursor } = page
  if (cursor !== undefined && (await findCustomerId(ctx.tx, ctx.environment.id, cursor)) === null)
    throw invalidCursor()
  const found = await loadSites(ctx.tx, ctx.environment.id, {
    after: cursor ?? null,
    outcome: page.outcome ?? null,
    limit: page.limit + 1,
  })
  const { rows: syncs, nextCursor } = pageOf(found, page.limit, (last) => last.customer)
  return { syncs, nextCursor }
}
