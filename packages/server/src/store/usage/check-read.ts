import type { Instant } from '../../domain/time/instant.ts'
import type { Balance } from '../../domain/usage/model.ts'
import { balanceColumns, balanceOf } from '../balances.ts'
import { binaryArray } from '../database/binary-array.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'

/** What a check looks at: the head, and the balances of the pool and of the member. */
export interface CheckRead {
  head: { entitlementVersion: number; decidedAt: Instant; dueAt: Instant } | null
  balances: Balance[]
}

const columns = balanceColumns
  .split(',')
  .map((name) => `b.${name.trim()}`)
  .join(', ')

/** What a question that needs no decision is answered with. */
export interface AdmittedCheck {
  /** Index of the question. */
  index: number
  used: number
  limit: number
  unlimited: boolean
  remaining: number
  overage: number
  windowEnd: Instant
}

interface Question {
  customer: number
  feature: { id: number }
  member: number
  amount: number
}

/** The first gear's comparison without the taking: answers those that it would admit. */
export async function readAdmitted(
  db: Queryable,
  environment: number,
  questions: Question[],
  now: Instant,
): Promise<AdmittedCheck[]> {
  const { rows } = await db.query({
    name: 'usage-check-admitted',
    text: `select w.n, b.used, b.limit_amount, b.unlimited, b.capacity - b.used - b.reserved - b.leased, b.overage, b.window_end
      from unnest($2::int[], $3::bigint[], $4::int[], $5::boolean[], $6::bigint[]) as w (n, customer, feature, by_member, amount)
      join balance b on b.environment = $1 and b.customer = w.customer and b.feature = w.feature and b.member = 0
      where not (b.shared and w.by_member)
        and b.used + b.reserved + b.leased + w.amount <= b.ceiling
        and greatest(b.decided_at, $7::timestamptz) < b.valid_until`,
    values: [
      environment,
      binaryArray.int4(questions.map((_, index) => index)),
      binaryArray.int8(questions.map((question) => question.customer)),
      binaryArray.int4(questions.map((question) => question.feature.id)),
      binaryArray.bool(questions.map((question) => question.member !== 0)),
      binaryArray.int8(questions.map((question) => question.amount)),
      timestampParameter(now),
    ],
    rowMode: 'array',
  })
  return (rows as unknown as [number, number, number, boolean, number, number, Instant][]).map(
    ([index, used, limit, unlimited, remaining, overage, windowEnd]) => ({
      index,
      used,
      limit,
      unlimited,
      remaining,
      overage,
      windowEnd,
    }),
  )
}

/** One statement, one snapshot, in the order of the questions. */
export async function readForCheck(
  db: Queryable,
  environment: number,
  questions: { customer: number; feature: { id: number }; member: number }[],
): Promise<CheckRead[]> {
  const { rows } = await db.query({
    name: 'usage-check-read',
    text: `select w.n, h.entitlement_version as head_version, h.decided_at as head_decided_at, h.due_at as head_due_at, ${columns}
      from unnest($2::int[], $3::bigint[], $4::int[], $5::bigint[]) as w (n, customer, feature, member)
      join customer_head h on h.environment = $1 and h.customer = w.customer
      left join balance b on b.environment = $1 and b.customer = w.customer and b.feature = w.feature
                         and b.member in (0, w.member)`,
    values: [
      environment,
      questions.map((_, index) => index),
      questions.map((question) => question.customer),
      questions.map((question) => question.feature.id),
      questions.map((question) => question.member),
    ],
  })
  const reads: CheckRead[] = questions.map(() => ({ head: null, balances: [] }))
  for (const row of rows) {
    const read = reads[row.n] as CheckRead
    read.head = {
      entitlementVersion: row.head_version,
      decidedAt: row.head_decided_at,
      dueAt: row.head_due_at,
    }
    if (row.feature !== null) read.balances.push(balanceOf(row))
  }
  return reads
}
