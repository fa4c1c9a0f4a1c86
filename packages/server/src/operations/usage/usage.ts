/**
 * Usage as the rest of the engine calls it: callers' ids in, outcomes out.
 *
 * Owns: resolving ids and keys, one writer and one reader for each environment. Does not own: HTTP, decisions.
 */
import type { Context, Environment } from '../../context.ts'
import type { Catalog, Feature } from '../../domain/catalog/model.ts'
import { Refusal } from '../../refusal.ts'
import { createDecisionCounter, type DecisionCounter } from '../analytics/decision-counter.ts'
import { loadHolds } from '../../store/holds.ts'
import { loadCustomerKey, loadMemberKeys } from '../../store/usage/directory.ts'
import { type Checker, createChecker } from './check.ts'
import type { Outcome, UsageCommand } from './commands.ts'
import { createDirectory, type Directory, type KnownCustomer } from './directory.ts'
import { createEntitlementCache } from './entitlement-cache.ts'
import { knowsFeature, meaningOf } from './features.ts'
import { commandOf, keyFrom, type Resolved, type UsageInput, type UsageRequest } from './requests.ts'
import {
  type BatchListener,
  createUsageWriter,
  defaultLimits,
  type Settled,
  type UsageWriter,
  type WriterLimits,
} from './writer.ts'

/** An outcome with what it was about. */
export interface UsageResult {
  outcome: Outcome
  feature: Feature
  /** In the feature's units. */
  amount: number
}

export interface SettleRequest {
  kind: 'reservation' | 'lease'
  id: string
  /** What was used in the end. */
  amount: number
  cancel?: boolean
  idempotencyKey?: string | undefined
}

export type SettleResult = UsageResult & { customer: string; member: string | null }

export interface Usage {
  /** @throws Refusal; DatabaseUnavailable when nothing is known about the effect (the key makes a retry safe) */
  submit(environment: Environment, request: UsageRequest): Promise<UsageResult>
  /**
   * Each by itself, and one promise for all of them. What `requestOf` throws is the failure of that input alone.
   *
   * @returns in the order of the inputs
   */
  submitAll<Input>(
    environment: Environment,
    inputs: readonly Input[],
    requestOf: (input: Input, index: number) => UsageRequest,
  ): Promise<Settled[]>
  check(environment: Environment, input: UsageInput): Promise<UsageResult>
  /** Settles (or cancels with amount 0) a reservation or reports a lease. */
  settle(environment: Environment, request: SettleRequest): Promise<SettleResult>
  readonly waiting: number
  /** How often the database could serve nobody; see `Database.counts`. */
  readonly shortages: number
  onBatch(listener: BatchListener): void
  /** What was decided on quota, by environment. */
  decisions(): { environment: number; counter: DecisionCounter }[]
  stop(): Promise<void>
}

/** What serves one environment. */
interface Room {
  environment: Environment
  directory: Directory
  writer: UsageWriter
  checker: Checker
  decisions: DecisionCounter
}

export function createUsage(ctx: Omit<Context, 'usage'>, limits: WriterLimits = defaultLimits): Usage {
  const rooms = new Map<number, Room>()
  let listener: BatchListener | undefined
  // Connections of its own: commands that wait for a customer's lock must not use up the takers'.
  const db = ctx.db.another(limits.lanes + limits.heldLanes + 4)
  const context = { ...ctx, db } as Context
  const roomOf = (environment: Environment): Room => {
    const known = rooms.get(environment.id)
    if (known !== undefined) return known
    const batchContext = { ...context, environment, entitlements: createEntitlementCache() }
    const room = {
      environment,
      directory: createDirectory(db, environment.id, ctx.clock),
      writer: createUsageWriter(batchContext, limits, (size, gear) => listener?.(size, gear)),
      checker: createChecker(batchContext),
      decisions: createDecisionCounter(),
    }
    rooms.set(environment.id, room)
    return room
  }
  return {
    submit: (environment, request) => submit(ctx, roomOf(environment), request),
    submitAll: (environment, inputs, requestOf) => submitAll(ctx, roomOf(environment), inputs, requestOf),
    check: (environment, input) => check(ctx, roomOf(environment), input),
    settle: (environment, request) => settle(ctx, roomOf(environment), request),
    get waiting() {
      return [...rooms.values()].reduce((sum, room) => sum + room.writer.waiting, 0)
    },
    get shortages() {
      return db.counts().shortages
    },
    onBatch(told) {
      listener = told
    },
    decisions: () =>
      [...rooms.values()].map((room) => ({ environment: room.environment.id, counter: room.decisions })),
    async stop() {
      await Promise.all([...rooms.values()].map((room) => room.writer.stop()))
      await db.close()
    },
  }
}

type Reads = Pick<Context, 'db' | 'catalogs'>

/** Synchronous where everything is remembered: a caller of the hot path waits for its batch alone. */
function resolve(
  catalog: Catalog,
  { directory }: Room,
  input: UsageInput,
  accepts: 'counted' | 'every' = 'counted',
): Resolved | Promise<Resolved> {
  const { feature, cost } = meaningOf(catalog, input.feature, accepts)
  const amount = input.amount * cost
  if (!Number.isSafeInteger(amount)) throw new Refusal('amount_invalid', { param: 'amount' })
  const known = directory.customer(input.customer)
  if (input.member === undefined && !(known instanceof Promise))
    return { customer: known.customer, onTestClock: known.onTestClock, feature, amount, member: 0 }
  return resolveAsking(directory, input, known, { feature, amount })
}

