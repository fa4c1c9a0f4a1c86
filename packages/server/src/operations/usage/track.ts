/** Uses after the fact: each by itself accepted, a duplicate, or rejected with its reason. */
import type { UsageContext } from '../../context.ts'
import { readInstant } from '../../domain/time/instant.ts'
import { describeRefusal } from '../../language/format.ts'
import type { LanguageTag } from '../../language/index.ts'
import { Refusal } from '../../refusal.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import type { UsageInput, UsageRequest } from './requests.ts'
import type { Settled } from './writer.ts'

export interface TrackBatch {
  events: (Omit<UsageInput, 'at'> & { at?: string | undefined })[]
  /** Of the whole batch: an event without a key of its own gets one from it. */
  idempotencyKey?: string | undefined
}

export interface TrackReport {
  accepted: number
  duplicates: number
  rejected: { index: number; code: string; message: string }[]
}

/**
 * An outage fails the call, because nobody knows what it counted; so does overload, which then must not say that nothing
 * was. The keys make sending it again safe. A bug is told of the event that met it, unless all have met one: "rejected"
 * is for good, and what fails everybody may be mended.
 */
export async function trackEvents(
  ctx: UsageContext,
  batch: TrackBatch,
  language: LanguageTag,
): Promise<TrackReport> {
  const report: TrackReport = { accepted: 0, duplicates: 0, rejected: [] }
  const answers = await ctx.usage.submitAll(ctx.environment, batch.events, (event, index) =>
    requestOf(batch, event, index),
  )
  throwOutage(answers)
  answers.forEach((answer, index) => {
    if ('outcome' in answer) {
      if (answer.outcome.replayed) report.duplicates += 1
      else report.accepted += 1
      return
    }
    const refusal = refusalOf(ctx, answer.failure)
    report.rejected.push({ index, code: refusal.code, message: describeRefusal(language, refusal) })
  })
  return report
}

function throwOutage(answers: Settled[]): void {
  const failures = answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : []))
  const lost = failures.find((failure) => failure instanceof DatabaseUnavailable)
  if (lost !== undefined) throw lost
  const later = failures.find(
    (failure) => failure instanceof Refusal && failure.retryAfterSeconds !== undefined,
  )
  const isBroken =
    failures.length === answers.length && !failures.some((failure) => failure instanceof Refusal)
  if (isBroken && failures.length > 0) throw failures[0]
  if (later === undefined) return
  throw failures.length === answers.length ? later : new Refusal('unavailable', { retryAfterSeconds: 1 })
}

/** A bug's cause stays in the log. */
function refusalOf(ctx: UsageContext, failure: unknown): Refusal {
  if (failure instanceof Refusal) return failure
  ctx.logger.error({ err: failure }, 'an event could not be counted')
  return new Refusal('internal_error')
}

/** The fields in one order: the text of what was asked tells a retry from another use of its key. */
function requestOf(batch: TrackBatch, event: TrackBatch['events'][number], index: number): UsageRequest {
  return {
    verb: 'track',
    customer: event.customer,
    feature: event.feature,
    amount: event.amount,
    member: event.member,
    metadata: event.metadata,
    idempotencyKey: event.idempotencyKey ?? keyInBatch(batch, index),
    at: event.at === undefined ? undefined : readInstant(event.at),
  }
}

const keyInBatch = ({ idempotencyKey }: TrackBatch, index: number): string | undefined =>
  idempotencyKey === undefined ? undefined : `${idempotencyKey}#${index}`
