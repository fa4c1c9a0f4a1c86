import type { EventType, endpoints } from '@tollkeeper/contract'
import type { OperationContext } from '../context.ts'
import type { WebhookEndpoint } from '../domain/deliveries/model.ts'
import { toIso, toIsoOrNull } from '../domain/time/instant.ts'
import { createWebhookEndpoint } from '../operations/webhook-endpoints/create.ts'
import { deleteWebhookEndpoint } from '../operations/webhook-endpoints/delete.ts'
import { getWebhookEndpoint, listWebhookEndpoints } from '../operations/webhook-endpoints/get.ts'
import { rollWebhookSecret } from '../operations/webhook-endpoints/roll-secret.ts'
import { testWebhookEndpoint } from '../operations/webhook-endpoints/test.ts'
import { updateWebhookEndpoint } from '../operations/webhook-endpoints/update.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

const isLive = ({ environment }: OperationContext): boolean => environment.mode === 'live'

export const webhookEndpointRoutes = {
  create: async ({ body }, ctx) => {
    const { url, description, format, eventTypes } = body
    const made = await createWebhookEndpoint(ctx, { url, description, format, eventTypes })
    return { ...presentEndpoint(made.endpoint, isLive(ctx)), secret: made.secret }
  },
  list: async ({ query }, ctx) => {
    const { endpoints, nextCursor } = await listWebhookEndpoints(ctx, query)
    return presentList(
      endpoints.map((endpoint) => presentEndpoint(endpoint, isLive(ctx))),
      nextCursor,
    )
  },
  get: async ({ params }, ctx) => presentEndpoint(await getWebhookEndpoint(ctx, params.id), isLive(ctx)),
  update: async ({ params, body }, ctx) =>
    presentEndpoint(await updateWebhookEndpoint(ctx, params.id, body), isLive(ctx)),
  delete: async ({ params }, ctx) => {
    await deleteWebhookEndpoint(ctx, params.id)
    return {
      object: 'webhook_endpoint' as const,
      id: params.id,
      livemode: isLive(ctx),
      deleted: true as const,
    }
  },
  rollSecret: async ({ params, body }, ctx) => {
    const rolled = await rollWebhookSecret(ctx, { id: params.id, overlapHours: body.overlapHours })
    return { ...presentEndpoint(rolled.endpoint, isLive(ctx)), secret: rolled.secret }
  },
  test: async ({ params }, ctx) => ({
    object: 'webhook_endpoint_test' as const,
    webhookEndpoint: params.id,
    event: await testWebhookEndpoint(ctx, params.id),
    livemode: isLive(ctx),
  }),
} satisfies Handlers<typeof endpoints.webhookEndpoints>

function presentEndpoint(endpoint: WebhookEndpoint, livemode: boolean) {
  return {
    object: 'webhook_endpoint' as const,
    id: endpoint.id,
    livemode,
    url: endpoint.url,
    description: endpoint.description,
    format: endpoint.format,
    eventTypes: endpoint.eventTypes as EventType[],
    status: endpoint.status,
    disabledReason: endpoint.disabledReason,
    failingSince: toIsoOrNull(endpoint.failingSince),
    createdAt: toIso(endpoint.createdAt),
    updatedAt: toIso(endpoint.updatedAt),
  }
}
