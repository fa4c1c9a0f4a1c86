import type { Api, Hold, UsageReserveBody } from './api.gen.ts'
import { answerOf } from './decisions.ts'
import type { Refused, Reserved } from './decisions.ts'
import { isTollkeeperError, TollkeeperError } from './errors.ts'
import type { RequestOptions } from './request.ts'

/** Says what was really used. The last word counts. */
export type Settle = (amount: number) => void

export type ReservationOutcome<Result> =
  | { allowed: true; code: 'ok'; result: Result; reservation: Reserved; settlement: Hold }
  | Refused

/**
 * The work was done and its cost is known, but could not be recorded. The estimate stays taken until the reservation
 * ends; settle it by then: `client.usage.settle(error.reservation.id, { amount: error.amount })`.
 */
export class SettlementError extends TollkeeperError {
  readonly reservation: Reserved
  /** What was really used. */
  readonly amount: number
  /** What the work gave back, or what it threw. */
  readonly work: PromiseSettledResult<unknown>

  constructor(
    cause: TollkeeperError,
    reservation: Reserved,
    amount: number,
    work: PromiseSettledResult<unknown>,
  ) {
    const { code, status, title, detail, requestId } = cause
    super({ code, status, title, detail, requestId, cause })
    this.name = 'SettlementError'
    this.reservation = reservation
    this.amount = amount
    this.work = work
  }
}

/** Reserve, work, settle: what the client's `withReservation` does. */
export async function withReservation<Result>(
  usage: Api['usage'],
  estimate: UsageReserveBody,
  work: (settle: Settle, reservation: Reserved) => Promise<Result> | Result,
  options: RequestOptions = {},
): Promise<ReservationOutcome<Result>> {
  const reservation = answerOf(await usage.reserve(estimate, options))
  if (!reservation.allowed) return reservation
  // What was taken must be accounted for, even when the caller has given up meanwhile; and with a key of its own.
  const { signal: _signal, idempotencyKey: _idempotencyKey, ...afterwards } = options
  let amount: number | undefined
  const settle: Settle = (used) => {
    amount = used
  }
  const [outcome] = await Promise.allSettled([(async () => work(settle, reservation))()])
  if (outcome.status === 'rejected' && amount === undefined) {
    // If this fails, the estimate comes back when the reservation ends: the work's own error is what matters.
    await usage.cancelReservation(reservation.id, afterwards).catch(() => undefined)
    throw outcome.reason
  }
  const used = amount ?? reservation.amount
  const settlement = await usage
    .settle(reservation.id, { amount: used }, afterwards)
    .catch((error: unknown) => {
      throw isTollkeeperError(error) ? new SettlementError(error, reservation, used, outcome) : error
    })
  if (outcome.status === 'rejected') throw outcome.reason
  return { allowed: true, code: 'ok', result: outcome.value, reservation, settlement }
}
