import type { Api, TrackResult, UsageTrackBody } from './api.gen.ts'
import { isTollkeeperError } from './errors.ts'
import type { RequestOptions } from './request.ts'
import type { Runtime } from './runtime.ts'

/** The most that the API takes in one call. */
const BATCH_SIZE = 1000

export type TrackedUse = UsageTrackBody['events'][number]

/**
 * Reports any number of uses, in batches, in order. Each has a key before the first batch leaves, so what is sent
 * again counts once. Indexes in `rejected` are those of `uses`. Where a batch fails, the error's `idempotencyKey` is that of
 * the whole: with it, all of `uses` can be reported again.
 */
export async function track(
  usage: Api['usage'],
  runtime: Runtime,
  uses: TrackedUse[],
  { idempotencyKey, ...options }: RequestOptions = {},
): Promise<TrackResult> {
  const whole = idempotencyKey ?? runtime.uniqueId()
  const keyed = uses.map((use, index) => ({
    ...use,
    idempotencyKey: use.idempotencyKey ?? `${whole}:${index}`,
  }))
  const result: TrackResult = { accepted: 0, duplicates: 0, rejected: [] }
  for (let from = 0; from < keyed.length; from += BATCH_SIZE) {
    const batch = await usage
      .track({ events: keyed.slice(from, from + BATCH_SIZE) }, options)
      .catch((error: unknown) => {
        if (isTollkeeperError(error)) error.idempotencyKey = whole
        throw error
      })
    result.accepted += batch.accepted
    result.duplicates += batch.duplicates
    result.rejected.push(...batch.rejected.map((row) => ({ ...row, index: row.index + from })))
  }
  return result
}
