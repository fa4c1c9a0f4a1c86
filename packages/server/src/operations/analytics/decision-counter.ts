/**
 * Decisions on quota as they are made, until they are added up in the database.
 *
 * Owns: which decisions count. Does not own: when they are added up (`count-decisions.ts`).
 * Invariant: counting is an addition in memory, so that nobody waits for a statistic.
 */
import type { Outcome, Verb } from '../usage/commands.ts'

export interface DecisionCount {
  /** Surrogate of a customer on a test clock; 0 for everybody else. */
  customer: number
  feature: number
  /** Surrogate of the one it was decided under; 0 without one. */
  plan: number
  decisions: number
  refusals: number
}

export interface DecisionCounter {
  count(
    command: { verb: Verb; customer: number; onTestClock: boolean; feature: { id: number } },
    outcome: Outcome,
  ): void
  /** What was counted since it was taken last. */
  counted(): DecisionCount[]
  /** The same, and begins anew. */
  take(): DecisionCount[]
  /** What was taken could not be kept. */
  giveBack(counts: readonly DecisionCount[]): void
}

const ASKING: readonly Verb[] = ['consume', 'reserve', 'lease']

/**
 * A decision on quota: a take that the limit allowed or refused. Not what access or the plan refused whatever the limit
 * is, not a replay, and no question: nothing was to be taken.
 */
const isDecision = (verb: Verb, { decision, replayed }: Outcome): boolean =>
  ASKING.includes(verb) && !replayed && (decision.allowed || isRefusal(decision.code))

const isRefusal = (code: string): boolean => code === 'quota_exceeded' || code === 'insufficient_credits'

export function createDecisionCounter(): DecisionCounter {
  let counts = new Map<string, DecisionCount>()
  // one of the same kind follows the other nearly always: a name for each would be what counting costs
  let last: DecisionCount | null = null
  const countOf = (customer: number, feature: number, plan: number): DecisionCount => {
    if (last?.feature === feature && last.plan === plan && last.customer === customer) return last
    const name = `${customer}/${feature}/${plan}`
    const known = counts.get(name)
    last = known ?? { customer, feature, plan, decisions: 0, refusals: 0 }
    if (known === undefined) counts.set(name, last)
    return last
  }
  return {
    count({ verb, customer, onTestClock, feature }, outcome) {
      if (!isDecision(verb, outcome)) return
      const count = countOf(onTestClock ? customer : 0, feature.id, outcome.planItem)
      count.decisions += 1
      if (!outcome.decision.allowed) count.refusals += 1
    },
    counted: () => [...counts.values()],
    take() {
      const taken = [...counts.values()]
      counts = new Map()
      last = null
      return taken
    },
    giveBack(given) {
      for (const { customer, feature, plan, decisions, refusals } of given) {
        const count = countOf(customer, feature, plan)
        count.decisions += decisions
        count.refusals += refusals
      }
    },
  }
}
