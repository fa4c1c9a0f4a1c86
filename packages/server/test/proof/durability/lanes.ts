/**
 * What callers do, one after the other in each lane: takers of a customer that several lanes share, and lanes that
 * change what is in force for it and lead customers of their own through a lifecycle.
 *
 * Owns: the choice of the next call, from the seed and from what the lane was told. Does not own: asking.
 * Invariant: what a lane changes as a whole (an override, a subscription, a name) no other lane changes, so the answer
 * it was given last is how things stand.
 */
import type { Random } from '../support/random.ts'
import type { ProofFeature } from './catalog.ts'
import type { Body, Call } from './witness.ts'

export type NextCall = Omit<Call, 'number' | 'key'> & {
  /** A lane may go on without knowing what became of it. */
  mayAbandon: boolean
  /** It has a key of its own. */
  keyed: boolean
  /** What the lane learns from its answer. */
  learn?: (body: Body) => void
}

export interface Lane {
  next(): NextCall
}

interface Use {
  of: string
  feature: ProofFeature
  amount: number
}

export function takerLane(customer: string, random: Random): Lane {
  let sites = 0
  let uses: Use[] = []
  const reservations: { id: string; amount: number }[] = []
  const leases: { id: string; granted: number }[] = []
  const usage = (kind: Call['kind'], path: string, body: Body, rest: Partial<NextCall> = {}): NextCall => ({
    kind,
    customer,
    method: 'POST',
    path,
    body: kind === 'settle' || kind === 'report' || kind === 'track' ? body : { customer, ...body },
    mayAbandon: true,
    keyed: true,
    ...rest,
  })

  function consume(): NextCall {
    const feature = random.pick<ProofFeature>([
      'tickets',
      'tickets',
      'tickets',
      'calls',
      'calls',
      'priced',
      'tokens',
      'sites',
    ])
    const amount = random.between(1, 3)
    const name = feature === 'tokens' && random.chance(0.5) ? 'scan' : feature
    return usage(
      'consume',
      '/v1/consume',
      { feature: name, amount },
      {
        learn(body) {
          if (!body.allowed) return
          if (feature === 'sites') sites += amount
          else uses.push({ of: body.event, feature, amount: body.amount })
        },
      },
    )
  }

  function giveBack(): NextCall {
    if (sites > 0 && random.chance(0.5)) {
      sites -= 1
      return usage('release', '/v1/release', { feature: 'sites', amount: 1 }, { gives: 1 })
    }
    const use = random.pick(uses)
    if (use === undefined) return consume()
    uses = uses.filter((each) => each !== use)
    return usage('release', '/v1/release', { feature: use.feature, of: use.of }, { gives: use.amount })
  }

  function track(): NextCall {
    const events = Array.from({ length: random.between(1, 5) }, () => ({
      customer,
      feature: random.pick(['tickets', 'priced', 'tickets']),
      amount: random.between(1, 4),
      ...(random.chance(0.2) ? { metadata: { from: 'proof' } } : {}),
    }))
    return usage('track', '/v1/events', { events })
  }

  function reserve(): NextCall {
    const feature = random.pick(['tokens', 'calls', 'tickets'])
    const amount = random.between(1, 6)
    return usage(
      'reserve',
      '/v1/reservations',
      { feature, amount, ttlSeconds: 3600 },
      {
        learn: (body) => body.allowed && reservations.push({ id: body.id, amount }),
      },
    )
  }

  function settle(): NextCall {
    const held = reservations.shift()
    if (held === undefined) return reserve()
    const path = `/v1/reservations/${held.id}`
    if (random.chance(0.2))
      return { kind: 'cancelReservation', customer, method: 'DELETE', path, mayAbandon: true, keyed: false }
    return usage('settle', `${path}/settle`, { amount: random.between(0, held.amount + 1) })
  }

  function lease(): NextCall {
    // those of a second run out unreported, and count as used
    const ttlSeconds = random.pick([1, 60, 60])
    const amount = random.between(1, 20)
    return usage(
      'lease',
      '/v1/leases',
      { feature: 'quota', amount, ttlSeconds, holder: 'proof' },
      {
        learn: ({ allowed, id, granted }) => allowed && ttlSeconds > 1 && leases.push({ id, granted }),
      },
    )
  }

  function report(): NextCall {
    const held = leases.shift()
    if (held === undefined) return lease()
    return usage('report', `/v1/leases/${held.id}/report`, { amount: random.between(0, held.granted) })
  }

  const choices: [number, () => NextCall][] = [
    [40, consume],
    [10, giveBack],
    [5, () => usage('set', '/v1/set', { feature: 'levels', amount: random.between(0, 60) })],
    [15, track],
    [10, reserve],
    [10, settle],
    [5, lease],
    [5, report],
  ]
  return { next: () => chosen(choices, random)() }
}

