/** Asks until there is an answer; fails, by name, when there is none within the deadline. */
export async function eventually<Value>(
  what: string,
  ask: () => Value | undefined | Promise<Value | undefined>,
  deadlineMs = 90_000,
): Promise<Value> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`It did not happen within ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
