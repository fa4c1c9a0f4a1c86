/**
 * From a decision to everything it entails: entitlements, access, balances, the next due moment, the version.
 *
 * Owns: the one way a customer changes. Does not own: what was decided (deciders yield a `CustomerChange`), how
 * balances follow (`usage/refresh.ts`), writing (`store/customer-plan.ts`).
 * Invariant: whenever something in force changes, the entitlement version grows by one; the rows of the access axis
 * follow each other without gap or overlap.
 */
import { decideAccess, isLoweredByDebt } from '../access/decide.ts'
import { movementsOfState } from '../analytics/monthly-revenue.ts'
import { recordMovements, type RevenueMovement } from '../analytics/movements.ts'
import type { Entitlements } from '../entitlements/model.ts'
import { resolveEntitlements } from '../entitlements/resolve.ts'
import type { DomainEvent } from '../events.ts'
import { bill } from '../invoices/bill.ts'
import type { IdPrefix, NewId } from '../invoices/documents.ts'
import { collectionDueAt } from '../invoices/due.ts'
import { amountDueMinor } from '../invoices/model.ts'
import { giveBackUnused } from '../discounts/give-back.ts'
import { askForLess } from '../payments/ask-for-less.ts'
import { dropOutdatedOrders } from '../payments/drop-orders.ts'
import { inForceUntil, nextDueAt, planDue } from '../subscriptions/due.ts'
import type { CustomerMoney } from './money.ts'
import { liveSubscription, neverBegan, sameAccess } from './state.ts'
import type { AccessPeriod, CustomerChange, CustomerState, CustomerUsage } from './state.ts'
import { toIso, type Instant } from '../time/index.ts'
import type { BalanceChanges, Grant } from '../usage/model.ts'
import { markBilled } from '../usage/mark-billed.ts'
import { refreshBalances } from '../usage/refresh.ts'
import type { UsagePolicy } from '../usage/refresh-context.ts'

/** A change with all that follows from it but the balances. */
export interface SettledChange {
  before: CustomerState
  /** With the new head (version, decidedAt, dueAt) and the new open row of the access axis. */
  after: CustomerState
  entitlements: Entitlements
  /** Rows of the access axis to write: the one that ends, the one that begins. */
  accessPeriods: AccessPeriod[]
  usageOnChange: UsagePolicy
  events: DomainEvent[]
}

/** Everything to write, as plain data. `store/customer-plan.ts` finds the changed rows by comparing the two states. */
export interface CustomerPlan extends SettledChange {
  balances: BalanceChanges
  /** How its monthly revenue moves. */
  movements: RevenueMovement[]
}

export interface ReconcileOptions {
  /** As of when it is billed, if not as of the change's own moment: what was agreed on in a preview. */
  billAt?: Instant | undefined
  /** Grants came or went: in force changes though no state did. */
  grantsChanged?: boolean
  /** The catalog moved under the customer: take it for changed. */
  force?: boolean
  newId: (prefix: IdPrefix | 'grt') => string
}

/**
 * Settles the change and works out the balances under the new entitlements.
 *
 * @example
 * const plan = reconcile(state, usage, cancel(state, subscription, 'now'), { newId })
 * await saveCustomerPlan(tx, plan, ctx.clock.now())
 */
export function reconcile(
  before: CustomerState,
  usage: CustomerUsage,
  change: CustomerChange,
  options: ReconcileOptions,
): CustomerPlan {
  const settled = settle(before, billed(before, change, options), options)
  const refreshed = refreshBalances({
    now: settled.after.now,
    entitlements: settled.entitlements,
    balances: usage.balances,
    grants: endsWithGrants(before, change.state)
      ? endAll(usage.grants, settled.after, endsSubscription(before, change.state))
      : usage.grants,
    holds: usage.holds,
    members: [...settled.after.members],
    usageOnChange: settled.usageOnChange,
    newId: () => options.newId('grt'),
    // With a subscription that ends, nothing of its last window goes on.
    closing:
      endsSubscription(before, change.state) || lapses(before, change.state) ? null : entitlementsOf(before),
    usedBefore: usage.usedBefore,
  })
  const balances = settled.after.money?.usageClosed === true ? markBilled(refreshed) : refreshed
  const movements = movementsOfState(settled.after)
  const revenue = recordMovements(settled.after.revenue, movements)
  return { ...settled, after: { ...settled.after, revenue }, balances, movements }
}

