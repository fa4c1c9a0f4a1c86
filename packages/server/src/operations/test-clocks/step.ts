/**
 * One step of a test clock on its way: to the next instant at which something is due, and the sweeps of that instant.
 *
 * Owns: the stops. Does not own: who calls for the next step (the request that moved the clock, and the job
 * `advance-clocks` of every process) and what the sweeps do.
 * Invariant: a step is one transaction that holds the clock. The time it moves to and the work of that time are
 * committed together, so a process may die at any moment and another one goes on; no instant is skipped or merged.
 */
import type { Context, Environment, OperationContext } from '../../context.ts'
import { toIso } from '../../domain/time/instant.ts'
import { lockCustomers } from '../../store/customer-state.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import { transaction } from '../../store/database/transaction.ts'
import { loadDueCustomersOfClock, loadNextDueOfClock } from '../../store/due.ts'
import { appendEvents } from '../../store/events.ts'
import { boundStep, claimTestClock, saveTestClock } from '../../store/test-clocks.ts'
import type { TestClock } from '../../store/test-clocks.ts'
import { hasChargesOfClock } from '../../store/payments.ts'
import { hasDueSitesOfClock } from '../../store/sites.ts'
import { carryOutAttempts } from '../payments/carry-out.ts'
import { visitSitesOfClock } from '../sites/visit.ts'
import { sweepCustomer } from '../sweeps/customer.ts'
import type { CustomerSweeps } from '../sweeps/customer.ts'

/** Many customers are due at the same instant (a month ends): so many are swept in one transaction. */
const CUSTOMERS_A_STEP = 25

/**
 * `charged`: what was written down at this instant was charged, or sites were asked; only then the next one comes. `busy`:
 * another process is at this step. `idle`: there is nothing to do (any more).
 */
export type StepOutcome = 'moved' | 'charged' | 'arrived' | 'busy' | 'idle' | 'failed'

export interface StepTools {
  sweeps: CustomerSweeps
  customersAStep?: number
}

/** Never throws for a sweep that fails: the clock then stands still, `failed`, with the reason. */
export async function stepTestClock(
  ctx: Context,
  environment: Environment,
  id: string,
  tools: StepTools,
): Promise<StepOutcome> {
  try {
    const outcome = await transaction(ctx.db, async (tx) => {
      await boundStep(tx)
      const clock = await claimTestClock(tx, environment.id, id, 'skip')
      if (clock === undefined) return 'busy'
      if (clock.status !== 'advancing' || clock.targetAt === null) return 'idle'
      if (await hasChargesOfClock(tx, clock.environment, clock.id)) return 'charging'
      if (await hasDueSitesOfClock(tx, clock.environment, clock.id, clock.currentAt)) return clock.currentAt
      return takeStep({ ...ctx, tx, environment, actor: 'job:advance-clocks' }, clock, clock.targetAt, tools)
    })
    const own = { environment: environment.id, id }
    if (outcome === 'charging') return carriedOut(await carryOutAttempts(ctx, { clock: own }))
    return typeof outcome === 'number'
      ? carriedOut(await visitSitesOfClock(ctx, { ...own, at: outcome }))
      : outcome
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error
    ctx.logger.error({ err: error, testClock: id }, 'A test clock could not be moved')
    await markFailed(ctx, environment, id, error)
    return 'failed'
  }
}

/** None: another process is at it. */
const carriedOut = (handled: number): StepOutcome => (handled > 0 ? 'charged' : 'busy')

async function takeStep(
  ctx: OperationContext,
  clock: TestClock,
  target: number,
  { sweeps, customersAStep = CUSTOMERS_A_STEP }: StepTools,
): Promise<StepOutcome> {
  const next = await loadNextDueOfClock(ctx.tx, clock.environment, clock.id)
  if (next > target) {
    await saveTestClock(ctx.tx, { ...clock, currentAt: target, targetAt: null, status: 'ready' })
    await announce(ctx, clock.id, 'test_clock.advanced', target, {})
    return 'arrived'
  }
  // what was due before (a command made it so, or a step did not reach everybody) is done at the present time
  const now = Math.max(next, clock.currentAt)
  await saveTestClock(ctx.tx, { ...clock, currentAt: now })
  const due = await loadDueCustomersOfClock(ctx.tx, clock.environment, clock.id, {
    now,
    limit: customersAStep,
  })
  for (const customer of await lockCustomers(ctx.tx, clock.environment, due)) {
    await sweepCustomer(ctx, sweeps, customer, now)
  }
  return 'moved'
}

async function markFailed(ctx: Context, environment: Environment, id: string, error: unknown): Promise<void> {
  await transaction(ctx.db, async (tx) => {
    const clock = await claimTestClock(tx, environment.id, id, 'wait')
    if (clock?.status !== 'advancing') return
    const failure = (error instanceof Error ? error.message : String(error)).slice(0, 500)
    await saveTestClock(tx, { ...clock, status: 'failed', failure })
    const command = { ...ctx, tx, environment, actor: 'job:advance-clocks' }
    await announce(command, id, 'test_clock.failed', clock.currentAt, { failure })
  })
}

async function announce(
  ctx: OperationContext,
  id: string,
  type: 'test_clock.advanced' | 'test_clock.failed',
  now: number,
  more: Record<string, string>,
): Promise<void> {
  const payload = { testClock: id, now: toIso(now), ...more }
  await appendEvents(
    ctx.tx,
    ctx.environment.id,
    0,
    [{ type, subject: id, payload, occurredAt: now }],
    ctx.clock.now(),
  )
}
