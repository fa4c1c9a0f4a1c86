import type { OperationContext } from '../../context.ts'
import { appendEvents } from '../../store/events.ts'
import { getWebhookEndpoint } from './get.ts'

/**
 * Sends the endpoint an event of its own, whatever it filters: the way that every other event takes.
 *
 * @returns the event's id, by which its delivery is found
 * @throws Refusal `webhook_endpoint_not_found`
 */
export async function testWebhookEndpoint(ctx: OperationContext, id: string): Promise<string> {
  const endpoint = await getWebhookEndpoint(ctx, id)
  const now = ctx.clock.now()
  const payload = { webhookEndpoint: endpoint.id }
  const event = { type: 'webhook_endpoint.tested' as const, subject: endpoint.id, payload, occurredAt: now }
  const [eventId = ''] = await appendEvents(ctx.tx, ctx.environment.id, 0, [event], now)
  return eventId
}
