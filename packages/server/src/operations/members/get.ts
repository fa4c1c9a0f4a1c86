import type { OperationContext } from '../../context.ts'
import type { Member } from '../../domain/customers/members.ts'
import { Refusal } from '../../refusal.ts'
import { findMember, listMembers as loadMembers } from '../../store/members.ts'
import { getCustomer } from '../customers/get.ts'
import { memberNotFound } from './put.ts'
import { pageOf } from '../page.ts'

/** @throws Refusal `customer_not_found`, `customer_deleted`, `member_not_found` */
export async function getMember(ctx: OperationContext, customer: string, key: string): Promise<Member> {
  const state = await getCustomer(ctx, customer)
  const member = await findMember(ctx.tx, state.environment, state.customer.id, key)
  if (member === null || member.deletedAt !== null) throw memberNotFound(key)
  return member
}

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listMembers(
  ctx: OperationContext,
  customer: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ members: Member[]; nextCursor: string | null }> {
  const state = await getCustomer(ctx, customer)
  const owner = state.customer.id
  const last =
    page.cursor === undefined ? null : await findMember(ctx.tx, state.environment, owner, page.cursor)
  if (page.cursor !== undefined && last === null) throw new Refusal('invalid_cursor', { param: 'cursor' })
  const query = { before: last?.id ?? null, limit: page.limit + 1 }
  const found = await loadMembers(ctx.tx, state.environment, owner, query)
  const { rows: members, nextCursor } = pageOf(found, page.limit, (each) => each.key)
  return { members, nextCursor }
}
