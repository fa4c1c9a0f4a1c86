/**
 * Gives back part of an earlier use of a meter or of credits: to the window it counted in and to the grants it was
 * burnt from, at most what is left of it.
 *
 * Owns: the reversal of one event. Does not own: finding the event, and remembering how much of it was returned.
 * Invariant: `used` falls by what is given; what belonged to an ended window or grant goes back there and makes
 * nothing usable again.
 */
import type { FeatureEntitlement } from '../entitlements/model.ts'
import type { Instant } from '../time/instant.ts'
import { compareBurnOrder } from './burn.ts'
import type { OverageStretch } from './decide.ts'
import { type FoldContext, move, noChanges, touch } from './fold.ts'
import { ceilingOf, widen } from './limits.ts'
import type { Balance, BalanceChanges, BalanceKey, ClosedWindow, Grant, GrantMovement } from './model.ts'
import { followAllowance } from './plan-grant.ts'

/** The use that is given back. */
export interface EarlierUse extends BalanceKey {
  id: string
  amount: number
  /** What was given back of it before. */
  returned: number
  windowStart: Instant
  /** The window's `used` right after it: it lies in [usedAfter − amount, usedAfter). */
  usedAfter: number
  /** What is priced of it: its rows of overage, negative ones too. */
  overage: OverageStretch[]
}

export interface GiveBackInput {
  of: EarlierUse
  amount: number
  /** The balance whose grants it was burnt from: the pool, or the member's where the feature is per member. */
  balance: Balance
  /** The row of the event's window once it has ended; null while it runs. */
  window: ClosedWindow | null
  /** A member's part of a pool: lowered along with it. */
  memberPart?: { balance: Balance; window: ClosedWindow | null }
  /** Those that are open, and closed ones that the movements name. */
  grants: Grant[]
  /** `burnt` and `returned` of the event's window. */
  movements: GrantMovement[]
  entitlement: FeatureEntitlement
  now: Instant
}

export interface GiveBack {
  /** What was given: the amount asked for, or what was left of the event. */
  given: number
  balances: Balance[]
  changes: BalanceChanges
  /** Overage taken back, priced or not, as negative stretches. */
  overage: (OverageStretch & BalanceKey & { windowStart: Instant })[]
}

/** The window that is lowered, with what it needs to know of the rest. */
interface Lowered {
  of: EarlierUse
  counter: Balance | ClosedWindow
  /** The balance as it runs now; the counter itself, or the one after it. */
  running: Balance
  context: FoldContext
  movements: GrantMovement[]
  now: Instant
}

/**
 * Works on copies.
 *
 * @example planGiveBack({ of: event, amount: 10, balance, window: null, grants, movements, entitlement, now }).given
 */
export function planGiveBack(input: GiveBackInput): GiveBack {
  const { of, entitlement, now } = input
  if (input.window === null && input.balance.windowStart !== of.windowStart)
    throw new Error(`the window ${of.windowStart} of the event ${of.id} was not loaded`)
  const changes = noChanges()
  const given = Math.max(0, Math.min(input.amount, of.amount - of.returned))
  const running = { ...input.balance }
  const answer: GiveBack = { given, balances: [running], changes, overage: [] }
  if (given === 0) return answer
  const context: FoldContext = { grants: input.grants.map((grant) => ({ ...grant })), holds: [], changes }
  const counter = input.window === null ? running : { ...input.window }
  const lowered: Lowered = { of, counter, running, context, movements: input.movements, now }
  const priced = takeBackPriced(lowered, given, answer)
  const owed = Math.max(0, counter.used - counter.capacity)
  lower(lowered, given - priced)
  const paid = owed - Math.max(0, counter.used - counter.capacity)
  if (paid > 0 && !counter.limit.unlimited && entitlement.kind !== 'gauge')
    answer.overage.push({
      amount: -paid,
      priced: false,
      unitPrices: null,
      feature: of.feature,
      member: of.member,
      windowStart: of.windowStart,
    })
  if (input.window === null) {
    running.capacity -= followAllowance(running, entitlement, context, now, of.id)
    touch(changes.balances, running)
  } else touch(changes.windows, counter as ClosedWindow)
  if (running.ceiling >= 0) running.ceiling = ceilingOf(running, entitlement.feature.thresholds)
  if (input.memberPart !== undefined) lowerMemberPart(input.memberPart, given, answer, entitlement)
  return answer
}

/** What was priced came last and goes back first. */
function takeBackPriced({ of, counter }: Lowered, given: number, answer: GiveBack): number {
  const rows = of.overage.filter(({ priced }) => priced)
  const amount = Math.min(
    given,
    rows.reduce((sum, row) => sum + row.amount, 0),
  )
  if (amount <= 0) return 0
  counter.used -= amount
  counter.overage -= amount
  if (!counter.limit.unlimited) counter.capacity -= amount
  const { feature, member, windowStart } = of
  const unitPrices = rows[0]?.unitPrices ?? null
  answer.overage.push({ amount: -amount, priced: true, unitPrices, feature, member, windowStart })
  return amount
}

