/**
 * What customers and operators do, one thing at a time, through the API alone.
 *
 * Owns: the list, and how likely each is. Does not own: whether it is right: a refusal is an answer, too.
 */
import { consume, reserve, setGauge } from './actions/usage.ts'
import * as money from './actions/money.ts'
import * as operating from './actions/operating.ts'
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
  [22, consume],
  [5, reserve],
  [2, setGauge],
  [12, money.attachCard],
  [2, money.detachCard],
  [6, money.pay],
  [6, money.answerPrompt],
  [3, operating.writeInvoice],
  [3, operating.addItem],
  [1, operating.voidInvoice],
  [2, operating.giveUp],
  [5, operating.recordTransfer],
  [4, operating.credit],
  [3, operating.refund],
  [3, operating.adjustBalance],
  [4, operating.buyTopUp],
]

const total = weighted.reduce((sum, [weight]) => sum + weight, 0)

export function drawAction(random: Random): Action {
  let left = random.below(total)
  const [, action] = weighted.find(([weight]) => (left -= weight) < 0) as [number, Action]
  return action
}
