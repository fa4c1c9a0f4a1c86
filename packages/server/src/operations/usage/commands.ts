/** What callers ask of the usage writer, resolved to surrogates, and what they are told. */
import type { Feature, Limit } from '../../domain/catalog/model.ts'
import type { Access, Entitlements } from '../../domain/entitlements/model.ts'
import type { Decision } from '../../domain/usage/decide.ts'
import type { Hold } from '../../domain/usage/model.ts'
import type { Instant } from '../../domain/time/instant.ts'

/** Numbers of usage_key.verb and usage_event.verb. */
export const verbs = {
  consume: 1,
  track: 2,
  release: 3,
  set: 4,
  reserve: 5,
  settle: 6,
  cancel: 7,
  lease: 8,
  import: 9,
} as const
export type Verb = keyof typeof verbs

export interface CommandKey {
  /** 16 bytes of SHA-256 as hexadecimal. */
  hash: string
  bodyHash: string
}

interface Common {
  customer: number
  /** On a test clock: never in the first gear. */
  onTestClock: boolean
  feature: Feature
  /** 0 for nobody in particular. */
  member: number
  /** In the feature's units; for an action of credits, its cost. */
  amount: number
  key: CommandKey | null
  /** What the caller says; null for now. */
  at: Instant | null
  metadata: string | null
}

export type UsageCommand =
  | (Common & { verb: 'consume' })
  | (Common & { verb: 'track' })
  | (Common & { verb: 'reserve'; ttlMs: number })
  | (Common & { verb: 'lease'; ttlMs: number; holder: string })
  /** A gauge; or a meter with the use that is given back (amount 0 = all that is left of it). */
  | (Common & { verb: 'release'; of: { event: string } | { keyHash: string } | null })
  | (Common & { verb: 'set' })
  | (Common & { verb: 'settle' | 'cancel'; hold: string; outcome: 'settled' | 'canceled' | 'expired' })

/** The command of one verb, or of several. */
export type Command<Name extends Verb> = Extract<UsageCommand, { verb: Name }>

/** The effect of a command, or that it had none. */
export interface Outcome {
  decision: Decision
  access: Access
  /** Key of the plan in force, for the upgrade that would help; null without one. */
  plan: { key: string; name: string } | null
  /** Its surrogate, known where nothing else of it is read; 0 without one. */
  planItem: number
  currency: string | null
  interval: string | null
  /** uuid of the recorded use, or null when nothing was recorded. */
  event: string | null
  replayed: boolean
  hold: (Hold & { overEstimate: boolean }) | null
}

/** What an outcome says besides its decision, as long as nothing is recorded. */
export const nothingDoneUnder = (entitlements: Entitlements): Omit<Outcome, 'decision'> => ({
  access: entitlements.access,
  plan: entitlements.plan,
  planItem: entitlements.plan?.item ?? 0,
  currency: entitlements.currency,
  interval: entitlements.interval,
  event: null,
  replayed: false,
  hold: null,
})

/** As much of an outcome as a key keeps: what its replay must say again. */
export interface StoredDecision {
  limit: Limit
  used: number
  remaining: number
  overage: number
  resetsAt: Instant | null
  hold: string | null
}
