import type { OperationContext } from '../../context.ts'
import type { WebhookEndpoint } from '../../domain/deliveries/model.ts'
import { checkAddress } from '../../domain/deliveries/check-address.ts'
import { newId } from '../../ids.ts'
import { saveWebhookEndpoint } from '../../store/webhook-endpoints.ts'
import { recordChange } from '../audit/record.ts'
import { toldOf } from './told.ts'
import { makeSecret } from './secrets.ts'

export type NewEndpoint = Pick<WebhookEndpoint, 'url' | 'description' | 'format' | 'eventTypes'>

/**
 * The secret is in this answer and in no other.
 *
 * @throws Refusal `webhook_url_refused`
 */
export async function createWebhookEndpoint(
  ctx: OperationContext,
  command: NewEndpoint,
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  const { id: environment, mode } = ctx.environment
  checkAddress(command.url, mode)
  const now = ctx.clock.now()
  const endpoint: WebhookEndpoint = {
    ...command,
    id: newId('we', mode === 'live', now),
    status: 'enabled',
    disabledReason: null,
    failingSince: null,
    createdAt: now,
    updatedAt: now,
  }
  await saveWebhookEndpoint(ctx.tx, environment, endpoint)
  await recordChange(ctx, { after: { [`webhook_endpoint ${endpoint.id}`]: toldOf(endpoint) } })
  const secret = await makeSecret(ctx, environment, endpoint.id, { now, othersEndAt: now })
  return { endpoint, secret }
}
