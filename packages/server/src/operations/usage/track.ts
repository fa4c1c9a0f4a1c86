/** Uses after the fact: each by itself accepted, a duplicate, or rejected with its reason. */
import type { UsageContext } from '../../context.ts'
import { parseInstant } from '../../domain/time/instant.ts'
import { describeRefusal } from '../../language/format.ts'
import type { LanguageTag } from '../../language/index.ts'
import { Refusal } from '../../refusal.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import type { UsageInput } from './requests.ts'

export interface TrackBatch {
  events: (UsageInput & { at?: string | undefined })[]
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
 * was. The keys make sending it again safe. A bug is told of the event that met it.
 */
export async function trackEvents(
  ctx: UsageContext,
  batch: TrackBatch,
  language: LanguageTag,
): Promise<TrackReport> {
  const report: TrackReport = { accepted: 0, duplicates: 0, rejected: [] }
  const outcomes = await Promise.allSettled(
    batch.events.map((event, index) => trackOne(ctx, batch, event, index)),
  )
  throwOutage(outcomes)
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') {
      if (outcome.value) report.duplicates += 1
      else report.accepted += 1
      return
    }
    const refusal = refusalOf(ctx, outcome.reason)
    report.rejected.push({ index, code: refusal.code, message: describeRefusal(language, refusal) })
  })
  return report
}

function throwOutage(outcomes: PromiseSettledResult<boolean>[]): void {
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  const lost = reasons.find((reason) => reason instanceof DatabaseUnavailable)
  if (lost !== undefined) throw lost
  const later = reasons.find((reason) => reason instanceof Refusal && reason.retryAfterSeconds !== undefined)
  if (later === undefined) return
  throw reasons.length === outcomes.length ? later : new Refusal('unavailable', { retryAfterSeconds: 1 })
}

/** A bug's cause stays in the log. */
function refusalOf(ctx: UsageContext, reason: unknown): Refusal {
  if (reason instanceof Refusal) return reason
  ctx.logger.error({ err: reason }, 'an event could not be counted')
  return new Refusal('internal_error')
}

/** @returns whether it was a duplicate */
async function trackOne(
  ctx: UsageContext,
  batch: TrackBatch,
  event: TrackBatch['events'][number],
  index: number,
) {
  const { at, ...input } = event
  const key =
    event.idempotencyKey ??
    (batch.idempotencyKey === undefined ? undefined : `${batch.idempotencyKey}#${index}`)
  const instant = at === undefined ? undefined : parseInstant(at)
  if (instant === null) throw new Refusal('invalid_request', { param: 'at' })
  const { outcome } = await ctx.usage.submit(ctx.environment, {
    verb: 'track',
    ...input,
    idempotencyKey: key,
    at: instant,
  })
  return outcome.replayed
}
