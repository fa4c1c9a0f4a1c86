/** What was used: never more than there was, and exactly what was admitted. */
import { audit } from '../../proof/support/audit.ts'
import type { Database, Queryable } from '../../../src/store/database/pool.ts'
import type { World } from '../world.ts'
import { check } from './rule.ts'
import type { Rule } from './rule.ts'

const usageRules: Rule[] = [
  {
    name: 'I-1 nothing is taken above a hard limit',
    text: `select format('%s %s: %s used of %s', c.key, f.key, e.used_after, e.limit_after) as finding from usage_event e
      join customer c on c.environment = 1 and c.id = e.customer join feature f on f.id = e.feature
      where e.environment = 1 and e.verb = 1 and not e.unlimited and e.overage = 0 and e.used_after > e.limit_after`,
  },
]

/** Without what runs beside it: nobody takes meanwhile. */
export async function checkUsage(world: World, db: Queryable): Promise<string[]> {
  const keys = world.customers.map(({ id }) => id)
  const found = await check(db, usageRules)
  found.push(...(await audit(db as Database, keys)))
  const { rows } = await db.query<{ customer: string; feature: string; amount: number }>({
    text: `select c.key as customer, f.key as feature, sum(e.amount)::bigint as amount from usage_event e
           join customer c on c.environment = 1 and c.id = e.customer join feature f on f.id = e.feature
           where e.environment = 1 and e.verb in (1, 6) and c.key = any($1) group by 1, 2`,
    values: [keys],
  })
  const stored = new Map(rows.map(({ customer, feature, amount }) => [`${customer} ${feature}`, amount]))
  for (const { id, consumed } of world.customers) {
    for (const [feature, amount] of consumed) {
      const kept = stored.get(`${id} ${feature}`) ?? 0
      if (kept !== amount)
        found.push(
          `I-3 what was admitted is there, once: ${id} ${feature}: ${amount} admitted, ${kept} stored`,
        )
    }
  }
  return found
}
