import { createManualProvider } from '../../src/providers/payments/manual/manual-provider.ts'
import { describePaymentProvider } from './payments-conformance.ts'
import type { Behaviour, ProviderWorld } from './payments/provider-world.ts'
import { openSimulatorWorld } from './simulator-world.ts'

describePaymentProvider('simulator', openSimulatorWorld, { cannot: {} })

const byHand = 'people pay by hand: nothing is charged'
const behaviours: Behaviour[] = [
  'succeeds',
  'refused_at_once',
  'soft_decline',
  'hard_decline',
  'expired',
  'needs_action_once',
  'needs_action_always',
  'answer_lost',
  'refund_fails_later',
  'disputed',
  'prompt',
]
const cannot: ProviderWorld['cannot'] = {
  ...Object.fromEntries(behaviours.map((one) => [one, byHand])),
  webhooks: 'nothing tells us; the operator records it',
  faults: 'it has no network',
  events: 'it has no lists of events and payments',
  amounts: byHand,
}
const nothing = async () => {}

describePaymentProvider(
  'manual',
  async () => ({
    provider: createManualProvider(),
    withOtherSecrets: null,
    instruments: {},
    cannot,
    payer: nothing,
    advance: nothing,
    fault: nothing,
    deliveries: async () => [],
    now: () => 0,
    stop: nothing,
  }),
  { cannot },
)
