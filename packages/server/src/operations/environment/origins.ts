/**
 * Which web pages may call the API, by environment.
 *
 * Owns: this process's memory of the allow-lists, at most a second old. Does not own: the lists
 * (`store/installation.ts`).
 */
import { loadEnvironments } from '../../store/installation.ts'
import type { Database } from '../../store/database/pool.ts'

const REFRESH_AFTER_MS = 500
const TRUST_FOR_MS = 900

export interface OriginLists {
  /** May pages of this origin call with a key of this environment? */
  allows(environment: number, origin: string): Promise<boolean>
  /** Of any environment: a preflight request has no key. */
  allowsAnywhere(origin: string): Promise<boolean>
}

export function createOriginLists(
  db: Database,
  elapsed: () => number = () => performance.now(),
): OriginLists {
  let lists = new Map<number, string[]>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  function read(): Promise<void> {
    const startedAt = elapsed()
    reading ??= loadEnvironments(db)
      .then((environments) => {
        lists = new Map(environments.map(({ id, allowedOrigins }) => [id, allowedOrigins]))
        readAt = startedAt
      })
      .finally(() => {
        reading = null
      })
    return reading
  }

  async function fresh(): Promise<void> {
    const age = elapsed() - readAt
    if (age >= TRUST_FOR_MS) await read()
    // beside the request: a failure shows when somebody has to wait for the reading
    else if (age >= REFRESH_AFTER_MS) read().catch(() => {})
  }

  return {
    async allows(environment, origin) {
      await fresh()
      return matches(lists.get(environment) ?? [], origin)
    },
    async allowsAnywhere(origin) {
      await fresh()
      return [...lists.values()].some((list) => matches(list, origin))
    },
  }
}

function matches(list: readonly string[], origin: string): boolean {
  return list.some((entry) =>
    entry.endsWith(':*') ? origin.replace(/:\d+$/, '') === entry.slice(0, -2) : entry === origin,
  )
}

/** A page served from this very address asks by the same host. */
export function isSameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `https://${host}` || origin === `http://${host}`)
}
