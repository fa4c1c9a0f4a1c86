/**
 * Whoever is told of events: failing or away while a step lasts, and well again before time leaps over days.
 *
 * Owns: its moods, and waiting until all that can be told has been told. Does not own: what arrives (`listener.ts`).
 * Invariant: it doesn't only fail for days. Should what was under way when time leapt make it seem so, it is enabled again.
 */
import type { Random } from '../proof/support/random.ts'
import { must } from './world.ts'
import type { World } from './world.ts'

export function changeMood({ listener }: World, random: Random): void {
  listener.mood = random.pick(['well', 'well', 'failing', 'failing', 'away'] as const)
}

const PATIENCE_MS = 300_000
const LOOK_MS = 100
const LOOKS_A_TEST = 50
const soon = () => new Promise((resolve) => setTimeout(resolve, LOOK_MS))

/** Before time leaps: it is well, and has shown so. */
export async function recover(world: World): Promise<void> {
  const { listener, workers } = world
  listener.mood = 'well'
  const path = `/v1/webhook-endpoints/${listener.id}`
  const end = performance.now() + PATIENCE_MS
  for (let look = 0; ; look += 1) {
    const { body } = await must(world, 'GET', path)
    if (body.failingSince === null) return
    if (body.status === 'disabled') await must(world, 'PATCH', path, { status: 'enabled' })
    // what had failed before may be heard of after it has shown so
    if (look % LOOKS_A_TEST === 0) await must(world, 'POST', `${path}/test`, {})
    if (performance.now() > end) throw new Error(`Nobody is told of events since ${body.failingSince}`)
    workers.wake()
    await soon()
  }
}

/** Every event has its place in the feed, and whoever is to hear of it; `at`: of what is not told yet, when it is tried. */
const LEFT = `
  select (select count(*)::int from event where environment = 1 and position is null) as unplaced,
    (select feed_position from environment where id = 1)
      - coalesce((select position from delivery_cursor where environment = 1), 0) as unplanned,
    (select count(*)::int from delivery where environment = 1 and status in ('pending', 'sending', 'failed')) as untold,
    (select min(next_attempt_at) from delivery where environment = 1 and status in ('pending', 'sending', 'failed')) as at`

interface Left {
  unplaced: number
  unplanned: number
  untold: number
  at: number | null
}

/** Nothing fails any more: everything is told, or told to be lost. Answers whether time had to leap for it. */
export async function tellTheRest(world: World): Promise<boolean> {
  const { clock, database, workers } = world
  await recover(world)
  const end = performance.now() + PATIENCE_MS
  let leapt = false
  for (;;) {
    const { rows } = await database.db.query<Left>(LEFT)
    const { unplaced, unplanned, untold, at } = rows[0] as Left
    if (unplaced === 0 && unplanned === 0 && untold === 0) return leapt
    if (performance.now() > end) throw new Error(`It is not told: ${JSON.stringify(rows)}`)
    if (unplaced === 0 && unplanned === 0 && at !== null && at > clock.now()) {
      clock.leap(at - clock.now())
      leapt = true
    }
    workers.wake()
    await soon()
  }
}
