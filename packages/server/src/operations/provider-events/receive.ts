import type { Context, Environment } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import { loadEnvironments } from '../../store/installation.ts'
import { insertProviderEvents } from '../../store/provider-events.ts'

export interface ArrivedWebhook {
  provider: string
  /** The environment's id, as it stands in the address. */
  environment: string
  rawBody: Uint8Array
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/**
 * A provider tells us something: checked, stored, acknowledged; a job applies it. What came before does nothing.
 *
 * @throws Refusal `webhook_refused` for what its provider has not signed, `not_found` for an address that is none
 */
export async function receiveWebhook(ctx: Context, arrived: ArrivedWebhook): Promise<void> {
  const environment = await environmentOf(ctx, arrived.environment)
  const isKnown = environment !== null && ctx.payments.names().includes(arrived.provider)
  if (!isKnown) throw new Refusal('not_found')
  const provider = ctx.payments.provider(arrived.provider, environment)
  const now = ctx.clock.now()
  const { rawBody, headers } = arrived
  const reading = provider.readWebhook({ rawBody, headers, now })
  if (reading.status === 'refused')
    throw new Refusal('webhook_refused', { values: { reason: reading.reason } })
  await insertProviderEvents(ctx.db, environment.id, provider.name, reading.events, now)
}

async function environmentOf(ctx: Context, id: string): Promise<Environment | null> {
  const environments = await loadEnvironments(ctx.db)
  // addresses that were given to a provider with the environment's number go on
  const found = environments.find(({ id: number, name }) => name === id || String(number) === id)
  return found === undefined ? null : { id: found.id, name: found.name, mode: found.mode }
}
