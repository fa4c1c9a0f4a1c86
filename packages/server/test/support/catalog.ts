/**
 * Catalogs for tests: one small one, and a way to put any without HTTP.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { createEventFeed } from '../../src/operations/events/feed.ts'
import { fixedClock } from '../../src/clock.ts'
import type { Environment, OperationContext } from '../../src/context.ts'
import { silentLogger } from '../../src/logger.ts'
import { type CatalogResult, putCatalog } from '../../src/operations/catalog/put.ts'
import { createCatalogCache } from '../../src/store/catalog-cache.ts'
import type { Database } from '../../src/store/database/pool.ts'
import { transaction } from '../../src/store/database/transaction.ts'

/** What an answer holds. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
export type Answered = any

/** Puts a catalog as `PUT /v1/catalog` does. The environment's row must exist. */
export async function seedCatalog(
  db: Database,
  environment: Environment,
  catalog: CatalogDefinition,
  now: number,
): Promise<CatalogResult> {
  const logger = silentLogger
  const catalogs = createCatalogCache(db)
  const base = { db, clock: fixedClock(now), logger, catalogs, feed: createEventFeed({ db, logger }) }
  const rest = { environment, actor: 'test', keyPepper: Buffer.alloc(32) }
  // a put has no use for the rest of a process
  const process = { ...base, ...rest } as unknown as OperationContext
  return transaction(db, (tx) => putCatalog({ ...process, tx }, catalog))
}

/** QE-1: the plans of the queue service. */
export const queueCatalog = {
  operator: { timeZone: 'Africa/Abidjan' },
  features: {
    sites: { kind: 'gauge', name: 'Sites' },
    agents: { kind: 'gauge', name: 'Agents' },
    queues: { kind: 'gauge', name: 'Queues' },
    tickets: { kind: 'meter', name: 'Tickets', unit: 'ticket' },
  },
  plans: {
    essential: {
      name: 'Essential',
      prices: { XOF: { month: 15_000, year: 150_000 } },
      allowances: { sites: 1, agents: 5, queues: 3, tickets: 500 },
      trial: { days: 14 },
    },
    professional: {
      name: 'Professional',
      prices: { XOF: { month: 45_000, year: 450_000 } },
      allowances: { sites: 3, agents: 20, queues: 10, tickets: 2_000 },
      trial: { days: 14 },
    },
    enterprise: {
      name: 'Enterprise',
      prices: { XOF: { month: 120_000, year: 1_200_000 } },
      allowances: { sites: 999, agents: 999, queues: 999, tickets: 999_999 },
    },
  },
} satisfies CatalogDefinition
