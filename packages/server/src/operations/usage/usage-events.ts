/** Events of balances as readers get them: members by their own ids, times as text, and the upgrade that would help. */
import type { Context, Environment } from '../../context.ts'
import { suggestUpgrade } from '../../domain/catalog/suggest-upgrade.ts'
import type { Limit } from '../../domain/catalog/model.ts'
import type { Entitlements } from '../../domain/entitlements/model.ts'
import type { DomainEvent } from '../../domain/events.ts'
import { toIsoOrNull } from '../../domain/time/instant.ts'
import type { BalanceChanges } from '../../domain/usage/model.ts'
import type { Queryable } from '../../store/database/pool.ts'
import { loadMemberKeys } from '../../store/usage/directory.ts'

type RawEvent = BalanceChanges['events'][number]
interface UsagePayload {
  memberNumber: number
  used: number
  /** Of a balance; a hold has none of these. */
  limit?: number | null | Limit
  windowStart?: number
  windowEnd?: number
}

export async function nameUsageEvents(
  ctx: Pick<Context, 'catalogs'> & { environment: Pick<Environment, 'id'> },
  db: Queryable,
  events: RawEvent[],
  entitlements: Pick<Entitlements, 'plan' | 'currency' | 'interval'>,
): Promise<DomainEvent[]> {
  if (events.length === 0) return []
  const numbers = [...new Set(events.map((event) => event.payload.memberNumber as number))].filter(
    (each) => each > 0,
  )
  const keys =
    numbers.length === 0 ? new Map<number, string>() : await loadMemberKeys(db, ctx.environment.id, numbers)
  const catalog = await ctx.catalogs.current(ctx.environment.id, db)
  return events.map((event) => {
    const { memberNumber, limit, windowStart, windowEnd, ...rest } = event.payload as unknown as UsagePayload
    const member = keys.get(memberNumber) ?? null
    const payload: Record<string, unknown> = { ...rest, member }
    if (limit !== undefined && windowStart !== undefined && windowEnd !== undefined) {
      const amount = limitNumber(limit)
      Object.assign(payload, { limit: amount, unlimited: amount === null })
      Object.assign(payload, { windowStart: toIsoOrNull(windowStart), windowEnd: toIsoOrNull(windowEnd) })
    }
    if (event.type === 'usage.threshold_reached')
      payload.upgrade = suggestUpgrade({
        catalog,
        plan: entitlements.plan?.key ?? null,
        currency: entitlements.currency,
        interval: entitlements.interval,
        feature: event.subject,
        needed: rest.used + 1,
      })
    return {
      type: event.type as DomainEvent['type'],
      subject: event.subject,
      payload,
      occurredAt: event.occurredAt,
    }
  })
}

function limitNumber(limit: number | null | Limit): number | null {
  if (limit === null || typeof limit === 'number') return limit
  return limit.unlimited ? null : limit.amount
}
