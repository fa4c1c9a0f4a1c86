import type { UsageContext } from '../../context.ts'
import { DAY_MS } from '../../domain/time/instant.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { transaction } from '../../store/database/transaction.ts'
import { claimTestClock, loadTestClock, saveTestClock } from '../../store/test-clocks.ts'
import type { TestClock } from '../../store/test-clocks.ts'
import { testClockNotFound } from './get.ts'
import { stepTestClock } from './step.ts'
import type { StepOutcome, StepTools } from './step.ts'

/** Five years, leap days included. */
export const FARTHEST_MS = 5 * 366 * DAY_MS
const PATIENCE_MS = 5_000
const PAUSE_MS = 20

export interface AdvanceCommand {
  id: string
  to: Instant
}

/**
 * Moves a clock and does what falls due on the way. Returns when it has arrived or failed, or after about five
 * seconds while it is still `advancing`: the job `advance-clocks` then goes on with it. The same command sent again
 * once it has arrived changes nothing.
 *
 * @throws Refusal `test_only`, `test_clock_not_found`, `test_clock_busy`, `test_clock_backwards`, `test_clock_too_far`
 */
export async function advanceTestClock(
  ctx: UsageContext,
  { id, to }: AdvanceCommand,
  tools: StepTools,
): Promise<TestClock> {
  if (ctx.environment.mode !== 'test') throw new Refusal('test_only')
  await startAdvancing(ctx, { id, to })
  const until = ctx.clock.now() + PATIENCE_MS
  for (;;) {
    const outcome = await stepTestClock(ctx, ctx.environment, id, tools)
    if (outcome === 'busy') await pause()
    if (!goesOn(outcome) || ctx.clock.now() >= until) break
  }
  const clock = await loadTestClock(ctx.db, ctx.environment.id, id)
  if (clock === undefined) throw testClockNotFound(id)
  return clock
}

const goesOn = (outcome: StepOutcome) => outcome === 'moved' || outcome === 'charged' || outcome === 'busy'

export async function startAdvancing(ctx: UsageContext, { id, to }: AdvanceCommand): Promise<void> {
  await transaction(ctx.db, async (tx) => {
    const clock = await claimTestClock(tx, ctx.environment.id, id, 'wait')
    if (clock === undefined) throw testClockNotFound(id)
    if (clock.status === 'advancing') throw new Refusal('test_clock_busy', { values: { testClock: id } })
    if (to < clock.currentAt) throw new Refusal('test_clock_backwards', { param: 'to' })
    if (to - clock.currentAt > FARTHEST_MS) throw new Refusal('test_clock_too_far', { param: 'to' })
    await saveTestClock(tx, { ...clock, targetAt: to, status: 'advancing', failure: null })
  })
}

/** Another process is at the step; there is nothing to be told by, and it takes milliseconds. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}
