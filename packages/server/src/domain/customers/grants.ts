import { Refusal } from '../../refusal.ts'
import { END_OF_TIME, toIso, type Instant, toIsoOrNull } from '../time/index.ts'
import type { Grant, GrantSource } from '../usage/model.ts'
import { isCounted, requireFeature } from './overrides.ts'
import type { CustomerChange, CustomerState, CustomerUsage } from './state.ts'

export interface GiveGrant {
  id: string
  feature: string
  /** Surrogate; 0 for the customer's own balance. */
  member: number
  memberKey: string | null
  amount: number
  priority: number
  source: Extract<GrantSource, 'manual' | 'promotion' | 'top_up' | 'import'>
  reason: string
  /** null = now. */
  startsAt: Instant | null
  /** null = never. */
  expiresAt: Instant | null
}

export interface GrantDecision extends CustomerChange {
  grant: Grant
  usage: (usage: CustomerUsage) => CustomerUsage
  grantsChanged: true
}

/**
 * Gives an amount of a feature on top of the plan.
 *
 * @throws Refusal `feature_not_found`, `grant_kind` for flags and settings, `invalid_request` when it would end
 * before it starts.
 */
export function giveGrant(state: CustomerState, command: GiveGrant): GrantDecision {
  const { now } = state
  const feature = requireFeature(state, command.feature, 'feature')
  if (!isCounted(feature)) {
    throw new Refusal('grant_kind', { param: 'feature', values: { feature: feature.key } })
  }
  const startsAt = command.startsAt ?? now
  const expiresAt = command.expiresAt ?? END_OF_TIME
  if (expiresAt <= Math.max(now, startsAt)) {
    const errors = [{ param: 'expiresAt', message: 'It must be later than now and than startsAt.' }]
    throw new Refusal('invalid_request', { param: 'expiresAt', errors })
  }
  const grant: Grant = {
    number: 0,
    id: command.id,
    feature: feature.id,
    member: command.member,
    source: command.source,
    reference: '',
    amount: command.amount,
    burnt: 0,
    held: 0,
    expired: 0,
    priority: command.priority,
    startsAt,
    expiresAt,
    createdAt: now,
    closedAt: null,
  }
  const payload = {
    grant: grant.id,
    feature: feature.key,
    member: command.memberKey,
    source: grant.source,
    amount: grant.amount,
    reason: command.reason,
    startsAt: toIso(startsAt),
    expiresAt: toIsoOrNull(command.expiresAt),
  }
  return {
    state,
    events: [{ type: 'grant.created', subject: grant.id, payload, occurredAt: now }],
    grant,
    usage: (usage) => ({ ...usage, grants: [...usage.grants, grant] }),
    grantsChanged: true,
  }
}

/**
 * Takes a grant back: what is burnt stays burnt, the rest expires at this moment.
 *
 * @throws Refusal `grant_not_found` when it is closed already, `invalid_request` for a plan's own.
 */
export function revokeGrant(
  state: CustomerState,
  grant: Grant,
  memberKey: string | null,
  author: string,
): Omit<GrantDecision, 'grant'> & { foldFirst: true } {
  if (grant.closedAt !== null) throw new Refusal('grant_not_found', { values: { grant: grant.id } })
  if (grant.source === 'plan') {
    const errors = [
      { param: 'grantId', message: 'It is the allowance of the plan: use an override instead.' },
    ]
    throw new Refusal('invalid_request', { param: 'grantId', errors })
  }
  const feature = state.catalog.features.find((each) => each.id === grant.feature)
  const payload = {
    grant: grant.id,
    feature: feature?.key ?? '',
    member: memberKey,
    source: grant.source,
    amount: grant.amount,
    author,
  }
  return {
    state,
    events: [{ type: 'grant.revoked', subject: grant.id, payload, occurredAt: state.now }],
    usage: (usage) => ({
      ...usage,
      grants: usage.grants.map((each) => (each.id === grant.id ? { ...each, expiresAt: state.now } : each)),
    }),
    grantsChanged: true,
    foldFirst: true,
  }
}
