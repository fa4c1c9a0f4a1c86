/**
 * Charges that are written down are carried out: claim → ask the provider → record.
 *
 * Owns: that order, and that nothing is held while the provider thinks. Does not own: what an outcome leads to.
 * Invariant: an attempt is marked as started before its provider is asked, under a key that never changes; whoever
 * finds one started and left asks again with the same key.
 */
import type { Context, Environment, OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { replaceAttempt } from '../../domain/customers/money.ts'
import { unchanged, type CustomerState } from '../../domain/customers/state.ts'
import { startAttempt } from '../../domain/payments/attempts.ts'
import type { ChargeOutcome, PaymentAttempt, PaymentMethod } from '../../domain/payments/model.ts'
import { refuseCharge } from '../../domain/payments/refuse-charge.ts'
import type { Instant } from '../../domain/time/index.ts'
import type { ChargeReference, PaymentProvider } from '../../providers/payments.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { claimHead } from '../../store/due.ts'
import { transaction } from '../../store/database/transaction.ts'
import {
  isClaimable,
  loadClaimableAttempts,
  loadFruitlessTries,
  postponeAttempt,
} from '../../store/payments.ts'
import type { ClaimableAttempt } from '../../store/payments.ts'
import { changeCustomer } from '../customers/command.ts'
import { instructionsIn } from './by-hand.ts'
import { recordOutcome } from './record-outcome.ts'

const BATCH = 50
const AT_ONCE = 8
/** Longer than a provider may take to answer. */
const CLAIM_MS = 120_000

interface Claim {
  environment: Environment
  customer: number
  customerKey: string
  attempt: PaymentAttempt
  method: PaymentMethod | null
  description: string
  instructions: string
  /** Its provider may have been asked before. */
  wasUnderWay: boolean
}

export interface CarryOutOptions {
  clock?: { environment: number; id: string }
}

/** @returns how many attempts were taken up */
export async function carryOutAttempts(ctx: Context, options: CarryOutOptions = {}): Promise<number> {
  const now = ctx.clock.now()
  const found = await loadClaimableAttempts(ctx.db, { now, limit: BATCH, clock: options.clock })
  let handled = 0
  for (let from = 0; from < found.length; from += AT_ONCE) {
    const done = await Promise.all(
      found.slice(from, from + AT_ONCE).map((each) => carryOutAttempt(ctx, each)),
    )
    handled += done.filter(Boolean).length
  }
  return handled
}

/**
 * @param options.insist somebody waits for the answer: it is asked for whoever else is at it, which the same key allows
 * @returns whether this process took it up
 */
export async function carryOutAttempt(
  ctx: Context,
  found: ClaimableAttempt,
  { insist = false }: { insist?: boolean } = {},
): Promise<boolean> {
  const claim = await claimAttempt(ctx, found, insist)
  if (claim === null || claim === 'refused') return claim !== null
  const outcome = await ask(ctx, claim)
  await transaction(ctx.db, (tx) =>
    recordOutcome(
      { ...ctx, tx, environment: claim.environment, actor: 'job:carry-out-payments' },
      claim.customer,
      claim.attempt.id,
      outcome,
    ),
  )
  return true
}

/** @returns null: somebody else is at it; `refused`: it is over, and no provider is asked */
async function claimAttempt(
  ctx: Context,
  found: ClaimableAttempt,
  insist: boolean,
): Promise<Claim | 'refused' | null> {
  const { environment, customer } = found
  return transaction(ctx.db, async (tx) => {
    if (insist) await lockCustomer(tx, environment.id, customer)
    else if (!(await claimHead(tx, environment.id, customer))) return null
    const now = ctx.clock.now()
    if (!(await isClaimable(tx, environment.id, found, insist ? null : now))) return null
    let claim = null as Claim | null
    const command = { ...ctx, tx, environment, actor: 'job:carry-out-payments' }
    await changeCustomer(
      command,
      customer,
      (state) => {
        const attempt = state.money?.attempts.find(({ id }) => id === found.id)
        if (attempt === undefined) return unchanged(state)
        const started = startAttempt(attempt, state.now)
        claim = describe(environment, state, started ?? attempt, started === null)
        if (started === null) return unchanged(state)
        const money = replaceAttempt(state.money as CustomerMoney, started)
        return { state: { ...state, money }, events: [] }
      },
      { acceptDeleted: true },
    )
    const isNew = claim !== null && !claim.wasUnderWay
    if (claim !== null && isNew && (await refuse(command, claim))) return 'refused'
    await postponeAttempt(tx, environment.id, found, now + CLAIM_MS)
    return claim
  })
}

/** What may not be asked for has failed in the transaction that began it. */
async function refuse(ctx: OperationContext, { customer, attempt, method }: Claim): Promise<boolean> {
  const tried = await loadFruitlessTries(ctx.tx, ctx.environment.id, customer, attempt)
  const refusal = refuseCharge(method, tried, attempt.startedAt as Instant)
  if (refusal === null) return false
  await recordOutcome(ctx, customer, attempt.id, refusal)
  return true
}

function describe(
  environment: Environment,
  state: CustomerState,
  attempt: PaymentAttempt,
  wasUnderWay: boolean,
): Claim {
  const money = state.money as CustomerMoney
  return {
    environment,
    customer: state.customer.id,
    customerKey: state.customer.key,
    attempt,
    method: money.methods.find(({ id }) => id === attempt.method) ?? null,
    description: money.invoices.find(({ id }) => id === attempt.invoice)?.documentNumber ?? attempt.invoice,
    instructions: instructionsIn(state.catalog.operator, state.customer.locale),
    wasUnderWay,
  }
}

/** What the provider says, and `unknown` whenever it can't be told. */
async function ask(ctx: Context, claim: Claim): Promise<ChargeOutcome> {
  const { attempt, environment } = claim
  const provider = ctx.payments.provider(attempt.provider, environment)
  // what became of it is asked, where the provider can say
  const isWaiting = attempt.status === 'pending' || attempt.status === 'action_needed'
  try {
    if (claim.method === null) return await withoutMethod(provider, claim)
    if (isWaiting) return await lookUp(provider, claim)
    return await provider.charge({
      key: attempt.id,
      invoice: attempt.invoice,
      instructions: claim.instructions,
      amountMinor: attempt.amountMinor,
      currency: attempt.currency,
      token: claim.method.token,
      customer: claim.customerKey,
      returnUrl: attempt.returnUrl,
      description: claim.description,
    })
  } catch (error) {
    ctx.logger.error({ err: error, attempt: attempt.id }, 'A payment provider could not be asked')
    return { status: 'unknown', reason: 'the provider could not be asked' }
  }
}

/** Its method was detached. What was asked before counts; what the provider has never heard of isn't asked any more. */
async function withoutMethod(provider: PaymentProvider, claim: Claim): Promise<ChargeOutcome> {
  const outcome = await provider.lookUp(referenceOf(claim))
  return outcome.status === 'not_found'
    ? { status: 'declined', kind: 'hard', reason: 'method_detached' }
    : outcome
}

async function lookUp(provider: PaymentProvider, claim: Claim): Promise<ChargeOutcome> {
  const outcome = await provider.lookUp(referenceOf(claim))
  return outcome.status === 'not_found'
    ? { status: 'unknown', reason: 'the provider knows of none' }
    : outcome
}

function referenceOf({ attempt, customerKey }: Claim): ChargeReference {
  const { id: key, transaction: known, amountMinor, currency } = attempt
  return { key, transaction: known, amountMinor, currency, customer: customerKey }
}
