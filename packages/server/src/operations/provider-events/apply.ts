/**
 * What providers told us is applied: each event in a transaction of its own, as often as it takes.
 *
 * Owns: taking up, patience, and which operation an event is for. Does not own: what the operations do.
 * Invariant: every effect has a key of its own (a transaction, a state that moves one way), so that an event applied
 * twice, late or out of order leads to what it would have led to alone; what can't be applied is kept, tried again, and
 * shown.
 */
import type { Context, OperationContext } from '../../context.ts'
import type { ChargeOutcome, IncomingMoney } from '../../domain/payments/model.ts'
import type { PaymentProvider, ProviderEvent } from '../../providers/payments.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import { findPaymentSetup } from '../../store/payment-setups.ts'
import { findAttempt } from '../../store/payment-attempts.ts'
import {
  claimProviderEvents,
  saveProviderEventApplied,
  saveProviderEventFailure,
  type ClaimedProviderEvent as ClaimedEvent,
  type ProviderEventOutcome,
} from '../../store/provider-events.ts'
import { findReceipt } from '../../store/receipts.ts'
import { findRefund } from '../../store/refunds.ts'
import { recordDispute } from '../disputes/record.ts'
import { applyMethodEvent } from '../payments/apply-method-event.ts'
import { keepUnallocated } from '../payments/keep-unallocated.ts'
import { recordOutcome } from '../payments/record-outcome.ts'
import { recordRefundOutcome } from '../payments/record-refund-outcome.ts'
import { runOperation } from '../run.ts'

const BATCH = 20
const CLAIM_MS = 60_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 3_600_000

type ClaimedProviderEvent = ClaimedEvent<ProviderEvent>

/** Not yet: what it is about is not here, or the provider couldn't say. */
class NotYet extends Error {}

export async function applyProviderEvents(
  ctx: Context,
): Promise<{ handled: number; failing: number; more: boolean }> {
  const now = ctx.clock.now()
  const claimed = await claimProviderEvents<ProviderEvent>(ctx.db, {
    now,
    until: now + CLAIM_MS,
    limit: BATCH,
  })
  let failing = 0
  for (const each of claimed) if (!(await applyOne(ctx, each))) failing += 1
  const handled = claimed.length - failing
  return { handled, failing, more: handled > 0 }
}

async function applyOne(ctx: Context, claimed: ClaimedProviderEvent): Promise<boolean> {
  const { environment, provider: name, event, attempts } = claimed
  try {
    const provider = ctx.payments.provider(name, environment)
    const told = await complete(ctx, provider, claimed)
    await runOperation(ctx, { environment, actor: `provider:${name}` }, async (own) => {
      const outcome = await apply(own, provider, told)
      await saveProviderEventApplied(own.tx, claimed, outcome, own.clock.now())
    })
    return true
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
    // what an error says may hold more than may be shown
    const failure = error instanceof NotYet ? error.message : 'failed'
    await saveProviderEventFailure(ctx.db, claimed, failure, ctx.clock.now() + pauseMs)
    ctx.logger.error(
      { err: error, provider: name, event: event.id, environment: environment.name, attempts, pauseMs },
      "A provider's event could not be applied; it is tried again",
    )
    return false
  }
}

/** The event with what it leaves out: that is asked before anything is locked. */
async function complete(
  ctx: Context,
  provider: PaymentProvider,
  { environment, event }: ClaimedProviderEvent,
): Promise<ProviderEvent> {
  if (event.type === 'charge' && event.outcome === null) {
    const found = await findAttempt(ctx.db, environment.id, event.key)
    if (found === null) return event
    const { id: key, transaction, amountMinor, currency } = found.attempt
    const reference = { key, transaction, amountMinor, currency, customer: found.customerKey }
    return { ...event, outcome: known(await provider.lookUp(reference)) }
  }
  if (event.type === 'refund' && event.outcome === null) {
    const found = await findRefund(ctx.db, environment.id, event.key)
    if (found === null) return event
    const payment = await findReceipt(ctx.db, environment.id, found.refund.receipt)
    const transaction = payment?.receipt.transaction ?? ''
    const outcome = await provider.lookUpRefund({ key: event.key, transaction })
    return { ...event, outcome: known(outcome) }
  }
  if (event.type === 'method' && event.change === 'attached' && event.key !== null) {
    const setup = await findPaymentSetup(ctx.db, environment.id, event.key)
    if (setup?.isDeleted === true) await forget(provider, event.token)
    else if (event.method === null) {
      const found = await provider.lookUpMethod({ key: event.key, customer: '' })
      return found.status === 'attached' ? { ...event, method: found } : event
    }
  }
  return event
}

/** Attached after its customer was deleted: nobody may charge it. */
async function forget(provider: PaymentProvider, token: string): Promise<void> {
  const { status } = await provider.detach(token)
  if (status !== 'detached') throw new NotYet('the provider could not forget a method')
}

function known<Outcome extends { status: string }>(
  outcome: Outcome,
): Exclude<Outcome, { status: 'not_found' | 'unknown' }> {
  if (outcome.status === 'not_found' || outcome.status === 'unknown') {
    throw new NotYet('the provider could not say')
  }
  return outcome as Exclude<Outcome, { status: 'not_found' | 'unknown' }>
}

async function apply(
  ctx: OperationContext,
  provider: PaymentProvider,
  event: ProviderEvent,
): Promise<ProviderEventOutcome> {
  switch (event.type) {
    case 'charge':
      return applyCharge(ctx, provider, event.key, event.outcome)
    case 'receipt':
      return applyReceipt(ctx, provider, event)
    case 'refund': {
      const found = await findRefund(ctx.tx, ctx.environment.id, event.key)
      if (found === null || event.outcome === null) return 'ignored'
      const refund = { id: event.key, receipt: found.refund.receipt }
      await recordRefundOutcome(ctx, found.customer, refund, event.outcome)
      return 'applied'
    }
    case 'dispute':
      if (await recordDispute(ctx, provider.name, event)) return 'applied'
      throw new NotYet('the disputed payment is not here')
    default:
      return applyMethodEvent(ctx, provider.name, event)
  }
}

async function applyCharge(
  ctx: OperationContext,
  provider: PaymentProvider,
  key: string,
  outcome: ChargeOutcome | null,
): Promise<ProviderEventOutcome> {
  const found = await findAttempt(ctx.tx, ctx.environment.id, key)
  // what came in for it is told by a receipt, too
  if (found === null || outcome === null || found.attempt.provider !== provider.name) return 'ignored'
  await recordOutcome(ctx, found.customer, key, outcome)
  return 'applied'
}

async function applyReceipt(
  ctx: OperationContext,
  provider: PaymentProvider,
  event: Extract<ProviderEvent, { type: 'receipt' }>,
): Promise<ProviderEventOutcome> {
  const { key, transaction, amountMinor, feeMinor, currency, receivedAt } = event
  const found = key === null ? null : await findAttempt(ctx.tx, ctx.environment.id, key)
  const isOurs = found !== null && found.attempt.provider === provider.name
  if (isOurs && found.attempt.currency === currency) {
    const money: IncomingMoney = { transaction, amountMinor, feeMinor, receivedAt }
    await recordOutcome(ctx, found.customer, found.attempt.id, { status: 'succeeded', ...money })
    return 'applied'
  }
  await keepUnallocated(ctx, {
    provider: provider.name,
    transaction,
    attemptKey: key,
    currency,
    amountMinor,
    receivedAt,
    feeMinor: feeMinor ?? 0,
  })
  return 'unallocated'
}
