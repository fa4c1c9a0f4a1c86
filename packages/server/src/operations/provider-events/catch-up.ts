/**
 * What providers told us and never arrived: their lists of events are read from where we were.
 *
 * Owns: how far we are. Does not own: applying them (`apply.ts`).
 * Invariant: an event that came by its webhook, too, is stored once. The cursor follows what is stored.
 */
import type { Context, Environment } from '../../context.ts'
import { insertProviderEvents } from '../../store/provider-events.ts'
import { loadProviderCursor, saveProviderCursor } from '../../store/provider-cursors.ts'
import { listEnvironments } from '../environment/list.ts'
import { providersOf } from '../payments/providers-of.ts'
import type { PaymentProvider } from '../../providers/payments.ts'

/** Of one provider in one run. */
const PAGES = 100

/** @returns how many events had not arrived; `failing`: providers that could not be asked */
export async function catchUpWithProviders(ctx: Context): Promise<{ handled: number; failing: number }> {
  let [handled, failing] = [0, 0]
  for (const environment of await listEnvironments(ctx)) {
    for (const provider of providersOf(ctx, environment)) {
      const found = await readOn(ctx, environment, provider)
      if (found === null) failing += 1
      else handled += found
    }
  }
  return { handled, failing }
}

async function readOn(
  ctx: Context,
  environment: Environment,
  { name, events }: PaymentProvider,
): Promise<number | null> {
  if (events === null) return 0
  let found = 0
  let after = await loadProviderCursor(ctx.db, environment.id, name)
  for (let page = 0; page < PAGES; page += 1) {
    const told = await events(after)
    if ('status' in told) return null
    if (told.events.length === 0) break
    found += await insertProviderEvents(ctx.db, environment.id, name, told.events, ctx.clock.now())
    await saveProviderCursor(ctx.db, environment.id, name, told.after)
    after = told.after
  }
  return found
}
