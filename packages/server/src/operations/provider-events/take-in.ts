import type { Context, Environment } from '../../context.ts'
import type { ProviderEvent } from '../../providers/payments.ts'
import { insertProviderEvents } from '../../store/provider-events.ts'
import type { Compared } from './compare.ts'

/** Money that nobody told us of, as if they had: it is applied like everything else that providers tell, once. */
export async function takeInUnknown(
  ctx: Context,
  environment: Environment,
  unknown: Compared['unknown'],
): Promise<void> {
  const now = ctx.clock.now()
  for (const { provider, payment } of unknown) {
    const id = `payment:${payment.transaction}`
    const event: ProviderEvent = { id, occurredAt: payment.receivedAt, type: 'receipt', ...payment }
    await insertProviderEvents(ctx.db, environment.id, provider, [event], now)
  }
}
