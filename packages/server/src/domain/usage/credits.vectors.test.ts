import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  balanceOf,
  change,
  instant,
  limited,
  newWorld,
  refresh,
  soft,
  track,
  type World,
} from '../../../test/support/usage-world.ts'
import vectors from '../../../test/vectors/credits.json' with { type: 'json' }
import { SKIPPED } from '../../../test/vectors/skipped.ts'
import { availableOf, isInForce, rolledOver } from './burn.ts'

interface GivenGrant {
  id: string
  amount: number
  priority: number
  effective_at: string
  expires_at: string
  start_balance: number
  rollover_max?: number
  rollover_min?: number
  recurs_at?: string[]
}

interface Inputs {
  start: string
  until: string
  grants: GivenGrant[]
  usage: { amount: number; at: string }[]
  resets: string[]
  rollover_max: number
  rollover_min: number
  ending_balance: number
}

/** A recurring grant is one grant after another, each from one recurrence to the next. */
function stretchesOf(grant: GivenGrant): { startsAt: number; expiresAt: number }[] {
  const starts = [grant.effective_at, ...(grant.recurs_at ?? [])].map(instant)
  const end = instant(grant.expires_at)
  return starts.map((startsAt, index) => ({ startsAt, expiresAt: starts[index + 1] ?? end }))
}

function grantAll(world: World, grants: GivenGrant[]): void {
  for (const given of grants)
    stretchesOf(given).forEach((stretch, index) => {
      const spent = index === 0 ? given.amount - given.start_balance : 0
      addGrant(world, {
        ...stretch,
        id: `${given.id}/${index}`,
        amount: given.amount,
        priority: given.priority,
      })
      const grant = world.grants.find(({ id }) => id === `${given.id}/${index}`)
      if (grant !== undefined && grant.closedAt === null) grant.burnt = spent
    })
  refresh(world)
}

/** Ends what is in force and grants what goes on of it, unless a recurrence begins there anyway. */
function reset(world: World, time: number, given: GivenGrant[]): void {
  at(world, time)
  const ending = world.grants.filter((grant) => isInForce(grant, time - 1) && grant.expiresAt >= time)
  const before = new Map(ending.map((grant) => [grant.number, grant.expiresAt]))
  for (const grant of ending) grant.expiresAt = time
  change(world, {}, { usageOnChange: 'reset' })
  for (const { number, id, priority } of ending) {
    const expiresAt = before.get(number) as number
    const left = world.grants.find((grant) => grant.number === number)?.expired ?? 0
    const rule = given.find((grant) => grant.id === id.split('/')[0])
    const amount = rolledOver(left, { cap: rule?.rollover_max ?? 0, sharePercent: 100 })
    if (amount > 0 && expiresAt > time) addGrant(world, { id: `${id}/after`, amount, priority, expiresAt })
  }
}

const adapters: Record<string, (inputs: Inputs) => unknown> = {
  burn_down(inputs) {
    const world = newWorld({
      now: inputs.start,
      entitlement: { window: 'lifetime', limit: limited(0), policy: soft(null, null) },
    })
    // A lifetime begins in 1970; the case begins with its snapshot.
    balanceOf(world).windowStart = instant(inputs.start)
    grantAll(world, inputs.grants)
    const start = instant(inputs.start)
    const until = instant(inputs.until)
    const moments = [
      ...inputs.resets.map((time) => ({ time: instant(time), amount: null })),
      ...inputs.usage.map((use) => ({ time: instant(use.at), amount: use.amount })),
    ]
      .filter(({ time, amount }) => start <= time && (time < until || (amount === null && time === until)))
      .sort((left, right) => left.time - right.time)
    for (const { time, amount } of moments)
      if (amount === null) reset(world, time, inputs.grants)
      else track(at(world, time), amount)
    refresh(at(world, until))
    const balances = inputs.grants.map(({ id }) => {
      const own = world.grants.filter((grant) => grant.id.startsWith(`${id}/`) && isInForce(grant, until))
      return [id, own.reduce((sum, grant) => sum + availableOf(grant), 0)]
    })
    const { used, folded } = balanceOf(world)
    return { balances: Object.fromEntries(balances), overage: used - folded }
  },
  rollover(inputs) {
    expect(inputs.rollover_min).toBe(0)
    return { balance: rolledOver(inputs.ending_balance, { cap: inputs.rollover_max, sharePercent: 100 }) }
  },
}

describe('credits vectors', () => {
  const run = vectors.cases.filter(({ id }) => !(id in SKIPPED))

  test.each(run.map((one) => [one.id, one] as const))('%s', (_, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    expect(adapter(inputs as unknown as Inputs)).toEqual(expected)
  })
})