/** The plan with a further change of money alone, which leaves everything in force as it is, to be written with it. */
export function goOn(plan: CustomerPlan, { state, events }: CustomerChange): CustomerPlan {
  const { after } = plan
  if (state.subscriptions !== after.subscriptions || state.standing !== after.standing)
    throw new Error('A change of what is in force has a plan of its own')
  const collection = state.money === null ? after.head.collectionDueAt : collectionDueAt(state.money)
  const head = { ...state.head, decidedAt: state.now, collectionDueAt: collection }
  return { ...plan, after: { ...state, head }, events: [...plan.events, ...events] }
}

/** What was ordered and will not be paid takes what came with it. */
const withoutUnpaid = (before: CustomerState, change: CustomerChange): CustomerChange =>
  giveBackUnused(before, dropOutdatedOrders(before, change))

/** The change with what it costs, where money is loaded; what it makes less due isn't asked for any more. */
function billed(before: CustomerState, change: CustomerChange, options: ReconcileOptions): CustomerChange {
  const newId: NewId = (prefix) => options.newId(prefix)
  const withCosts = bill(before, withoutUnpaid(before, change), {
    at: options.billAt ?? change.state.now,
    newId,
  })
  return { ...askForLess(withCosts), boughtAgain: change.boughtAgain }
}

/**
 * Whether a preview taken before may come to other figures after. What it says is due is less what the balance pays, so
 * that counts too; what is owed already and paid doesn't.
 */
function movesFigures(before: CustomerState, after: CustomerState): boolean {
  const [earlier, later] = [before.money, after.money]
  if (before.subscriptions !== after.subscriptions || before.customer !== after.customer) return true
  if (earlier === later || earlier === null || later === null) return false
  return (
    earlier.running !== later.running ||
    earlier.items !== later.items ||
    earlier.discounts !== later.discounts ||
    earlier.billing !== later.billing ||
    !sameBalances(earlier.balances, later.balances)
  )
}

function sameBalances(one: CustomerMoney['balances'], other: CustomerMoney['balances']): boolean {
  return [...Object.keys(one), ...Object.keys(other)].every((key) => (one[key] ?? 0) === (other[key] ?? 0))
}

/** As `reconcile`, without usage: what a reader needs who only wants to know what is in force. */
export function settle(
  before: CustomerState,
  change: CustomerChange,
  options: Omit<ReconcileOptions, 'newId'> = {},
): SettledChange {
  const dueAt = nextDueAt(change.state)
  const earlier = resolveEntitlements(before, inForceUntil(before))
  const later = resolveEntitlements(change.state, inForceUntil(change.state))
  const access = moveAccess(before, change.state)
  const bumped =
    options.force === true ||
    options.grantsChanged === true ||
    before.accessPeriod === null ||
    liveSubscription(before) !== liveSubscription(change.state) ||
    !sameEntitlements(earlier, later)
  const version = before.head.entitlementVersion + (bumped ? 1 : 0)
  const { money } = change.state
  const after: CustomerState = {
    ...change.state,
    head: {
      entitlementVersion: version,
      revision: before.head.revision + (movesFigures(before, change.state) ? 1 : 0),
      decidedAt: change.state.now,
      dueAt,
      collectionDueAt: money === null ? before.head.collectionDueAt : collectionDueAt(money),
    },
    accessPeriod: access.open,
  }
  const events = [...change.events, ...access.events]
  if (bumped) events.push(entitlementsChanged(after))
  return {
    before,
    after,
    entitlements: { ...later, version },
    accessPeriods: access.periods,
    usageOnChange: usageOnChange(before, change),
    events,
  }
}

/**
 * The state as it is at `now`, with everything due applied and nothing saved. Its version is the one that saving
 * the same steps gives.
 */
export function advanceState(state: CustomerState, now: Instant): CustomerState {
  let current = state
  for (;;) {
    const due = planDue(current, now)
    if (due === null) return { ...current, now: Math.max(now, current.now) }
    current = settle(current, due).after
  }
}

/** What is in force in a state, under the version in its head. */
export function entitlementsOf(state: CustomerState): Entitlements {
  return resolveEntitlements(state, inForceUntil(state))
}