export function changerLane(customer: string, subscription: string, random: Random): Lane {
  let plan = 'small'
  let counter = 0
  const own: NextCall[] = []
  const cold = (
    kind: Call['kind'],
    method: string,
    path: string,
    body: Body,
    rest: Partial<NextCall> = {},
  ): NextCall => ({
    kind,
    customer,
    method,
    path,
    body,
    mayAbandon: false,
    keyed: method === 'POST',
    ...rest,
  })

  const grant = () =>
    cold('grant', 'POST', `/v1/customers/${customer}/grants`, {
      feature: random.pick(['tokens', 'tokens', 'calls']),
      amount: random.between(1, 15),
      source: 'top_up',
      priority: random.between(50, 150),
    })

  function override(): NextCall {
    const body = { limit: random.between(5, 60), reason: `${customer} ${(counter += 1)}` }
    return cold('putOverride', 'PUT', `/v1/customers/${customer}/overrides/calls`, body)
  }

  function change(): NextCall {
    plan = plan === 'small' ? 'large' : 'small'
    return cold('change', 'POST', `/v1/subscriptions/${subscription}/change`, { plan, when: 'now' })
  }

  const rename = () =>
    cold('putCustomer', 'PUT', `/v1/customers/${customer}`, { name: `Name ${(counter += 1)}` })

  /** The calls of a new customer's life, each made when its turn comes. */
  function life(): NextCall {
    const next = own.shift()
    if (next !== undefined) return next
    const young = `${customer}-${(counter += 1)}`
    const of = { customer: young }
    let id = ''
    const verb = (kind: Call['kind'], body: Body): NextCall => ({
      ...cold(kind, 'POST', '', body, of),
      get path() {
        return `/v1/subscriptions/${id}/${kind}`
      },
    })
    const learn = (body: Body) => {
      id = body.id
    }
    own.push(
      cold(
        'subscribe',
        'POST',
        '/v1/subscriptions',
        { customer: young, plan: 'small', currency: 'XOF' },
        { ...of, learn },
      ),
      cold('consume', 'POST', '/v1/consume', { customer: young, feature: 'tickets', amount: 2 }, of),
      verb('change', { plan: 'large', when: 'now' }),
      verb('cancel', { when: 'period_end' }),
      verb('resume', {}),
      cold('grant', 'POST', `/v1/customers/${young}/grants`, { feature: 'tokens', amount: 7 }, of),
      verb('cancel', { when: 'now' }),
    )
    return cold(
      'putCustomer',
      'PUT',
      `/v1/customers/${young}`,
      { name: 'Young', timeZone: 'Africa/Abidjan' },
      of,
    )
  }

  const choices: [number, () => NextCall][] = [
    [25, grant],
    [15, override],
    [10, change],
    [5, rename],
    [45, life],
  ]
  return { next: () => chosen(choices, random)() }
}

/** Reads the feed to its end, again and again. */
export function followerLane(): Lane {
  let after = 0
  return {
    next: () => ({
      kind: 'follow',
      customer: '',
      method: 'GET',
      path: `/v1/events?after=${after}&limit=100`,
      mayAbandon: true,
      keyed: false,
      learn(body) {
        after = body.data.at(-1)?.position ?? after
      },
    }),
  }
}

function chosen<Item>(choices: [number, Item][], random: Random): Item {
  let left = random.below(choices.reduce((sum, [weight]) => sum + weight, 0))
  const found = choices.find(([weight]) => (left -= weight) < 0)
  return (found as [number, Item])[1]
}
