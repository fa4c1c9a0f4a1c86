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
  const add = ({ customer, feature, plan, decisions, refusals }: DecisionCount): void => {
    const name = `${customer}/${feature}/${plan}`
    const known = counts.get(name)
    if (known === undefined) counts.set(name, { customer, feature, plan, decisions, refusals })
    else {
      known.decisions += decisions
      known.refusals += refusals
    }
  }
  return {
    count({ verb, customer, onTestClock, feature }, outcome) {
      if (!isDecision(verb, outcome)) return
      const refusals = outcome.decision.allowed ? 0 : 1
      const clocked = onTestClock ? customer : 0
      add({ customer: clocked, feature: feature.id, plan: outcome.planItem, decisions: 1, refusals })
    },
    counted: () => [...counts.values()],
    take() {
      const taken = [...counts.values()]
      counts = new Map()
      return taken
    },
    giveBack(given) {
      for (const count of given) add(count)
    },
  }
}
