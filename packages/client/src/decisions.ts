/**
 * Answers to "may this customer do this now?" as unions on `allowed`, so that the compiler asks for both cases.
 *
 * Owns: the friendlier shapes of check, consume and reserve. Does not own: the decision; it is the engine's alone.
 */
import type { ConsumeDecision, Decision, ReserveDecision } from './api.gen.ts'
import { TollkeeperError } from './errors.ts'
import type { RefusalCode } from './errors.ts'

type Facts = Omit<Decision, 'allowed' | 'code'>

export type Allowed = Facts & { allowed: true; code: 'ok' }
/** A "no" is an answer, not an error: `message` says why, `upgrade` which plan would admit it. */
export type Refused = Facts & { allowed: false; code: RefusalCode }

export type Consumed = Allowed & {
  /** The id of the recorded use: `of` when it's given back. */
  event: string
  /** The key had its effect before, and this is its answer. */
  replayed: boolean
}
export type Reserved = Allowed & { id: string; expiresAt: string; replayed: boolean }

export type CheckAnswer = Allowed | Refused
export type ConsumeAnswer = Consumed | Refused
export type ReserveAnswer = Reserved | Refused

/**
 * A refusal where the code asked for one or nothing: thrown by `consumeOrThrow` and `orThrow`. `status` is 403, for
 * a gate that hands it on.
 */
export class RefusedError extends TollkeeperError {
  readonly decision: Refused
  constructor(decision: Refused) {
    super({ code: decision.code, status: 403, title: decision.message })
    this.name = 'RefusedError'
    this.decision = decision
  }
}

/** The limit or the credits are used up; other refusals (a blocked customer, a feature not included) are RefusedError. */
export class QuotaExceededError extends RefusedError {
  constructor(decision: Refused) {
    super(decision)
    this.name = 'QuotaExceededError'
  }
}

/** `null` members of a refusal say nothing; without them a refused reservation has no id at all. */
export function answerOf(decision: ConsumeDecision): ConsumeAnswer
export function answerOf(decision: ReserveDecision): ReserveAnswer
export function answerOf(decision: Decision): CheckAnswer
export function answerOf(
  decision: Decision & Partial<ConsumeDecision> & Partial<ReserveDecision>,
): CheckAnswer | ConsumeAnswer | ReserveAnswer {
  if (decision.allowed) return decision as Allowed
  const { event: _event, id: _id, expiresAt: _expiresAt, replayed: _replayed, ...refused } = decision
  return refused as Refused
}

/**
 * Gives back an allowed answer, and throws what isn't.
 *
 * @throws QuotaExceededError for `quota_exceeded` and `insufficient_credits`, else RefusedError.
 * @example const { remaining } = orThrow(await client.check({ customer: 'acme', feature: 'seats' }))
 */
export function orThrow<Answer extends { allowed: boolean }>(
  answer: Answer,
): Extract<Answer, { allowed: true }> {
  if (answer.allowed) return answer as Extract<Answer, { allowed: true }>
  const refused = answer as unknown as Refused
  const isUsedUp = refused.code === 'quota_exceeded' || refused.code === 'insufficient_credits'
  throw isUsedUp ? new QuotaExceededError(refused) : new RefusedError(refused)
}
