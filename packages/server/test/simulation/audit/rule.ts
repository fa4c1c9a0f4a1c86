/** What must hold at every moment, and how it is found out. */
import type { Queryable } from '../../../src/store/database/pool.ts'

export interface Rule {
  /** With the invariant's id, where it has one. */
  name: string
  /** Answers one row with a `finding` for each thing that is wrong. */
  text: string
}

const MOST_FINDINGS = 5

/** Sentences on what doesn't hold, the first few of each rule. */
export async function check(db: Queryable, rules: readonly Rule[]): Promise<string[]> {
  const found: string[] = []
  for (const { name, text } of rules) {
    const { rows } = await db
      .query<{ finding: string }>(`${text} limit ${String(MOST_FINDINGS)}`)
      .catch((error: unknown) => {
        throw new Error(`The rule "${name}" can't be checked: ${String(error)}`)
      })
    found.push(...rows.map(({ finding }) => `${name}: ${finding}`))
  }
  return found
}
