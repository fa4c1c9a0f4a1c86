/**
 * Tollkeeper's client: fetch and nothing else, so it runs in Node, browsers and edge runtimes alike.
 *
 * Owns: what is exported. Does not own: the calls themselves; they are generated from the contract (api.gen.ts).
 */
export type * from './api.gen.ts'
export { createClient } from './client.ts'
export type { Client, ClientOptions } from './client.ts'
export type { Fetch, ResponseNote } from './connection.ts'
export { orThrow, QuotaExceededError, RefusedError } from './decisions.ts'
export type {
  Allowed,
  CheckAnswer,
  ConsumeAnswer,
  Consumed,
  Refused,
  ReserveAnswer,
  Reserved,
} from './decisions.ts'
export type { CustomerEntitlements, FeatureEntitlement } from './entitlements-of.ts'
export { isCode, isTollkeeperError, TollkeeperError } from './errors.ts'
export type { Code, ConnectionCode, FieldError, KnownCode, RefusalCode } from './errors.ts'
export { isEvent } from './events.ts'
export type { EventOf } from './events.ts'
export type { EventStream, EventStreamOptions } from './event-stream.ts'
export type { HolderRuntime, LeaseHolder, LeaseHolderOptions } from './lease-holder.ts'
export { createLeaseHolder } from './lease-holder.ts'
export type { Page, Pages } from './pages.ts'
export type { RequestOptions } from './request.ts'
export { createSeatCount } from './seat-count.ts'
export type { SeatCountOptions, SeatQuestion } from './seat-count.ts'
export { SettlementError } from './reservation.ts'
export type { ReservationOutcome, Settle } from './reservation.ts'
export type { TrackedUse } from './track.ts'
export type { FeatureUsage, ResourceUsage, UsageOfOptions } from './usage-of.ts'
export { defineCatalog } from './define-catalog.ts'
export type {
  AllowanceOf,
  CatalogFeature,
  CatalogFeatures,
  CatalogPlan,
  CatalogSource,
} from './define-catalog.ts'
export type {
  CatalogCoupon,
  CatalogDunningStep,
  CatalogOperator,
  CatalogPolicies,
  CatalogTaxRate,
} from './catalog-definitions.ts'
export type {
  CatalogInterval,
  CatalogPrice,
  CatalogPriceComponent,
  CatalogPriceModel,
  CatalogPrices,
} from './catalog-prices.ts'
