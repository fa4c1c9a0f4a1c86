/**
 * Usage as the rest of the engine calls it: callers' ids in, outcomes out.
 *
 * Owns: resolving ids and keys, one writer and one reader for each environment. Does not own: HTTP, decisions.
 */
import { hash } from 'node:crypto'
import type { Context, Environment } from '../../context.ts'
import type { Feature } from '../../domain/catalog/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { openPool } from '../../store/database/pool.ts'
import { loadHolds } from '../../store/holds.ts'
import { loadCustomerKey, loadMemberKeys } from '../../store/usage/directory.ts'
import { type Checker, createChecker } from './check.ts'
import type { CommandKey, Outcome, UsageCommand } from './commands.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createEntitlementCache, type EntitlementCache } from './entitlement-cache.ts'
import { meaningOf } from './features.ts'
import { createUsageWriter, defaultLimits, type UsageWriter, type WriterLimits } from './writer.ts'

/** One use, in the caller's words. */
export interface UsageInput {
  customer: string
  feature: string
  /** Whole units; positive but for `set`. */
  amount: number
  member?: string | undefined
  idempotencyKey?: string | undefined
  metadata?: Record<string, unknown> | undefined
}

export type UsageRequest = UsageInput &
  (
    | { verb: 'consume' | 'set' }
    | { verb: 'track'; at?: Instant | undefined }
    | { verb: 'release'; of?: string | undefined; wholeUse: boolean }
    | { verb: 'reserve'; ttlMs: number }
    | { verb: 'lease'; ttlMs: number; holder: string }
  )

/** An outcome with what it was about. */
export interface UsageResult {
  outcome: Outcome
  feature: Feature
  /** In the feature's units. */
  amount: number
}

export interface Usage {
  /** @throws Refusal; DatabaseUnavailable when nothing is known about the effect (the key makes a retry safe) */
  submit(environment: Environment, request: UsageRequest): Promise<UsageResult>
  check(environment: Environment, input: UsageInput): Promise<UsageResult>
  /** Settles (or cancels with amount 0) a reservation or reports a lease. */
  settle(
    environment: Environment,
    request: {
      kind: 'reservation' | 'lease'
      id: string
      amount: number
      cancel?: boolean
      idempotencyKey?: string | undefined
    },
  ): Promise<UsageResult & { customer: string; member: string | null }>
  readonly waiting: number
  onBatch(listener: (size: number, gear: 1 | 2) => void): void
  stop(): Promise<void>
}

interface Room {
  directory: Directory
  writer: UsageWriter
  checker: Checker
  entitlements: EntitlementCache
}

