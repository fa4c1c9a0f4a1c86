/**
 * What happens to a balance's grants at a boundary: use is burnt, holds are bound to grants, ended grants expire.
 * Works on copies that its caller owns and writes every movement down, so that a grant is the sum of its movements.
 */
import type { Instant } from '../time/instant.ts'
import { availableOf, isInForce, splitOverGrants } from './burn.ts'
import type { Balance, BalanceChanges, Grant, GrantMovement, Hold } from './model.ts'

export interface FoldContext {
  grants: Grant[]
  holds: Hold[]
  changes: BalanceChanges
}

/** The balance that a hold's grants belong to: the pool, unless only the member's own balance is taken from. */
export const grantOwnerOf = (hold: Hold): number => (hold.takes === 'member' ? hold.member : 0)

/**
 * Burns what was used since the last boundary, then binds open holds of the window, in the order they were made.
 * What no grant covers stays unburnt and is tried again at the next boundary: the next grant pays it.
 */
export function foldBalance(
  balance: Balance,
  context: FoldContext,
  at: Instant,
  include: (grant: Grant) => boolean,
) {
  // Use under an unlimited limit belongs to no grant; a limit that replaces it counts it (`plan-grant.ts`).
  if (balance.limit.unlimited) return
  const grants = context.grants.filter((grant) => include(grant) && isInForce(grant, at))
  const { burns } = splitOverGrants(grants, Math.max(0, balance.used - balance.overage - balance.folded))
  for (const { grant, amount } of burns) {
    grant.burnt += amount
    move(context, grant, 'burnt', amount, balance, at, balance.folded)
    balance.folded += amount
  }
  for (const hold of context.holds) bindHold(hold, grants, balance, context, at)
}

function bindHold(hold: Hold, grants: Grant[], balance: Balance, context: FoldContext, at: Instant) {
  if (hold.status !== 'open' || hold.allocation !== null || hold.windowStart !== balance.windowStart) return
  // One that is about to be inserted has no number to be named by.
  const { burns } = splitOverGrants(
    grants.filter(({ number }) => number !== 0),
    hold.amount,
  )
  hold.allocation = burns.map(({ grant, amount }) => {
    grant.held += amount
    move(context, grant, 'held', amount, balance, at, 0, hold.id)
    return { grant: grant.number, amount }
  })
  touch(context.changes.holds, hold)
}

/** Ends grants whose expiry has come. One that still backs an open hold stays open until the hold is closed. */
export function expireGrants(balance: Balance, context: FoldContext, at: Instant): void {
  for (const grant of context.grants) {
    if (grant.closedAt !== null || grant.expiresAt > at) continue
    const left = availableOf(grant)
    if (left > 0) {
      grant.expired += left
      move(context, grant, 'expired', left, balance, at, 0)
    }
    if (grant.held > 0) continue
    grant.closedAt = at
    touch(context.changes.updateGrants, grant)
  }
}

/** Writes a movement down and marks its grant as changed. */
export function move(
  context: FoldContext,
  grant: Grant,
  kind: GrantMovement['kind'],
  amount: number,
  balance: Pick<Balance, 'windowStart'>,
  at: Instant,
  position: number,
  cause = '',
): void {
  context.changes.movements.push({
    grant,
    kind,
    amount,
    windowStart: balance.windowStart,
    positionFrom: position,
    positionTo: kind === 'burnt' ? position + amount : position,
    cause,
    at,
  })
  if (!context.changes.insertGrants.includes(grant)) touch(context.changes.updateGrants, grant)
}

export function touch<Item>(list: Item[], item: Item): void {
  if (!list.includes(item)) list.push(item)
}

export const noChanges = (): BalanceChanges => ({
  balances: [],
  insertGrants: [],
  updateGrants: [],
  movements: [],
  windows: [],
  holds: [],
  events: [],
})
