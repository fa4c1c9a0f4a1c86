/** What happens by itself when its time has come by the simulator's clock. */
import { endUnpaid } from './charges.ts'
import { moveRefund } from './refunds.ts'
import { begin } from './world.ts'
import type { Change, Due, World } from './world.ts'

export function settleDue(world: World): void {
  const rows = [...world.journal.rows('due')] as [string, Due][]
  const due = rows.filter(([, { at }]) => at <= world.now()).sort(([, one], [, other]) => one.at - other.at)
  for (const [key, { account, move }] of due) {
    const change = begin(world, account)
    carryOut(change, move)
    change.put('due', key, null)
    change.commit()
  }
}

function carryOut(change: Change, { type, key }: Due['move']): void {
  if (type === 'expire_charge') {
    const charge = change.get('charge', key)
    if (charge !== undefined) endUnpaid(change, charge, 'expired')
    return
  }
  const refund = change.get('refund', key)
  if (refund !== undefined) moveRefund(change, refund, type === 'fail_refund' ? 'failed' : 'succeeded')
}
