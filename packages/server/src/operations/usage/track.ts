/** Uses after the fact: each by itself accepted, a duplicate, or rejected with its reason. */
import type { UsageContext } from '../../context.ts'
import { parseInstant } from '../../domain/time/instant.ts'
import { describeRefusal } from '../../language/format.ts'
import type { LanguageTag } from '../../language/index.ts'
import { Refusal } from '../../refusal.ts'
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

/** An outage rejects nothing: it fails the call, and the keys make trying again safe. */
export async function trackEvents(
  ctx: UsageContext,
  batch: TrackBatch,
  language: LanguageTag,
): Promise<TrackReport> {
  const report: TrackReport = { accepted: 0, duplicates: 0, rejected: [] }
  const outcomes = await Promise.allSettled(
    batch.events.map((event, index) => trackOne(ctx, batch, event, index)),
  )
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') {
      if (outcome.value) report.duplicates += 1
      else report.accepted += 1
      return
    }
    const { reason } = outcome
    if (!(reason instanceof Refusal) || reason.retryAfterSeconds !== undefined) throw reason
    report.rejected.push({ index, code: reason.code, message: describeRefusal(language, reason) })
  })
  return report
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
