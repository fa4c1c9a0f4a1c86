/** Using what one has. What is admitted is written down: it must be found again, once. */
import type { Turn } from '../turn.ts'

function note({ customer }: Turn, feature: string, amount: number): void {
  customer.consumed.set(feature, (customer.consumed.get(feature) ?? 0) + amount)
}

export async function consume(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const { feature, most } = customer.product
  const takes = Array.from({ length: random.between(1, 3) }, () => random.between(1, most))
  await Promise.all(
    takes.map(async (amount) => {
      const body = { customer: customer.id, feature, amount }
      const answer = await turn.ask('POST', '/v1/consume', body, { once: true })
      if (answer.body?.allowed === true) note(turn, feature, answer.body.amount)
    }),
  )
}

export async function reserve(turn: Turn): Promise<void> {
  const { random, customer } = turn
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
  if (settled.status < 300) note(turn, feature, amount)
}

export async function setGauge(turn: Turn): Promise<void> {
  const { gauge } = turn.customer.product
  const amount = turn.random.between(0, 4)
  if (gauge === undefined) return
  const body = { customer: turn.customer.id, feature: gauge, amount }
  await turn.ask('POST', '/v1/set', body, { once: true })
}
