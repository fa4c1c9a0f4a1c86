import { liveSubscription, type CustomerChange } from '../customers/state.ts'
import { suspend } from '../customers/suspension.ts'
import type { ModuleVersions } from '../dunning/modules.ts'
import { reviseStanding } from '../dunning/standing.ts'
import { end } from '../subscriptions/lifecycle.ts'
import type { Dispute } from './model.ts'

export interface DisputeTools {
  versions: ModuleVersions
  /** Who tells of it, for a suspension. */
  author: string
  /** Whether another dispute of the customer is open. */
  othersOpen: boolean
}

/**
 * What a dispute does to access, by the plan's policy: less while it is open; lost, what follows; won, everything is as it
 * was. A suspension that stands already stays as it is.
 */
export function followDispute(
  change: CustomerChange,
  { id, status }: Pick<Dispute, 'id' | 'status'>,
  { versions, author, othersOpen }: DisputeTools,
): CustomerChange {
  const { state } = change
  const live = liveSubscription(state)
  const policy = live?.plan.policies.disputes ?? { open: 'full', lost: 'keep' }
  const disputed = status === 'open' || othersOpen ? policy.open : 'full'
  const next = reviseStanding(
    { ...change, state: { ...state, standing: { ...state.standing, disputed } } },
    versions,
    { asItWas: status === 'won' },
  )
  if (status !== 'lost') return next
  if (policy.lost === 'suspend' && state.suspension === null) {
    return after(next, suspend(next.state, { reason: 'dispute_lost', note: id, author }))
  }
  const still = liveSubscription(next.state)
  return policy.lost === 'cancel' && still !== null
    ? after(next, end(next.state, still, 'cancel', 'not_paid'))
    : next
}

function after(earlier: CustomerChange, { state, events }: CustomerChange): CustomerChange {
  return { ...earlier, state, events: [...earlier.events, ...events] }
}
