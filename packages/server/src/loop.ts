/**
 * Work that is done again and again: at least every so many milliseconds, and at once when woken.
 *
 * Owns: the one kind of timer that background work has. Does not own: what is due (rows say that, not timers).
 * Invariant: a loop's work never overlaps itself; waking it while it works makes it work once more afterwards.
 */
export interface Loop {
  /** Work now, or once more when the work under way is done. */
  wake(): void
  /** Ends the loop; resolves when the work under way is done. */
  stop(): Promise<void>
}

export interface LoopOptions {
  everyMs: number
  work: () => Promise<void>
  /** The work threw. The loop goes on, more slowly after each failure in a row (up to 5 s). */
  onError: (error: unknown) => void | Promise<void>
}

const SLOWEST_MS = 5_000

export function startLoop({ everyMs, work, onError }: LoopOptions): Loop {
  let stopped = false
  let woken = false
  let failures = 0
  let interrupt = () => {}

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(everyMs * 2 ** failures, Math.max(SLOWEST_MS, everyMs)))
      timer.unref()
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async () => {
    while (!stopped) {
      woken = false
      try {
        await work()
        failures = 0
      } catch (error) {
        failures = Math.min(failures + 1, 10)
        await onError(error)
      }
      // after a failure a hint doesn't hurry: many hints would make many failures
      if (!stopped && (!woken || failures > 0)) await pause()
    }
  }
  const ended = run()
  return {
    wake() {
      woken = true
      if (failures === 0) interrupt()
    },
    async stop() {
      stopped = true
      interrupt()
      await ended
    },
  }
}
