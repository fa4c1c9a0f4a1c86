import type { OperationContext } from '../../context.ts'
import { deleteWebhookEndpoint as removeEndpoint } from '../../store/webhook-endpoints.ts'
import { recordChange } from '../audit/record.ts'
import { lockWebhookEndpoint } from './get.ts'
import { toldOf } from './told.ts'

/** What waits for it is given up. @throws Refusal `webhook_endpoint_not_found` */
export async function deleteWebhookEndpoint(ctx: OperationContext, id: string): Promise<void> {
  const endpoint = await lockWebhookEndpoint(ctx, id)
  await removeEndpoint(ctx.tx, ctx.environment.id, id)
  await recordChange(ctx, { before: { [`webhook_endpoint ${id}`]: toldOf(endpoint) } })
}
