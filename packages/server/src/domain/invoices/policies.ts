import { normalisePolicies } from '../catalog/normalise-policies.ts'
import type { CollectionPolicies, PlanPolicies } from '../catalog/model.ts'
import { lastEndedSubscription, liveSubscription, type CustomerState } from '../customers/state.ts'
import type { Invoice } from './model.ts'

/** Where no plan says otherwise: of customers who never had one. */
const DEFAULT_POLICIES: PlanPolicies = normalisePolicies({})

/**
 * The policies that an invoice is collected by: those that it was issued under; before that, those of its subscription,
 * else of the customer's last one.
 */
export function policiesOf(
  state: Pick<CustomerState, 'subscriptions'>,
  invoice: Pick<Invoice, 'subscription'> & Partial<Pick<Invoice, 'reason' | 'policies'>>,
): PlanPolicies {
  const own = state.subscriptions.find(({ number }) => number === invoice.subscription)
  const policies =
    (own ?? liveSubscription(state) ?? lastEndedSubscription(state))?.plan.policies ?? DEFAULT_POLICIES
  if (invoice.policies != null) return { ...policies, ...invoice.policies }
  return invoice.reason === 'add_on' ? withoutConsequences(policies) : policies
}

/** What of them an invoice keeps. */
export function collectionPolicies({ failure, retries, dunning }: PlanPolicies): CollectionPolicies {
  return { failure, retries, dunning }
}

/** A module that isn't paid is asked for and tried again; the subscription under it goes on. */
function withoutConsequences(policies: PlanPolicies): PlanPolicies {
  const { hour, steps } = policies.dunning
  const asked = steps.filter(({ action }) => action === 'letter' || action === 'retry')
  return { ...policies, dunning: { hour, steps: asked } }
}
