/**
 * Closes periods in a process of its own, whose peak memory is then nobody else's. Told what, it answers what it took.
 *
 * Invariant: what is measured runs warm: a thousand others are closed before.
 */
import { openPool } from '#server/store/database/pool'
import type { EmbeddedConnection } from '#server/store/database/embedded'
import { openClosing } from './subscribers.ts'

export interface ClosingOrder {
  warmUp: EmbeddedConnection
  connection: EmbeddedConnection
  /** How many periods of everybody's are closed. */
  periods: number
}

export interface ClosingFigures {
  seconds: number
  /** Of this process's processor time. */
  busySeconds: number
  /** The most memory that the process has had. */
  peakBytes: number
}

async function closePeriods(
  connection: EmbeddedConnection,
  periods: number,
): Promise<Pick<ClosingFigures, 'seconds' | 'busySeconds'>> {
  const db = openPool({ ...connection, max: 20 })
  const closing = await openClosing(db)
  let seconds = 0
  let busySeconds = 0
  for (let count = 0; count < periods; count += 1) {
    await closing.nextPeriod()
    const before = process.cpuUsage()
    seconds += await closing.close()
    const { user, system } = process.cpuUsage(before)
    busySeconds += (user + system) / 1e6
  }
  await closing.stop()
  await db.close()
  return { seconds, busySeconds }
}

process.on('message', async ({ warmUp, connection, periods }: ClosingOrder) => {
  await closePeriods(warmUp, 2)
  const took = await closePeriods(connection, periods)
  const figures: ClosingFigures = { ...took, peakBytes: process.resourceUsage().maxRSS * 1024 }
  process.send?.(figures)
  process.disconnect()
})
