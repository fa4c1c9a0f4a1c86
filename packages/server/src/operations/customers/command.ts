/**
 * The frame of every command on a customer: lock → load → advance → decide → reconcile → save.
 *
 * Owns: that order. Does not own: what is decided (a pure function is handed in), the transaction (the caller's).
 * Invariant: a command decides upon a state in which everything due has happened, each thing at its own moment.
 */
import type { OperationContext } from '../../context.ts'
import { endsWithGrants, reconcile, type CustomerPlan } from '../../domain/customers/reconcile.ts'
import {
  unchanged,
  type CustomerChange,
  type CustomerState,
  type CustomerUsage,
} from '../../domain/customers/state.ts'
import { afterSaving } from '../../domain/customers/money.ts'
import { taxTerms } from '../../domain/invoices/documents.ts'
import { planDue } from '../../domain/subscriptions/due.ts'
import type { Instant } from '../../domain/time/index.ts'
import { newId } from '../../ids.ts'
import { loadCustomerUsage } from '../../store/balances.ts'
import { loadCustomerMoney } from '../../store/customer-money.ts'
import { loadCustomerState, lockBalancesOf, lockCustomer } from '../../store/customer-state.ts'
import { takenBack } from '../../store/savepoint.ts'
import { withUsedBefore } from '../usage/used-before.ts'
import { savePlan } from './save-plan.ts'
import { settlePayments } from './settle-payments.ts'
import { withUnbilledUsage } from './unbilled-usage.ts'

/** What a command decides: a change of the state, and sometimes of grants or of what is counted as used. */
export interface Decision extends CustomerChange {
  /** What is used, granted and held, as it should be instead. Grants that come or go make a new version. */
  usage?: (usage: CustomerUsage) => CustomerUsage | Promise<CustomerUsage>
  grantsChanged?: boolean
  /** As of when it is billed, where that was agreed on in a preview. */
  billAt?: Instant | undefined
  /** Burn what was used until this moment first: a grant that ends now pays for all that it was there for. */
  foldFirst?: boolean
}

export type Decide = (state: CustomerState) => Decision | Promise<Decision>

export interface CommandOptions {
  /** Also on a customer that was deleted. */
  acceptDeleted?: boolean
  /** Reconcile though nothing was decided: the catalog moved under the customer. */
  force?: boolean
}

/**
 * Changes a customer. `decide` gets the state at the customer's moment; what it writes itself (a member) is part of
 * the same transaction.
 *
 * @returns the state after it.
 * @throws Refusal `customer_not_found`, `customer_deleted`, and whatever `decide` refuses.
 */
export async function changeCustomer(
  ctx: OperationContext,
  keyOrId: string | number,
  decide: Decide,
  options: CommandOptions = {},
): Promise<CustomerState> {
  const state = await loadForCommand(ctx, keyOrId, options)
  const decision = await decide(state)
  const idle = decision.state === state && decision.events.length === 0 && decision.usage === undefined
  if (idle && options.force !== true) return state
  const plan = await reconcileChange(ctx, state, decision, { at: state.now, force: options.force })
  await savePlan(ctx, plan)
  return plan.after
}

/**
 * As `changeCustomer`, without its last step: what it would do, as plain data. What is due by now is done; what the
 * decision itself wrote is taken back.
 *
 * @throws Refusal as `changeCustomer` does
 */
export async function planCustomer(
  ctx: OperationContext,
  keyOrId: string | number,
  decide: Decide,
): Promise<CustomerPlan> {
  const state = await loadForCommand(ctx, keyOrId, {})
  return takenBack(ctx.tx, async () => reconcileChange(ctx, state, await decide(state), { at: state.now }))
}

async function loadForCommand(
  ctx: OperationContext,
  keyOrId: string | number,
  options: CommandOptions,
): Promise<CustomerState> {
  const customer = await lockCustomer(ctx.tx, ctx.environment.id, keyOrId)
  const advanced = await advanceLocked(ctx, customer, options)
  return advanced.money === null ? withMoney(ctx, advanced) : advanced
}

export interface AdvanceOptions extends Pick<CommandOptions, 'acceptDeleted'> {
  /** What else is decided when the customer has come to its present, before that is saved. */
  finish?: (ctx: OperationContext, plan: CustomerPlan, now: Instant) => Promise<CustomerPlan>
}

