const PATIENCE_MS = 100_000
const LONGEST_PAUSE_MS = 100

/**
 * Waits until there is an answer. What it waits for is a condition: the time is only there so that a test that waits in
 * vain fails with what it waited for, before its own time is over.
 *
 * @throws with what never came
 */
export async function eventually<Value>(
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const end = performance.now() + PATIENCE_MS
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await look()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`It never happened: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