/**
 * The rest, in the order in which it is surest whose it was: what no grant was burnt for yet, the event's own
 * burns, what is owed, and then the window's other burns, newest first: events that were given back shift the
 * stretches of later ones.
 */
function lower(lowered: Lowered, amount: number): void {
  const { of, counter } = lowered
  const stretch = { from: of.usedAfter - of.amount, to: of.usedAfter }
  let owed = owedBy(counter)
  let left = amount
  if ('folded' in counter) {
    const unburnt = Math.min(left, owed, Math.max(0, stretch.to - Math.max(stretch.from, counter.folded)))
    owed -= unburnt
    left -= unburnt
  }
  left -= unburn(lowered, left, (grant) => ownBurn(lowered, grant, stretch))
  const debt = Math.min(left, owed)
  left -= debt
  if (!('folded' in counter)) counter.overage -= Math.min(debt, counter.overage)
  left -= unburn(lowered, left, (grant) => netBurn(lowered, grant))
  counter.used -= amount
  if (left === 0 || !('folded' in counter)) return
  // Used while it was unlimited, and counted against no grant since.
  counter.overage -= left
  if (!counter.limit.unlimited) counter.capacity -= left
}

function owedBy(counter: Balance | ClosedWindow): number {
  if ('folded' in counter) return counter.used - counter.overage - counter.folded
  return counter.limit.unlimited ? counter.used : Math.max(0, counter.used - counter.capacity)
}

/** Gives grants back what they were burnt for, newest first, each at most its share; answers how much it was. */
function unburn(lowered: Lowered, amount: number, shareOf: (grant: Grant) => number): number {
  let left = amount
  const newestFirst = [...lowered.context.grants].sort(
    (one, other) => other.createdAt - one.createdAt || compareBurnOrder(other, one),
  )
  for (const grant of newestFirst) {
    const part = Math.min(left, shareOf(grant))
    if (part <= 0) continue
    left -= part
    returnTo(grant, part, lowered)
  }
  return amount - left
}

function returnTo(grant: Grant, amount: number, { of, counter, running, context, now }: Lowered): void {
  // a plan's allowance ends with its window, even where its grant stays for what it gave
  const isStopped = grant.source === 'plan' && !('folded' in counter)
  const isOver = isStopped || grant.closedAt !== null || grant.expiresAt <= now
  grant.burnt -= amount
  move(context, grant, 'returned', amount, of, now, 0, of.id)
  if (isOver) {
    grant.expired += amount
    move(context, grant, 'expired', amount, of, now, 0, of.id)
  }
  if ('folded' in counter) {
    counter.folded -= amount
    if (isOver) widen(counter, -amount)
    return
  }
  if (!counter.limit.unlimited) counter.capacity -= amount
  if (isOver) return
  widen(running, amount)
  touch(context.changes.balances, running)
}

const burnsOf = ({ movements, context }: Lowered, grant: Grant): GrantMovement[] =>
  [...movements, ...context.changes.movements].filter((movement) => movement.grant.number === grant.number)

/** What the window has burnt from a grant and not been given back. */
function netBurn(lowered: Lowered, grant: Grant): number {
  const net = burnsOf(lowered, grant).reduce(
    (sum, { kind, amount }) => sum + (kind === 'burnt' ? amount : kind === 'returned' ? -amount : 0),
    0,
  )
  return Math.max(0, Math.min(net, grant.burnt))
}

/** The part of it that lies in the event's stretch, less what was returned for this event before. */
function ownBurn(lowered: Lowered, grant: Grant, stretch: { from: number; to: number }): number {
  let own = 0
  for (const { kind, amount, cause, positionFrom, positionTo } of burnsOf(lowered, grant)) {
    if (kind === 'burnt')
      own += Math.max(0, Math.min(positionTo, stretch.to) - Math.max(positionFrom, stretch.from))
    if (kind === 'returned' && cause === lowered.of.id) own -= amount
  }
  return Math.min(own, netBurn(lowered, grant))
}

function lowerMemberPart(
  part: NonNullable<GiveBackInput['memberPart']>,
  given: number,
  answer: GiveBack,
  entitlement: FeatureEntitlement,
): void {
  if (part.window !== null) {
    const used = Math.max(0, part.window.used - given)
    const overage = Math.min(part.window.overage, Math.max(0, used - part.window.capacity))
    answer.changes.windows.push({ ...part.window, used, overage })
    return
  }
  const balance = { ...part.balance, used: Math.max(0, part.balance.used - given) }
  if (balance.ceiling >= 0) balance.ceiling = ceilingOf(balance, entitlement.feature.thresholds)
  answer.balances.push(balance)
  answer.changes.balances.push(balance)
}
