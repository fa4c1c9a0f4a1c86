import type { OperationContext } from '../../context.ts'
import { isId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { customerNotFound, findCustomerId } from '../../store/customer-state.ts'
import {
  loadEntries,
  loadLedgerAccounts,
  type LedgerAccount,
  type LedgerFilter,
  type ListedLedgerEntry,
} from '../../store/ledger.ts'
import { pageOf } from '../page.ts'
import type { Instant } from '../../domain/time/index.ts'

interface ReadLedger {
  customer?: string | undefined
  since: Instant | null
  until: Instant | null
}

/** Newest first. @throws Refusal `invalid_cursor`, `customer_not_found` */
export async function listLedgerEntries(
  ctx: OperationContext,
  {
    limit,
    cursor,
    account = null,
    invoice = null,
    ...of
  }: ReadLedger & {
    account?: string | null | undefined
    invoice?: string | null | undefined
    limit: number
    cursor?: string | undefined
  },
): Promise<{ entries: ListedLedgerEntry[]; nextCursor: string | null }> {
  if (cursor !== undefined && !isId('le', cursor)) throw new Refusal('invalid_cursor', { param: 'cursor' })
  const filter = { ...(await filterOf(ctx, of)), account, invoice, before: cursor ?? null, limit: limit + 1 }
  const found = await loadEntries(ctx.tx, ctx.environment.id, filter)
  const { rows: entries, nextCursor } = pageOf(found, limit, (last) => last.id)
  return { entries, nextCursor }
}

/** By currency and account. @throws Refusal `customer_not_found` */
export async function sumLedgerAccounts(ctx: OperationContext, of: ReadLedger): Promise<LedgerAccount[]> {
  return loadLedgerAccounts(ctx.tx, ctx.environment.id, await filterOf(ctx, of))
}

async function filterOf(
  ctx: OperationContext,
  { customer: key, since, until }: ReadLedger,
): Promise<LedgerFilter> {
  const customer = key === undefined ? null : await findCustomerId(ctx.tx, ctx.environment.id, key)
  if (key !== undefined && customer === null) throw customerNotFound(key)
  return { customer, since, until }
}
