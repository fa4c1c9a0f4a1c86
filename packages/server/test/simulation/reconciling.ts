/** What a provider told and never arrived: it is found in the provider's own list. */
import type { Context } from '../../src/context.ts'
import { applyProviderEvents } from '../../src/operations/provider-events/apply.ts'
import { catchUpWithProviders } from '../../src/operations/provider-events/catch-up.ts'

/** How much was found; null where the list could not be read to its end. */
export async function reconcile(context: Context): Promise<number | null> {
  const { handled, failing } = await catchUpWithProviders(context)
  if (failing > 0) return null
  for (;;) {
    const applied = await applyProviderEvents(context)
    if (applied.handled === 0) return handled
  }
}