function moveAccess(
  before: CustomerState,
  after: CustomerState,
): { open: AccessPeriod; periods: AccessPeriod[]; events: DomainEvent[] } {
  const access = decideAccess(after)
  const open = before.accessPeriod
  if (open !== null && sameAccess(open, access)) return { open, periods: [], events: [] }
  const at = after.now
  const told = open === null ? [] : [accessChanged(open, access, { before, after })]
  if (open !== null && open.from >= at) {
    // two decisions at one moment: the later one holds, and no empty row is left behind
    const replaced = { ...open, ...access }
    return { open: replaced, periods: [replaced], events: told }
  }
  const next: AccessPeriod = {
    ...access,
    sequence: (open?.sequence ?? 0) + 1,
    from: open === null ? after.customer.createdAt : at,
    to: Number.POSITIVE_INFINITY,
  }
  return { open: next, periods: open === null ? [next] : [{ ...open, to: at }, next], events: told }
}

function accessChanged(
  previous: AccessPeriod,
  access: { level: string; reason: string },
  { before, after }: { before: CustomerState; after: CustomerState },
): DomainEvent {
  const { now: occurredAt, money } = after
  const unpaid = isLoweredByDebt(after)
  return {
    type: 'access.changed',
    subject: '',
    payload: {
      level: access.level,
      reason: access.reason,
      previousLevel: previous.level,
      previousReason: previous.reason,
      unpaid,
      previouslyUnpaid: isLoweredByDebt(before),
      ...((unpaid || access.reason === 'payment_required') && money !== null ? longestOwed(money) : {}),
    },
    occurredAt,
  }
}

/** The invoice whose payment is waited for the longest. */
function longestOwed({ invoices }: CustomerMoney): Record<string, unknown> {
  const open = invoices.filter(
    ({ status, kind, dueAt }) => status === 'open' && kind === 'invoice' && dueAt !== null,
  )
  const [first] = open.toSorted((one, other) => (one.dueAt as Instant) - (other.dueAt as Instant))
  if (first === undefined) return {}
  return {
    invoice: first.id,
    number: first.documentNumber,
    currency: first.currency,
    amountDueMinor: amountDueMinor(first),
    dueAt: toIso(first.dueAt as Instant),
  }
}

function entitlementsChanged(after: CustomerState): DomainEvent {
  return {
    type: 'entitlements.changed',
    subject: '',
    payload: { version: after.head.entitlementVersion },
    occurredAt: after.now,
  }
}

/** The policy of the plan that is changed to, and only where a running subscription changes its plan. */
function usageOnChange(before: CustomerState, { state, boughtAgain }: CustomerChange): UsagePolicy {
  if (boughtAgain !== undefined) return 'append'
  const from = liveSubscription(before)
  const to = liveSubscription(state)
  const planChanged =
    from !== null && to !== null && from.number === to.number && from.plan.item !== to.plan.item
  return planChanged ? to.plan.policies.usageOnChange : 'keep'
}

function endsSubscription(before: CustomerState, after: CustomerState): boolean {
  const live = liveSubscription(before)
  const ended = after.subscriptions.find((each) => each.number === live?.number)
  return ended !== undefined && ended.endedAt !== null && !neverBegan(ended)
}

/** Unpaid invoices have closed the door just now. What a dispute closes may be won, and then is as it was. */
function lapses(before: CustomerState, after: CustomerState): boolean {
  const isLapsed = ({ standing }: CustomerState) =>
    standing.level === 'blocked' && standing.disputed !== 'blocked'
  return !isLapsed(before) && isLapsed(after)
}

/** The plan's own grants always end with it; bought ones where its policy says `all`. */
export function endsWithGrants(before: CustomerState, after: CustomerState): boolean {
  const over = endsSubscription(before, after) || lapses(before, after)
  return over && liveSubscription(before)?.plan.policies.failure.grants === 'all'
}

/**
 * Those of a plan that stays in force follow its allowance, which is taken back while it isn't paid and comes again with the
 * payment (`whileUnpaid`): what was used of them stays used.
 */
function endAll(grants: readonly Grant[], { now }: Pick<CustomerState, 'now'>, planEnds: boolean): Grant[] {
  return grants.map((grant) =>
    !planEnds && grant.source === 'plan' ? grant : { ...grant, expiresAt: Math.min(grant.expiresAt, now) },
  )
}

function sameEntitlements(left: Entitlements, right: Entitlements): boolean {
  return fingerprint(left) === fingerprint(right)
}

function fingerprint(entitlements: Entitlements): string {
  const features = [...entitlements.features].map(([id, { feature: _, ...rest }]) => [id, rest])
  // JSON has no Infinity: as text it differs from every instant
  return JSON.stringify({
    ...entitlements,
    version: 0,
    chargedFrom: String(entitlements.chargedFrom),
    validUntil: String(entitlements.validUntil),
    features,
  })
}
