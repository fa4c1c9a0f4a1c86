/**
 * Calls that are friendlier than the wire, under the client itself: `client.consume(…)`.
 *
 * Owns: their signatures. Invariant: each is made of calls of the API and of nothing else; `client.usage.consume` and
 * the other nouns stay as the contract has them.
 */
import type {
  Api,
  Level,
  TestClock,
  TrackResult,
  UsageCheckBody,
  UsageReleaseBody,
  UsageReserveBody,
  UsageSetBody,
} from './api.gen.ts'
import { answerOf, orThrow } from './decisions.ts'
import type { CheckAnswer, ConsumeAnswer, Consumed, ReserveAnswer, Reserved } from './decisions.ts'
import { entitlementsOf } from './entitlements-of.ts'
import type { CustomerEntitlements } from './entitlements-of.ts'
import { TollkeeperError } from './errors.ts'
import type { RequestOptions } from './request.ts'
import { withReservation } from './reservation.ts'
import type { ReservationOutcome, Settle } from './reservation.ts'
import { pause } from './runtime.ts'
import type { Runtime } from './runtime.ts'
import { track } from './track.ts'
import type { TrackedUse } from './track.ts'
import { usageOf } from './usage-of.ts'
import type { ResourceUsage, UsageOfOptions } from './usage-of.ts'

export interface Convenience {
  /** Would it be allowed? A forecast that takes nothing: another may take first. */
  check(body: UsageCheckBody, options?: RequestOptions): Promise<CheckAnswer>
  /**
   * Ask and take at once; exact however many ask.
   *
   * @example
   * const answer = await client.consume({ customer: 'acme', feature: 'tickets' })
   * if (!answer.allowed) return respond(403, answer.message)
   */
  consume(body: UsageCheckBody, options?: RequestOptions): Promise<ConsumeAnswer>
  /** As `consume`. @throws QuotaExceededError or RefusedError when it isn't allowed. */
  consumeOrThrow(body: UsageCheckBody, options?: RequestOptions): Promise<Consumed>
  /** Give back: an amount of a gauge, or the use that `of` names. */
  release(body: UsageReleaseBody, options?: RequestOptions): Promise<Level>
  /** State the absolute level of a gauge. */
  set(body: UsageSetBody, options?: RequestOptions): Promise<Level>
  /** Report what has been used already: any number of uses, sent in batches, each counted once. */
  track(uses: TrackedUse[], options?: RequestOptions): Promise<TrackResult>
  /** Take an estimate, for `client.usage.settle` or `client.usage.cancelReservation` later. Refused: no `id`. */
  reserve(body: UsageReserveBody, options?: RequestOptions): Promise<ReserveAnswer>
  /**
   * Reserves an estimate, runs the work, and settles with what it says was used; with the estimate if it says
   * nothing. If the work throws before it has said anything, the reservation is canceled. The work isn't run when the
   * estimate is refused.
   *
   * @throws what the work throws; SettlementError when the work is done and couldn't be recorded.
   * @example
   * const answer = await client.withReservation({ customer: 'acme', feature: 'tokens', amount: 4000 }, async (settle) => {
   *   const reply = await model.ask(question)
   *   settle(reply.totalTokens)
   *   return reply.text
   * })
   */
  withReservation<Result>(
    estimate: UsageReserveBody,
    work: (settle: Settle, reservation: Reserved) => Promise<Result> | Result,
    options?: RequestOptions,
  ): Promise<ReservationOutcome<Result>>
  /** Feature → `{ current, max, percentage, available }`, or whatever `map` makes of it. */
  usageOf<Mapped = ResourceUsage>(
    customer: string,
    options?: UsageOfOptions<Mapped>,
  ): Promise<Record<string, Mapped>>
  /** What a customer may use, with `has(feature)` and `feature(feature)`. */
  entitlementsOf(customer: string, options?: RequestOptions): Promise<CustomerEntitlements>
  /**
   * Moves a test clock and waits until everything that became due has been done.
   *
   * @throws TollkeeperError `test_clock_failed` when something due could not be done.
   */
  advanceTestClock(id: string, to: string | Date, options?: RequestOptions): Promise<TestClock>
}

/** Between two looks at a test clock that is still moving. */
const CLOCK_LOOK_MS = 250

export function convenience(api: Api, runtime: Runtime): Convenience {
  const { usage } = api
  const consume = async (body: UsageCheckBody, options?: RequestOptions) =>
    answerOf(await usage.consume(body, options))
  return {
    check: async (body, options) => answerOf(await usage.check(body, options)),
    consume,
    consumeOrThrow: async (body, options) => orThrow(await consume(body, options)),
    release: usage.release,
    set: usage.set,
    track: (uses, options) => track(usage, runtime, uses, options),
    reserve: async (body, options) => answerOf(await usage.reserve(body, options)),
    withReservation: (estimate, work, options) => withReservation(usage, estimate, work, options),
    usageOf: (customer, options) => usageOf(usage, customer, options),
    entitlementsOf: (customer, options) => entitlementsOf(api.customers, customer, options),
    advanceTestClock: (id, to, options) => advanceTestClock(api, runtime, id, to, options),
  }
}

async function advanceTestClock(
  { testClocks }: Api,
  runtime: Runtime,
  id: string,
  to: string | Date,
  options?: RequestOptions,
): Promise<TestClock> {
  let clock = await testClocks.advance(id, { to }, options)
  while (clock.status === 'advancing') {
    await pause(runtime, CLOCK_LOOK_MS, options?.signal)
    clock = await testClocks.get(id, options)
  }
  if (clock.status !== 'failed') return clock
  const detail = `It stands at ${clock.now}: ${clock.failure ?? 'the reason is not known'}`
  throw new TollkeeperError({ code: 'test_clock_failed', status: 0, title: 'The test clock stopped', detail })
}
