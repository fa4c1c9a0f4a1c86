/**
 * The trace, asked of the engine: each request sets an estimate aside and settles with the truth, at its own time.
 *
 * Owns: the calls, their order, and counting the answers. Does not own: what is admitted.
 * Invariant: where the order decides who is refused, it is the order of the file. Settlements only add up, and
 * questions that all fit are all admitted: those go out together. Near a limit one question waits for the other.
 */
import type { Client } from '@tollkeeper/client'
import { emptyAccount, GROUP } from './expected.ts'
import type { Account, Figures, Rules } from './expected.ts'
import type { Moment, Request } from './trace.ts'

export interface Replay {
  group: string
  testClock: string
  moments: Moment[]
  rules: Rules
  /** Told after each moment, with the number that are done. */
  progress?: (done: number) => void
}

/** The answers, counted: what was asked, admitted, refused and settled. */
export async function replay(client: Client, replayed: Replay): Promise<Account> {
  const { testClock, moments, rules, progress } = replayed
  const account = emptyAccount()
  const asker = askerOf(client, replayed, account)
  for (const [index, { at, answered, asking }] of moments.entries()) {
    await client.advanceTestClock(testClock, new Date(at))
    const period = at < rules.turnAt ? 0 : 1
    await Promise.all(answered.map(asker.settle))
    if (asker.allFit(asking, period)) await Promise.all(asking.map((request) => asker.ask(request, period)))
    else for (const request of asking) await asker.ask(request, period)
    progress?.(index + 1)
  }
  return account
}

type Period = 0 | 1

function askerOf(client: Client, { group, rules }: Replay, account: Account) {
  const open = new Map<Request, { id: string; period: Period }>()
  const count = ({ member }: Request, change: (figures: Figures) => void) => {
    for (const name of [GROUP, member]) change(account[name] as Figures)
  }
  /** At most: what crashed has come back some time ago. */
  const takenBy = (name: string, period: Period) => {
    const held = [...open].filter(([{ member }, hold]) => hold.period === period && isOf(name, member))
    return held.reduce((sum, [{ estimate }]) => sum + estimate, (account[name] as Figures).used[period])
  }
  return {
    allFit(asking: Request[], period: Period): boolean {
      const names = new Set([GROUP, ...asking.map(({ member }) => member)])
      return [...names].every((name) => {
        const limit = name === GROUP ? rules.groupLimit : rules.memberLimit
        const wanted = asking.filter(({ member }) => isOf(name, member))
        return wanted.reduce((sum, { estimate }) => sum + estimate, takenBy(name, period)) <= limit
      })
    },
    async ask(request: Request, period: Period): Promise<void> {
      count(request, (figures) => (figures.asked += 1))
      const answer = await client.reserve({
        customer: group,
        member: request.member,
        feature: 'llm_tokens',
        amount: request.estimate,
        ttlSeconds: rules.timeToLiveMs / 1000,
      })
      if (answer.allowed) {
        open.set(request, { id: answer.id, period })
        count(request, (figures) => (figures.admitted += 1))
      } else if (answer.limit === rules.groupLimit) {
        count(request, (figures) => (figures.refusedByGroup += 1))
      } else count(request, (figures) => (figures.refusedByOwnLimit += 1))
    },
    async settle(request: Request): Promise<void> {
      const reservation = open.get(request)
      if (reservation === undefined) return
      open.delete(request)
      const { settled } = await client.usage.settle(reservation.id, { amount: request.truth })
      count(request, ({ used }) => (used[reservation.period] += settled ?? 0))
    },
  }
}

const isOf = (name: string, member: string): boolean => name === GROUP || name === member
