import type { Context, Environment } from '../../context.ts'
import type { Outcome } from '../../domain/deliveries/model.ts'
import { healthAfter } from '../../domain/deliveries/schedule.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { transaction } from '../../store/database/transaction.ts'
import { appendEvents } from '../../store/events.ts'
import {
  claimWebhookEndpoint,
  loadWebhookEndpoint,
  saveWebhookEndpoint,
} from '../../store/webhook-endpoints.ts'

/** Notes how a try went, and disables an endpoint that has failed for days. Mostly there is nothing to note. */
export async function recordHealth(
  ctx: Context,
  environment: Environment,
  id: string,
  outcome: Outcome,
  now: Instant,
): Promise<void> {
  // as it stands now: other tries have ended while this one was under way
  const known = await loadWebhookEndpoint(ctx.db, environment.id, id)
  if (known === undefined || healthAfter(known, outcome, now) === known) return
  await transaction(ctx.db, async (tx) => {
    const current = await claimWebhookEndpoint(tx, environment.id, id)
    if (current === undefined) return
    const next = healthAfter(current, outcome, now)
    if (next === current) return
    await saveWebhookEndpoint(tx, environment.id, next)
    if (next.status === current.status) return
    const payload = { webhookEndpoint: next.id, url: next.url, reason: next.disabledReason }
    const told = { type: 'webhook_endpoint.disabled' as const, subject: next.id, payload, occurredAt: now }
    await appendEvents(tx, environment.id, 0, [told], now)
  })
}
