/** What reversing one use needs: how its window was burnt, over which grants, and what of it is priced. */
import type { QueryResultRow } from 'pg'
import type { OverageStretch } from '../../domain/usage/decide.ts'
import type { Grant, GrantMovement } from '../../domain/usage/model.ts'
import { RESET } from '../../domain/usage/plan-grant.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import type { Queryable } from '../database/pool.ts'
import { grantOf } from '../grants.ts'
import type { UsageEvent } from './events.ts'

export interface GiveBackRead {
  movements: GrantMovement[]
  /** Those the movements name, closed ones too. */
  grants: Grant[]
  overage: OverageStretch[]
  /** Its window was given anew at the instant at which it had begun: it has no row, and the next has the same beginning. */
  isForgotten: boolean
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
             and (kind in ('burnt', 'returned') or kind = 'changed' and cause = $5 and at = window_start)
             order by id`,
      values: [environment, event.customer, event.feature, timestampParameter(event.windowStart), RESET],
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
  // ids tell what came first, also within a millisecond and where they are ahead of the clock
  const resets = movements.rows.flatMap((row) => (row.kind === 'changed' ? [row.id as string] : []))
  const since = resets.findLast((id) => id < event.id) ?? ''
  const until = resets.find((id) => id > event.id) ?? null
  // what is given back belongs to where its use was made
  const isOfSame = (row: QueryResultRow) => {
    const madeBy = (row.kind === 'returned' ? row.cause : row.id) as string
    return row.kind !== 'changed' && since < madeBy && (until === null || madeBy < until)
  }
  const byNumber = new Map(grants.rows.map((row) => [row.number as number, grantOf(row)]))
  return {
    grants: [...byNumber.values()],
    isForgotten: until !== null,
    movements: movements.rows.filter(isOfSame).map((row) => ({
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
