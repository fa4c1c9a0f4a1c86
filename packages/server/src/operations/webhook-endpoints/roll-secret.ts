import type { OperationContext } from '../../context.ts'
import type { WebhookEndpoint } from '../../domain/deliveries/model.ts'
import { HOUR_MS, toIsoOrNull } from '../../domain/time/instant.ts'
import { recordChange } from '../audit/record.ts'
import { lockWebhookEndpoint } from './get.ts'
import { makeSecret } from './secrets.ts'

/**
 * Adds a secret. For `overlapHours` everything is signed with the earlier ones too, so that a receiver may change over
 * when it likes.
 *
 * @throws Refusal `webhook_endpoint_not_found`
 */
export async function rollWebhookSecret(
  ctx: OperationContext,
  { id, overlapHours }: { id: string; overlapHours: number },
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  const endpoint = await lockWebhookEndpoint(ctx, id)
  const now = ctx.clock.now()
  const othersEndAt = now + Math.round(overlapHours * HOUR_MS)
  const secret = await makeSecret(ctx, ctx.environment.id, id, { now, othersEndAt })
  const until = toIsoOrNull(othersEndAt)
  await recordChange(ctx, { after: { [`webhook_endpoint ${id}`]: { earlierSecretsEndAt: until } } })
  return { endpoint, secret }
}
