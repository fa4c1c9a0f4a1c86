import type { OperationContext } from '../../context.ts'
import { toIso } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { appendEvents } from '../../store/events.ts'
import { claimTestClock, isTestClockInUse, markTestClockDeleted } from '../../store/test-clocks.ts'
import { testClockNotFound } from './get.ts'

/**
 * The clock is gone for everybody; its row stays, because deleted customers refer to it.
 *
 * @throws Refusal `test_clock_not_found`, `test_clock_busy`, `test_clock_in_use`
 */
export async function deleteTestClock(ctx: OperationContext, id: string): Promise<void> {
  const clock = await claimTestClock(ctx.tx, ctx.environment.id, id, 'wait')
  if (clock === undefined) throw testClockNotFound(id)
  if (clock.status === 'advancing') throw new Refusal('test_clock_busy', { values: { testClock: id } })
  if (await isTestClockInUse(ctx.tx, clock))
    throw new Refusal('test_clock_in_use', { values: { testClock: id } })
  const now = ctx.clock.now()
  await markTestClockDeleted(ctx.tx, clock, now)
  const payload = { testClock: id, now: toIso(clock.currentAt) }
  const event = { type: 'test_clock.deleted' as const, subject: id, payload, occurredAt: clock.currentAt }
  await appendEvents(ctx.tx, ctx.environment.id, 0, [event], now)
}
