import type { OperationContext } from '../../context.ts'
import { advanceState } from '../../domain/customers/reconcile.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { findCustomerId, loadCustomerState, loadCustomerStates } from '../../store/customer-state.ts'
import { findSubscriptionOwner, listSubscriptionIds } from '../../store/subscriptions.ts'
import { subscriptionNotFound, type SubscriptionResult } from './change.ts'
import { pageOf, requireIdCursor } from '../page.ts'

/** As of now, also what is due but not yet written; of a deleted customer too. @throws Refusal `subscription_not_found` */
export async function getSubscription(ctx: OperationContext, id: string): Promise<SubscriptionResult> {
  const customer = await findSubscriptionOwner(ctx.tx, ctx.environment.id, id)
  if (customer === null) throw subscriptionNotFound(id)
  const loaded = await loadCustomerState(ctx.tx, ctx, customer, { acceptDeleted: true })
  const state = advanceState(loaded, loaded.now)
  return { state, subscription: state.subscriptions.find((each) => each.id === id) as Subscription }
}

export interface SubscriptionPage {
  limit: number
  cursor?: string | undefined
  customer?: string | undefined
  status?: string | undefined
  plan?: string | undefined
}

/** Newest first; `status` and `plan` filter by what is written. @throws Refusal `invalid_cursor` */
export async function listSubscriptions(
  ctx: OperationContext,
  page: SubscriptionPage,
): Promise<{ results: SubscriptionResult[]; nextCursor: string | null }> {
  requireIdCursor(page.cursor, 'sub')
  const environment = ctx.environment.id
  const customer =
    page.customer === undefined ? null : await findCustomerId(ctx.tx, environment, page.customer)
  if (page.customer !== undefined && customer === null) return { results: [], nextCursor: null }
  const found = await listSubscriptionIds(ctx.tx, environment, {
    customer,
    status: page.status ?? null,
    plan: page.plan ?? null,
    before: page.cursor ?? null,
    limit: page.limit + 1,
  })
  const { rows: shown, nextCursor } = pageOf(found, page.limit, (last) => last.id)
  const states = await loadCustomerStates(ctx.tx, ctx, [...new Set(shown.map((each) => each.customer))])
  const results: SubscriptionResult[] = []
  for (const { id, customer: owner } of shown) {
    const loaded = states.get(owner)
    if (loaded === undefined) continue
    const state = advanceState(loaded, loaded.now)
    const subscription = state.subscriptions.find((each) => each.id === id)
    if (subscription !== undefined) results.push({ state, subscription })
  }
  return { results, nextCursor }
}
