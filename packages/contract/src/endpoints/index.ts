/**
 * All calls of the API by noun. The key of a noun and of a call are also the names in the client:
 * `endpoints.customers.put` is `client.customers.put`.
 */
import { testClocks } from './test-clocks.ts'
import { analytics } from './analytics.ts'
import { jobs } from './jobs.ts'
import { deliveries } from './deliveries.ts'
import { events } from './events.ts'
import { doctor } from './doctor.ts'
import { environment } from './environment.ts'
import { keys } from './keys.ts'
import { auditLog } from './audit-log.ts'
import { balances } from './balances.ts'
import { invoiceItems } from './invoice-items.ts'
import { invoices } from './invoices.ts'
import { payments, refunds } from './payments.ts'
import { paymentAttempts } from './payment-attempts.ts'
import { paymentMethods } from './payment-methods.ts'
import { disputes } from './disputes.ts'
import { providerEvents } from './provider-events.ts'
import { checkoutSessions } from './checkout-sessions.ts'
import { topUps } from './top-ups.ts'
import { discounts } from './discounts.ts'
import { unallocatedPayments } from './unallocated-payments.ts'
import { usage } from './usage.ts'
import { catalog, features } from './catalog.ts'
import { plans } from './plans.ts'
import { access } from './access.ts'
import { customers } from './customers.ts'
import { grants } from './grants.ts'
import { imports } from './imports.ts'
import { ledger } from './ledger.ts'
import { members } from './members.ts'
import { overrides } from './overrides.ts'
import { seatSyncs, sites } from './sites.ts'
import { subscriptions } from './subscriptions.ts'
import { webhookEndpoints } from './webhook-endpoints.ts'

export const endpoints = {
  catalog,
  features,
  plans,
  customers,
  members,
  sites,
  seatSyncs,
  subscriptions,
  invoices,
  invoiceItems,
  payments,
  paymentAttempts,
  refunds,
  unallocatedPayments,
  balances,
  paymentMethods,
  discounts,
  topUps,
  checkoutSessions,
  disputes,
  ledger,
  providerEvents,
  access,
  overrides,
  grants,
  imports,
  testClocks,
  jobs,
  events,
  webhookEndpoints,
  deliveries,
  doctor,
  environment,
  keys,
  usage,
  analytics,
  auditLog,
}
