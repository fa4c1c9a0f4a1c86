import type { endpoints } from '@tollkeeper/contract'
import type { Environment } from '../context.ts'
import type { Member } from '../domain/customers/members.ts'
import { toIso } from '../domain/time/index.ts'
import { getMember, listMembers } from '../operations/members/get.ts'
import { deleteMember, putMember } from '../operations/members/put.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const memberRoutes = {
  put: async ({ params, body }, ctx) => {
    const member = await putMember(ctx, params.id, { key: params.memberId, ...body })
    return presentMember(member, params.id, ctx.environment)
  },
  get: async ({ params }, ctx) =>
    presentMember(await getMember(ctx, params.id, params.memberId), params.id, ctx.environment),
  list: async ({ params, query }, ctx) => {
    const { members, nextCursor } = await listMembers(ctx, params.id, query)
    const data = members.map((each) => presentMember(each, params.id, ctx.environment))
    return presentList(data, nextCursor)
  },
  delete: async ({ params }, ctx) => {
    await deleteMember(ctx, params.id, params.memberId)
    return {
      object: 'member' as const,
      id: params.memberId,
      customer: params.id,
      livemode: ctx.environment.mode === 'live',
      deleted: true as const,
    }
  },
} satisfies Handlers<typeof endpoints.members>

function presentMember(member: Member, customer: string, environment: Environment) {
  return {
    object: 'member' as const,
    id: member.key,
    customer,
    livemode: environment.mode === 'live',
    name: member.name,
    email: member.email,
    metadata: member.metadata,
    createdAt: toIso(member.createdAt),
    updatedAt: toIso(member.updatedAt),
  }
}
