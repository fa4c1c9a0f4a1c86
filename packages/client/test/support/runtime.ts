import type { Runtime } from '../../src/runtime.ts'

/** A runtime whose time passes only when the client waits: no test waits for real. */
export interface TestRuntime extends Runtime {
  /** Every wait between attempts, in order. */
  waits: number[]
  /** Lets the oldest running timeout end, as if its time had passed. */
  expire: () => void
}

/** Timers of at least `timeoutFromMs` are timeouts, fired by `expire` alone; shorter ones are waits and end at once. */
export function testRuntime({ timeoutFromMs = 9_000, random = 1 } = {}): TestRuntime {
  const waits: number[] = []
  const timeouts = new Set<() => void>()
  let elapsedMs = 0
  let ids = 0
  return {
    waits,
    after(delayMs, act) {
      if (delayMs >= timeoutFromMs) {
        const timeout = () => {
          elapsedMs += delayMs
          act()
        }
        timeouts.add(timeout)
        return () => timeouts.delete(timeout)
      }
      let isCanceled = false
      queueMicrotask(() => {
        if (isCanceled) return
        waits.push(delayMs)
        elapsedMs += delayMs
        act()
      })
      return () => {
        isCanceled = true
      }
    },
    expire() {
      const [oldest] = timeouts
      if (!oldest) throw new Error('no timeout is running')
      timeouts.delete(oldest)
      oldest()
    },
    elapsedMs: () => elapsedMs,
    random: () => random,
    uniqueId: () => `key-${(ids += 1)}`,
  }
}
