import { expect } from 'vitest'
import { eventually } from './eventually.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Ask = (method: string, path: string, body?: unknown) => Promise<any>

/**
 * Moves a test clock and waits until it is there: a request gives up waiting on a slow machine, and a job goes on.
 *
 * @param goOn what the job does, where none runs
 */
export async function moveClock(
  ask: Ask,
  id: string,
  to: string,
  goOn?: () => Promise<unknown>,
): Promise<void> {
  await ask('POST', `/v1/test-clocks/${id}/advance`, { to })
  const moved = await eventually(`the clock ${id} is at ${to}`, async () => {
    await goOn?.()
    const clock = await ask('GET', `/v1/test-clocks/${id}`)
    return clock.status === 'advancing' ? undefined : clock
  })
  expect(moved, JSON.stringify(moved)).toMatchObject({ status: 'ready', failure: null })
}
