/**
 * Attempts that were given up for another one are called back at their provider.
 *
 * Invariant: what can't be called back is expected to arrive, and lands like any other money.
 */
import type { Context } from '../../context.ts'
import { loadAttemptsToCallBack, saveCalledBack, type AttemptToCallBack } from '../../store/payments.ts'
import { runOperation } from '../run.ts'
import { recordOutcome } from './record-outcome.ts'

const BATCH = 20
const PAUSE_MS = 60_000

export async function callBackAttempts(ctx: Context): Promise<{ handled: number; more: boolean }> {
  const now = ctx.clock.now()
  const found = await loadAttemptsToCallBack(ctx.db, { now, until: now + PAUSE_MS, limit: BATCH })
  for (const each of found) await callBack(ctx, each)
  return { handled: found.length, more: found.length === BATCH }
}

async function callBack(
  ctx: Context,
  { environment, customer, customerKey, attempt }: AttemptToCallBack,
): Promise<void> {
  const provider = ctx.payments.provider(attempt.provider, environment)
  const { id: key, transaction, amountMinor, currency } = attempt
  const reference = { key, transaction, amountMinor, currency, customer: customerKey }
  const outcome = provider.capabilities.cancel
    ? await provider.cancel(reference)
    : await provider.lookUp(reference)
  // nobody knows: it is tried again
  if (outcome.status === 'unknown') return
  await runOperation(ctx, { environment, actor: 'job:call-back-payments' }, async (own) => {
    if (outcome.status === 'succeeded') await recordOutcome(own, customer, key, outcome)
    await saveCalledBack(own.tx, environment.id, { customer, id: key }, own.clock.now())
  })
}