export function createUsage(ctx: Omit<Context, 'usage'>, limits: WriterLimits = defaultLimits): Usage {
  const rooms = new Map<number, Room>()
  let listener: ((size: number, gear: 1 | 2) => void) | undefined
  // Connections of its own: commands that wait for a customer's lock must not use up the takers'.
  const db = openPool({ ...ctx.db.connection, max: limits.lanes + limits.heldLanes + 4 })
  const context = { ...ctx, db } as Context
  const roomOf = (environment: Environment): Room => {
    const known = rooms.get(environment.id)
    if (known !== undefined) return known
    const entitlements = createEntitlementCache()
    const batchContext = { ...context, environment, entitlements }
    const writer = createUsageWriter(batchContext, limits)
    writer.onBatch = (size, gear) => listener?.(size, gear)
    const directory = createDirectory(db, environment.id, ctx.clock)
    const room = { directory, writer, checker: createChecker(batchContext), entitlements }
    rooms.set(environment.id, room)
    return room
  }

  /** Synchronous where everything is remembered: a caller of the hot path waits for its batch alone. */
  async function resolve(environment: Environment, room: Room, input: UsageInput) {
    const catalog = await ctx.catalogs.current(environment.id)
    const { feature, cost } = meaningOf(catalog, input.feature)
    const amount = input.amount * cost
    if (!Number.isSafeInteger(amount)) throw new Refusal('amount_invalid', { param: 'amount' })
    const asked = room.directory.customer(input.customer)
    const { customer, onTestClock } = asked instanceof Promise ? await asked : asked
    let member = 0
    if (input.member !== undefined) {
      const found = room.directory.member(customer, input.member)
      member = found instanceof Promise ? await found : found
    }
    return { customer, onTestClock, feature, amount, member }
  }

  return {
    async submit(environment, request) {
      const room = roomOf(environment)
      const resolved = await resolve(environment, room, request)
      const metadata = request.metadata === undefined ? null : JSON.stringify(request.metadata)
      const command = commandOf(request, { ...resolved, key: keyOf(request), metadata })
      return {
        outcome: await room.writer.submit(command),
        feature: resolved.feature,
        amount: resolved.amount,
      }
    },
    async check(environment, input) {
      const room = roomOf(environment)
      const resolved = await resolve(environment, room, input)
      return {
        outcome: await room.checker.check(resolved),
        feature: resolved.feature,
        amount: resolved.amount,
      }
    },
    async settle(environment, request) {
      const room = roomOf(environment)
      const [hold] = await loadHolds(ctx.db, environment.id, [request.id])
      if (hold === undefined || hold.kind !== request.kind)
        throw new Refusal(request.kind === 'lease' ? 'lease_not_found' : 'reservation_not_found', {
          param: 'id',
          values: { lease: request.id, reservation: request.id },
        })
      const catalog = await ctx.catalogs.current(environment.id)
      const feature = catalog.features.find((each) => each.id === hold.feature) as Feature
      const outcome = await room.writer.submit({
        verb: request.cancel === true ? 'cancel' : 'settle',
        customer: hold.customer,
        onTestClock: false,
        feature,
        member: hold.member,
        amount: request.amount,
        key:
          request.idempotencyKey === undefined
            ? null
            : keyFrom(request.idempotencyKey, [request.id, request.amount]),
        metadata: null,
        hold: request.id,
        outcome: request.cancel === true ? 'canceled' : 'settled',
      })
      const names = await namesOf(ctx, environment, hold)
      return { outcome, feature, amount: request.amount, ...names }
    },
    get waiting() {
      return [...rooms.values()].reduce((sum, room) => sum + room.writer.waiting, 0)
    },
    onBatch(told) {
      listener = told
    },
    async stop() {
      await Promise.all([...rooms.values()].map((room) => room.writer.stop()))
      await db.close()
    },
  }
}

async function namesOf(
  ctx: Pick<Context, 'db'>,
  environment: Environment,
  hold: { customer: number; member: number },
) {
  const members = hold.member === 0 ? null : await loadMemberKeys(ctx.db, environment.id, [hold.member])
  const customer = await loadCustomerKey(ctx.db, environment.id, hold.customer)
  return { customer, member: members?.get(hold.member) ?? null }
}

type Resolved = Pick<
  UsageCommand,
  'customer' | 'onTestClock' | 'feature' | 'amount' | 'member' | 'key' | 'metadata'
>

function commandOf(request: UsageRequest, resolved: Resolved): UsageCommand {
  switch (request.verb) {
    case 'consume':
      return { ...resolved, verb: 'consume' }
    case 'set':
      if (resolved.feature.kind !== 'gauge')
        throw new Refusal('feature_kind', {
          param: 'feature',
          values: { feature: request.feature, kind: resolved.feature.kind },
        })
      return { ...resolved, verb: 'set' }
    case 'track':
      return { ...resolved, verb: 'track', at: request.at ?? null }
    case 'reserve':
      return { ...resolved, verb: 'reserve', ttlMs: request.ttlMs }
    case 'lease':
      return { ...resolved, verb: 'lease', ttlMs: request.ttlMs, holder: request.holder }
    case 'release': {
      if (resolved.feature.kind === 'gauge') return { ...resolved, verb: 'release', of: null }
      if (request.of === undefined)
        throw new Refusal('invalid_request', {
          param: 'of',
          errors: [
            {
              param: 'of',
              message: 'Name the use that is given back: its event, or the key it was made under.',
            },
          ],
        })
      const of = UUID.test(request.of) ? { event: request.of } : { keyHash: shortHash(request.of) }
      return { ...resolved, verb: 'release', of, amount: request.wholeUse ? 0 : resolved.amount }
    }
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

function keyOf(request: UsageRequest): CommandKey | null {
  if (request.idempotencyKey === undefined) return null
  const { idempotencyKey, customer: _, verb: __, ...body } = request
  return keyFrom(idempotencyKey, body)
}

const keyFrom = (key: string, body: unknown): CommandKey => ({
  hash: shortHash(key),
  bodyHash: shortHash(JSON.stringify(body)),
})

/** 16 bytes are enough to tell keys apart and keep their table narrow. */
const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 32)
