import type { Benchmark } from './harness.ts'
import { createSecretKey, openGenerator, startServer } from './http-load.ts'

const CUSTOMERS = 100_000
const CONNECTIONS = 256
const PROCESSES = 4

export const fourProcesses: Benchmark = {
  id: 'P-14',
  ours: 'consume over HTTP, 30 % of it for one customer, four server processes',
  limit: 'the same load on one process',
  unit: 'requests/s',
  compare: 'ratio',
  better: 'higher',
  floor: 0.9,
  goal: 1.2,
  async open(room) {
    const database = await room.database(CUSTOMERS)
    const secretKey = await createSecretKey(database)
    const servers = await Promise.all(Array.from({ length: PROCESSES }, () => startServer(database)))
    const urls = servers.map(({ url }) => url)
    const generator = openGenerator()
    const load = { secretKey, connections: CONNECTIONS, customers: CUSTOMERS, hotShare: 0.3 }
    const measure = async (asked: string[], milliseconds: number) => {
      const { usesPerSecond } = await generator.run({
        ...load,
        kind: 'consume',
        servers: asked,
        milliseconds,
      })
      return usesPerSecond
    }
    // One process meets customers four times as fast as each of four: let them all know everyone from the start.
    await generator.run({ ...load, kind: 'check', servers: urls, milliseconds: 0, everyone: true })
    await measure(urls, room.milliseconds * 3)
    await measure(urls.slice(0, 1), room.milliseconds * 2)
    return {
      measureOurs: () => measure(urls, room.milliseconds),
      measureLimit: () => measure(urls.slice(0, 1), room.milliseconds),
      async close() {
        await generator.close()
        await Promise.all(servers.map(({ close }) => close()))
      },
    }
  },
}
