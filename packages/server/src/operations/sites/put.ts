import type { OperationContext } from '../../context.ts'
import { checkAddress } from '../../domain/deliveries/check-address.ts'
import type { Site } from '../../domain/sites/model.ts'
import { nextVisitAt } from '../../domain/sites/schedule.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { loadSite, saveSite } from '../../store/sites.ts'
import { changeCustomer } from '../customers/command.ts'
import { recordSite } from './record.ts'
import { makeSiteSecret } from './secrets.ts'

export type PutSite = Pick<Site, 'url' | 'quantity' | 'hour'>

/**
 * Says where a customer's site is asked. The secret is made with the site, and is in that answer alone.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`, `webhook_url_refused`
 */
export async function putSite(
  ctx: OperationContext,
  customer: string,
  command: PutSite,
): Promise<{ site: Site; secret: string | null }> {
  checkAddress(command.url, ctx.environment.mode)
  let result: { site: Site; secret: string | null } | undefined
  await changeCustomer(ctx, customer, async (state) => {
    const environment = ctx.environment.id
    const before = await loadSite(ctx.tx, environment, state.customer.id)
    if (before !== null && unchanged(before, command)) {
      result = { site: before, secret: null }
      return { state, events: [] }
    }
    const site = before === null ? newSite(state, command) : movedSite(state, before, command)
    await saveSite(ctx.tx, environment, state.customer.id, site)
    await recordSite(ctx, { customer: state.customer.id, occurredAt: state.now }, before, site)
    const now = ctx.clock.now()
    const secret =
      before === null
        ? await makeSiteSecret(ctx, environment, state.customer.id, { now, othersEndAt: now })
        : null
    result = { site, secret }
    return { state, events: [] }
  })
  return result as { site: Site; secret: string | null }
}

const unchanged = (site: Site, { url, quantity, hour }: PutSite): boolean =>
  site.url === url && site.quantity === quantity && site.hour === hour

const firstVisitAt = ({ now, catalog }: CustomerState, hour: number) =>
  nextVisitAt(hour, now, catalog.operator.timeZone)

function newSite(state: CustomerState, command: PutSite): Site {
  return {
    ...command,
    dueAt: firstVisitAt(state, command.hour),
    attempts: 0,
    outcome: null,
    reason: null,
    responseCode: null,
    askedAt: null,
    activeUsers: null,
    syncedAt: null,
    createdAt: state.now,
    updatedAt: state.now,
  }
}

/** What was told by another address stays told; the next visit goes to the new one. */
function movedSite(state: CustomerState, before: Site, command: PutSite): Site {
  const dueAt = firstVisitAt(state, command.hour)
  return { ...before, ...command, dueAt, attempts: 0, updatedAt: state.now }
}
