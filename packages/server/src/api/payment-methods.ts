import type { endpoints } from '@tollkeeper/contract'
import type { PaymentMethod } from '../domain/payments/model.ts'
import { toIso, toIsoOrNull } from '../domain/time/index.ts'
import { attachMethod } from '../operations/payments/attach-method.ts'
import { detachMethod, listMethods, updateMethod } from '../operations/payments/methods.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const paymentMethodRoutes = {
  attach: async ({ params, body }, ctx) => {
    const { status, url, method } = await attachMethod(ctx, params.id, {
      provider: body.provider,
      kind: body.kind,
      instrument: body.instrument ?? null,
      isDefault: body.isDefault ?? false,
      isFallback: body.isFallback ?? false,
      returnUrl: body.returnUrl ?? null,
      idempotencyKey: body.idempotencyKey,
    })
    const livemode = ctx.environment.mode === 'live'
    return {
      object: 'payment_method_setup' as const,
      status,
      url,
      method: method === null ? null : present(method, params.id, livemode),
    }
  },
  list: async ({ params }, ctx) => {
    const livemode = ctx.environment.mode === 'live'
    const methods = await listMethods(ctx, params.id)
    return presentList(methods.map((each) => present(each, params.id, livemode)))
  },
  update: async ({ params, body }, ctx) => {
    const method = await updateMethod(ctx, params.id, params.methodId, body)
    return present(method, params.id, ctx.environment.mode === 'live')
  },
  detach: async ({ params }, ctx) => {
    await detachMethod(ctx, params.id, params.methodId)
    return { object: 'payment_method' as const, id: params.methodId, deleted: true as const }
  },
} satisfies Handlers<typeof endpoints.paymentMethods>

function present(method: PaymentMethod, customer: string, livemode: boolean) {
  const { id, provider, kind, label, expires, silent, isDefault, isFallback } = method
  return {
    object: 'payment_method' as const,
    id,
    livemode,
    customer,
    provider,
    kind,
    label,
    expires,
    silent,
    isDefault,
    isFallback,
    failedAt: toIsoOrNull(method.failedAt),
    createdAt: toIso(method.createdAt),
  }
}
