/**
 * Our side without HTTP: the engine's own API, called with callers' ids and keys as an application would.
 *
 * Owns: one engine on a seeded database. Does not own: what is asked of it.
 */
import { randomUUID } from 'node:crypto'
import { createEngine } from '#server/engine'
import { silentLogger } from '#server/logger'
import type { SeededDatabase } from './room.ts'
import { randomBelow } from './loops.ts'
import { customerKey, environment, feature } from './seed.ts'

export interface EngineSide {
  /** One unit for a customer, under a new key. Fails when it isn't allowed: then another thing would be measured. */
  consume(customer: string): Promise<void>
  check(customer: string): Promise<void>
  /** Mean batch of what was consumed since the last call, and how much of it the second gear served. */
  batches(): string
  close(): Promise<void>
}

export async function openEngine(database: SeededDatabase): Promise<EngineSide> {
  const db = database.open(20)
  const engine = await createEngine({ db, logger: silentLogger, jobs: false })
  const { usage } = engine.context
  const batches = { count: 0, first: 0, second: 0 }
  usage.onBatch((size, gear) => {
    batches.count += 1
    if (gear === 1) batches.first += size
    else batches.second += size
  })
  const ask = { feature, amount: 1 }
  return {
    async consume(customer) {
      const request = { verb: 'consume' as const, customer, ...ask, idempotencyKey: randomUUID() }
      const { outcome } = await usage.submit(environment, request)
      if (!outcome.decision.allowed) throw new Error(`consume was refused: ${outcome.decision.code}`)
    },
    async check(customer) {
      const { outcome } = await usage.check(environment, { customer, ...ask })
      if (!outcome.decision.allowed) throw new Error(`check was refused: ${outcome.decision.code}`)
    },
    batches() {
      const { count, first, second } = batches
      Object.assign(batches, { count: 0, first: 0, second: 0 })
      const mean = count === 0 ? 0 : Math.round((first + second) / count)
      return `batches of ${mean}, second gear ${((100 * second) / Math.max(1, first + second)).toFixed(1)} %`
    },
    async close() {
      await engine.stop()
      await db.close()
    },
  }
}

/** Every customer's key once, so that what a process remembers after a while is remembered from the start. */
export async function meetEveryone({ check }: EngineSide, customers: number): Promise<void> {
  for (let first = 1; first <= customers; first += 512) {
    const count = Math.min(512, customers - first + 1)
    await Promise.all(Array.from({ length: count }, (_, offset) => check(customerKey(first + offset))))
  }
}

export const anyCustomer = (customers: number): string => customerKey(randomBelow(customers) + 1)