async function resolveAsking(
  directory: Directory,
  input: UsageInput,
  known: KnownCustomer | Promise<KnownCustomer>,
  meant: Pick<Resolved, 'feature' | 'amount'>,
): Promise<Resolved> {
  const { customer, onTestClock } = await known
  const member = input.member === undefined ? 0 : await directory.member(customer, input.member)
  return { ...meant, customer, onTestClock, member }
}

/** The catalog in force, at once where it is remembered. */
function catalogWith(
  ctx: Reads,
  { environment }: Room,
  inputs: readonly { feature: string }[],
): Catalog | Promise<Catalog> {
  const known = ctx.catalogs.known(environment.id)
  if (known !== null && inputs.every(({ feature }) => knowsFeature(known, feature))) return known
  return askCatalogWith(ctx, environment, inputs)
}

/** Asked for anew where it lacks a feature that somebody may have declared just now. */
async function askCatalogWith(
  ctx: Reads,
  environment: Environment,
  inputs: readonly { feature: string }[],
): Promise<Catalog> {
  const catalog = await ctx.catalogs.current(environment.id)
  const isKnown = inputs.every(({ feature }) => knowsFeature(catalog, feature))
  return isKnown ? catalog : ctx.catalogs.fresh(environment.id)
}

async function submit(ctx: Reads, room: Room, request: UsageRequest): Promise<UsageResult> {
  const known = catalogWith(ctx, room, [request])
  const asked = resolve(known instanceof Promise ? await known : known, room, request)
  const resolved = asked instanceof Promise ? await asked : asked
  const command = commandOf(request, resolved)
  const outcome = await room.writer.submit(command)
  room.decisions.count(command, outcome)
  return { outcome, feature: resolved.feature, amount: resolved.amount }
}

type Prepared = { command: UsageCommand } | { failure: unknown }

/** Commands go to the writer together, in the order of the inputs, when the last of their ids is known. */
async function submitAll<Input>(
  ctx: Reads,
  room: Room,
  inputs: readonly Input[],
  requestOf: (input: Input, index: number) => UsageRequest,
): Promise<Settled[]> {
  const catalog = await catalogWith(ctx, room, inputs as readonly { feature: string }[])
  const preparing = inputs.map((input, index) => prepare(catalog, room, () => requestOf(input, index)))
  const isWaiting = preparing.some((each) => each instanceof Promise)
  const prepared = isWaiting ? await Promise.all(preparing) : (preparing as Prepared[])
  const settled = await room.writer.submitAll(
    prepared.flatMap((each) => ('command' in each ? [each.command] : [])),
  )
  let next = 0
  return prepared.map((each) => ('command' in each ? (settled[next++] as Settled) : each))
}

function prepare(catalog: Catalog, room: Room, requestOf: () => UsageRequest): Prepared | Promise<Prepared> {
  try {
    const request = requestOf()
    const resolved = resolve(catalog, room, request)
    if (!(resolved instanceof Promise)) return { command: commandOf(request, resolved) }
    return resolved.then(
      (found) => ({ command: commandOf(request, found) }),
      (failure: unknown) => ({ failure }),
    )
  } catch (failure) {
    return { failure }
  }
}

async function check(ctx: Reads, room: Room, input: UsageInput): Promise<UsageResult> {
  // Asking is for flags and settings too; taking is not.
  const known = catalogWith(ctx, room, [input])
  const asked = resolve(known instanceof Promise ? await known : known, room, input, 'every')
  const resolved = asked instanceof Promise ? await asked : asked
  const outcome = await room.checker.check({ ...resolved, at: input.at ?? null })
  return { outcome, feature: resolved.feature, amount: resolved.amount }
}

async function settle(ctx: Reads, room: Room, request: SettleRequest): Promise<SettleResult> {
  const { environment } = room
  const [hold] = await loadHolds(ctx.db, environment.id, [request.id])
  if (hold === undefined || hold.kind !== request.kind)
    throw new Refusal(request.kind === 'lease' ? 'lease_not_found' : 'reservation_not_found', {
      param: 'id',
      values: { lease: request.id, reservation: request.id },
    })
  const catalog = await ctx.catalogs.current(environment.id)
  const feature = catalog.features.find((each) => each.id === hold.feature) as Feature
  const { id, amount, idempotencyKey } = request
  const outcome = await room.writer.submit({
    verb: request.cancel === true ? 'cancel' : 'settle',
    customer: hold.customer,
    onTestClock: false,
    feature,
    member: hold.member,
    amount,
    key: idempotencyKey === undefined ? null : keyFrom(idempotencyKey, [id, amount]),
    at: null,
    metadata: null,
    hold: id,
    outcome: request.cancel === true ? 'canceled' : 'settled',
  })
  return { outcome, feature, amount, ...(await namesOf(ctx, environment, hold)) }
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
