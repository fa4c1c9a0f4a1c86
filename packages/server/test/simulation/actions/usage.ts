/** Using what one has. What is admitted is written down: it must be found again, once, and never above a hard limit. */
import type { Turn } from '../turn.ts'
import { DAY_MS } from '../../../src/domain/time/instant.ts'

/** Somebody of the customer's, or nobody in particular. */
export function user({ random, customer }: Turn): { member?: string } {
  const { members } = customer.product
  return members.length === 0 || random.chance(0.2) ? {} : { member: random.pick(members) }
}

/** Several callers at once; now and then many, with more than there can be. */
export async function consume(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const { feature, most } = customer.product
  const count = random.chance(0.3) ? random.between(5, 12) : random.between(1, 3)
  const takes = Array.from({ length: count }, () => ({ amount: random.between(1, most), ...user(turn) }))
  await Promise.all(
    takes.map(async ({ amount, member }) => {
      const body = { customer: customer.id, feature, amount, ...(member === undefined ? {} : { member }) }
      const answer = await turn.ask('POST', '/v1/consume', body, { once: true })
      if (answer.body?.allowed !== true) return
      const use = { customer: customer.id, feature, member: member ?? null, amount: answer.body.amount }
      world.witness.admit(use, answer.body)
    }),
  )
}

/** An action of several credits. */
export async function consumeAction(turn: Turn): Promise<void> {
  const { customer, world } = turn
  if (customer.product.feature !== 'inspections') return
  const body = { customer: customer.id, feature: 'inspection.full' }
  const answer = await turn.ask('POST', '/v1/consume', body, { once: true })
  if (answer.body?.allowed !== true) return
  const use = { customer: customer.id, feature: 'inspections', member: null, amount: answer.body.amount }
  world.witness.admit(use, answer.body)
}

/** Takes, and gives back what was taken, or a part. */
export async function giveBack(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const { feature, most } = customer.product
  const amount = random.between(1, most)
  const part = random.pick([amount, Math.ceil(amount / 2)])
  const taken = await turn.ask(
    'POST',
    '/v1/consume',
    { customer: customer.id, feature, amount },
    { once: true },
  )
  if (taken.body?.allowed !== true) return
  world.witness.admit({ customer: customer.id, feature, member: null, amount }, taken.body)
  const of = taken.body.event as string
  const body = { customer: customer.id, feature, amount: part, of }
  const answer = await turn.ask('POST', '/v1/release', body, { once: true })
  if (answer.status < 300) world.witness.giveBack(of, part)
}

export async function reserve(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const { feature, most } = customer.product
  const [estimate, truth] = [random.between(1, most), random.between(0, most)]
  const end = random.pick(['settle', 'settle', 'cancel', 'forget'])
  const body = { customer: customer.id, feature, amount: estimate, ttlSeconds: 3_600 }
  const reserved = await turn.ask('POST', '/v1/reservations', body, { once: true })
  const id = reserved.body?.id
  if (typeof id !== 'string' || end === 'forget') return
  if (end === 'cancel') {
    await turn.ask('DELETE', `/v1/reservations/${id}`)
    return
  }
  const amount = Math.min(truth, estimate)
  const settled = await turn.ask('POST', `/v1/reservations/${id}/settle`, { amount }, { once: true })
  if (settled.status < 300) world.witness.record({ customer: customer.id, feature, member: null, amount })
}

/** Told after the fact: now, or of days ago, when a period may have ended since. It counts even above the limit. */
export async function report(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const { feature, most } = customer.product
  const now = customer.clock?.at ?? world.clock.now()
  const daysAgo = random.pick([0, 0, 1, 3, 10, 29, 45])
  const at = new Date(now - daysAgo * DAY_MS).toISOString()
  const amount = random.between(1, Math.ceil(most / 3))
  const told = { customer: customer.id, feature, amount, ...(daysAgo === 0 ? {} : { at }) }
  const answer = await turn.ask('POST', '/v1/events', { events: [told] }, { once: true })
  if (answer.status >= 300) return
  const { accepted, duplicates, rejected } = answer.body
  if (accepted + duplicates + rejected.length !== 1)
    world.contradictions.push(`one use was reported: ${answer.text}`)
  if (rejected.length === 0) world.witness.record({ customer: customer.id, feature, member: null, amount })
}

export async function setGauge(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const [amount, index] = [random.between(0, 4), random.below(9)]
  const { gauges } = customer.product
  const gauge = gauges[index % Math.max(gauges.length, 1)]
  if (gauge === undefined) return
  await turn.ask('POST', '/v1/set', { customer: customer.id, feature: gauge, amount }, { once: true })
}

/** Some are taken at once, and some of them given back. */
export async function holdGauge(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const index = random.below(9)
  const { gauges } = customer.product
  const feature = gauges[index % Math.max(gauges.length, 1)]
  if (feature === undefined) return
  const amount = feature === 'storage' ? 2_000_000_000 : 1
  const body = { customer: customer.id, feature, amount }
  const takes = Array.from({ length: random.between(1, 6) }, () => random.chance(0.3))
  await Promise.all(
    takes.map(async (returned) => {
      const answer = await turn.ask('POST', '/v1/consume', body, { once: true })
      if (answer.body?.allowed !== true) return
      world.witness.record({ ...body, member: null })
      if (returned) await turn.ask('POST', '/v1/release', body, { once: true })
    }),
  )
}
