/**
 * What follows from the journal alone: which effects were acknowledged, under which keys, and what they add up to.
 *
 * Owns: reading answers. Does not own: the tables (`stored.ts`), the comparison (`compare.ts`).
 * Invariant: a call that was answered more than once is one effect.
 */
import { hash } from 'node:crypto'
import { summedFeatures } from './catalog.ts'
import type { Acknowledged, Body, CallKind } from './witness.ts'

/** Numbers of usage_key.verb. */
const verbs: Partial<Record<CallKind, number>> = {
  consume: 1,
  track: 2,
  release: 3,
  set: 4,
  reserve: 5,
  settle: 6,
  report: 6,
  lease: 8,
}

/** Calls whose answer is stored whole under their key. */
export const storedKinds: CallKind[] = ['grant', 'change', 'cancel', 'resume']

export interface Account {
  /** One for each call that had an effect. */
  effects: Acknowledged[]
  /** Consumes, reservations and leases that were refused, and nothing else. */
  refused: Acknowledged[]
  /** Feed position → id of the event that a reader was given there. */
  followed: Map<number, string>
  /** Contradictions among the answers themselves. */
  contradictions: string[]
}

export function accountOf(journal: Acknowledged[]): Account {
  const effects = new Map<number, Acknowledged>()
  const refused = new Map<number, Acknowledged>()
  const followed = new Map<number, string>()
  const contradictions: string[] = []
  for (const answer of journal) {
    const { call, status, body } = answer
    if (call.kind === 'follow') {
      for (const event of body.data ?? []) {
        const known = followed.get(event.position)
        if (known !== undefined && known !== event.id)
          contradictions.push(`position ${event.position} was ${known}, then ${event.id}`)
        followed.set(event.position, event.id)
      }
    } else if (status < 300) (body.allowed === false ? refused : effects).set(call.number, answer)
  }
  return { effects: [...effects.values()], refused: [...refused.values()], followed, contradictions }
}

/** The keys that a call binds, as `usage_key` has them: `customer/verb/hash`. */
export function usageKeys({ call, body }: Acknowledged): string[] {
  const verb = verbs[call.kind]
  if (verb === undefined || call.key === null) return []
  const of = (key: string) => `${call.customer}/${verb}/${hash('sha256', key, 'hex').slice(0, 32)}`
  if (call.kind !== 'track') return [of(call.key)]
  const rejected = new Set((body.rejected as Body[]).map(({ index }) => index))
  return trackedOf(call.body).flatMap((_, index) => (rejected.has(index) ? [] : of(`${call.key}#${index}`)))
}

export const trackedOf = (body: Body | undefined): Body[] => body?.events ?? []

/** What all effects together used, by `customer/feature`. */
export function sumsOf(effects: Acknowledged[]): Map<string, number> {
  const sums = new Map<string, number>()
  const add = (customer: string, feature: string, amount: number) => {
    const name = `${customer}/${feature === 'scan' ? 'tokens' : feature}`
    sums.set(name, (sums.get(name) ?? 0) + amount)
  }
  for (const { call, body } of effects) {
    if (call.kind === 'consume') add(call.customer, body.feature, body.amount)
    if (call.kind === 'track')
      for (const each of trackedOf(call.body)) add(call.customer, each.feature, each.amount)
    if (call.kind === 'release') add(call.customer, body.feature, -(call.gives ?? 0))
    if (call.kind === 'settle') add(call.customer, body.feature, body.settled)
  }
  const isSummed = (name: string) => (summedFeatures as string[]).includes(name.split('/')[1] as string)
  return new Map([...sums].filter(([name]) => isSummed(name)))
}

/** The answer given last to whoever changes a thing as a whole. */
export function lastOf(effects: Acknowledged[], name: (answer: Acknowledged) => string | undefined) {
  const last = new Map<string, Acknowledged>()
  for (const answer of effects) {
    const thing = name(answer)
    if (thing !== undefined) last.set(thing, answer)
  }
  return last
}

export const customerPut = ({ call }: Acknowledged) =>
  call.kind === 'putCustomer' ? call.customer : undefined
export const overridePut = ({ call }: Acknowledged) =>
  call.kind === 'putOverride' ? `${call.customer}/calls` : undefined
export const subscriptionSaid = ({ call, body }: Acknowledged) =>
  ['subscribe', 'change', 'cancel', 'resume'].includes(call.kind) ? (body.id as string) : undefined
