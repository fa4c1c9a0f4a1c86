/** Refunds as the provider has them in the end: what came back late is owed again. */
import type { Queryable } from '../../../src/store/database/pool.ts'
import type { Outside } from '../outside.ts'

interface RefundRow {
  id: string
  status: string
  amount: number
}

/** At rest: nothing is in doubt any more. */
export async function checkGivenBack(db: Queryable, { refunds }: Outside): Promise<string[]> {
  const { rows } = await db.query<RefundRow>(
    `select f.id, f.status, f.amount_minor as amount from refund f
     join receipt r on r.environment = 1 and r.customer = f.customer and r.id = f.receipt
     where f.environment = 1 and r.provider = 'simulator'`,
  )
  const known = new Map(rows.map((row) => [row.id, row]))
  const nobodys = [...refunds.keys()].filter((key) => !known.has(key))
  return [
    ...nobodys.map((key) => `a refund is one that we asked for: ${key}`),
    ...rows.flatMap(({ id, status, amount }) => {
      const outside = refunds.get(id)
      // what the provider refused to do at all it has no refund of
      if (outside === undefined)
        return status === 'failed'
          ? []
          : [`I-4 a refund of ${amount} is ${status}: ${id}, but the provider has none`]
      if (outside.status === status && outside.amountMinor === amount) return []
      return [`I-4 a refund is what became of it: ${id} is ${status}, the provider says ${outside.status}`]
    }),
  ]
}
