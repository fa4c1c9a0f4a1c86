import type { OperationContext } from '../../context.ts'
import { withMemberFields, type Member, type MemberFields } from '../../domain/customers/members.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { DomainEvent } from '../../domain/events.ts'
import type { Instant } from '../../domain/time/index.ts'
import { Refusal } from '../../refusal.ts'
import { nextNumbers } from '../../store/customer-state.ts'
import { eraseDeliveries } from '../../store/deliveries.ts'
import { findMembers, saveMembers } from '../../store/members.ts'
import { loadRecipients, lockRecipients } from '../../store/recipients.ts'
import { changeCustomer } from '../customers/command.ts'

export interface PutMember extends MemberFields {
  key: string
}

/**
 * Adds a member, changes the fields that are given, or brings a deleted one back. Its balances exist from here on.
 *
 * @throws Refusal `customer_not_found`, `customer_deleted`.
 */
export async function putMember(
  ctx: OperationContext,
  customer: string,
  command: PutMember,
): Promise<Member> {
  const [member] = await putMembers(ctx, customer, [command])
  return member as Member
}

/** Many at once, each key once. */
export async function putMembers(
  ctx: OperationContext,
  customer: string,
  commands: readonly PutMember[],
): Promise<Member[]> {
  let members: Member[] = []
  await changeCustomer(ctx, customer, async (state) => {
    const keys = commands.map(({ key }) => key)
    const found = await findMembers(ctx.tx, state.environment, state.customer.id, keys)
    const known = new Map(found.map((each) => [each.key, each]))
    const ids = await nextNumbers(ctx.tx, 'member', keys.filter((key) => !known.has(key)).length)
    members = commands.map((command) => {
      const before = known.get(command.key) ?? newMember(ids.shift() as number, command.key, state.now)
      return withMemberFields(before, command, state.now)
    })
    const changed = members.filter((each) => known.get(each.key) !== each)
    if (changed.length === 0) return { state, events: [] }
    await saveMembers(ctx.tx, state.environment, state.customer.id, changed)
    return withMembers(state, changed, known)
  })
  return members
}

function withMembers(
  state: CustomerState,
  changed: readonly Member[],
  known: Map<string, Member>,
): { state: CustomerState; events: DomainEvent[] } {
  const joined = changed.filter(({ key }) => known.get(key)?.deletedAt !== null)
  const events = changed.map((member): DomainEvent => {
    const type = joined.includes(member) ? 'member.created' : 'member.updated'
    return { type, subject: member.key, payload: { member: member.key }, occurredAt: state.now }
  })
  if (joined.length === 0) return { state, events }
  return { state: { ...state, members: [...state.members, ...joined.map(({ id }) => id)] }, events }
}

function newMember(id: number, key: string, now: Instant): Member {
  return { id, key, name: '', email: null, metadata: {}, createdAt: now, updatedAt: now, deletedAt: null }
}

/** What it used stays, under its id alone. @throws Refusal `member_not_found` */
export async function deleteMember(ctx: OperationContext, customer: string, key: string): Promise<void> {
  await changeCustomer(ctx, customer, async (state) => {
    const { now } = state
    const [known] = await findMembers(ctx.tx, state.environment, state.customer.id, [key])
    if (known === undefined || known.deletedAt !== null) throw memberNotFound(key)
    const member: Member = { ...known, name: '', email: null, metadata: {}, updatedAt: now, deletedAt: now }
    await saveMembers(ctx.tx, state.environment, state.customer.id, [member])
    await eraseLetters(ctx, state, known.email)
    return {
      state: { ...state, members: state.members.filter((id) => id !== known.id) },
      events: [{ type: 'member.deleted', subject: key, payload: { member: key }, occurredAt: now }],
    }
  })
}

/** Nobody else of the customer may be written to at this address. */
async function eraseLetters(
  ctx: OperationContext,
  { environment, customer }: CustomerState,
  address: string | null,
): Promise<void> {
  if (address === null || address === '') return
  await lockRecipients(ctx.tx, environment, customer.id)
  const recipients = (await loadRecipients(ctx.tx, environment, [customer.id])).get(customer.id)
  const others = [recipients?.email, recipients?.billingEmail, ...(recipients?.admins ?? [])]
  if (!others.includes(address)) await eraseDeliveries(ctx.tx, environment, customer.id, address)
}

export function memberNotFound(member: string): Refusal {
  return new Refusal('member_not_found', { param: 'memberId', values: { member } })
}
