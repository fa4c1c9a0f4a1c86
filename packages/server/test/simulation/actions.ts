/**
 * What customers and operators do, one thing at a time, through the API alone.
 *
 * Owns: the list, and how likely each is. Does not own: whether it is right: a refusal is an answer, too.
 */
import * as documents from './actions/documents.ts'
import * as usage from './actions/usage.ts'
import * as holding from './actions/holding.ts'
import * as money from './actions/money.ts'
import * as operating from './actions/operating.ts'
import * as provider from './actions/provider.ts'
import * as subscribing from './actions/subscribing.ts'
import type { Turn } from './turn.ts'
import type { Random } from '../proof/support/random.ts'

export type Action = (turn: Turn) => Promise<unknown>

const weighted: [weight: number, action: Action][] = [
  [14, subscribing.subscribe],
  [6, subscribing.changePlan],
  [6, subscribing.changeQuantity],
  [5, subscribing.switchAddOn],
  [3, subscribing.switchBundle],
  [3, subscribing.cancel],
  [4, subscribing.resume],
  [2, subscribing.pause],
  [2, subscribing.redeem],
  [30, usage.consume],
  [3, usage.consumeAction],
  [4, usage.giveBack],
  [5, usage.reserve],
  [10, holding.holdTheRest],
  [8, holding.lease],
  [2, holding.holdElsewhere],
  [6, usage.report],
  [2, usage.setGauge],
  [4, usage.holdGauge],
  [12, money.attachCard],
  [2, money.detachCard],
  [6, money.pay],
  [3, money.payAtPage],
  [8, money.answerPrompt],
  [2, money.dispute],
  [5, money.checkOut],
  [3, documents.writeInvoice],
  [3, documents.addItem],
  [2, documents.move],
  [2, documents.relocate],
  [1, operating.voidInvoice],
  [2, operating.giveUp],
  [5, operating.recordTransfer],
  [4, operating.credit],
  [3, operating.refund],
  [3, provider.concludeRefund],
  [3, operating.adjustBalance],
  [4, operating.buyTopUp],
  [1, operating.suspend],
  [2, operating.override],
  [2, operating.give],
  [1, operating.remove],
  [1, operating.reprice],
]

const total = weighted.reduce((sum, [weight]) => sum + weight, 0)

export function drawAction(random: Random): Action {
  let left = random.below(total)
  const [, action] = weighted.find(([weight]) => (left -= weight) < 0) as [number, Action]
  return action
}
