/** Reservations return what they held when their time is over; a lease that was not reported counts as used. */
import type { OperationContext } from '../../context.ts'
import type { Feature } from '../../domain/catalog/model.ts'
import { loadHolds } from '../../store/holds.ts'
import type { UsageCommand } from './commands.ts'
import { createEntitlementCache } from './entitlement-cache.ts'
import { decideBatch } from './second-gear.ts'

/** The head is locked by the caller's sweep; `ids` are holds of the customer that are due. */
export async function expireHolds(ctx: OperationContext, customer: number, ids: string[]): Promise<void> {
  const holds = await loadHolds(ctx.tx, ctx.environment.id, ids)
  const catalog = await ctx.catalogs.current(ctx.environment.id, ctx.tx)
  const commands: UsageCommand[] = holds
    .filter((hold) => hold.customer === customer && hold.status === 'open')
    .map((hold) => ({
      verb: 'cancel',
      customer,
      onTestClock: true,
      feature: catalog.features.find((each) => each.id === hold.feature) as Feature,
      member: hold.member,
      amount: hold.kind === 'lease' ? hold.amount : 0,
      key: null,
      at: null,
      metadata: null,
      hold: hold.id,
      outcome: 'expired',
    }))
  const batch = { ...ctx, entitlements: createEntitlementCache(1) }
  const { applied } = await decideBatch(batch, ctx.tx, commands, 'wait')
  for (const result of applied.values()) if ('refusal' in result) throw result.refusal
}
