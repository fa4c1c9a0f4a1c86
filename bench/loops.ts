/**
 * Callers: many at once as fast as answers come (how much goes through), or at a fixed rate (how long it takes).
 *
 * Owns: counting and timing calls. Does not own: what is called.
 * Invariant: at a fixed rate a call's time runs from when it was due, so a stall shows in every call that it delays.
 */

/** Calls that `callers` callers finish in a second, each waiting for its answer before it asks again. */
export async function callsPerSecond(
  callers: number,
  milliseconds: number,
  call: (caller: number) => Promise<unknown>,
): Promise<number> {
  const begin = performance.now()
  const end = begin + milliseconds
  let finished = 0
  const loop = async (caller: number) => {
    while (performance.now() < end) {
      await call(caller)
      finished += 1
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)))
  return (finished * 1000) / (performance.now() - begin)
}

/** How long each of one caller's calls took, in milliseconds. */
export async function timesOfOneCaller(
  milliseconds: number,
  call: () => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + milliseconds
  for (;;) {
    const begin = performance.now()
    if (begin >= end) return times
    await call()
    times.push(performance.now() - begin)
  }
}

/**
 * Starts `rate` calls a second whatever becomes of them, and hands each call's time to `record`, in milliseconds from
 * the moment it was due.
 */
export async function callAtRate<Kind>(
  rate: number,
  milliseconds: number,
  call: (number: number) => { kind: Kind; answer: Promise<unknown> },
  record: (kind: Kind, time: number) => void,
): Promise<void> {
  const begin = performance.now()
  const total = Math.floor((rate * milliseconds) / 1000)
  const open = new Set<Promise<void>>()
  for (let started = 0; started < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - begin) * rate) / 1000))
    for (; started < due; started += 1) {
      const dueAt = begin + (started * 1000) / rate
      const { kind, answer } = call(started)
      const work: Promise<void> = answer.then(() => {
        record(kind, performance.now() - dueAt)
        open.delete(work)
      })
      open.add(work)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(open)
}

/** A whole number from 0 to below `count`. */
export const randomBelow = (count: number): number => Math.floor(Math.random() * count)
