import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  at,
  credits,
  moreSites,
  newCustomer,
  sites,
  subscribe,
  tickets,
} from '../../../test/support/customer-world.ts'
import { Refusal } from '../../refusal.ts'
import { decideAccess } from '../access/decide.ts'
import { changeTerms, putAddOn, removeAddOn } from '../subscriptions/change.ts'
import { planDue } from '../subscriptions/due.ts'
import { activate, cancel, pause } from '../subscriptions/lifecycle.ts'
import { resume } from '../subscriptions/resume.ts'
import { isLive, type Subscription } from '../subscriptions/model.ts'
import { resolveTerms } from '../subscriptions/terms.ts'
import { DAY_MS, type Instant } from '../time/index.ts'
import { giveGrant, revokeGrant } from './grants.ts'
import { removeOverride, setOverride } from './overrides.ts'
import { advanceState, reconcile, type ReconcileOptions } from './reconcile.ts'
import { liftSuspension, suspend } from './suspension.ts'
import type { AccessPeriod, CustomerChange, CustomerState, CustomerUsage } from './state.ts'
import { runs } from '../../../test/proof/support/random.ts'

const START = at('2028-01-31T09:30:00Z')

/** A customer as it would be saved: its state, its usage, the rows of its access. */
interface World {
  state: CustomerState
  usage: CustomerUsage
  access: Map<number, AccessPeriod>
  versions: number[]
  /** Feature → the most that was ever burnt in the window that runs. */
  nextNumber: number
}

const newWorld = (): World => ({
  state: newCustomer(START, { members: [1] }),
  usage: { balances: [], grants: [], holds: [] },
  access: new Map(),
  versions: [],
  nextNumber: 1,
})

function save(
  world: World,
  change: CustomerChange & { usage?: (usage: CustomerUsage) => CustomerUsage; grantsChanged?: boolean },
): void {
  const usage = change.usage?.(world.usage) ?? world.usage
  const options: ReconcileOptions = {
    grantsChanged: change.grantsChanged ?? false,
    newId: () => `grt_${world.nextNumber}`,
  }
  const plan = reconcile(world.state, usage, change, options)
  const grants = new Map(usage.grants.filter((each) => each.number !== 0).map((each) => [each.number, each]))
  for (const grant of plan.balances.insertGrants) {
    grant.number = world.nextNumber++
    grants.set(grant.number, grant)
  }
  for (const grant of plan.balances.updateGrants) grants.set(grant.number, grant)
  world.state = plan.after
  world.usage = {
    balances: plan.balances.balances,
    grants: [...grants.values()].filter((each) => each.closedAt === null),
    holds: [],
  }
  for (const period of plan.accessPeriods) world.access.set(period.sequence, period)
  world.versions.push(plan.after.head.entitlementVersion)
}

function advance(world: World, now: Instant): void {
  for (let due = planDue(world.state, now); due !== null; due = planDue(world.state, now)) save(world, due)
  world.state = { ...world.state, now: Math.max(now, world.state.now) }
}

type Command = (world: World) => void
const live = (world: World): Subscription => {
  const subscription = world.state.subscriptions.find(isLive)
  if (subscription === undefined) throw new Refusal('subscription_not_found')
  return subscription
}
const plans = fc.constantFrom('free', 'essential', 'professional', 'seats')
const when = fc.constantFrom('now' as const, 'period_end' as const, null)
const interval = fc.constantFrom('month', 'year')

