import type { OperationContext } from '../../context.ts'
import { toIso } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { loadHolds } from '../../store/holds.ts'
import { loadCustomerKey, loadMemberKeys } from '../../store/usage/directory.ts'

/** @throws Refusal `reservation_not_found` */
export async function getReservation(ctx: OperationContext, id: string) {
  const [hold] = await loadHolds(ctx.tx, ctx.environment.id, [id])
  if (hold === undefined || hold.kind !== 'reservation')
    throw new Refusal('reservation_not_found', { param: 'id', values: { reservation: id } })
  const members = await loadMemberKeys(ctx.tx, ctx.environment.id, [hold.member])
  const catalog = await ctx.catalogs.current(ctx.environment.id, ctx.tx)
  return {
    object: hold.kind,
    id: hold.id,
    status: hold.status,
    customer: await loadCustomerKey(ctx.tx, ctx.environment.id, hold.customer),
    feature: catalog.features.find((feature) => feature.id === hold.feature)?.key ?? '',
    member: members.get(hold.member) ?? null,
    amount: hold.amount,
    settled: hold.settled,
    overEstimate: (hold.settled ?? 0) > hold.amount,
    expiresAt: toIso(hold.expiresAt),
  }
}
