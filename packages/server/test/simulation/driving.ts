/**
 * Bringing the world on: its time, what falls due by it, and its rest in the end.
 *
 * Owns: moving clocks, waiting for what is due by a condition, asking about what is in doubt round by round.
 * Does not own: what then happens; that is the product's. Invariant: it waits for conditions, never for time to pass.
 */
import { applyProviderEvents } from '../../src/operations/provider-events/apply.ts'
import { callBackAttempts } from '../../src/operations/payments/call-back.ts'
import { carryOutAttempts } from '../../src/operations/payments/carry-out.ts'
import { carryOutRefunds } from '../../src/operations/payments/carry-out-refunds.ts'
import { loadDueCustomers } from '../../src/store/due.ts'
import type { DueKind } from '../../src/store/due.ts'
import type { Context } from '../../src/context.ts'
import { reconcile } from './reconciling.ts'
import { must } from './world.ts'
import type { CustomerClock, World } from './world.ts'

/** Only a world that hangs waits so long. */
const PATIENCE_MS = 300_000
const LOOK_MS = 10
/** Jobs that were woken at every look would do nothing but look themselves, and keep everybody from working. */
const LOOKS_A_WAKE = 50

/** Looks until it is done. @throws Error that `late` makes, after much too long */
async function waitUntil(
  { workers }: World,
  isDone: () => Promise<boolean>,
  late: () => string,
): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (let look = 0; !(await isDone()); look += 1) {
    if (performance.now() > end) throw new Error(late())
    if (look % LOOKS_A_WAKE === 0) workers.wake()
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

/** Moves a clock and waits until everything due on the way is done. */
export async function moveClock(
  world: World,
  clock: CustomerClock,
  to: number,
  worker: number,
): Promise<void> {
  const path = `/v1/test-clocks/${clock.id}`
  const body = { to: new Date(to).toISOString() }
  let told = ''
  const isThere = async () => {
    const { status, now, failure } = (await must(world, 'GET', path)).body
    if (status === 'failed') throw new Error(`The clock stands still: ${failure}`)
    told = `${status} ${now}`
    if (status === 'ready' && Date.parse(now) < to)
      await world.workers.call({ worker, method: 'POST', path: `${path}/advance`, body })
    return status === 'ready' && Date.parse(now) >= to
  }
  await waitUntil(world, isThere, () => `The clock doesn't arrive: ${told}`)
  world.trace.push(`clock ${clock.id} → ${body.to}`)
  clock.at = to
}

const DUE: readonly DueKind[] = ['lifecycle', 'holds', 'boundary', 'collection', 'revenue']

/** Waits until nothing is due of those who live by the engines' time. */
export async function catchUp(world: World): Promise<void> {
  const { database, clock } = world
  const now = clock.now()
  let left: DueKind[] = []
  const isDone = async () => {
    const due = await Promise.all(
      DUE.map((kind) => loadDueCustomers(database.db, kind, { now, except: [], limit: 3 })),
    )
    left = DUE.filter((_, index) => (due[index]?.length ?? 0) > 0)
    return left.length === 0
  }
  await waitUntil(world, isDone, () => `Since ${new Date(now).toISOString()} is due: ${left.join(', ')}`)
}

interface InDoubt {
  what: string
  id: string
  status: string
  /** When it is taken up again. */
  at: number | null
}

const IN_DOUBT = `
  select 'attempt' as what, id, status, claimable_at as at from payment_attempt
    where environment = 1 and status in ('created', 'started', 'unknown')
  union all select 'refund', id, status, claimable_at from refund where environment = 1 and status in ('created', 'started')
  union all select 'event of ' || provider, id, coalesce(failure, ''), next_attempt_at from provider_event
    where environment = 1 and applied_at is null`

/** Each time everything is asked about once more; whatever takes longer than this never ends. */
const MOST_ROUNDS = 60

/** No more faults: whatever is in doubt is cleared up by asking again. @throws Error with what isn't */
export async function comeToRest(world: World): Promise<void> {
  const { clock, database, outside, workers } = world
  workers.calm()
  await workers.revive()
  await outside.control('DELETE', '/control/faults')
  let left: InDoubt[] = []
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    await outside.control('POST', '/control/deliver')
    const { rows } = await database.db.query<InDoubt>(IN_DOUBT)
    left = rows
    const found = await reconcile(workers.contexts[0] as Context)
    if (left.length === 0 && found === 0) return
    const next = Math.max(...left.map(({ at }) => at ?? 0))
    if (next > clock.now()) clock.leap(next - clock.now())
    await Promise.all(workers.contexts.map(askOnceMore))
  }
  const told = left.slice(0, 5).map(({ what, id, status }) => `${what} ${id} ${status}`)
  throw new Error(
    `After ${String(MOST_ROUNDS)} rounds without a fault ${String(left.length)} are in doubt: ${told.join('; ')}`,
  )
}

async function askOnceMore(context: Context): Promise<void> {
  await carryOutAttempts(context)
  await carryOutRefunds(context)
  await applyProviderEvents(context)
  await callBackAttempts(context)
}
