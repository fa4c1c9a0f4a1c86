/**
 * What all unpaid invoices and open disputes of a customer together do to its access.
 *
 * Owns: the worst of the steps that were taken and of what disputes do. Does not own: when steps are taken (`decide.ts`),
 * the modules that go off and come back with it (`modules.ts`), how access follows (`access/decide.ts`).
 * Invariant: a function of the unpaid invoices and the open disputes alone, so paying the last one restores access in the same transaction. One
 * that was given up is still unpaid: giving up is the books' affair, and lets nobody in.
 */
import type { DunningStep } from '../catalog/model.ts'
import { GOOD_STANDING, type CustomerMoney, type Standing } from '../customers/money.ts'
import { liveSubscription, type CustomerChange, type CustomerState } from '../customers/state.ts'
import type { AccessLevel } from '../entitlements/model.ts'
import { policiesOf } from '../invoices/policies.ts'
import {
  switchModulesOff,
  switchModulesOn,
  unpaidModules,
  type ModuleVersions,
  type Restoring,
} from './modules.ts'
import { hasConsequences } from './negligible.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { wake } from '../subscriptions/resume.ts'

const LEVELS: readonly AccessLevel[] = ['full', 'warned', 'limited', 'read_only', 'blocked']

const levelOf: Partial<Record<DunningStep['action'], AccessLevel>> = {
  warn: 'warned',
  limit: 'limited',
  read_only: 'read_only',
  suspend: 'blocked',
}

/** Brings the standing in line with the unpaid invoices, and wakes what they paused. `versions`: finds what was switched off. */
export function reviseStanding(
  change: CustomerChange,
  versions: ModuleVersions,
  how: Restoring = {},
): CustomerChange {
  return wakePaid(restoreModules(reviseLevel(change), versions, how))
}

function reviseLevel(change: CustomerChange): CustomerChange {
  const { state } = change
  const standing = standingOf(state)
  const before = state.standing
  if (standing.level === before.level && standing.reason === before.reason) return change
  const { modules, disputed } = before
  const revised = { ...change, state: { ...state, standing: { ...standing, modules, disputed } } }
  return standing.level === 'blocked' ? switchModulesOff(revised) : revised
}

/** What a block switched off comes back once that is over, and nothing is owed for modules themselves. */
function restoreModules(change: CustomerChange, versions: ModuleVersions, how: Restoring): CustomerChange {
  const { state } = change
  const { level, modules } = state.standing
  const live = liveSubscription(state)
  if (level === 'blocked' || modules.length === 0) return change
  if (live !== null && unpaidModules(state, live) !== null) return change
  return switchModulesOn(change, versions, how)
}

function standingOf(state: CustomerState): Standing {
  let worst = standingOfDisputes(state)
  for (const invoice of (state.money as CustomerMoney).invoices) {
    const { dunning, failure } = policiesOf(state, invoice)
    if (!hasConsequences(failure, invoice)) continue
    for (const step of dunning.steps.slice(0, invoice.dunningStep + 1)) {
      const level = levelOf[step.action]
      if (level === undefined || LEVELS.indexOf(level) <= LEVELS.indexOf(worst.level)) continue
      worst = { ...worst, level, reason: failure.reason }
    }
  }
  return worst
}

/** Whoever was paused for an invoice goes on with the last such invoice paid. A pause by hand stays. */
function wakePaid(change: CustomerChange): CustomerChange {
  const { state } = change
  const live = liveSubscription(state)
  if (live === null || live.status !== 'paused' || !live.pausedUnpaid) return change
  if (isPausedByInvoice(state, live)) return change
  const { state: awake, events } = wake(state, live)
  return { ...change, state: awake, events: [...change.events, ...events] }
}

/** Whether a step that was taken for an unpaid invoice wants a subscription paused. */
export function isPausedByInvoice(
  state: Pick<CustomerState, 'money' | 'subscriptions'>,
  { number }: Subscription,
): boolean {
  const invoices = state.money?.invoices.filter(({ subscription }) => subscription === number) ?? []
  return invoices.some((invoice) => {
    const { dunning, failure } = policiesOf(state, invoice)
    const taken = dunning.steps.slice(0, invoice.dunningStep + 1)
    return hasConsequences(failure, invoice) && taken.some(({ action }) => action === 'pause')
  })
}

function standingOfDisputes(state: CustomerState): Standing {
  const level = state.standing.disputed
  if (level === 'full') return GOOD_STANDING
  const { reason } = liveSubscription(state)?.plan.policies.failure ?? { reason: 'payment_required' as const }
  return { ...GOOD_STANDING, level, reason }
}
