import type { OperationContext } from '../../context.ts'
import { giveGrant, revokeGrant, type GiveGrant } from '../../domain/customers/grants.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { loadListedGrants, noteGrantReason, type ListedGrant } from '../../store/customer-grants.ts'
import { findMember } from '../../store/members.ts'
import { changeCustomer } from '../customers/command.ts'
import { memberNotFound } from '../members/put.ts'

export type GiveGrantCommand = Omit<GiveGrant, 'id' | 'member' | 'memberKey'> & { member: string | null }

export interface GrantResult {
  state: CustomerState
  grant: ListedGrant
}

/**
 * Gives a grant; balances have it with the answer.
 *
 * @throws Refusal `customer_not_found`, `member_not_found`, and what `giveGrant` of the domain refuses.
 */
export async function giveCustomerGrant(
  ctx: OperationContext,
  customer: string,
  command: GiveGrantCommand,
): Promise<GrantResult> {
  const id = newId('grt', ctx.environment.mode === 'live', ctx.clock.now())
  const after = await changeCustomer(ctx, customer, async (state) => {
    const member = await findMemberId(ctx, state, command.member)
    return giveGrant(state, { ...command, id, member, memberKey: command.member })
  })
  await noteGrantReason(ctx.tx, after.environment, id, command.reason)
  return { state: after, grant: await requireGrant(ctx, after, id) }
}

async function findMemberId(
  ctx: OperationContext,
  state: CustomerState,
  key: string | null,
): Promise<number> {
  if (key === null) return 0
  const member = await findMember(ctx.tx, state.environment, state.customer.id, key)
  if (member === null || member.deletedAt !== null) throw memberNotFound(key)
  return member.id
}

/** @throws Refusal `grant_not_found`, `invalid_request` for a plan's own */
export async function revokeCustomerGrant(
  ctx: OperationContext,
  customer: string,
  id: string,
): Promise<GrantResult> {
  const after = await changeCustomer(ctx, customer, async (state) => {
    const { grant, memberKey } = await requireGrant(ctx, state, id)
    return revokeGrant(state, grant, memberKey, ctx.actor)
  })
  return { state: after, grant: await requireGrant(ctx, after, id) }
}

async function requireGrant(ctx: OperationContext, state: CustomerState, id: string): Promise<ListedGrant> {
  const [found] = await loadListedGrants(ctx.tx, state.environment, state.customer.id, { id })
  if (found === undefined) throw new Refusal('grant_not_found', { param: 'grantId', values: { grant: id } })
  return found
}
