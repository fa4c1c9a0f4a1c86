/** Reading usage: the running windows, the ended ones, each recorded use, overage. */
import type { OperationContext } from '../../context.ts'
import { findFeature } from '../../domain/catalog/lookup.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { Entitlements } from '../../domain/entitlements/model.ts'
import type { Balance } from '../../domain/usage/model.ts'
import { Refusal } from '../../refusal.ts'
import { readCustomerUsage } from '../../store/balances.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { findMembers, loadMemberKeys } from '../../store/usage/directory.ts'
import {
  listOverages,
  listUsageEvents,
  listWindows,
  type ListedOverage,
  type ListedUse,
  type ListedWindow,
} from '../../store/usage/lists.ts'
import { previewUsage } from './preview.ts'
import { pageOf } from '../page.ts'

export interface UsageSummary {
  state: CustomerState
  entitlements: Entitlements
  balances: Balance[]
  memberKeys: Map<number, string>
}

/** As of now: what has ended since the last take is closed in memory, and saved by whoever takes next. */
export async function summarizeUsage(
  ctx: OperationContext,
  key: string,
  member?: string,
): Promise<UsageSummary> {
  const environment = ctx.environment.id
  const loaded = await loadCustomerState(ctx.tx, ctx, key)
  const customer = loaded.customer.id
  const usage = await readCustomerUsage(ctx.tx, environment, customer)
  const { state, entitlements, balances } = await previewUsage(ctx.tx, loaded, usage)
  const only = member === undefined ? null : await memberNumber(ctx, customer, member)
  const shown = balances.filter((balance) => only === null || balance.member === only)
  const numbers = [...new Set(shown.map((balance) => balance.member))].filter((number) => number > 0)
  const memberKeys =
    numbers.length === 0 ? new Map<number, string>() : await loadMemberKeys(ctx.tx, environment, numbers)
  return { state, entitlements, balances: shown, memberKeys }
}

export interface UsagePage {
  limit: number
  cursor?: string | undefined
  feature?: string | undefined
  member?: string | undefined
  from?: number | undefined
  to?: number | undefined
}

export const usageWindows = (ctx: OperationContext, key: string, page: UsagePage) =>
  readPage<ListedWindow>(ctx, key, page, listWindows)
export const usageHistory = (ctx: OperationContext, key: string, page: UsagePage) =>
  readPage<ListedUse>(ctx, key, page, listUsageEvents)
export const overages = (ctx: OperationContext, key: string, page: UsagePage) =>
  readPage<ListedOverage>(ctx, key, page, listOverages)

async function readPage<Row extends { cursor: string }>(
  ctx: OperationContext,
  key: string,
  page: UsagePage,
  list: (db: OperationContext['tx'], filter: Parameters<typeof listWindows>[1]) => Promise<Row[]>,
): Promise<{ rows: Row[]; nextCursor: string | null; state: CustomerState }> {
  const state = await loadCustomerState(ctx.tx, ctx, key)
  const feature = page.feature === undefined ? null : findFeature(state.catalog, page.feature)
  if (feature === undefined)
    throw new Refusal('feature_not_found', { param: 'feature', values: { feature: page.feature ?? '' } })
  const member = page.member === undefined ? null : await memberNumber(ctx, state.customer.id, page.member)
  const found = await list(ctx.tx, {
    environment: ctx.environment.id,
    customer: state.customer.id,
    feature: feature?.id ?? null,
    member,
    from: page.from ?? null,
    to: page.to ?? null,
    after: page.cursor === undefined ? null : readCursor(page.cursor),
    limit: page.limit + 1,
  })
  return { ...pageOf(found, page.limit, (last) => last.cursor), state }
}

/** A cursor is the last row's place: its time and its id. */
function readCursor(cursor: string): { at: number; id: string } {
  const [at, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  if (at === undefined || id === undefined || !/^-?\d{1,16}$/.test(at) || !/^[0-9a-f-]{1,36}$/.test(id))
    throw new Refusal('invalid_cursor', { param: 'cursor' })
  return { at: Number(at), id }
}

async function memberNumber(ctx: OperationContext, customer: number, key: string): Promise<number> {
  const [found] = await findMembers(ctx.tx, ctx.environment.id, [{ customer, key }])
  if (found === undefined) throw new Refusal('member_not_found', { param: 'member', values: { member: key } })
  return found.member
}
