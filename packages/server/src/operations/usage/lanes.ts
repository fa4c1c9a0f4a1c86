/** Which lanes send the next batch. */
import type { Instant } from '../../domain/time/instant.ts'

export interface Lane<Item extends { since: Instant } = { since: Instant }> {
  queue: Item[]
  /** What was taken out of it is in flight. */
  running: boolean
}

/**
 * The lane that waits longest, together with others until the batch is worthwhile. A commit costs the same for few and
 * for many, so a smaller batch goes out only when nothing else is in flight.
 *
 * @returns none when there is nothing to send yet
 */
export function lanesOfNextBatch<One extends Lane>(lanes: readonly One[], worthwhile: number): One[] {
  const ready = lanes
    .filter((lane) => !lane.running && lane.queue.length > 0)
    .sort((left, right) => waitingSince(left) - waitingSince(right))
  const sharing: One[] = []
  let size = 0
  for (const lane of ready) {
    if (size >= worthwhile) break
    sharing.push(lane)
    size += lane.queue.length
  }
  return size < worthwhile && lanes.some((lane) => lane.running) ? [] : sharing
}

const waitingSince = ({ queue }: Lane): Instant => queue[0]?.since ?? Number.POSITIVE_INFINITY
