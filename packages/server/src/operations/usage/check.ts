/**
 * check: the same decision as consume on a fresh read, without a lock and without taking. A forecast.
 * Questions that arrive while one read is under way share the next one.
 */
import { advanceState } from '../../domain/customers/reconcile.ts'
import type { Feature } from '../../domain/catalog/model.ts'
import type { Entitlements } from '../../domain/entitlements/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { decideTake, takesOf } from '../../domain/usage/decide.ts'
import { overageOf, remainingOf, takenOf } from '../../domain/usage/limits.ts'
import type { Balance } from '../../domain/usage/model.ts'
import { Refusal } from '../../refusal.ts'
import { readCustomerUsage } from '../../store/balances.ts'
import { loadCustomerStates } from '../../store/customer-state.ts'
import { readForCheck, type CheckRead } from '../../store/usage/check-read.ts'
import type { Outcome } from './commands.ts'
import type { BatchContext } from './second-gear.ts'
import { previewUsage } from './preview.ts'

export interface CheckQuestion {
  customer: number
  onTestClock: boolean
  feature: Feature
  amount: number
  member: number
}

export interface Checker {
  check(question: CheckQuestion): Promise<Outcome>
}

interface Asked {
  question: CheckQuestion
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

const MOST_AT_ONCE = 512

export function createChecker(ctx: BatchContext): Checker {
  const queue: Asked[] = []
  let running = 0

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, MOST_AT_ONCE)
      try {
        const reads = await readForCheck(
          ctx.db,
          ctx.environment.id,
          batch.map((asked) => asked.question),
        )
        batch.forEach((asked, index) => {
          const read = reads[index] as CheckRead
          const quick = quickAnswer(ctx, asked.question, read)
          if (quick !== null) asked.resolve(quick)
          else fullAnswer(ctx, asked.question).then(asked.resolve, asked.reject)
        })
      } catch (error) {
        for (const asked of batch) asked.reject(error)
      }
    }
    running -= 1
  }

  return {
    check(question) {
      return new Promise((resolve, reject) => {
        queue.push({ question, resolve, reject })
        if (running >= 2) return
        running += 1
        void Promise.resolve().then(run)
      })
    },
  }
}

/** Without loading the customer: the guard's comparison, or a decision by what is in force under the same version. */
function quickAnswer(ctx: BatchContext, question: CheckQuestion, read: CheckRead): Outcome | null {
  if (question.onTestClock || read.head === null) return null
  const now = Math.max(
    ctx.clock.now(),
    read.head.decidedAt,
    ...read.balances.map((balance) => balance.decidedAt),
  )
  if (now >= read.head.dueAt) return null
  if (read.balances.some((balance) => now >= balance.validUntil)) return null
  const pool = read.balances.find((balance) => balance.member === 0)
  if (
    pool !== undefined &&
    !(pool.shared && question.member !== 0) &&
    takenOf(pool) + question.amount <= pool.ceiling
  )
    return guarded(pool)
  const entitlements = ctx.entitlements.get(question.customer, read.head.entitlementVersion)
  if (entitlements === undefined) return null
  return decided(question, entitlements, read.balances, now)
}

function guarded(pool: Balance): Outcome {
  return {
    decision: {
      allowed: true,
      code: 'ok',
      limit: pool.limit,
      used: pool.used,
      remaining: remainingOf(pool),
      overage: overageOf(pool),
      resetsAt: Number.isFinite(pool.windowEnd) ? pool.windowEnd : null,
    },
    access: { level: 'full', reason: 'ok' },
    plan: null,
    currency: null,
    interval: null,
    event: null,
    replayed: false,
    hold: null,
  }
}

function decided(
  question: CheckQuestion,
  entitlements: Entitlements,
  balances: Balance[],
  now: Instant,
): Outcome {
  const entitlement = entitlements.features.get(question.feature.id)
  const takes = entitlement === undefined ? 'customer' : takesOf(entitlement, question.member)
  if (takes === 'member' && question.member === 0)
    throw new Refusal('member_required', { param: 'member', values: { feature: question.feature.key } })
  const owners = takes === 'both' ? [0, question.member] : takes === 'member' ? [question.member] : [0]
  const taken = owners
    .map((member) => balances.find((each) => each.feature === question.feature.id && each.member === member))
    .filter((balance) => balance !== undefined)
  return {
    decision: decideTake(entitlements, entitlement, { takes, balances: taken }, question.amount, now),
    access: entitlements.access,
    plan: entitlements.plan,
    currency: entitlements.currency,
    interval: entitlements.interval,
    event: null,
    replayed: false,
    hold: null,
  }
}

/** Everything that is due is applied in memory and saved by nobody: the same functions that the writer runs. */
async function fullAnswer(ctx: BatchContext, question: CheckQuestion): Promise<Outcome> {
  const { customer } = question
  const [states, usage] = await Promise.all([
    loadCustomerStates(ctx.db, ctx, [customer]),
    readCustomerUsage(ctx.db, ctx.environment.id, customer),
  ])
  const state = states.get(customer)
  if (state === undefined) throw new Refusal('customer_not_found', { param: 'customer' })
  if (state.customer.deletedAt !== null)
    throw new Refusal('customer_deleted', { param: 'customer', values: { customer: state.customer.key } })
  const current = advanceState(state, state.now)
  const { now, entitlements, changes } = await previewUsage(ctx.db, current, usage)
  if (current.head.entitlementVersion === state.head.entitlementVersion)
    ctx.entitlements.set(customer, entitlements)
  return decided(question, entitlements, changes.balances, now)
}
