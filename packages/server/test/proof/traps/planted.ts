/**
 * Rules that can be taken out for a while: each function stands around a module of the product and changes what it
 * does only while its fault is planted.
 */
import type * as Balances from '../../../src/store/balances.ts'
import type * as CustomerStates from '../../../src/store/customer-state.ts'
import type * as GiveBack from '../../../src/domain/usage/give-back.ts'
import type * as Apply from '../../../src/operations/usage/apply.ts'
import type * as Limits from '../../../src/domain/usage/limits.ts'
import type * as Locks from '../../../src/store/usage/locks.ts'
import type * as Refresh from '../../../src/domain/usage/refresh.ts'
import type * as Take from '../../../src/operations/usage/take.ts'

export type Fault =
  | 'a change opens a fresh window'
  | 'windows turn with a sweep alone'
  | 'leases do not count'
  | 'refusals bind keys'
  | 'late counts now'
  | 'giving back revives'
  | 'the clock alone says the time'

const planted = new Set<Fault>()

export async function withFault<Result>(fault: Fault, work: () => Promise<Result>): Promise<Result> {
  planted.add(fault)
  try {
    return await work()
  } finally {
    planted.delete(fault)
  }
}

export const aroundRefresh = (module: typeof Refresh): typeof Refresh => ({
  ...module,
  refreshBalances(input) {
    const changed = input.balances.some(
      ({ entitlementVersion }) =>
        entitlementVersion >= 0 && entitlementVersion !== input.entitlements.version,
    )
    if (!planted.has('a change opens a fresh window') || !changed) return module.refreshBalances(input)
    return module.refreshBalances({ ...input, usageOnChange: 'reset', usedBefore: undefined })
  },
})

export const aroundLimits = (module: typeof Limits): typeof Limits => ({
  ...module,
  takenOf: (balance) => module.takenOf(balance) - (planted.has('leases do not count') ? balance.leased : 0),
  remainingOf: (balance) =>
    module.remainingOf(planted.has('leases do not count') ? { ...balance, leased: 0 } : balance),
})

export const aroundApply = (module: typeof Apply): typeof Apply => ({
  ...module,
  applyCommand(draft, command, reads, writes, livemode) {
    const applied = module.applyCommand(draft, command, reads, writes, livemode)
    if (!planted.has('refusals bind keys') || !('outcome' in applied) || command.key === null) return applied
    const { decision, replayed } = applied.outcome
    if (decision.allowed || replayed) return applied
    writes.keys.push({
      customer: command.customer,
      verb: 1,
      hash: command.key.hash,
      bodyHash: command.key.bodyHash,
      event: '00000000-0000-7000-8000-000000000000',
      recordedAt: draft.recordedAt,
      decision: { ...decision, hold: null },
    })
    return applied
  },
})

export const aroundTake = (module: typeof Take): typeof Take => ({
  ...module,
  applyTrack: (draft, command, writes) =>
    module.applyTrack(draft, planted.has('late counts now') ? { ...command, at: null } : command, writes),
})

export const aroundGiveBack = (module: typeof GiveBack): typeof GiveBack => ({
  ...module,
  planGiveBack(input) {
    if (!planted.has('giving back revives')) return module.planGiveBack(input)
    const of = { ...input.of, windowStart: input.balance.windowStart }
    return module.planGiveBack({ ...input, of, window: null })
  },
})

export const aroundLocks = (module: typeof Locks): typeof Locks => ({
  ...module,
  async lockHeads(...given) {
    const heads = await module.lockHeads(...given)
    for (const head of heads) {
      if (planted.has('windows turn with a sweep alone')) head.dueAt = Number.POSITIVE_INFINITY
      if (planted.has('the clock alone says the time')) head.decidedAt = Number.NEGATIVE_INFINITY
    }
    return heads
  },
  async lockBalances(...given) {
    const locked = await module.lockBalances(...given)
    for (const balance of locked.balances) {
      if (planted.has('windows turn with a sweep alone')) balance.validUntil = Number.POSITIVE_INFINITY
      if (planted.has('the clock alone says the time')) balance.decidedAt = Number.NEGATIVE_INFINITY
    }
    return locked
  },
})

export const aroundBalances = (module: typeof Balances): typeof Balances => ({
  ...module,
  async loadCustomerUsage(...given) {
    const usage = await module.loadCustomerUsage(...given)
    if (planted.has('the clock alone says the time'))
      for (const balance of usage.balances) balance.decidedAt = Number.NEGATIVE_INFINITY
    return usage
  },
})

export const aroundCustomerState = (module: typeof CustomerStates): typeof CustomerStates => ({
  ...module,
  async lockBalancesOf(...given) {
    const usedAt = await module.lockBalancesOf(...given)
    return planted.has('the clock alone says the time') ? Number.NEGATIVE_INFINITY : usedAt
  },
  async loadCustomerState(tx, ctx, ...rest) {
    const state = await module.loadCustomerState(tx, ctx, ...rest)
    if (!planted.has('the clock alone says the time')) return state
    return { ...state, now: ctx.clock.now(), head: { ...state.head, decidedAt: Number.NEGATIVE_INFINITY } }
  },
})
