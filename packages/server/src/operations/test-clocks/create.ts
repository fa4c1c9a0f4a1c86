import type { OperationContext } from '../../context.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { toIso } from '../../domain/time/instant.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { appendEvents } from '../../store/events.ts'
import { insertTestClock } from '../../store/test-clocks.ts'
import type { TestClock } from '../../store/test-clocks.ts'

/** @throws Refusal `test_only` */
export async function createTestClock(
  ctx: OperationContext,
  command: { now: Instant; name: string },
): Promise<TestClock> {
  const { id: environment, mode } = ctx.environment
  if (mode !== 'test') throw new Refusal('test_only')
  const createdAt = ctx.clock.now()
  const clock: TestClock = {
    environment,
    id: newId('clock', false, createdAt),
    name: command.name,
    currentAt: command.now,
    targetAt: null,
    status: 'ready',
    failure: null,
    createdAt,
  }
  await insertTestClock(ctx.tx, clock)
  const payload = { testClock: clock.id, now: toIso(clock.currentAt) }
  const event = {
    type: 'test_clock.created' as const,
    subject: clock.id,
    payload,
    occurredAt: clock.currentAt,
  }
  await appendEvents(ctx.tx, environment, 0, [event], createdAt)
  return clock
}
