/**
 * What happens to an invoice that isn't paid.
 *
 * Owns: which of the due steps is taken. Does not own: when steps are due (`schedule.ts`), what a step does to access and
 * subscription (`take-steps.ts`), the letters' words.
 * Invariant: each step is taken or skipped once, in order; of several letters that are due together only the latest
 * leaves; nobody is suspended, paused or cancelled in whose case the last letter before it has not left in an earlier run;
 * nobody is locked out and cancelled in one run, unless only that keeps another period from beginning.
 */
import type { DunningPolicy, DunningStep } from '../catalog/model.ts'
import type { Invoice } from '../invoices/model.ts'
import { addLocalDays, END_OF_TIME, nextLocalTime, type Instant } from '../time/index.ts'
import { dunningStepAt, nextDunningAt } from './schedule.ts'

export interface DunningDecision {
  /** The letter to send; null = none. */
  letter: DunningStep | null
  /** The other steps to take, in order. */
  actions: DunningStep[]
  /** For the invoice. */
  dunningStep: number
  dunningLetter: number
  dunningAt: Instant | null
}

const RESTRICTS: ReadonlySet<DunningStep['action']> = new Set(['limit', 'read_only', 'suspend', 'pause'])

const NEEDS_WARNING: ReadonlySet<DunningStep['action']> = new Set([
  'suspend',
  'pause',
  'cancel',
  'modules_off',
])

/**
 * @param periodEnd of the running period, whose end is no later than what it would keep from beginning
 * @returns null when nothing is due
 */
export function decideDunning(
  policy: DunningPolicy,
  invoice: Pick<Invoice, 'dueAt' | 'dunningStep' | 'dunningLetter' | 'dunningAt'>,
  now: Instant,
  timeZone: string,
  periodEnd: Instant = END_OF_TIME,
): DunningDecision | null {
  const { dueAt, dunningAt } = invoice
  if (dueAt === null || dunningAt === null || dunningAt > now) return null
  const decision: DunningDecision = {
    letter: null,
    actions: [],
    dunningStep: invoice.dunningStep,
    dunningLetter: invoice.dunningLetter,
    dunningAt: null,
  }
  for (let index = invoice.dunningStep + 1; index < policy.steps.length; index += 1) {
    const step = policy.steps[index] as DunningStep
    if (dunningStepAt(step, policy, dueAt, timeZone) > now) break
    if (NEEDS_WARNING.has(step.action) && lastLetterBefore(policy, index) > invoice.dunningLetter) {
      // the warning leaves now; what it warns of comes with a later run
      return { ...decision, dunningAt: nextRun(policy, now, timeZone) }
    }
    const restrictsFirst = decision.actions.some(
      ({ action, afterDays }) => RESTRICTS.has(action) && afterDays < step.afterDays,
    )
    if (step.action === 'cancel' && restrictsFirst && periodEnd > now) {
      // what was missed comes step by step
      return { ...decision, dunningAt: Math.min(nextRun(policy, now, timeZone), periodEnd) }
    }
    decision.dunningStep = index
    if (step.action === 'letter') {
      decision.letter = step
      decision.dunningLetter = index
    } else decision.actions.push(step)
  }
  return { ...decision, dunningAt: nextDunningAt(policy, decision.dunningStep, dueAt, timeZone) }
}

/** Index of the last letter that the policy has before a step; −1 where it has none. */
function lastLetterBefore(policy: DunningPolicy, index: number): number {
  return policy.steps.findLastIndex((step, at) => at < index && step.action === 'letter')
}

function nextRun({ hour }: DunningPolicy, now: Instant, timeZone: string): Instant {
  return hour === null ? addLocalDays(now, 1, timeZone) : nextLocalTime(now, timeZone, hour, 0)
}
