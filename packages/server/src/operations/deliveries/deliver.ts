/**
 * Sending what is due: claim, commit, send, record.
 *
 * Owns: that order, and how much is under way at once. Does not own: what is said (`compose.ts`), the ways out
 * (`providers/`), when a failed try is repeated (`domain/deliveries/schedule.ts`).
 * Invariant: no transaction is open while something is sent. What a process had under way when it died is sent again
 * by whoever finds it, under the same id.
 */
import type { Context, Environment } from '../../context.ts'
import type { Outcome, WebhookEndpoint } from '../../domain/deliveries/model.ts'
import { afterAttempt } from '../../domain/deliveries/schedule.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import { claimDeliveries, saveOutcome } from '../../store/deliveries.ts'
import type { ClaimedDelivery } from '../../store/deliveries.ts'
import { loadFeed } from '../../store/event-feed.ts'
import type { FeedEvent } from '../../store/event-feed.ts'
import { loadEnvironment } from '../../store/installation.ts'
import { loadWebhookEndpoint } from '../../store/webhook-endpoints.ts'
import { loadSecrets } from '../webhook-endpoints/secrets.ts'
import { recordHealth } from '../webhook-endpoints/record-health.ts'
import { signedHeaders } from '../../providers/webhooks/sign.ts'
import { composeLetter, composeSlack, composeWebhook } from './compose.ts'
import type { Outgoing } from './outgoing.ts'

/** A receiver that hangs may keep this many of all. */
const AT_ONCE = 20
const AT_ONCE_PER_TARGET = 4
/** After the time-out, so long may recording the outcome take. */
const LEASE_MARGIN_MS = 30_000

export interface Deliverer {
  /** Claims what is due and begins to send it. */
  run(): Promise<{ handled: number }>
  /** Told when there is room again after it had run out. */
  onRoom(listener: () => void): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export function createDeliverer(ctx: Context, outgoing: Outgoing): Deliverer {
  const underWay = new Map<Promise<void>, string>()
  const environments = new Map<number, Environment>()
  let full = false
  let tellRoom = () => {}

  const environmentOf = async (id: number): Promise<Environment> => {
    const environment = environments.get(id) ?? (await loadEnvironment(ctx.db, id))
    environments.set(id, environment)
    return environment
  }
  const begin = (delivery: ClaimedDelivery) => {
    const sending: Promise<void> = environmentOf(delivery.environment)
      .then((environment) => deliverOne(ctx, outgoing, environment, delivery))
      .catch((error: unknown) => {
        // the lease runs out, and it is tried again
        ctx.logger.error({ err: error, delivery: delivery.id }, 'the outcome of a delivery was not recorded')
      })
      .then(() => {
        underWay.delete(sending)
        if (full) tellRoom()
      })
    underWay.set(sending, delivery.target)
  }
  return {
    async run() {
      const room = AT_ONCE - underWay.size
      const now = ctx.clock.now()
      const busy = busyTargets([...underWay.values()])
      const claimed =
        room === 0
          ? []
          : await claimDeliveries(ctx.db, {
              now,
              until: now + outgoing.timeoutMs + LEASE_MARGIN_MS,
              limit: room,
              perTarget: AT_ONCE_PER_TARGET,
              busy,
            })
      for (const delivery of claimed) begin(delivery)
      full = claimed.length === room || busyTargets([...underWay.values()]).length > 0
      return { handled: claimed.length }
    },
    onRoom(listener) {
      tellRoom = listener
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay.keys())
    },
  }
}

function busyTargets(targets: string[]): string[] {
  const counts = new Map<string, number>()
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1)
  return [...counts].flatMap(([target, count]) => (count >= AT_ONCE_PER_TARGET ? [target] : []))
}

async function deliverOne(
  ctx: Context,
  outgoing: Outgoing,
  environment: Environment,
  delivery: ClaimedDelivery,
): Promise<void> {
  const endpoint =
    delivery.channel === 'mail'
      ? undefined
      : await loadWebhookEndpoint(ctx.db, environment.id, delivery.target)
  const outcome = await attempt(ctx, outgoing, environment, delivery, endpoint)
  const now = ctx.clock.now()
  const { status, nextAttemptAt } = afterAttempt(delivery, outcome, now)
  const error = outcome.delivered ? null : outcome.failure
  const { responseCode } = outcome
  await saveOutcome(ctx.db, delivery, { status, nextAttemptAt, error, responseCode }, now)
  // what never left says nothing about the endpoint
  const left = outcome.delivered || !['endpoint_disabled', 'failed'].includes(outcome.failure)
  if (endpoint !== undefined && left) await recordHealth(ctx, environment, endpoint.id, outcome, now)
}

async function attempt(
  ctx: Context,
  outgoing: Outgoing,
  environment: Environment,
  delivery: ClaimedDelivery,
  endpoint: WebhookEndpoint | undefined,
): Promise<Outcome> {
  try {
    const event = await eventOf(ctx, delivery)
    if (delivery.channel === 'mail') return await sendLetter(ctx, outgoing, environment, delivery, event)
    if (endpoint === undefined) return never('endpoint_deleted')
    if (endpoint.status === 'disabled') return never('endpoint_disabled')
    return await sendToEndpoint(ctx, outgoing, environment, { delivery, endpoint, event })
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error
    ctx.logger.error({ err: error, delivery: delivery.id }, 'a delivery could not be made')
    return { delivered: false, failure: 'failed', responseCode: null, permanent: false }
  }
}

const never = (failure: 'endpoint_deleted' | 'endpoint_disabled' | 'recipient_refused'): Outcome => ({
  delivered: false,
  failure,
  responseCode: null,
  permanent: true,
})

async function eventOf({ db }: Context, { environment, position }: ClaimedDelivery): Promise<FeedEvent> {
  const [event] = await loadFeed(db, environment, { after: position - 1, upTo: position, limit: 1 })
  if (event === undefined) throw new Error(`There is no event at position ${position}`)
  return event
}

async function sendLetter(
  ctx: Context,
  { carriers, publicUrl }: Outgoing,
  environment: Environment,
  delivery: ClaimedDelivery,
  event: FeedEvent,
): Promise<Outcome> {
  const letter = await composeLetter(ctx, environment, delivery, event, publicUrl)
  const carrier = carriers[environment.mode]
  if (letter === null || carrier === null) return never('recipient_refused')
  return carrier.send(letter)
}

async function sendToEndpoint(
  ctx: Context,
  outgoing: Outgoing,
  environment: Environment,
  sent: { delivery: ClaimedDelivery; endpoint: WebhookEndpoint; event: FeedEvent },
): Promise<Outcome> {
  const { delivery, endpoint, event } = sent
  const body =
    endpoint.format === 'slack'
      ? await composeSlack(ctx, environment, delivery, event)
      : composeWebhook(environment, event)
  const now = ctx.clock.now()
  const secrets = await loadSecrets(ctx, environment.id, endpoint.id, now)
  return outgoing.sendWebhook({
    url: endpoint.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Tollkeeper',
      ...signedHeaders({ id: event.id, body }, secrets, now),
    },
    body,
    allowPrivate: outgoing.allowPrivate && environment.mode === 'test',
    timeoutMs: outgoing.timeoutMs,
  })
}
