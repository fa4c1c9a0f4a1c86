/** How consumption burns grants: priority, then earliest expiry, then oldest, then id. */
import type { Instant } from '../time/instant.ts'
import type { Grant } from './model.ts'

/** What a grant still has. */
export const availableOf = (grant: Grant): number => grant.amount - grant.burnt - grant.held - grant.expired

/** A grant holds from its start, inclusive, to its expiry, exclusive. */
export const isInForce = (grant: Grant, at: Instant): boolean =>
  grant.closedAt === null && grant.startsAt <= at && at < grant.expiresAt

/** Negative when `left` burns before `right`. */
export function compareBurnOrder(left: Grant, right: Grant): number {
  return (
    left.priority - right.priority ||
    compareInstants(left.expiresAt, right.expiresAt) ||
    compareInstants(left.createdAt, right.createdAt) ||
    (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
  )
}

// Infinity − Infinity is NaN, so instants are compared and not subtracted.
const compareInstants = (left: Instant, right: Instant): number => (left < right ? -1 : left > right ? 1 : 0)

export interface Burn {
  grant: Grant
  amount: number
}

/**
 * Splits an amount over grants in burn order, without changing them.
 *
 * @returns the parts, and what no grant could cover
 * @example splitOverGrants(grants.filter((grant) => isInForce(grant, now)), 30)
 */
export function splitOverGrants(grants: Grant[], amount: number): { burns: Burn[]; uncovered: number } {
  const burns: Burn[] = []
  let uncovered = amount
  for (const grant of [...grants].sort(compareBurnOrder)) {
    if (uncovered <= 0) break
    const part = Math.min(uncovered, availableOf(grant))
    if (part <= 0) continue
    burns.push({ grant, amount: part })
    uncovered -= part
  }
  return { burns, uncovered: Math.max(0, uncovered) }
}

/** What goes on after a window's end: at most `cap`, at most `sharePercent` of what is left, rounded down. */
export function rolledOver(left: number, rule: { cap: number | null; sharePercent: number }): number {
  const share =
    Math.floor(left / 100) * rule.sharePercent + Math.floor(((left % 100) * rule.sharePercent) / 100)
  return Math.max(0, rule.cap === null ? share : Math.min(rule.cap, share))
}
