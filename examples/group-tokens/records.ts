/**
 * What the engine has kept of a replay, read back: windows, recorded uses, warnings.
 *
 * Owns: reading, and putting it into the same figures as the other accounts. Invariant: nothing is remembered here
 * from the calls that made it.
 */
import type { Client } from '@tollkeeper/client'
import { emptyAccount, GROUP } from './expected.ts'
import type { Figures } from './expected.ts'

type Kept = Pick<Figures, 'used' | 'reserved' | 'warned'>

const feature = 'llm_tokens'
const keptOf = ({ used, reserved, warned }: Figures): Kept => ({ used, reserved, warned })

/** The figures of an account that the engine keeps too. */
export const onlyKept = (account: Record<string, Figures>): Record<string, Kept> =>
  Object.fromEntries(Object.entries(account).map(([name, figures]) => [name, keptOf(figures)]))

/** From the window that has ended, the one that runs, and the warnings that were sent. */
export async function readKept(client: Client, group: string, turnAt: number): Promise<Record<string, Kept>> {
  const kept = onlyKept(emptyAccount())
  const of = (member: string | null) => kept[member ?? GROUP] as Kept
  for await (const window of client.usage.windows(group, { feature, limit: 100 })) {
    if (Date.parse(window.windowEnd) === turnAt) of(window.member).used[0] = window.used
  }
  const { data } = await client.usage.summary(group)
  for (const running of data) {
    if (running.feature !== feature) continue
    of(running.member).used[1] = running.used
    of(running.member).reserved = running.reserved
  }
  const timeline = await client.customers.timeline(group, { limit: 100 }).toArray({ max: 10_000 })
  for (const event of timeline.toReversed()) {
    if (event.type !== 'usage.threshold_reached') continue
    const { member, threshold } = event.data as { member: string | null; threshold: number }
    of(member).warned[Date.parse(event.occurredAt) < turnAt ? 0 : 1].push(threshold)
  }
  return kept
}

/** The sum of all recorded uses, use by use: of the group (`*`) and of each member. */
export async function sumRecordedUses(client: Client, group: string): Promise<Record<string, number>> {
  const sums = Object.fromEntries(Object.keys(emptyAccount()).map((name) => [name, 0]))
  for await (const use of client.usage.history(group, { feature, limit: 100 })) {
    for (const name of [GROUP, use.member ?? '']) sums[name] = (sums[name] ?? 0) + use.amount
  }
  return sums
}
