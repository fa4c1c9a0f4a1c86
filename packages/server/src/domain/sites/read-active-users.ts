const MOST_USERS = 1_000_000

/** The number in a site's answer, `{"activeUsers": 7}`; null for anything else: text, fractions, too many, too few. */
export function readActiveUsers(text: string): number | null {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return null
  }
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) return null
  const { activeUsers } = answer as { activeUsers?: unknown }
  if (typeof activeUsers !== 'number' || !Number.isInteger(activeUsers)) return null
  // -0 is written "-0" and means nothing
  return activeUsers < 0 || activeUsers > MOST_USERS || Object.is(activeUsers, -0) ? null : activeUsers
}
