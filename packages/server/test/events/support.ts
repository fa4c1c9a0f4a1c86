import { systemClock } from '../../src/clock.ts'
import type { Clock } from '../../src/clock.ts'
import type { Context, Environment, OperationContext } from '../../src/context.ts'
import { DECLARED_RATES } from '../../src/domain/taxes/model.ts'
import { silentLogger } from '../../src/logger.ts'
import { catalog as emptyCatalog } from '../support/customer-world.ts'
import { createEventFeed } from '../../src/operations/events/feed.ts'
import { createPayments } from '../../src/providers/payments/index.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import type { DomainEvent } from '../../src/domain/events.ts'
import type { Database } from '../../src/store/database/pool.ts'
import { timestampParameter } from '../../src/store/database/type-parsers.ts'
import { loadFeed } from '../../src/store/event-feed.ts'
import type { FeedEvent } from '../../src/store/event-feed.ts'

export const START = Date.UTC(2026, 2, 1)

/** Environments 1 (test) and 2 (live), unless they are there already. */
export async function insertEnvironments(db: Database): Promise<void> {
  await db.query({
    text: `insert into environment (id, name, mode, created_at) values (1, 'test', 'test', $1), (2, 'live', 'live', $1)
      on conflict do nothing`,
    values: [timestampParameter(START)],
  })
}

/** A customer with its head; answers its surrogate. */
export async function insertCustomer(
  db: Database,
  key: string,
  options: { environment?: number; testClock?: string } = {},
): Promise<number> {
  const environment = options.environment ?? 1
  const { rows } = await db.query<{ id: number }>({
    text: `insert into customer (environment, key, time_zone, locale, test_clock, created_at, updated_at)
      values ($1, $2, 'UTC', 'en', $3, $4, $4) returning id`,
    values: [environment, key, options.testClock ?? null, timestampParameter(START)],
  })
  const customer = rows[0]?.id as number
  await db.query({
    text: `insert into customer_head (environment, customer, entitlement_version, test_clock) values ($1, $2, 1, $3)`,
    values: [environment, customer, options.testClock ?? null],
  })
  return customer
}

export const lockHead = (environment: number, customer: number) => ({
  text: 'select 1 from customer_head where environment = $1 and customer = $2 for update',
  values: [environment, customer],
})

export function someEvent(subject = '', type: DomainEvent['type'] = 'entitlements.changed'): DomainEvent {
  return { type, subject, payload: { version: 1 }, occurredAt: START }
}

/** The whole feed, read page by page as a follower does. */
export async function readFeed(db: Database, environment: number, pageSize = 100): Promise<FeedEvent[]> {
  const all: FeedEvent[] = []
  for (;;) {
    const page = await loadFeed(db, environment, { after: all.at(-1)?.position ?? 0, limit: pageSize })
    all.push(...page)
    if (page.length < pageSize) return all
  }
}

/** What operations and jobs get, with nothing in the catalog. */
export function contextOf(db: Database, clock: Clock = systemClock): Context {
  const catalogs = { current: async () => emptyCatalog() } as unknown as Context['catalogs']
  const usage = {} as Context['usage']
  const refusals = { note() {}, async stop() {} }
  const feed = createEventFeed({ db, logger: silentLogger }, { pollMs: 20 })
  const payments = createPayments({}, { clock, seed: Buffer.alloc(32), onError: () => {} })
  return {
    db,
    clock,
    logger: silentLogger,
    catalogs,
    usage,
    refusals,
    feed,
    payments,
    taxes: DECLARED_RATES,
    askSite: async () => ({ answered: false, reason: 'connection_failed', responseCode: null }),
    keyPepper: Buffer.alloc(32),
  }
}

export const testEnvironment: Environment = { id: 1, name: 'test', mode: 'test' }

/** Runs an operation as a request does. */
export function inTransaction<T>(ctx: Context, work: (ctx: OperationContext) => Promise<T>): Promise<T> {
  return transaction(ctx.db, (tx) => work({ ...ctx, tx, environment: testEnvironment, actor: 'test' }))
}
