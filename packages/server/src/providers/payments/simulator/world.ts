/**
 * The simulator's tables, and how something changes in them.
 *
 * Owns: the rows, the clock, and that an event is written together with what caused it.
 * Does not own: what may happen to a charge or a refund (their files), delivering events (`deliveries.ts`).
 * Invariant: nothing is seen by anyone before it is on disk.
 */
import type { Clock } from '../../../clock.ts'
import type { Instant } from '../../../domain/time/instant.ts'
import { freshId } from './fresh-id.ts'
import { takeFault } from './faults.ts'
import type { Journal, Row } from './journal.ts'

export interface Payment {
  transaction: string
  amountMinor: number
  feeMinor: number
  at: Instant
}

export interface Method {
  token: string
  setup: string
  customer: string
  /** A key of `cards`, or a phone number. */
  instrument: string
  kind: 'card' | 'phone'
  expires: string | null
  authenticated: boolean
  detached: boolean
}

export interface Setup {
  key: string
  customer: string
  kind: 'card' | 'phone'
  status: 'attached' | 'action_needed' | 'declined'
  token: string | null
  page: string | null
  returnUrl: string | null
  expiresAt: Instant | null
}

export interface Charge {
  key: string
  id: string
  status: 'succeeded' | 'declined' | 'pending' | 'action_needed' | 'expired' | 'canceled'
  amountMinor: number
  currency: string
  token: string
  customer: string
  description: string
  returnUrl: string | null
  decline: { kind: 'soft' | 'hard'; reason: string } | null
  /** Of the page where it is paid or confirmed. */
  page: string | null
  expiresAt: Instant | null
  payments: Payment[]
}

export interface Refund {
  key: string
  id: string
  /** The payment that is given back, and the charge it belongs to. */
  transaction: string
  charge: string
  amountMinor: number
  currency: string
  status: 'pending' | 'succeeded' | 'failed'
  reason: string
  failure: string | null
}

export interface Dispute {
  id: string
  transaction: string
  amountMinor: number
  currency: string
  status: 'open' | 'won' | 'lost'
  reason: string
  evidenceDueAt: Instant
}

export interface Account {
  webhookUrl: string | null
  secrets: string[]
}

export interface StoredEvent {
  id: string
  account: string
  /** Their order in the world; also the cursor of the list. */
  order: number
  type: string
  at: Instant
  data: object
}

/** An event on its way. */
export interface Parcel {
  event: string
  account: string
  tries: number
  /** By the simulator's clock. */
  notBefore: Instant
  /** By the machine's: after a failed try. */
  nextTryAt: Instant
  /** Lets the next one go first. */
  steppedAside: boolean
}

/** Something that happens by itself at its time. */
export interface Due {
  account: string
  at: Instant
  move: { type: 'expire_charge' | 'succeed_refund' | 'fail_refund'; key: string }
}

export interface Answer {
  request: string
  status: number
  body: object
}

export interface Fault {
  fault: string
  on: string
  times: number
  seconds: number
}

export interface Tables {
  account: Account
  method: Method
  setup: Setup
  charge: Charge
  /** Transaction → key of its charge. */
  payment: { charge: string }
  refund: Refund
  dispute: Dispute
  event: StoredEvent
  parcel: Parcel
  due: Due
  answer: Answer
  fault: Fault
  /** Page → what is confirmed there. */
  page: { account: string; type: 'charge' | 'setup'; key: string }
  settings: { clockOffsetMs?: number; port?: number }
}

/** Tables whose rows belong to nobody in particular. */
const ofTheWorld: (keyof Tables)[] = ['account', 'event', 'parcel', 'due', 'page', 'settings']

export interface World {
  journal: Journal
  /** The machine's, or the engine's: what signatures and tries go by. */
  clock: Clock
  /** The simulator's own, which can be moved. */
  now(): Instant
  /** Where pages are, once it listens. */
  url: string
}

export interface Change {
  readonly account: string
  readonly now: Instant
  readonly url: string
  get<Name extends keyof Tables>(table: Name, key: string): Tables[Name] | undefined
  all<Name extends keyof Tables>(table: Name): Tables[Name][]
  entries<Name extends keyof Tables>(table: Name): [string, Tables[Name]][]
  put<Name extends keyof Tables>(table: Name, key: string, value: Tables[Name] | null): void
  emit(type: string, data: object): void
  commit(): void
}

export function createWorld(journal: Journal, clock: Clock): World {
  return {
    journal,
    clock,
    url: '',
    now() {
      const settings = journal.get('settings', 'world') as Tables['settings'] | undefined
      return clock.now() + (settings?.clockOffsetMs ?? 0)
    },
  }
}

export function begin(world: World, account: string): Change {
  const { journal } = world
  const now = world.now()
  let pending: Row[] = []
  const prefixOf = (table: keyof Tables) => (ofTheWorld.includes(table) ? '' : `${account} `)

  const change: Change = {
    account,
    now,
    url: world.url,
    get<Name extends keyof Tables>(table: Name, key: string) {
      const full = prefixOf(table) + key
      const own = pending.findLast((row) => row[0] === table && row[1] === full)
      return (own === undefined ? journal.get(table, full) : (own[2] ?? undefined)) as
        | Tables[Name]
        | undefined
    },
    entries<Name extends keyof Tables>(table: Name) {
      const prefix = prefixOf(table)
      const rows = new Map(journal.rows(table))
      for (const [, key, value] of pending.filter((row) => row[0] === table)) {
        if (value === null) rows.delete(key)
        else rows.set(key, value)
      }
      const mine = [...rows].filter(([key]) => key.startsWith(prefix))
      return mine.map(([key, value]) => [key.slice(prefix.length), value as Tables[Name]])
    },
    all: (table) => change.entries(table).map(([, value]) => value),
    put(table, key, value) {
      pending.push([table, prefixOf(table) + key, value])
    },
    emit(type, data) {
      const id = freshId('evt')
      const order = journal.rows('event').size + pending.filter(([table]) => table === 'event').length + 1
      change.put('event', id, { id, account, order, type, at: now, data })
      dispatch(change, id)
    },
    commit() {
      const rows = pending
      pending = []
      if (rows.length > 0) journal.write(rows)
    },
  }
  return change
}

/** Sends an event on its way; how it fares there can be ordered. */
function dispatch(change: Change, event: string): void {
  const endpoint = change.get('account', change.account)
  if ((endpoint?.webhookUrl ?? null) === null) return
  const { fault, seconds = 0 } = takeFault(change, 'webhook') ?? {}
  if (fault === 'drop') return
  const parcel: Parcel = {
    event,
    account: change.account,
    tries: 0,
    notBefore: fault === 'delay' ? change.now + seconds * 1_000 : change.now,
    nextTryAt: 0,
    steppedAside: fault === 'reorder',
  }
  change.put('parcel', event, parcel)
  if (fault === 'duplicate') change.put('parcel', `${event} again`, parcel)
}
