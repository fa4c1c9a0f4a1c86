import type { PoliciesDefinition } from '@tollkeeper/contract'
import type { DunningPolicy, DunningStep, FailurePolicy, PlanPolicies } from './model.ts'

export function normalisePolicies(policies: PoliciesDefinition): PlanPolicies {
  const failure = normaliseFailure(policies.failure ?? {})
  return {
    usageOnChange: policies.usageOnChange ?? 'keep',
    upgrade: policies.upgrade ?? 'now',
    downgrade: policies.downgrade ?? 'period_end',
    quantityChange: policies.quantityChange ?? 'raise_now',
    proration: policies.proration ?? 'second',
    purchaseWhileLive: policies.purchaseWhileLive ?? 'refuse',
    modules: policies.modules ?? 'next_invoice',
    moduleInvoices: policies.moduleInvoices ?? 'with_plan',
    failure,
    disputes: { open: policies.disputes?.open ?? 'full', lost: policies.disputes?.lost ?? 'keep' },
    anchor: policies.anchor ?? 'subscription',
    collection: policies.collection ?? 'automatic',
    dueDays: policies.dueDays ?? 0,
    retries: {
      hour: policies.retries?.hour ?? null,
      afterDays: policies.retries?.afterDays ?? [1, 3, 5],
    },
    dunning: normaliseDunning(policies.dunning, failure),
  }
}

function normaliseFailure(failure: NonNullable<PoliciesDefinition['failure']>): FailurePolicy {
  return {
    graceDays: failure.graceDays ?? 7,
    access: failure.access ?? 'blocked',
    reason: failure.reason ?? 'payment_required',
    grants: failure.grants ?? 'plan',
    modules: failure.modules ?? 'off',
    modulesWhenPaid: failure.modulesWhenPaid ?? 'restore',
    cancelAfterDays: failure.cancelAfterDays ?? null,
    negligible: failure.negligible ?? {},
  }
}

const actions = { warned: 'warn', limited: 'limit', read_only: 'read_only', blocked: 'suspend' } as const

function normaliseDunning(dunning: PoliciesDefinition['dunning'], failure: FailurePolicy): DunningPolicy {
  if (dunning === undefined) return { hour: null, steps: stepsOf(failure) }
  const steps = dunning.steps.map(({ afterDays, letter, access, action }): DunningStep => {
    if (letter !== undefined) return { afterDays, action: 'letter', letter }
    if (access !== undefined) return { afterDays, action: actions[access], letter: null }
    if (action === undefined) throw new Error("A step without an action got past the catalog's schema")
    return { afterDays, action, letter: null }
  })
  return { hour: dunning.hour ?? null, steps }
}

/** What `failure` says in days, as steps. */
function stepsOf({ graceDays, access, cancelAfterDays }: FailurePolicy): DunningStep[] {
  const steps: DunningStep[] = []
  if (access !== 'full') steps.push({ afterDays: graceDays, action: actions[access], letter: null })
  if (cancelAfterDays !== null) steps.push({ afterDays: cancelAfterDays, action: 'cancel', letter: null })
  return steps.sort((one, other) => one.afterDays - other.afterDays)
}
