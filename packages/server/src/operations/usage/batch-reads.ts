/** What a batch has read, by name. */
import type { CustomerHold } from '../../store/holds.ts'
import type { UsageEvent } from '../../store/usage/events.ts'
import type { GiveBackRead } from '../../store/usage/give-back-read.ts'
import type { UsageKey } from '../../store/usage/keys.ts'

/** What a batch reads once its locks are had. */
export interface BatchReads {
  keys: Map<string, UsageKey>
  holds: Map<string, CustomerHold>
  /** Uses that replays and give-backs name, by uuid. */
  events: Map<string, UsageEvent>
  /** For give-backs, by the uuid of the use that is given back. */
  giveBacks: Map<string, GiveBackRead>
}

export const keyName = (customer: number, verb: number, hash: string): string => `${customer}/${verb}/${hash}`
