/**
 * What callers do, one after the other in each lane: takers of a customer that several lanes share (`taker-lane.ts`),
 * and lanes that change what is in force for it (`changer-lane.ts`).
 *
 * Owns: the shape of a lane. Does not own: asking (`load.ts`).
 * Invariant: what a lane changes as a whole (an override, a subscription, a name) no other lane changes, so the answer
 * it was given last is how things stand.
 */
import type { Random } from '../support/random.ts'
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

/** One of the choices, by their weights. */
export function chosen<Item>(choices: readonly (readonly [number, Item])[], random: Random): Item {
  let left = random.below(choices.reduce((sum, [weight]) => sum + weight, 0))
  const found = choices.find(([weight]) => {
    left -= weight
    return left < 0
  })
  return (found as readonly [number, Item])[1]
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
