/** What reversing one use needs: how its window was burnt, over which grants, and what of it is priced. */
import type { OverageStretch } from '../../domain/usage/decide.ts'
import type { Grant, GrantMovement } from '../../domain/usage/model.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import type { Queryable } from '../database/pool.ts'
import { grantOf } from '../grants.ts'
import type { UsageEvent } from './events.ts'

export interface GiveBackRead {
  movements: GrantMovement[]
  /** Those the movements name, closed ones too. */
  grants: Grant[]
  overage: OverageStretch[]
}

export async function readForGiveBack(
  db: Queryable,
  environment: number,
  event: UsageEvent,
): Promise<GiveBackRead> {
  const [movements, grants, overage] = await Promise.all([
    db.query({
      name: 'give-back-movements',
      text: `select * from grant_movement where environment = $1 and customer = $2 and feature = $3 and window_start = $4
             and kind in ('burnt', 'returned') order by recorded_at, id`,
      values: [environment, event.customer, event.feature, timestampParameter(event.windowStart)],
    }),
    db.query({
      name: 'give-back-grants',
      text: `select * from grant_ where environment = $1 and customer = $2 and number in (
               select grant_number from grant_movement
               where environment = $1 and customer = $2 and feature = $3 and window_start = $4)`,
      values: [environment, event.customer, event.feature, timestampParameter(event.windowStart)],
    }),
    db.query({
      name: 'give-back-overage',
      text: `select amount, priced, unit_price from overage where environment = $1 and customer = $2 and event = $3`,
      values: [environment, event.customer, event.id],
    }),
  ])
  const byNumber = new Map(grants.rows.map((row) => [row.number as number, grantOf(row)]))
  return {
    grants: [...byNumber.values()],
    movements: movements.rows.map((row) => ({
      grant: byNumber.get(row.grant_number) as Grant,
      kind: row.kind,
      amount: row.amount,
      windowStart: row.window_start,
      positionFrom: row.position_from,
      positionTo: row.position_to,
      cause: row.cause,
      at: row.at,
    })),
    overage: overage.rows.map((row) => ({
      amount: row.amount,
      priced: row.priced,
      unitPrices: row.unit_price,
    })),
  }
}
