import type { OperationContext } from '../../context.ts'
import type { Site } from '../../domain/sites/model.ts'
import { HOUR_MS, toIsoOrNull } from '../../domain/time/instant.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { recordChange } from '../audit/record.ts'
import { getSite } from './get.ts'
import { makeSiteSecret } from './secrets.ts'

/**
 * Adds a secret. For `overlapHours` questions are signed with the earlier ones too, so that the site may change over when
 * it likes.
 *
 * @throws Refusal `customer_not_found`, `site_not_found`
 */
export async function rollSiteSecret(
  ctx: OperationContext,
  { customer, overlapHours }: { customer: string; overlapHours: number },
): Promise<{ site: Site; secret: string }> {
  const id = await lockCustomer(ctx.tx, ctx.environment.id, customer)
  const site = await getSite(ctx, customer)
  const now = ctx.clock.now()
  const othersEndAt = now + Math.round(overlapHours * HOUR_MS)
  const secret = await makeSiteSecret(ctx, ctx.environment.id, id, { now, othersEndAt })
  const told = { after: { site: { earlierSecretsEndAt: toIsoOrNull(othersEndAt) } } }
  await recordChange(ctx, told, { customer: id, occurredAt: now })
  return { site, secret }
}
