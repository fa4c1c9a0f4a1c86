/**
 * A worker that is a process: killed on order while calls to it are under way, and started again.
 *
 * Owns: the order, and who is dead. Does not own: the process itself (`engine-process.ts`).
 * Invariant: a call to a dead one answers null, as one does whose answer never came.
 */
import type { Answer, Call } from '../support/server.ts'
import { startEngineProcess } from './engine-process.ts'
import type { EngineProcess, EngineProcessOptions } from './engine-process.ts'

export interface Kill {
  /** 1: while the next call is under way. */
  inCalls: number
  /** How far that call may come. */
  afterMs: number
}

export interface KillableEngine {
  request(method: string, path: string, call: Call): Promise<Answer | null>
  /** null calls off what has not been carried out. */
  order(kill: Kill | null): void
  /** Starts it again where it was killed, and brings its time up to date. */
  revive(): Promise<void>
  readonly kills: number
  stop(): Promise<void>
}

export function openKillableEngine(options: EngineProcessOptions): KillableEngine {
  let engine: EngineProcess | null = null
  let dying: Promise<void> | null = null
  let order: Kill | null = null
  let kills = 0
  const strike = () => {
    if (engine === null) return
    kills += 1
    dying = engine.kill()
    engine = null
  }
  return {
    async request(method, path, call) {
      const asked = engine?.request(method, path, call).catch(() => null) ?? null
      if (engine !== null && order !== null) {
        order = { ...order, inCalls: order.inCalls - 1 }
        if (order.inCalls === 0) setTimeout(strike, order.afterMs)
      }
      return asked
    },
    order(kill) {
      order = kill
    },
    async revive() {
      await dying
      dying = null
      engine ??= await startEngineProcess(options)
      await engine.synchronise()
    },
    get kills() {
      return kills
    },
    async stop() {
      await dying
      await engine?.stop()
      engine = null
    },
  }
}
