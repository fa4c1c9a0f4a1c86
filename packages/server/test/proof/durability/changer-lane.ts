/**
 * A caller that changes what is in force: grants, overrides and plan changes of a customer that others take for, and
 * the lifecycles of young customers of its own. None of its calls is abandoned, so what it was told last holds.
 */
import type { Random } from '../support/random.ts'
import { chosen, type Lane, type NextCall } from './lane.ts'
import type { Body, Call } from './witness.ts'

interface Changer {
  customer: string
  subscription: string
  random: Random
  plan: 'small' | 'large'
  counter: number
  /** What the young customer of the moment still goes through. */
  ahead: NextCall[]
}

const choices: [number, (changer: Changer) => NextCall][] = [
  [25, grant],
  [15, override],
  [10, change],
  [5, rename],
  [45, life],
]

export function changerLane(customer: string, subscription: string, random: Random): Lane {
  const changer: Changer = { customer, subscription, random, plan: 'small', counter: 0, ahead: [] }
  return { next: () => chosen(choices, random)(changer) }
}

function cold(
  customer: string,
  kind: Call['kind'],
  method: 'POST' | 'PUT',
  path: string,
  body: Body,
): NextCall {
  return { kind, customer, method, path, body, mayAbandon: false, keyed: method === 'POST' }
}

function grant({ customer, random }: Changer): NextCall {
  return cold(customer, 'grant', 'POST', `/v1/customers/${customer}/grants`, {
    feature: random.pick(['tokens', 'tokens', 'calls']),
    amount: random.between(1, 15),
    source: 'top_up',
    priority: random.between(50, 150),
  })
}

function override(changer: Changer): NextCall {
  const { customer, random } = changer
  changer.counter += 1
  const body = { limit: random.between(5, 60), reason: `${customer} ${changer.counter}` }
  return cold(customer, 'putOverride', 'PUT', `/v1/customers/${customer}/overrides/calls`, body)
}

function change(changer: Changer): NextCall {
  const { customer, subscription } = changer
  changer.plan = changer.plan === 'small' ? 'large' : 'small'
  const body = { plan: changer.plan, when: 'now' }
  return cold(customer, 'change', 'POST', `/v1/subscriptions/${subscription}/change`, body)
}

function rename(changer: Changer): NextCall {
  const { customer } = changer
  changer.counter += 1
  const body = { name: `Name ${changer.counter}` }
  return cold(customer, 'putCustomer', 'PUT', `/v1/customers/${customer}`, body)
}

function life(changer: Changer): NextCall {
  const next = changer.ahead.shift()
  if (next !== undefined) return next
  changer.counter += 1
  const young = `${changer.customer}-${changer.counter}`
  let id = ''
  const post = (kind: Call['kind'], path: string, body: Body) => cold(young, kind, 'POST', path, body)
  const verb = (kind: Call['kind'], body: Body): NextCall => ({
    ...post(kind, '', body),
    // known once it has subscribed
    get path() {
      return `/v1/subscriptions/${id}/${kind}`
    },
  })
  const subscribe: NextCall = {
    ...post('subscribe', '/v1/subscriptions', { customer: young, plan: 'small', currency: 'XOF' }),
    learn(body) {
      id = body.id
    },
  }
  changer.ahead.push(
    subscribe,
    post('consume', '/v1/consume', { customer: young, feature: 'tickets', amount: 2 }),
    verb('change', { plan: 'large', when: 'now' }),
    verb('cancel', { when: 'period_end' }),
    verb('resume', {}),
    post('grant', `/v1/customers/${young}/grants`, { feature: 'tokens', amount: 7, source: 'top_up' }),
    verb('cancel', { when: 'now' }),
  )
  return cold(young, 'putCustomer', 'PUT', `/v1/customers/${young}`, {
    name: 'Young',
    timeZone: 'Africa/Abidjan',
  })
}