const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.integer({ min: 0, max: 40 }).map(
      (days): Command =>
        (world) =>
          advance(world, world.state.now + days * DAY_MS + 1),
    ),
  },
  fc.tuple(plans, fc.constantFrom(null, 0, 3), fc.constantFrom(0, 5)).map(
    ([key, trialDays, delay]): Command =>
      (world) => {
        const startAt = delay === 0 ? null : world.state.now + delay * DAY_MS
        const after = subscribe(world.state, key, { trialDays, startAt })
        save(world, { state: { ...world.state, subscriptions: after.subscriptions }, events: [] })
      },
  ),
  when.map(
    (moment): Command =>
      (world) =>
        save(world, cancel(world.state, live(world), moment ?? 'now')),
  ),
  fc.constant<Command>((world) => save(world, resume(world.state, live(world)))),
  fc.constant<Command>((world) => save(world, activate(world.state, live(world)))),
  fc.option(fc.integer({ min: 1, max: 50 })).map(
    (days): Command =>
      (world) => {
        const resumeAt = days === null ? null : world.state.now + days * DAY_MS
        save(world, pause(world.state, live(world), resumeAt))
      },
  ),
  fc.tuple(plans, when, interval).map(
    ([key, moment, unit]): Command =>
      (world) => {
        const request = { plan: key, interval: unit, currency: 'XOF', quantities: {} }
        save(
          world,
          changeTerms(world.state, live(world), resolveTerms(world.state.catalog, request, null), moment),
        )
      },
  ),
  fc.integer({ min: 1, max: 3 }).map(
    (quantity): Command =>
      (world) =>
        save(world, putAddOn(world.state, live(world), moreSites, quantity)),
  ),
  fc.constantFrom('now' as const, 'period_end' as const).map(
    (moment): Command =>
      (world) =>
        save(world, removeAddOn(world.state, live(world), 'more-sites', moment)),
  ),
  fc
    .tuple(
      fc.constantFrom('sites', 'tickets'),
      fc.integer({ min: 0, max: 50 }),
      fc.option(fc.integer({ min: 1, max: 20 })),
    )
    .map(
      ([feature, limit, days]): Command =>
        (world) => {
          const expiresAt = days === null ? null : world.state.now + days * DAY_MS
          const rest = { unlimited: false, value: null, reason: 'r', author: 'a' }
          save(world, setOverride(world.state, { feature, limit, expiresAt, ...rest }))
        },
    ),
  fc.constant<Command>((world) => save(world, removeOverride(world.state, 'sites', 'a'))),
  fc.constant<Command>((world) => save(world, suspend(world.state, { reason: 'r', note: '', author: 'a' }))),
  fc.constant<Command>((world) => save(world, liftSuspension(world.state, 'a'))),
  fc.tuple(fc.constantFrom('tickets', 'credits', 'sites'), fc.integer({ min: 1, max: 100 })).map(
    ([feature, amount]): Command =>
      (world) => {
        const id = `given_${world.nextNumber++}`
        const rest = {
          member: 0,
          memberKey: null,
          priority: 100,
          source: 'manual' as const,
          reason: '',
          startsAt: null,
        }
        save(
          world,
          giveGrant(world.state, { id, feature, amount, expiresAt: world.state.now + 30 * DAY_MS, ...rest }),
        )
      },
  ),
  fc.constant<Command>((world) => {
    const grant = world.usage.grants.find((each) => each.source === 'manual')
    if (grant !== undefined) save(world, revokeGrant(world.state, grant, null, 'a'))
  }),
  // a use that the guard let through
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(tickets.id, credits.id, sites.id), fc.integer({ min: 1, max: 30 }))
      .map(
        ([feature, amount]): Command =>
          (world) => {
            const balance = world.usage.balances.find((each) => each.feature === feature && each.member === 0)
            if (balance === undefined || balance.used + amount > balance.ceiling) return
            if (world.state.now >= balance.validUntil || world.state.now < balance.windowStart) return
            const balances = world.usage.balances.map((each) =>
              each === balance ? { ...each, used: each.used + amount } : each,
            )
            world.usage = { ...world.usage, balances }
          },
      ),
  },
)

function run(world: World, command: Command): void {
  try {
    command(world)
  } catch (error) {
    // what is refused changes nothing
    if (!(error instanceof Refusal)) throw error
  }
}

