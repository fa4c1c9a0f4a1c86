import type { OperationContext } from '../../context.ts'
import { withMemberFields, type Member, type MemberFields } from '../../domain/customers/members.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { Refusal } from '../../refusal.ts'
import { nextNumbers } from '../../store/customer-state.ts'
import { findMember, saveMembers } from '../../store/members.ts'
import { changeCustomer } from '../customers/command.ts'

export interface MemberResult {
  state: CustomerState
  member: Member
}

/**
 * Adds a member, changes the fields that are given, or brings a deleted one back. Its balances exist from here on.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`.
 */
export async function putMember(
  ctx: OperationContext,
  customer: string,
  key: string,
  fields: MemberFields,
): Promise<MemberResult> {
  let member: Member | null = null
  const state = await changeCustomer(ctx, customer, async (state) => {
    const { now } = state
    const known = await findMember(ctx.tx, state.environment, state.customer.id, key)
    member = known === null ? await newMember(ctx, key, fields, now) : withMemberFields(known, fields, now)
    if (member === known) return { state, events: [] }
    await saveMembers(ctx.tx, state.environment, state.customer.id, [member])
    const isNew = known === null || known.deletedAt !== null
    const type = isNew ? ('member.created' as const) : ('member.updated' as const)
    const members = isNew ? [...state.members, member.id] : state.members
    return {
      state: { ...state, members },
      events: [{ type, subject: key, payload: { member: key }, occurredAt: now }],
    }
  })
  return { state, member: member as unknown as Member }
}

async function newMember(
  ctx: OperationContext,
  key: string,
  fields: MemberFields,
  now: number,
): Promise<Member> {
  const [id] = await nextNumbers(ctx.tx, 'member', 1)
  return {
    id: id as number,
    key,
    name: fields.name ?? '',
    email: fields.email ?? null,
    metadata: fields.metadata ?? {},
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  }
}

/** What it used stays, under its id alone. @throws Refusal `member_not_found` */
export async function deleteMember(
  ctx: OperationContext,
  customer: string,
  key: string,
): Promise<MemberResult> {
  let member: Member | null = null
  const state = await changeCustomer(ctx, customer, async (state) => {
    const { now } = state
    const known = await findMember(ctx.tx, state.environment, state.customer.id, key)
    if (known === null || known.deletedAt !== null) throw memberNotFound(key)
    member = { ...known, name: '', email: null, metadata: {}, updatedAt: now, deletedAt: now }
    await saveMembers(ctx.tx, state.environment, state.customer.id, [member])
    return {
      state: { ...state, members: state.members.filter((id) => id !== known.id) },
      events: [{ type: 'member.deleted', subject: key, payload: { member: key }, occurredAt: now }],
    }
  })
  return { state, member: member as unknown as Member }
}

export function memberNotFound(member: string): Refusal {
  return new Refusal('member_not_found', { param: 'memberId', values: { member } })
}
