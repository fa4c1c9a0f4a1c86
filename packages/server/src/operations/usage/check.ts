/**
 * check: the same decision as consume on a fresh read, without a lock and without taking. A forecast.
 * Questions that arrive while one read is under way share the next one. Two reads at once made smaller ones of both,
 * and most of what a read costs doesn't grow with it.
 */
import type { Feature } from '../../domain/catalog/model.ts'
import type { Entitlements } from '../../domain/entitlements/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { decideTake, decideValue, takesOf } from '../../domain/usage/decide.ts'
import type { Balance } from '../../domain/usage/model.ts'
import { Refusal } from '../../refusal.ts'
import { readCustomerUsage } from '../../store/balances.ts'
import { loadCustomerStates } from '../../store/customer-state.ts'
import {
  type AdmittedCheck,
  type CheckRead,
  readAdmitted,
  readForCheck,
} from '../../store/usage/check-read.ts'
import { nothingDoneUnder, type Outcome } from './commands.ts'
import type { BatchContext } from './second-gear.ts'
import { requireNearNow } from './near-now.ts'
import { previewUsage } from './preview.ts'

export interface CheckQuestion {
  customer: number
  onTestClock: boolean
  feature: Feature
  amount: number
  member: number
  /** What the caller says; null for now. */
  at: Instant | null
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
  let isReading = false

  async function readOn(): Promise<void> {
    while (queue.length > 0) {
      // Who asks within this turn of the loop shares the read: it costs nobody anything.
      await new Promise((resolve) => setImmediate(resolve))
      const batch = queue.splice(0, MOST_AT_ONCE)
      try {
        await answerDecided(ctx, await answerAdmitted(ctx, batch))
      } catch (error) {
        for (const asked of batch) asked.reject(error)
      }
    }
    isReading = false
  }

  return {
    check(question) {
      return new Promise((resolve, reject) => {
        queue.push({ question, resolve, reject })
        if (isReading) return
        isReading = true
        void readOn()
      })
    },
  }
}

/** Answers those that the guard would admit. @returns the others */
async function answerAdmitted(ctx: BatchContext, batch: Asked[]): Promise<Asked[]> {
  const live = batch.filter(({ question }) => !question.onTestClock && question.at === null)
  if (live.length === 0) return batch
  const questions = live.map((asked) => asked.question)
  const admitted = await readAdmitted(ctx.db, ctx.environment.id, questions, ctx.clock.now())
  if (admitted.length === batch.length) {
    for (const each of admitted) (live[each.index] as Asked).resolve(outcomeOfAdmitted(each))
    return []
  }
  const answered = new Set<Asked>()
  for (const each of admitted) {
    const asked = live[each.index] as Asked
    asked.resolve(outcomeOfAdmitted(each))
    answered.add(asked)
  }
  return batch.filter((asked) => !answered.has(asked))
}

/** By what is in force, from memory where the version is the head's. A refusal concerns its own question alone. */
async function answerDecided(ctx: BatchContext, batch: Asked[]): Promise<void> {
  if (batch.length === 0) return
  const questions = batch.map((asked) => asked.question)
  const reads = await readForCheck(ctx.db, ctx.environment.id, questions)
  batch.forEach((asked, index) => {
    try {
      const remembered = answerFromMemory(ctx, asked.question, reads[index] as CheckRead)
      if (remembered !== null) asked.resolve(remembered)
      else fullAnswer(ctx, asked.question).then(asked.resolve, asked.reject)
    } catch (error) {
      asked.reject(error)
    }
  })
}

function outcomeOfAdmitted(admitted: AdmittedCheck): Outcome {
  const { used, limit, unlimited, remaining, overage, windowEnd } = admitted
  return {
    decision: {
      allowed: true,
      code: 'ok',
      limit: unlimited ? { unlimited: true } : { unlimited: false, amount: limit },
      used,
      remaining,
      overage,
      resetsAt: Number.isFinite(windowEnd) ? windowEnd : null,
    },
    access: { level: 'full', reason: 'ok' },
    plan: null,
    planItem: 0,
    currency: null,
    interval: null,
    event: null,
    replayed: false,
    hold: null,
  }
}

function answerFromMemory(ctx: BatchContext, question: CheckQuestion, read: CheckRead): Outcome | null {
  if (question.onTestClock || read.head === null) return null
  const now = Math.max(
    ctx.clock.now(),
    read.head.decidedAt,
    ...read.balances.map((balance) => balance.decidedAt),
  )
  if (now >= read.head.dueAt) return null
  if (read.balances.some((balance) => now >= balance.validUntil)) return null
  const entitlements = ctx.entitlements.get(question.customer, read.head.entitlementVersion)
  if (entitlements === undefined) return null
  return decided(question, entitlements, read.balances, now)
}

function decided(
  question: CheckQuestion,
  entitlements: Entitlements,
  balances: Balance[],
  now: Instant,
): Outcome {
  requireNearNow(question.at, now)
  const entitlement = entitlements.features.get(question.feature.id)
  const about = nothingDoneUnder(entitlements)
  const { kind } = question.feature
  if (kind === 'flag' || kind === 'setting')
    return { decision: decideValue(entitlements, entitlement), ...about }
  const takes = entitlement === undefined ? 'customer' : takesOf(entitlement, question.member)
  if (takes === 'member' && question.member === 0)
    throw new Refusal('member_required', { param: 'member', values: { feature: question.feature.key } })
  const owners = takes === 'both' ? [0, question.member] : takes === 'member' ? [question.member] : [0]
  const taken = owners
    .map((member) => balances.find((each) => each.feature === question.feature.id && each.member === member))
    .filter((balance) => balance !== undefined)
  return {
    decision: decideTake(entitlements, entitlement, { takes, balances: taken }, question.amount, now),
    ...about,
  }
}

/** Everything that is due is applied in memory and saved by nobody: the same functions that the writer runs. */
async function fullAnswer(ctx: BatchContext, question: CheckQuestion): Promise<Outcome> {
  const { customer } = question
  const [states, usage] = await Promise.all([
    loadCustomerStates(ctx.db, ctx, [customer], { freshCatalog: true }),
    readCustomerUsage(ctx.db, ctx.environment.id, customer),
  ])
  const state = states.get(customer)
  if (state === undefined) throw new Refusal('customer_not_found', { param: 'customer' })
  if (state.customer.deletedAt !== null)
    throw new Refusal('customer_deleted', { param: 'customer', values: { customer: state.customer.key } })
  const { state: current, now, entitlements, balances } = await previewUsage(ctx.db, state, usage)
  if (current.head.entitlementVersion === state.head.entitlementVersion)
    ctx.entitlements.set(customer, entitlements)
  return decided(question, entitlements, balances, now)
}
