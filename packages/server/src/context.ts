import type { AddOnVersion, BundleVersion, Catalog, PlanVersion } from './domain/catalog/model.ts'
import type { Clock } from './clock.ts'
import type { TaxProvider } from './domain/taxes/model.ts'
import type { LanguageTag } from './language/index.ts'
import type { Logger } from './logger.ts'
import type { EventFeed } from './operations/events/feed.ts'
import type { Refusals } from './operations/usage/refusals.ts'
import type { Usage } from './operations/usage/usage.ts'
import type { Payments } from './providers/payments/index.ts'
import type { AskSite } from './providers/sites/ask-site.ts'
import type { Database, Queryable, Transaction } from './store/database/pool.ts'

export interface Environment {
  id: number
  name: string
  mode: 'test' | 'live'
}

/**
 * Catalogs by revision and immutable versions by (item, version), kept in memory by each process. Whoever is inside a
 * transaction passes it as `via`: waiting for a second connection while holding one can exhaust the pool.
 */
export interface CatalogCache {
  /** The catalog in force; refreshed when its revision has moved (hinted by NOTIFY, polled every half second). */
  current(environment: number, via?: Queryable): Promise<Catalog>
  /** What `current` would answer, if it can be said at once; null if it must be asked for. */
  known(environment: number): Catalog | null
  /** The same as `current`, with the revision asked for now: for commands off the hot path, which must see what was just put. */
  fresh(environment: number, via?: Queryable): Promise<Catalog>
  plan(item: number, version: number, via?: Queryable): Promise<PlanVersion>
  addOn(item: number, version: number, via?: Queryable): Promise<AddOnVersion>
  bundle(item: number, version: number, via?: Queryable): Promise<BundleVersion>
  /** A revision is about to be committed by this process: ask until it is there. */
  expect(environment: number, revision: number): void
  /** Something may have changed: ask at the next call. */
  hint(environment: number): void
}

/** What the process has; built once by engine.ts. */
export interface Context {
  db: Database
  clock: Clock
  logger: Logger
  catalogs: CatalogCache
  /** Live readers of the event feed. */
  feed: EventFeed
  /** Every call that takes, gives back or asks. */
  usage: Usage
  /** Announces that a limit refused somebody. */
  refusals: Refusals
  /** Whoever moves money. */
  payments: Payments
  /** Whoever knows the rates of taxes. */
  taxes: TaxProvider
  /** How customers' own sites are asked. */
  askSite: AskSite
  /** Hashes of API keys are made with it. */
  keyPepper: Buffer
}

/** What one command has: a transaction that its caller opened and will commit, and who asks. */
export interface OperationContext extends Context {
  tx: Transaction
  environment: Environment
  /** Who asks: a key's id, `job:<name>`, or `cli`. Goes into events and audit. */
  actor: string
  /** How it was asked, where it was a request. */
  request?: AskedBy | undefined
}

export interface AskedBy {
  /** The name of the call: `customers.put`. */
  call: string
  /** Of the request. */
  id: string
  /** In the caller's words; '' where none is given. */
  reason: string
}

/** What a call has that opens its own transactions (the usage writer does) or none. */
export interface UsageContext extends Context {
  environment: Environment
  /** As in `OperationContext`. */
  actor: string
  /** Of the caller, for the message of a decision. */
  language: LanguageTag
  /** As in `OperationContext`; the calls that take have none. */
  request?: AskedBy | undefined
}
