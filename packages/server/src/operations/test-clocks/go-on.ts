import type { Context } from '../../context.ts'
import { loadAdvancingClocks } from '../../store/test-clocks.ts'
import { stepTestClock } from './step.ts'
import type { StepOutcome, StepTools } from './step.ts'

const STEPS_A_RUN = 20

/** Goes on with clocks whose request has ended before they arrived, or whose process died; a bounded part of the way. */
export async function goOnWithTestClocks(
  ctx: Context,
  tools: StepTools,
): Promise<{ handled: number; more: boolean }> {
  let handled = 0
  let more = false
  for (const { environment, id } of await loadAdvancingClocks(ctx.db)) {
    let outcome: StepOutcome = 'moved'
    for (let step = 0; step < STEPS_A_RUN && (outcome === 'moved' || outcome === 'charged'); step += 1) {
      outcome = await stepTestClock(ctx, environment, id, tools)
      if (outcome === 'moved' || outcome === 'arrived') handled += 1
    }
    more ||= outcome === 'moved' || outcome === 'charged'
  }
  return { handled, more }
}
