import type { endpoints } from '@tollkeeper/contract'
import { readInstant, toIso, toIsoOrNull } from '../domain/time/instant.ts'
import { customerSweeps } from '../operations/sweeps/customer-sweeps.ts'
import { advanceTestClock } from '../operations/test-clocks/advance.ts'
import { createTestClock } from '../operations/test-clocks/create.ts'
import { deleteTestClock } from '../operations/test-clocks/delete.ts'
import { getTestClock, listTestClocks } from '../operations/test-clocks/get.ts'
import type { TestClock } from '../operations/test-clocks/get.ts'
import { answerWith } from './handler.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const testClockRoutes = {
  create: async ({ body }, ctx) =>
    present(await createTestClock(ctx, { now: readInstant(body.now), name: body.name })),
  advance: {
    detached: async ({ params, body }, ctx) => {
      const command = { id: params.id, to: readInstant(body.to) }
      const clock = await advanceTestClock(ctx, command, { sweeps: customerSweeps })
      return answerWith(clock.status === 'advancing' ? 202 : 200, present(clock))
    },
  },
  get: async ({ params }, ctx) => present(await getTestClock(ctx, params.id)),
  list: async ({ query }, ctx) => {
    const { clocks, nextCursor } = await listTestClocks(ctx, query)
    return presentList(clocks.map(present), nextCursor)
  },
  delete: async ({ params }, ctx) => {
    await deleteTestClock(ctx, params.id)
    return { object: 'test_clock' as const, id: params.id, deleted: true as const }
  },
} satisfies Handlers<typeof endpoints.testClocks>

function present(clock: TestClock) {
  return {
    object: 'test_clock' as const,
    id: clock.id,
    name: clock.name,
    now: toIso(clock.currentAt),
    status: clock.status,
    target: toIsoOrNull(clock.targetAt),
    failure: clock.failure,
    livemode: false,
    createdAt: toIso(clock.createdAt),
  }
}
