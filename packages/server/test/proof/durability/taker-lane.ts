/** A caller that takes, gives back, reserves, settles, leases and reports, for a customer that others take for too. */
import type { Random } from '../support/random.ts'
import type { ProofFeature } from './catalog.ts'
import { chosen, type Lane, type NextCall } from './lane.ts'
import type { Body, Call } from './witness.ts'

interface Taker {
  customer: string
  random: Random
  sites: number
  uses: { of: string; feature: ProofFeature; amount: number }[]
  reservations: { id: string; amount: number }[]
  leases: { id: string; granted: number }[]
}

const consumed = [
  [3, 'tickets'],
  [2, 'calls'],
  [1, 'priced'],
  [1, 'tokens'],
  [1, 'sites'],
] as const

const choices: [number, (taker: Taker) => NextCall][] = [
  [40, consume],
  [10, giveBack],
  [5, (taker) => usage(taker, 'set', '/v1/set', { feature: 'levels', amount: taker.random.between(0, 60) })],
  [15, track],
  [10, reserve],
  [10, settle],
  [5, lease],
  [5, report],
]

export function takerLane(customer: string, random: Random): Lane {
  const taker: Taker = { customer, random, sites: 0, uses: [], reservations: [], leases: [] }
  return { next: () => chosen(choices, random)(taker) }
}

const withoutCustomer: Call['kind'][] = ['settle', 'report', 'track']

function usage(
  { customer }: Taker,
  kind: Call['kind'],
  path: string,
  body: Body,
  rest: Partial<NextCall> = {},
): NextCall {
  const whole = withoutCustomer.includes(kind) ? body : { customer, ...body }
  return { kind, customer, method: 'POST', path, body: whole, mayAbandon: true, keyed: true, ...rest }
}

function consume(taker: Taker): NextCall {
  const { random } = taker
  const feature = chosen(consumed, random)
  const amount = random.between(1, 3)
  const name = feature === 'tokens' && random.chance(0.5) ? 'scan' : feature
  const learn = (body: Body) => {
    if (!body.allowed) return
    if (feature === 'sites') taker.sites += amount
    else taker.uses.push({ of: body.event, feature, amount: body.amount })
  }
  return usage(taker, 'consume', '/v1/consume', { feature: name, amount }, { learn })
}

function giveBack(taker: Taker): NextCall {
  const { random } = taker
  if (taker.sites > 0 && random.chance(0.5)) {
    taker.sites -= 1
    return usage(taker, 'release', '/v1/release', { feature: 'sites', amount: 1 }, { gives: 1 })
  }
  const use = random.pick(taker.uses)
  if (use === undefined) return consume(taker)
  taker.uses = taker.uses.filter((each) => each !== use)
  const { feature, of, amount } = use
  return usage(taker, 'release', '/v1/release', { feature, of }, { gives: amount })
}

function track(taker: Taker): NextCall {
  const { customer, random } = taker
  const events = Array.from({ length: random.between(1, 5) }, () => ({
    customer,
    feature: random.pick(['tickets', 'tickets', 'priced']),
    amount: random.between(1, 4),
    ...(random.chance(0.2) ? { metadata: { from: 'proof' } } : {}),
  }))
  return usage(taker, 'track', '/v1/events', { events })
}

function reserve(taker: Taker): NextCall {
  const { random } = taker
  const feature = random.pick(['tokens', 'calls', 'tickets'])
  const amount = random.between(1, 6)
  const learn = (body: Body) => {
    if (body.allowed) taker.reservations.push({ id: body.id, amount })
  }
  return usage(taker, 'reserve', '/v1/reservations', { feature, amount, ttlSeconds: 3600 }, { learn })
}

function settle(taker: Taker): NextCall {
  const { customer, random } = taker
  const held = taker.reservations.shift()
  if (held === undefined) return reserve(taker)
  const path = `/v1/reservations/${held.id}`
  if (random.chance(0.2))
    return { kind: 'cancelReservation', customer, method: 'DELETE', path, mayAbandon: true, keyed: false }
  return usage(taker, 'settle', `${path}/settle`, { amount: random.between(0, held.amount + 1) })
}

function lease(taker: Taker): NextCall {
  const { random } = taker
  // those of a second run out unreported, and count as used
  const ttlSeconds = random.pick([1, 60, 60])
  const body = { feature: 'quota', amount: random.between(1, 20), ttlSeconds, holder: 'proof' }
  const learn = ({ allowed, id, granted }: Body) => {
    if (allowed && ttlSeconds > 1) taker.leases.push({ id, granted })
  }
  return usage(taker, 'lease', '/v1/leases', body, { learn })
}

function report(taker: Taker): NextCall {
  const held = taker.leases.shift()
  if (held === undefined) return lease(taker)
  const amount = taker.random.between(0, held.granted)
  return usage(taker, 'report', `/v1/leases/${held.id}/report`, { amount })
}