/**
 * Applies everything due to a customer whose head is locked, in order, each moment with its own balances and events.
 *
 * @returns the state after it, at the customer's present.
 */
export async function advanceLocked(
  ctx: OperationContext,
  customer: number,
  options: AdvanceOptions = {},
): Promise<CustomerState> {
  const usedAt = await lockBalancesOf(ctx.tx, ctx.environment.id, [customer])
  let state = await loadCustomerState(ctx.tx, ctx, customer, { ...options, freshCatalog: true })
  const now = Math.max(state.now, usedAt)
  for (;;) {
    const due = planDue(state, now)
    if (due === null) return { ...state, now: Math.max(now, state.now) }
    if (state.money === null) {
      state = await withMoney(ctx, state)
      continue
    }
    // A boundary at the due moment itself belongs to it; those before it are over by then.
    const at = Math.max(state.head.decidedAt, due.state.now - 1)
    const reached = await reconcileChange(ctx, state, due, { at })
    const { finish } = options
    const goesOn = finish === undefined || planDue(reached.after, now) !== null
    const plan = goesOn ? reached : await finish(ctx, reached, now)
    await savePlan(ctx, plan)
    const { after } = plan
    state = after.money === null ? after : { ...after, money: afterSaving(after.money) }
  }
}

interface ReconcileHow {
  /** The last moment before the change: what has ended by then ends under the earlier terms. */
  at: Instant
  force?: boolean | undefined
}

/** Windows that have ended are closed and saved on the way: that has happened, whatever becomes of the change. */
async function reconcileChange(
  ctx: OperationContext,
  state: CustomerState,
  decided: Decision,
  options: ReconcileHow,
): Promise<CustomerPlan> {
  const { environment, tx } = ctx
  const decision = await withPayments(ctx, state, decided)
  const load = () => loadCustomerUsage(tx, environment.id, state.customer.id)
  let loaded = await load()
  const closesFirst = loaded.balances.some(({ validUntil }) => validUntil <= options.at)
  if (closesFirst || decision.foldFirst === true || endsWithGrants(state, decision.state)) {
    const before = { ...state, now: options.at }
    const usage = await withUsedBefore(tx, before, loaded)
    await savePlan(ctx, reconcile(before, usage, unchanged(before), { newId: idsOf(ctx) }))
    loaded = await load()
  }
  const changed = decision.usage === undefined ? loaded : await decision.usage(loaded)
  const usage = await withUsedBefore(tx, decision.state, changed)
  const { grantsChanged = false } = decision
  const billable = await withUnbilledUsage(ctx, state, decision, usage)
  return reconcile(state, usage, billable, {
    grantsChanged,
    force: options.force ?? false,
    newId: idsOf(ctx),
    billAt: decision.billAt,
  })
}

/** What the customer owes is paid by what it has, and what is paid is given, whatever the decision was about. */
async function withPayments(
  ctx: OperationContext,
  before: CustomerState,
  decision: Decision,
): Promise<Decision> {
  const { change, grants } = await settlePayments(ctx, before, decision, idsOf(ctx))
  if (grants.length === 0) return change
  const usage = async (loaded: CustomerUsage) => {
    const used = (await decision.usage?.(loaded)) ?? loaded
    return { ...used, grants: [...used.grants, ...grants] }
  }
  return { ...change, usage, grantsChanged: true }
}

async function withMoney(ctx: OperationContext, state: CustomerState): Promise<CustomerState> {
  const { catalog, now } = state
  const money = await loadCustomerMoney(ctx.tx, state)
  const { rates: declared, ...question } = taxTerms(state, money, now)
  const rates = await ctx.taxes.rates(question, declared)
  if (rates === declared) return { ...state, money }
  return { ...state, money, catalog: { ...catalog, taxRates: [...rates] } }
}

/** Ids of what a decision makes: by the system's time, like all ids. */
export function idsOf(ctx: Pick<OperationContext, 'clock' | 'environment'>): (prefix: string) => string {
  const at: Instant = ctx.clock.now()
  return (prefix) => newId(prefix, ctx.environment.mode === 'live', at)
}
