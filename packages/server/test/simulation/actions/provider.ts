/** What the provider decides by itself, and late. */
import type { Answered } from '../../support/catalog.ts'
import type { Turn } from '../turn.ts'

/** A refund ends as the bank has it: one that waits arrives or fails, and one that had arrived comes back. */
export async function concludeRefund(turn: Turn): Promise<void> {
  const { random, world, customer, read } = turn
  const [index, status] = [random.below(9), random.pick(['succeeded', 'failed', 'failed'])]
  const { body } = await read(`/v1/payments?customer=${customer.id}&limit=50`)
  const own = new Set((body.data as Answered[] | undefined)?.map(({ transaction }: Answered) => transaction))
  const refunds = [...world.outside.refunds.values()].filter(
    ({ transaction, status: now }) => own.has(transaction) && now !== 'failed',
  )
  const refund = refunds[index % Math.max(refunds.length, 1)]
  if (refund === undefined) return
  await world.outside.control('POST', `/control/refunds/${refund.key}`, { status })
  world.trace.push(`refund ${refund.key} → ${status}`)
}
