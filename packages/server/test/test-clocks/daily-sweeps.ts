import { DAY_MS, toIso } from '../../src/domain/time/instant.ts'
import type { CustomerSweeps } from '../../src/operations/sweeps/customer.ts'
import type { Database, Transaction } from '../../src/store/database/pool.ts'
import { timestampParameter } from '../../src/store/database/type-parsers.ts'
import { appendEvents } from '../../src/store/events.ts'

/** Something is due of a customer every day; doing it leaves an event with the instant and the time it was done. */
export const dailySweeps: CustomerSweeps = {
  async advance(ctx, customer) {
    const { due, now } = await readHead(ctx.tx, customer)
    const event = {
      type: 'subscription.period_started' as const,
      subject: '',
      payload: { due, now },
      occurredAt: due,
    }
    await appendEvents(ctx.tx, ctx.environment.id, customer, [event], ctx.clock.now())
    await setDue(ctx.tx, customer, due + DAY_MS)
  },
  refresh: () => Promise.reject(new Error('No windows here')),
  collect: () => Promise.reject(new Error('No invoices here')),
  earn: () => Promise.reject(new Error('No revenue here')),
  expireHolds: () => Promise.reject(new Error('No holds here')),
}

async function readHead(tx: Transaction, customer: number): Promise<{ due: number; now: number }> {
  const { rows } = await tx.query<{ due: number; now: number }>({
    text: `select due_at as due, coalesce(test_clock.current_at, '-infinity') as now from customer_head
      left join test_clock on test_clock.environment = customer_head.environment and test_clock.id = customer_head.test_clock
      where customer = $1`,
    values: [customer],
  })
  const row = rows[0]
  if (row === undefined) throw new Error(`No customer ${customer} at ${toIso(0)}`)
  return row
}

export async function setDue(db: Pick<Database, 'query'>, customer: number, at: number): Promise<void> {
  await db.query({
    text: 'update customer_head set due_at = $2 where customer = $1',
    values: [customer, timestampParameter(at)],
  })
}

/** What was done for a customer, in order. `position` orders all customers. */
export async function readSteps(
  db: Pick<Database, 'query'>,
  customer: number,
): Promise<{ due: number; now: number; position: number }[]> {
  const { rows } = await db.query<{ payload: { due: number; now: number }; order: number }>({
    text: `select payload, (select count(*) from event other where other.id < event.id) as "order"
      from event where customer = $1 and type = 'subscription.period_started' order by sequence`,
    values: [customer],
  })
  return rows.map((row) => ({ ...row.payload, position: row.order }))
}
