import type { OperationContext } from '../../context.ts'
import type { WebhookEndpoint } from '../../domain/deliveries/model.ts'
import { Refusal } from '../../refusal.ts'
import {
  claimWebhookEndpoint,
  loadWebhookEndpoint,
  loadWebhookEndpoints,
} from '../../store/webhook-endpoints.ts'
import { pageOf, requireIdCursor } from '../page.ts'

/** @throws Refusal `webhook_endpoint_not_found` */
export async function getWebhookEndpoint(ctx: OperationContext, id: string): Promise<WebhookEndpoint> {
  return found(await loadWebhookEndpoint(ctx.tx, ctx.environment.id, id), id)
}

/** The same, to change it. */
export async function lockWebhookEndpoint(ctx: OperationContext, id: string): Promise<WebhookEndpoint> {
  return found(await claimWebhookEndpoint(ctx.tx, ctx.environment.id, id), id)
}

function found(endpoint: WebhookEndpoint | undefined, id: string): WebhookEndpoint {
  if (endpoint !== undefined) return endpoint
  throw new Refusal('webhook_endpoint_not_found', { param: 'id', values: { endpoint: id } })
}

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listWebhookEndpoints(
  ctx: OperationContext,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ endpoints: WebhookEndpoint[]; nextCursor: string | null }> {
  requireIdCursor(page.cursor, 'we')
  const query = { limit: page.limit + 1, before: page.cursor }
  const loaded = await loadWebhookEndpoints(ctx.tx, ctx.environment.id, query)
  const { rows: endpoints, nextCursor } = pageOf(loaded, page.limit, (last) => last.id)
  return { endpoints, nextCursor }
}
