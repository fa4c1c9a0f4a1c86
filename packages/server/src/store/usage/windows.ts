/** Windows that have ended: rows ⇄ domain. */
import type { QueryResultRow } from 'pg'
import type { ClosedWindow } from '../../domain/usage/model.ts'
import type { Queryable } from '../database/pool.ts'

export function windowFromRow(row: QueryResultRow): ClosedWindow {
  return {
    feature: row.feature,
    member: row.member,
    windowStart: row.window_start,
    windowEnd: row.window_end,
    used: row.used,
    reserved: row.reserved,
    overage: row.overage,
    limit: row.unlimited ? { unlimited: true } : { unlimited: false, amount: row.limit_amount },
    capacity: row.capacity,
    billed: row.billed,
    subscription: row.subscription,
    closedAt: row.closed_at,
    givenAnew: row.given_anew,
  }
}

/** SQL for when the window of a row of overage ends, of several members' the last; while it runs: never. */
export const endOfWindow = (overage: string): string =>
  `coalesce((select max(ended.window_end) from usage_window ended
     where ended.environment = $1 and ended.customer = ${overage}.customer and ended.feature = ${overage}.feature
       and ended.window_start = ${overage}.window_start), 'infinity')`

/** The ended windows of a feature that late use, settlements and give-backs may reach, but for those known already. */
export async function loadWindowsFor(
  db: Queryable,
  environment: number,
  customer: number,
  feature: number,
  known: ClosedWindow[],
): Promise<ClosedWindow[]> {
  const { rows } = await db.query({
    name: 'usage-windows-recent',
    text: `select * from usage_window where environment = $1 and customer = $2 and feature = $3
      order by window_start desc limit 500`,
    values: [environment, customer, feature],
  })
  const have = new Set(known.map((each) => `${each.feature}/${each.member}/${each.windowStart}`))
  return rows
    .map(windowFromRow)
    .filter((each) => !have.has(`${each.feature}/${each.member}/${each.windowStart}`))
}
