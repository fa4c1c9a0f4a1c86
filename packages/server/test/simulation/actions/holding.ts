/** Setting aside what one has, and using it by and by. What is set aside is nobody else's until it is given back. */
import type { Answered } from '../../support/catalog.ts'
import type { Turn } from '../turn.ts'
import { startHolder } from '../../proof/support/holder.ts'
import { user } from './usage.ts'

/** What is left of the product's feature; 0 where nothing limits it. */
async function leftOf({ customer, read }: Turn, who: { member?: string }): Promise<number> {
  const query = who.member === undefined ? '' : `?member=${who.member}`
  const { body } = await read(`/v1/customers/${customer.id}/usage${query}`)
  const found = (body.data as Answered[] | undefined)?.find(
    ({ feature }: Answered) => feature === customer.product.feature,
  )
  return found?.remaining ?? 0
}

/** Reserves all that is left, and takes one beside it: whatever else is under way, that one is not there. */
export async function holdTheRest(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const { feature } = customer.product
  const who = user(turn)
  const end = random.pick(['forget', 'forget', 'forget', 'cancel', 'settle'])
  const left = await leftOf(turn, who)
  if (left === 0) return
  const body = { customer: customer.id, feature, ...who }
  const held = await turn.ask('POST', '/v1/reservations', { ...body, amount: left }, { once: true })
  const id = held.body?.id
  const taken = await turn.ask('POST', '/v1/consume', { ...body, amount: 1 }, { once: true })
  if (taken.body?.allowed === true)
    world.witness.admit({ customer: customer.id, feature, member: who.member ?? null, amount: 1 }, taken.body)
  if (typeof id !== 'string' || end === 'forget') return
  if (end === 'cancel') {
    await turn.ask('DELETE', `/v1/reservations/${id}`)
    return
  }
  const settled = await turn.ask('POST', `/v1/reservations/${id}/settle`, { amount: left }, { once: true })
  const use = { customer: customer.id, feature, member: who.member ?? null, amount: left }
  if (settled.status < 300) world.witness.record(use)
}

/**
 * An amount is drawn for somebody who decides alone: who reports in time, or after it was over, or the same twice; who
 * used more than was drawn; or who dies, and then all of it counts.
 */
export async function lease(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const { feature, most } = customer.product
  const [amount, part] = [random.between(1, most), random.pick([0, 0.5, 1, 1, 1.2])]
  const end = random.pick(['report', 'report', 'report again', 'late', 'die'])
  const body = { customer: customer.id, feature, amount, ttlSeconds: random.between(10, 60), ...user(turn) }
  const drawn = await turn.ask('POST', '/v1/leases', body, { once: true })
  const { id, granted } = drawn.body ?? {}
  if (typeof id !== 'string') return
  const own = { customer: customer.id, feature, granted, used: null }
  world.witness.draw(id, own)
  if (end === 'die') return
  const report = { amount: Math.floor(granted * part) }
  // it is over at the next step: time has moved on by then
  if (end === 'late') world.later.push(() => tell(turn, id, report.amount))
  else await tell(turn, id, report.amount)
  if (end === 'report again') await tell(turn, id, report.amount)
}

async function tell({ ask, world }: Turn, id: string, amount: number): Promise<void> {
  const answer = await ask('POST', `/v1/leases/${id}/report`, { amount }, { once: true })
  if (answer.status < 300) world.witness.report(id, amount)
}

/** An application decides by itself on what it draws, and ends well, or is killed while it gives away. */
export async function holdElsewhere(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const { feature, most } = customer.product
  const [first, second] = [random.between(1, 20), random.between(1, 20)]
  const [isKilled, afterMs] = [random.chance(0.7), random.below(30)]
  const drawAmount = random.between(2, Math.max(2, Math.ceil(most / 4)))
  const own = { customer: customer.id, feature, ...user(turn) }
  const options = { ...own, drawAmount, ttlSeconds: 60, drawTimeoutMs: 2_000 }
  const holder = await startHolder(world.workers.address, options)
  const { admitted } = await holder.take(first)
  world.witness.giveAway(customer.id, feature, admitted)
  if (!isKilled) {
    await holder.close()
    return
  }
  // nobody hears what it gave away by then
  void holder.take(second)
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  await holder.kill()
}
