/** Grants and their movements: rows ⇄ domain. A grant's columns are the sums of its movements. */
import type { QueryResultRow } from 'pg'
import type { BalanceChanges, Grant } from '../domain/usage/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import { uuidV7 } from '../ids.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'
import type { Queryable, Transaction } from './database/pool.ts'

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
  const { rows } = await db.query({
    name: 'grants-open',
    text: `select ${columns} from grant_ where environment = $1 and customer = $2 and closed_at is null
           order by priority, expires_at, created_at, id`,
    values: [environment, customer],
  })
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
  for (const grant of changes.insertGrants) await insertGrant(tx, environment, customer, grant)
  for (const grant of changes.updateGrants) await updateGrant(tx, environment, customer, grant)
  for (const movement of changes.movements)
    await tx.query({
      name: 'grant-movement-insert',
      text: `insert into grant_movement (environment, customer, grant_number, id, kind, amount, feature, member,
               window_start, position_from, position_to, cause, at, recorded_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      values: [
        environment,
        customer,
        movement.grant.number,
        uuidV7(recordedAt),
        movement.kind,
        movement.amount,
        movement.grant.feature,
        movement.grant.member,
        timestampParameter(movement.windowStart),
        movement.positionFrom,
        movement.positionTo,
        movement.cause,
        timestampParameter(movement.at),
        timestampParameter(recordedAt),
      ],
    })
}

async function insertGrant(
  tx: Transaction,
  environment: number,
  customer: number,
  grant: Grant,
): Promise<void> {
  const { rows } = await tx.query<{ number: number }>({
    name: 'grant-insert',
    text: `insert into grant_ (environment, customer, id, feature, member, source, reference, amount, burnt, held,
             expired, priority, starts_at, expires_at, created_at, closed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning number`,
    values: [
      environment,
      customer,
      grant.id,
      grant.feature,
      grant.member,
      grant.source,
      grant.reference,
      grant.amount,
      grant.burnt,
      grant.held,
      grant.expired,
      grant.priority,
      timestampParameter(grant.startsAt),
      timestampParameter(grant.expiresAt),
      timestampParameter(grant.createdAt),
      nullableTimestamp(grant.closedAt),
    ],
  })
  grant.number = (rows[0] as { number: number }).number
}

async function updateGrant(
  tx: Transaction,
  environment: number,
  customer: number,
  grant: Grant,
): Promise<void> {
  await tx.query({
    name: 'grant-update',
    text: `update grant_ set amount = $4, burnt = $5, held = $6, expired = $7, expires_at = $8, closed_at = $9, reference = $10
           where environment = $1 and customer = $2 and number = $3`,
    values: [
      environment,
      customer,
      grant.number,
      grant.amount,
      grant.burnt,
      grant.held,
      grant.expired,
      timestampParameter(grant.expiresAt),
      nullableTimestamp(grant.closedAt),
      grant.reference,
    ],
  })
}
