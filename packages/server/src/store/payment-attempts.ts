/** Attempts by what tells them apart from outside; those of a customer that is being decided about are in `payments.ts`. */
import type { PaymentAttempt } from '../domain/payments/model.ts'
import type { Queryable } from './database/pool.ts'
import { attemptFromRow, type AttemptRow } from './payments.ts'

export interface ListedAttempt {
  attempt: PaymentAttempt
  customer: number
  customerKey: string
}

const listed = `select attempt.*, customer.key as customer_key from payment_attempt attempt
  join customer on customer.environment = attempt.environment and customer.id = attempt.customer`

type ListedAttemptRow = AttemptRow & { customer_key: string }

const listedFromRow = (row: ListedAttemptRow): ListedAttempt => ({
  attempt: attemptFromRow(row),
  customer: row.customer,
  customerKey: row.customer_key,
})

/** By its id alone: how a provider names it. */
export async function findAttempt(
  db: Queryable,
  environment: number,
  id: string,
): Promise<ListedAttempt | null> {
  const { rows } = await db.query<ListedAttemptRow>({
    name: 'find-attempt',
    text: `${listed} where attempt.environment = $1 and attempt.id = $2`,
    values: [environment, id],
  })
  return rows[0] === undefined ? null : listedFromRow(rows[0])
}

/** Newest first. `before`: the id of the last one of the page before. */
export async function listAttempts(
  db: Queryable,
  environment: number,
  filter: {
    customer: number | null
    invoice: string | null
    status: string | null
    before: string | null
    limit: number
  },
): Promise<ListedAttempt[]> {
  const { rows } = await db.query<ListedAttemptRow>({
    name: 'list-attempts',
    text: `${listed} where attempt.environment = $1
             and ($2::bigint is null or attempt.customer = $2)
             and ($3::text is null or attempt.invoice = $3)
             and ($4::text is null or attempt.status = $4)
             and ($5::text is null or attempt.id collate "C" < $5)
           order by attempt.id collate "C" desc limit $6`,
    values: [environment, filter.customer, filter.invoice, filter.status, filter.before, filter.limit],
  })
  return rows.map(listedFromRow)
}
