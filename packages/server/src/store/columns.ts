import { toIso } from '../domain/time/instant.ts'
import type { Instant } from '../domain/time/instant.ts'

/** An instant as PostgreSQL takes it: ISO text, `infinity` for never, null for none. */
export function timeOut(at: Instant): string
export function timeOut(at: Instant | null): string | null
export function timeOut(at: Instant | null): string | null {
  if (at === null) return null
  if (at === Number.POSITIVE_INFINITY) return 'infinity'
  return at === Number.NEGATIVE_INFINITY ? '-infinity' : toIso(at)
}
