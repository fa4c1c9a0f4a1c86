import type { OperationContext } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import { loadTestClock, loadTestClocks } from '../../store/test-clocks.ts'
import type { TestClock } from '../../store/test-clocks.ts'
import { pageOf, requireIdCursor } from '../page.ts'

export type { TestClock } from '../../store/test-clocks.ts'

export const testClockNotFound = (id: string): Refusal =>
  new Refusal('test_clock_not_found', { param: 'id', values: { testClock: id } })

/** @throws Refusal `test_clock_not_found` */
export async function getTestClock(ctx: OperationContext, id: string): Promise<TestClock> {
  const clock = await loadTestClock(ctx.tx, ctx.environment.id, id)
  if (clock === undefined) throw testClockNotFound(id)
  return clock
}

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listTestClocks(
  ctx: OperationContext,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ clocks: TestClock[]; nextCursor: string | null }> {
  requireIdCursor(page.cursor, 'clock')
  const found = await loadTestClocks(ctx.tx, ctx.environment.id, {
    limit: page.limit + 1,
    before: page.cursor,
  })
  const { rows: clocks, nextCursor } = pageOf(found, page.limit, (last) => last.id)
  return { clocks, nextCursor }
}
