/** Pairs over HTTP: one server of ours beside the limit's, and the same load on each in turns. */
import type { Pair } from './harness.ts'
import { createSecretKey, openGenerator, startLimitServer, startServer } from './http-load.ts'
import type { Load } from './http-load.ts'
import type { Room } from './room.ts'

const CUSTOMERS = 100_000

/** Both answer the same requests; figures are requests a second. */
export async function openHttpPair(
  room: Room,
  kind: 'consume' | 'check',
  connections: number,
): Promise<Pair> {
  const database = await room.database(CUSTOMERS)
  const [ours, limit, secretKey] = await Promise.all([
    startServer(database),
    startLimitServer(database),
    createSecretKey(database),
  ])
  const generator = openGenerator()
  const p99s = { ours: 0, limit: 0 }
  const load = (server: string, milliseconds: number): Load => {
    return {
      kind,
      servers: [server],
      secretKey,
      connections,
      milliseconds,
      customers: CUSTOMERS,
      hotShare: 0,
    }
  }
  async function measure(side: 'ours' | 'limit', milliseconds = room.milliseconds): Promise<number> {
    const report = await generator.run(load((side === 'ours' ? ours : limit).url, milliseconds))
    p99s[side] = report.p99
    return report.usesPerSecond
  }
  // A server that has run for a while knows its customers: let it know them from the start, as in P-2 and P-14.
  await generator.run({ ...load(ours.url, 0), kind: 'check', everyone: true })
  await measure('ours')
  await measure('limit', room.milliseconds)
  return {
    measureOurs: () => measure('ours'),
    measureLimit: () => measure('limit'),
    remark: () => `p99 ${p99s.ours.toFixed(1)} ms against ${p99s.limit.toFixed(1)} ms`,
    async close() {
      await generator.close()
      await Promise.all([ours.close(), limit.close()])
    },
  }
}
