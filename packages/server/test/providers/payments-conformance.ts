/**
 * What every payment provider must do, whoever it is: one suite, run for each.
 *
 * Owns: the cases. Does not own: how a provider is made to show them; each brings a world of its own, and says of each
 * case that it can't show why.
 * Invariant: a case is run or skipped with its reason, never left out.
 */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { describeCharges, describeDeclines } from './payments/charges.ts'
import { describeFaults } from './payments/faults.ts'
import { describeLists } from './payments/lists.ts'
import { describeMethods } from './payments/methods.ts'
import { describePrompts } from './payments/prompts.ts'
import { describeRefunds } from './payments/refunds.ts'
import { describeWebhooks, describeSignatures } from './payments/webhooks.ts'
import type { ProviderWorld } from './payments/provider-world.ts'

export function describePaymentProvider(
  name: string,
  openWorld: () => Promise<ProviderWorld>,
  world: { cannot: ProviderWorld['cannot'] },
) {
  describe(`payment provider: ${name}`, () => {
    let opened: ProviderWorld
    beforeAll(async () => {
      opened = await openWorld()
    })
    afterAll(() => opened.stop())

    const needs = (what: keyof ProviderWorld['cannot'], title: string, run: () => Promise<void>) => {
      const reason = world.cannot[what]
      if (reason === undefined) it(title, run)
      else it.skip(`${title} (${reason})`, run)
    }
    const tools = { get: () => opened, needs }
    describeCharges(tools)
    describeDeclines(tools)
    describePrompts(tools)
    describeFaults(tools)
    describeRefunds(tools)
    describeMethods(tools)
    describeWebhooks(tools)
    describeLists(tools)
    describeSignatures(tools)
  })
}
