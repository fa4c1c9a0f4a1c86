/**
 * What must come out, worked out over the file with additions and comparisons alone.
 *
 * Owns: its own, plain account of the rules. Does not own, and never asks: the engine.
 * Invariant: group and member are both taken from or neither; what is set aside counts as taken until it is settled.
 */
import { members } from './trace.ts'
import type { Moment, Request } from './trace.ts'

export interface Rules {
  groupLimit: number
  memberLimit: number
  /** When the billing period ends and the next one begins. */
  turnAt: number
  /** How long an estimate is set aside for a request that never comes back. */
  timeToLiveMs: number
}

/** Of one member, or of the group (`*`). */
export interface Figures {
  asked: number
  admitted: number
  refusedByGroup: number
  refusedByOwnLimit: number
  /** Crashed, and given back. */
  returned: number
  /** Tokens, in the first period and in the second. */
  used: [number, number]
  /** Still set aside at the end. */
  reserved: number
  /** Per cent of the limit, as announced, in each period. */
  warned: [number[], number[]]
}
export type Account = Record<string, Figures>

export const GROUP = '*'

export const emptyAccount = (): Account =>
  Object.fromEntries(
    [GROUP, ...members].map((name) => [
      name,
      {
        asked: 0,
        admitted: 0,
        refusedByGroup: 0,
        refusedByOwnLimit: 0,
        returned: 0,
        used: [0, 0],
        reserved: 0,
        warned: [[], []],
      } satisfies Figures,
    ]),
  )

export function workOut(moments: Moment[], rules: Rules): Account {
  const account = emptyAccount()
  /** Set aside, by owner, in the period that runs. */
  const aside = new Map<string, number>([GROUP, ...members].map((name) => [name, 0]))
  const open = new Map<Request, { period: 0 | 1; until: number }>()
  let period: 0 | 1 = 0

  const figures = (name: string) => account[name] as Figures
  const ownersOf = ({ member }: Request) => [GROUP, member]
  const limitOf = (name: string) => (name === GROUP ? rules.groupLimit : rules.memberLimit)
  const fits = (name: string, amount: number) =>
    figures(name).used[period] + (aside.get(name) ?? 0) + amount <= limitOf(name)
  const setAside = (request: Request, amount: number) => {
    for (const name of ownersOf(request)) aside.set(name, (aside.get(name) ?? 0) + amount)
  }

  const passTime = (at: number) => {
    if (period === 0 && at >= rules.turnAt) {
      period = 1
      for (const name of aside.keys()) aside.set(name, 0)
    }
    for (const [request, hold] of open) {
      if (hold.until > at) continue
      open.delete(request)
      if (hold.period === period) setAside(request, -request.estimate)
      for (const name of ownersOf(request)) figures(name).returned += 1
    }
  }

  const ask = (request: Request, at: number) => {
    for (const name of ownersOf(request)) figures(name).asked += 1
    const [group, own] = ownersOf(request).map((name) => fits(name, request.estimate))
    if (!group) for (const name of ownersOf(request)) figures(name).refusedByGroup += 1
    else if (!own) for (const name of ownersOf(request)) figures(name).refusedByOwnLimit += 1
    if (!group || !own) return
    for (const name of ownersOf(request)) figures(name).admitted += 1
    setAside(request, request.estimate)
    open.set(request, { period, until: at + rules.timeToLiveMs })
  }

  const settle = (request: Request) => {
    const hold = open.get(request)
    if (hold === undefined) return
    open.delete(request)
    if (hold.period === period) setAside(request, -request.estimate)
    for (const name of ownersOf(request)) {
      const { used, warned } = figures(name)
      used[hold.period] += request.truth
      // nobody is warned of a period that is over
      if (hold.period !== period) continue
      for (const percent of [80, 90, 100])
        if (used[period] * 100 >= limitOf(name) * percent && !warned[period].includes(percent))
          warned[period].push(percent)
    }
  }

  for (const { at, answered, asking } of moments) {
    passTime(at)
    for (const request of answered) settle(request)
    for (const request of asking) ask(request, at)
  }
  for (const [name, amount] of aside) figures(name).reserved = amount
  return account
}
