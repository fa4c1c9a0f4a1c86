import type { endpoints } from '@tollkeeper/contract'
import { decideAccess } from '../domain/access/decide.ts'
import { toIso, toIsoOrNull } from '../domain/time/index.ts'
import { getAccess, liftCustomerSuspension, suspendCustomer } from '../operations/customers/access.ts'
import type { Handlers } from './handler.ts'

export const accessRoutes = {
  get: async ({ params }, ctx) => presentAccess(await getAccess(ctx, params.id)),
  suspend: async ({ params, body }, ctx) =>
    presentAccess(await suspendCustomer(ctx, params.id, { ...body, author: body.author ?? ctx.actor })),
  lift: async ({ params }, ctx) => presentAccess(await liftCustomerSuspension(ctx, params.id)),
} satisfies Handlers<typeof endpoints.access>

function presentAccess({ state, periods }: Awaited<ReturnType<typeof getAccess>>) {
  const { suspension } = state
  return {
    object: 'access' as const,
    customer: state.customer.key,
    livemode: state.livemode,
    ...decideAccess(state),
    suspension: suspension === null ? null : { ...suspension, createdAt: toIso(suspension.createdAt) },
    history: periods.map(({ from, to, level, reason }) => ({
      from: toIso(from),
      to: toIsoOrNull(to),
      level,
      reason,
    })),
  }
}
