import { normalisePolicies } from '../catalog/normalise-policies.ts'
import type { CollectionPolicies, DunningStep, PlanPolicies } from '../catalog/model.ts'
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
  if (invoice.policies) return { ...policies, ...invoice.policies }
  return invoice.reason === 'add_on' ? ofModules(policies) : policies
}

/** What of them an invoice keeps. */
export function collectionPolicies({ failure, retries, dunning }: PlanPolicies): CollectionPolicies {
  return { failure, retries, dunning }
}

/** A module that isn't paid is asked for and tried again, and goes off where a plan would; the subscription goes on. */
function ofModules(policies: PlanPolicies): PlanPolicies {
  const { hour, steps } = policies.dunning
  const asked = steps.filter(({ action }) => action === 'letter' || action === 'retry')
  const closing = steps.find(({ action }) => CLOSING.has(action))
  const off: DunningStep[] =
    closing === undefined ? [] : [{ ...closing, action: 'modules_off', letter: null }]
  const all = [...asked, ...off].toSorted((one, other) => one.afterDays - other.afterDays)
  return { ...policies, dunning: { hour, steps: all } }
}

const CLOSING: ReadonlySet<DunningStep['action']> = new Set(['suspend', 'pause', 'cancel'])
