import { normalisePolicies } from '../catalog/normalise-policies.ts'
import type { PlanPolicies } from '../catalog/model.ts'
import { lastEndedSubscription, liveSubscription, type CustomerState } from '../customers/state.ts'
import type { Invoice } from './model.ts'

/** Where no plan says otherwise: of customers who never had one. */
const DEFAULT_POLICIES: PlanPolicies = normalisePolicies({})

/** The policies that an invoice is collected by: those of its subscription, else of the customer's last one. */
export function policiesOf(
  state: Pick<CustomerState, 'subscriptions'>,
  invoice: Pick<Invoice, 'subscription'>,
): PlanPolicies {
  const own = state.subscriptions.find(({ number }) => number === invoice.subscription)
  return (own ?? liveSubscription(state) ?? lastEndedSubscription(state))?.plan.policies ?? DEFAULT_POLICIES
}
