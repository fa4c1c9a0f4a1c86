/**
 * What the client needs of the world: a timer, a clock that only goes forward, randomness.
 *
 * Owns: the one place that touches them. Invariant: nothing here exists in Node alone.
 */
export interface Runtime {
  /** Runs `act` once after so many milliseconds; the answer calls it off. */
  after: (delayMs: number, act: () => void) => () => void
  /** Milliseconds since some fixed moment. */
  elapsedMs: () => number
  /** From 0 up to, not including, 1. */
  random: () => number
  uniqueId: () => string
}

export const webRuntime: Runtime = {
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs)
    return () => clearTimeout(timer)
  },
  elapsedMs: () => performance.now(),
  random: () => Math.random(),
  uniqueId,
}

/** A version 4 UUID. `randomUUID` is missing on pages that aren't served over HTTPS; `getRandomValues` isn't. */
function uniqueId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Waits; ends early, with the signal's reason, when it is aborted. */
export function pause(runtime: Runtime, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const cancel = runtime.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = () => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
