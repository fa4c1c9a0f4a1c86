import type { OperationContext } from '../../context.ts'
import { countIn, type CountedIn } from '../../domain/customers/import.ts'
import { entitlementsOf } from '../../domain/customers/reconcile.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { uuidV7 } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { findCustomerIds, lockCustomers } from '../../store/customer-state.ts'
import { appendEvents } from '../../store/events.ts'
import { withSavepoint } from '../../store/savepoint.ts'
import { insertUsageEvents } from '../../store/usage/events.ts'
import { changeCustomer } from '../customers/command.ts'
import { putCustomer, type PutCustomer } from '../customers/put.ts'
import { putMembers } from '../members/put.ts'
import { createSubscription } from '../subscriptions/create.ts'

export interface ImportedCustomer extends PutCustomer {
  plan: string
  interval: string
  quantities: Record<string, number>
  trialDays: number
  held: Record<string, number>
  used: Record<string, number>
  members: {
    id: string
    name?: string | undefined
    email?: string | null | undefined
    metadata?: Record<string, unknown> | undefined
  }[]
}

export interface ImportResult {
  index: number
  customer: string
  status: 'imported' | 'unchanged' | 'failed'
  created: boolean
  subscription: string | null
  refusal: Refusal | null
}

/**
 * Brings existing customers in: each that never had a subscription gets the plan with its trial, and what it holds is
 * counted. Each customer succeeds or is refused by itself; those imported before are left as they are.
 */
export async function importCustomers(
  ctx: OperationContext,
  customers: readonly ImportedCustomer[],
): Promise<ImportResult[]> {
  const environment = ctx.environment.id
  const known = await findCustomerIds(
    ctx.tx,
    environment,
    customers.map((each) => each.key),
  )
  await lockCustomers(ctx.tx, environment, [...known.values()])
  const results: ImportResult[] = []
  // new ids are inserted in one order, so that two imports of the same customers don't wait for each other in a ring
  const order = customers.map((_, index) => index).sort((left, right) => compare(customers, left, right))
  for (const index of order) results.push(await importOne(ctx, customers[index] as ImportedCustomer, index))
  const imported = results.filter((each) => each.status === 'imported').length
  if (imported > 0) {
    const occurredAt = ctx.clock.now()
    const event = {
      type: 'import.completed' as const,
      subject: '',
      payload: { customers: imported },
      occurredAt,
    }
    await appendEvents(ctx.tx, environment, 0, [event], occurredAt)
  }
  return results.sort((left, right) => left.index - right.index)
}

function compare(customers: readonly ImportedCustomer[], left: number, right: number): number {
  const [first, second] = [customers[left]?.key ?? '', customers[right]?.key ?? '']
  if (first === second) return left - right
  return first < second ? -1 : 1
}

async function importOne(
  ctx: OperationContext,
  item: ImportedCustomer,
  index: number,
): Promise<ImportResult> {
  const result = { index, customer: item.key, created: false, subscription: null, refusal: null }
  try {
    return await withSavepoint(ctx.tx, async () => ({ ...result, ...(await bringIn(ctx, item)) }))
  } catch (error) {
    // refused by itself; anything else undoes the whole import
    if (error instanceof Refusal) return { ...result, status: 'failed', refusal: error }
    throw error
  }
}

async function bringIn(
  ctx: OperationContext,
  item: ImportedCustomer,
): Promise<Pick<ImportResult, 'status' | 'created' | 'subscription'>> {
  const { state, created } = await putNew(ctx, item)
  if (state.subscriptions.length > 0) return { status: 'unchanged', created, subscription: null }
  if (item.members.length > 0)
    await putMembers(
      ctx,
      item.key,
      item.members.map(({ id, ...rest }) => ({ key: id, ...rest })),
    )
  const { subscription } = await createSubscription(ctx, {
    customer: item.key,
    plan: item.plan,
    interval: item.interval,
    currency: item.currency ?? null,
    quantities: item.quantities,
    addOns: [],
    authority: 'engine',
    activation: 'automatic',
    startAt: null,
    trialDays: item.trialDays,
    metadata: {},
  })
  await countHoldings(ctx, item)
  return { status: 'imported', created, subscription: subscription.id }
}

/** One that exists keeps its own fields: it may have been changed since it was first brought in. */
async function putNew(
  ctx: OperationContext,
  item: ImportedCustomer,
): Promise<{ state: CustomerState; created: boolean }> {
  const { key, name, email, timeZone, locale, currency, metadata, testClock } = item
  const known = await findCustomerIds(ctx.tx, ctx.environment.id, [key])
  const fields = { name, email, timeZone, locale, currency, metadata, testClock }
  return putCustomer(ctx, { key, ...(known.size > 0 ? {} : fields) })
}

async function countHoldings(ctx: OperationContext, { key, held, used }: ImportedCustomer): Promise<void> {
  if (Object.keys(held).length + Object.keys(used).length === 0) return
  let counted: CountedIn[] = []
  const after = await changeCustomer(ctx, key, (state) => ({
    state,
    events: [],
    usage: (usage) => {
      const result = countIn(usage, entitlementsOf(state), { held, used }, state.now)
      counted = result.counted
      return result.usage
    },
  }))
  await recordUses(ctx, after, counted)
}

/** Verb 9 of `usage_event`. */
const IMPORT_VERB = 9

async function recordUses(ctx: OperationContext, state: CustomerState, counted: CountedIn[]): Promise<void> {
  const recordedAt = ctx.clock.now()
  const events = counted.map(({ balance, amount }) => ({
    customer: state.customer.id,
    id: uuidV7(recordedAt),
    recordedAt,
    feature: balance.feature,
    member: 0,
    verb: IMPORT_VERB,
    amount,
    occurredAt: state.now,
    windowStart: balance.windowStart,
    windowEnd: balance.windowEnd,
    usedAfter: balance.used,
    limit: balance.limit,
    remainingAfter: Math.max(0, balance.capacity - balance.used),
    overage: 0,
    subscription: balance.subscription,
    returned: 0,
    metadata: null,
  }))
  await insertUsageEvents(ctx.tx, state.environment, events)
}
