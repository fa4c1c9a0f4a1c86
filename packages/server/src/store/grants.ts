/** Grants and their movements: rows ⇄ domain. A grant's columns are the sums of its movements. */
import type { QueryResultRow } from 'pg'
import type { BalanceChanges, Grant } from '../domain/usage/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import { uuidV7 } from '../ids.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'
import { insert, ofCustomers, ofItems } from './customer-statements.ts'
import type { Queryable, Statement, Transaction } from './database/pool.ts'

const columns = `number, id, feature, member, source, reference, amount, burnt, held, expired, priority, starts_at,
  expires_at, created_at, closed_at`

export function grantOf(row: QueryResultRow): Grant {
  return {
    number: row.number,
    id: row.id,
    feature: row.feature,
    member: row.member,
    source: row.source,
    reference: row.reference,
    amount: row.amount,
    burnt: row.burnt,
    held: row.held,
    expired: row.expired,
    priority: row.priority,
    startsAt: row.starts_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    closedAt: row.closed_at,
  }
}

/** The grants of one customer that are not closed, in burn order. */
export async function loadOpenGrants(db: Queryable, environment: number, customer: number): Promise<Grant[]> {
  const { rows } = await db.query(
    ofCustomers(environment, customer, {
      name: 'grants-open',
      text: `select customer, ${columns} from grant_
             where environment = $1 and customer = any($2::bigint[]) and closed_at is null
             order by priority, expires_at, created_at, id`,
    }),
  )
  return rows.map(grantOf)
}

/** Writes new and changed grants, then every movement. A new grant gets its number in place. */
export async function saveGrants(
  tx: Transaction,
  environment: number,
  customer: number,
  changes: Pick<BalanceChanges, 'insertGrants' | 'updateGrants' | 'movements'>,
  recordedAt: Instant,
): Promise<void> {
  if (changes.insertGrants.length > 0) await insertGrants(tx, environment, customer, changes.insertGrants)
  const movements = changes.movements.map((movement) => ({
    environment,
    customer,
    grant_number: movement.grant.number,
    id: uuidV7(recordedAt),
    kind: movement.kind,
    amount: movement.amount,
    feature: movement.grant.feature,
    member: movement.grant.member,
    window_start: timestampParameter(movement.windowStart),
    position_from: movement.positionFrom,
    position_to: movement.positionTo,
    cause: movement.cause,
    at: timestampParameter(movement.at),
    recorded_at: timestampParameter(recordedAt),
  }))
  const { updateGrants } = changes
  await Promise.all([
    ...(updateGrants.length === 0 ? [] : [tx.query(updated(environment, customer, updateGrants))]),
    ...(movements.length === 0 ? [] : [tx.query(insert('grant_movement', movements))]),
  ])
}

async function insertGrants(
  tx: Transaction,
  environment: number,
  customer: number,
  grants: readonly Grant[],
): Promise<void> {
  const rows = grants.map((grant) => ({
    environment,
    customer,
    id: grant.id,
    feature: grant.feature,
    member: grant.member,
    source: grant.source,
    reference: grant.reference,
    amount: grant.amount,
    burnt: grant.burnt,
    held: grant.held,
    expired: grant.expired,
    priority: grant.priority,
    starts_at: timestampParameter(grant.startsAt),
    expires_at: timestampParameter(grant.expiresAt),
    created_at: timestampParameter(grant.createdAt),
    closed_at: nullableTimestamp(grant.closedAt),
  }))
  const inserted = await tx.query<{ id: string; number: number }>(
    insert('grant_', rows, 'returning customer, id, number'),
  )
  const numbers = new Map(inserted.rows.map(({ id, number }) => [id, number]))
  for (const grant of grants) grant.number = numbers.get(grant.id) as number
}

function updated(environment: number, customer: number, grants: readonly Grant[]): Statement {
  const items = grants.map((grant) => ({
    customer,
    number: grant.number,
    amount: grant.amount,
    burnt: grant.burnt,
    held: grant.held,
    expired: grant.expired,
    expires_at: timestampParameter(grant.expiresAt),
    closed_at: nullableTimestamp(grant.closedAt),
    reference: grant.reference,
  }))
  return ofItems(environment, items, {
    name: 'grant-update',
    text: `update grant_ old set amount = new.amount, burnt = new.burnt, held = new.held, expired = new.expired,
             expires_at = new.expires_at, closed_at = new.closed_at, reference = new.reference
           from json_populate_recordset(null::grant_, $2::json) new
           where old.environment = $1 and old.customer = new.customer and old.number = new.number`,
  })
}