const histories = (check: (world: World) => void) =>
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 30 }), (list) => {
      const world = newWorld()
      save(world, { state: world.state, events: [] })
      for (const command of list) {
        run(world, command)
        check(world)
      }
    }),
    { numRuns: runs(300) },
  )

describe('whatever is done to a customer', () => {
  it('CM-13 never leaves two live subscriptions', () => {
    histories(({ state }) => expect(state.subscriptions.filter(isLive).length).toBeLessThanOrEqual(1))
  })

  it('has one trial at most', () => {
    histories(({ state }) => {
      const trials = state.subscriptions.filter(
        (each) => each.trialEndAt !== null && !(each.endedAt !== null && each.endedAt < each.startAt),
      )
      expect(trials.length).toBeLessThanOrEqual(1)
    })
  })

  it('access rows follow each other without gap or overlap, and the open one is what is decided', () => {
    histories(({ state, access }) => {
      const periods = [...access.values()].sort((left, right) => left.sequence - right.sequence)
      expect(periods[0]?.from).toBe(START)
      expect(periods.at(-1)?.to).toBe(Number.POSITIVE_INFINITY)
      periods.slice(1).forEach((period, index) => {
        expect(period.from).toBe(periods[index]?.to)
        expect(period.from).toBeGreaterThan(periods[index]?.from as number)
      })
      expect(periods.at(-1)).toMatchObject(decideAccess(state))
    })
  })

  it('versions never go back, and every balance has the one in force', () => {
    histories(({ state, usage, versions }) => {
      expect([...versions].sort((left, right) => left - right)).toEqual(versions)
      for (const balance of usage.balances)
        expect(balance.entitlementVersion).toBe(state.head.entitlementVersion)
    })
  })

  it('periods contain their moment while the subscription runs, and nothing due is left over', () => {
    histories(({ state }) => {
      expect(state.head.dueAt).toBeGreaterThan(state.now - DAY_MS * 41)
      for (const each of state.subscriptions.filter(isLive)) {
        expect(each.periodStart).toBeLessThan(each.periodEnd)
        if (each.status === 'active') expect(each.periodStart).toBeLessThanOrEqual(state.now)
      }
    })
  })

  it('no change of plan, override or grant loses what was used in the window', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 30 }), (list) => {
        const world = newWorld()
        save(world, { state: world.state, events: [] })
        for (const command of list) {
          const before = new Map(world.usage.balances.map((each) => [`${each.feature}/${each.member}`, each]))
          run(world, command)
          for (const balance of world.usage.balances) {
            const known = before.get(`${balance.feature}/${balance.member}`)
            if (known === undefined || known.windowStart !== balance.windowStart) continue
            expect(balance.used).toBeGreaterThanOrEqual(known.used)
          }
          for (const grant of world.usage.grants) {
            expect(grant.burnt + grant.held + grant.expired).toBeLessThanOrEqual(grant.amount)
            expect(Math.min(grant.burnt, grant.held, grant.expired)).toBeGreaterThanOrEqual(0)
          }
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('time does the same to a customer that is looked at often and to one that is looked at once', () => {
    fc.assert(
      fc.property(
        fc.array(commands, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 5 }),
        (list, stops) => {
          const world = newWorld()
          save(world, { state: world.state, events: [] })
          for (const command of list) run(world, command)
          const until = world.state.now + 200 * DAY_MS
          let often = world.state
          for (const stop of [...stops].sort((left, right) => left - right)) {
            often = advanceState(often, world.state.now + stop * DAY_MS)
          }
          const once = advanceState(world.state, until)
          const last = advanceState(often, until)
          expect(last.subscriptions).toEqual(once.subscriptions)
          expect(last.accessPeriod).toEqual(once.accessPeriod)
          expect(last.head).toEqual(once.head)
        },
      ),
      { numRuns: runs(200) },
    )
  })
})
