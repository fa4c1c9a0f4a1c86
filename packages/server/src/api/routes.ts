/**
 * Which handlers answer which calls: one line per noun.
 */
import { endpoints } from '@tollkeeper/contract'
import type { Endpoint } from '@tollkeeper/contract'
import { catalogRoutes, featureRoutes } from './catalog.ts'
import { analyticsRoutes } from './analytics.ts'
import { auditLogRoutes } from './audit-log.ts'
import { accessRoutes } from './access.ts'
import { customerRoutes } from './customers.ts'
import { deliveryRoutes } from './deliveries.ts'
import { doctorRoutes } from './doctor.ts'
import { environmentRoutes } from './environment.ts'
import { eventRoutes } from './events.ts'
import { grantRoutes } from './grants.ts'
import type { Handlers } from './handler.ts'
import { importRoutes } from './imports.ts'
import { jobRoutes } from './jobs.ts'
import { keyRoutes } from './keys.ts'
import { testClockRoutes } from './test-clocks.ts'
import { planRoutes } from './plans.ts'
import { memberRoutes } from './members.ts'
import { overrideRoutes } from './overrides.ts'
import { seatSyncRoutes, siteRoutes } from './sites.ts'
import { subscriptionRoutes } from './subscriptions.ts'
import { balanceRoutes } from './balances.ts'
import { invoiceItemRoutes } from './invoice-items.ts'
import { discountRoutes } from './discounts.ts'
import { invoiceRoutes } from './invoices.ts'
import { paymentRoutes, refundRoutes } from './payments.ts'
import { paymentAttemptRoutes } from './payment-attempts.ts'
import { paymentMethodRoutes } from './payment-methods.ts'
import { disputeRoutes } from './disputes.ts'
import { providerEventRoutes } from './provider-events.ts'
import { checkoutSessionRoutes } from './checkout-sessions.ts'
import { ledgerRoutes } from './ledger.ts'
import { topUpRoutes } from './top-ups.ts'
import { unallocatedPaymentRoutes } from './unallocated-payments.ts'
import { usageRoutes } from './usage.ts'
import { webhookEndpointRoutes } from './webhook-endpoints.ts'

type Routes = { [Noun in keyof typeof endpoints]: Handlers<(typeof endpoints)[Noun]> }

/** The compiler lists a call of the contract that has no handler. */
export const routes: Routes = {
  catalog: catalogRoutes,
  features: featureRoutes,
  plans: planRoutes,
  access: accessRoutes,
  customers: customerRoutes,
  grants: grantRoutes,
  imports: importRoutes,
  members: memberRoutes,
  sites: siteRoutes,
  seatSyncs: seatSyncRoutes,
  overrides: overrideRoutes,
  environment: environmentRoutes,
  events: eventRoutes,
  webhookEndpoints: webhookEndpointRoutes,
  deliveries: deliveryRoutes,
  doctor: doctorRoutes,
  jobs: jobRoutes,
  keys: keyRoutes,
  testClocks: testClockRoutes,
  subscriptions: subscriptionRoutes,
  invoices: invoiceRoutes,
  invoiceItems: invoiceItemRoutes,
  payments: paymentRoutes,
  paymentAttempts: paymentAttemptRoutes,
  refunds: refundRoutes,
  unallocatedPayments: unallocatedPaymentRoutes,
  balances: balanceRoutes,
  paymentMethods: paymentMethodRoutes,
  discounts: discountRoutes,
  topUps: topUpRoutes,
  checkoutSessions: checkoutSessionRoutes,
  disputes: disputeRoutes,
  ledger: ledgerRoutes,
  providerEvents: providerEventRoutes,
  usage: usageRoutes,
  analytics: analyticsRoutes,
  auditLog: auditLogRoutes,
}

export interface Call {
  /** `customers.put`. */
  name: string
  noun: string
  endpoint: Endpoint
}

/** All calls of the contract, in its order. */
export const calls: Call[] = Object.entries(endpoints as Record<string, Record<string, Endpoint>>).flatMap(
  ([noun, members]) =>
    Object.entries(members).map(([name, endpoint]) => ({ name: `${noun}.${name}`, noun, endpoint })),
)

export function handlerOf(call: Call): unknown {
  const [noun = '', name = ''] = call.name.split('.')
  return (routes as unknown as Record<string, Record<string, unknown>>)[noun]?.[name]
}
