/**
 * Refunds that are written down are carried out: claim → ask the provider → record.
 *
 * Owns: that order. Does not own: what an outcome leads to.
 * Invariant: a refund is marked as started before its provider is asked, under its id; whoever finds one started and left
 * looks it up, and asks again with the same key only where the provider knows of none.
 */
import type { Context, Environment } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged } from '../../domain/customers/state.ts'
import type { Receipt, Refund, RefundOutcome } from '../../domain/payments/model.ts'
import { replaceRefund, startRefund } from '../../domain/payments/refunds.ts'
import type { PaymentProvider } from '../../providers/payments.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { transaction } from '../../store/database/transaction.ts'
import { claimHead } from '../../store/due.ts'
import { recallMoney } from '../../store/recalled-money.ts'
import { isRefundClaimable, loadClaimableRefunds, postponeRefund } from '../../store/refunds.ts'
import type { ClaimableRefund } from '../../store/refunds.ts'
import { changeCustomer } from '../customers/command.ts'
import { recordRefundOutcome } from './record-refund-outcome.ts'

const BATCH = 50
/** Longer than a provider may take to answer. */
const CLAIM_MS = 120_000

interface Claim {
  environment: Environment
  refund: Refund
  receipt: Receipt
  /** Somebody may have asked before. */
  wasStarted: boolean
}

/** @returns how many refunds were taken up */
export async function carryOutRefunds(ctx: Context): Promise<number> {
  const found = await loadClaimableRefunds(ctx.db, { now: ctx.clock.now(), limit: BATCH })
  let handled = 0
  for (const each of found) handled += Number(await carryOutRefund(ctx, each))
  return handled
}

/**
 * @param options.waits for whoever is at work on the customer; a job passes on instead
 * @returns whether this process took it up
 */
export async function carryOutRefund(
  ctx: Context,
  found: ClaimableRefund,
  { waits = false }: { waits?: boolean } = {},
): Promise<boolean> {
  const claim = await claimRefund(ctx, found, waits)
  if (claim === null) return false
  const outcome = await ask(ctx, claim)
  await transaction(ctx.db, (tx) =>
    recordRefundOutcome(
      { ...ctx, tx, environment: claim.environment, actor: 'job:carry-out-refunds' },
      found.customer,
      { id: claim.refund.id, receipt: claim.receipt.id },
      outcome,
    ),
  )
  return true
}

async function claimRefund(ctx: Context, found: ClaimableRefund, waits: boolean): Promise<Claim | null> {
  const { environment, customer, id } = found
  return transaction(ctx.db, async (tx) => {
    if (waits) await lockCustomer(tx, environment.id, customer)
    else if (!(await claimHead(tx, environment.id, customer))) return null
    const now = ctx.clock.now()
    if (!(await isRefundClaimable(tx, environment.id, found, now))) return null
    let claim: Claim | null = null
    await changeCustomer(
      { ...ctx, tx, environment, actor: 'job:carry-out-refunds' },
      customer,
      async (state) => {
        const money = await recallRefund(tx, state, id)
        const refund = money.refunds[0] as Refund
        const started = startRefund(refund)
        const receipt = money.receipts[0] as Receipt
        claim = { environment, refund: started ?? refund, receipt, wasStarted: started === null }
        if (started === null) return unchanged(state)
        return { state: { ...state, money: replaceRefund(money, started) }, events: [] }
      },
      { acceptDeleted: true },
    )
    await postponeRefund(tx, environment.id, found, now + CLAIM_MS)
    return claim
  })
}

async function recallRefund(
  tx: Parameters<typeof recallMoney>[0],
  state: Parameters<typeof recallMoney>[1],
  id: string,
): Promise<CustomerMoney> {
  const { refunds } = await recallMoney(tx, state, { refunds: [id] })
  const receipts = refunds.map(({ receipt }) => receipt)
  return recallMoney(tx, state, { refunds: [id], receipts })
}

/** What the provider says, and `unknown` whenever it can't be told. */
async function ask(
  ctx: Context,
  { environment, refund, receipt, wasStarted }: Claim,
): Promise<RefundOutcome> {
  const { id: key, amountMinor, currency, reason } = refund
  const { transaction: paid } = receipt
  try {
    const provider: PaymentProvider = ctx.payments.provider(receipt.provider, environment)
    if (wasStarted) {
      const known = await provider.lookUpRefund({ key, transaction: paid })
      if (known.status !== 'not_found') return known
    }
    return await provider.refund({ key, transaction: paid, amountMinor, currency, reason })
  } catch (error) {
    ctx.logger.error({ err: error, refund: key }, 'A payment provider could not be asked')
    return { status: 'unknown', reason: 'the provider could not be asked' }
  }
}
