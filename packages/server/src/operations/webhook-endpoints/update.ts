import type { OperationContext } from '../../context.ts'
import { checkAddress } from '../../domain/deliveries/check-address.ts'
import type { WebhookEndpoint } from '../../domain/deliveries/model.ts'
import { saveWebhookEndpoint } from '../../store/webhook-endpoints.ts'
import type { NewEndpoint } from './create.ts'
import { recordChange } from '../audit/record.ts'
import { lockWebhookEndpoint } from './get.ts'
import { toldOf } from './told.ts'

export type EndpointFields = Partial<{
  [Name in keyof NewEndpoint | 'status']: WebhookEndpoint[Name] | undefined
}>

/**
 * Changes what is given. One that is enabled again starts with a clean record; what was given up meanwhile is sent by
 * resending it.
 *
 * @throws Refusal `webhook_endpoint_not_found`, `webhook_url_refused`
 */
export async function updateWebhookEndpoint(
  ctx: OperationContext,
  id: string,
  fields: EndpointFields,
): Promise<WebhookEndpoint> {
  const before = await lockWebhookEndpoint(ctx, id)
  if (fields.url !== undefined) checkAddress(fields.url, ctx.environment.mode)
  const status = fields.status ?? before.status
  const stays = status === before.status
  const endpoint: WebhookEndpoint = {
    ...before,
    url: fields.url ?? before.url,
    description: fields.description ?? before.description,
    format: fields.format ?? before.format,
    eventTypes: fields.eventTypes ?? before.eventTypes,
    status,
    disabledReason: stays ? before.disabledReason : status === 'disabled' ? 'operator' : null,
    failingSince: stays ? before.failingSince : null,
    updatedAt: ctx.clock.now(),
  }
  await saveWebhookEndpoint(ctx.tx, ctx.environment.id, endpoint)
  await recordChange(ctx, {
    before: { [`webhook_endpoint ${id}`]: toldOf(before) },
    after: { [`webhook_endpoint ${id}`]: toldOf(endpoint) },
  })
  return endpoint
}
