import type { Context, OperationContext } from '../../context.ts'
import { localDate } from '../../domain/analytics/range.ts'
import type { FigureScope } from '../../store/analytics.ts'
import { addDecisions, loadItemKeys, loadTestClocksOf } from '../../store/quota-decisions.ts'
import type { DecisionCount } from './decision-counter.ts'
import type { QuotaSegment, RateCounts } from '../../store/figures.ts'

/**
 * Adds what this process has counted to the table. What can't be added now is kept for the next time; what a process
 * that is killed had not added is lost, which a statistic can bear.
 *
 * @returns how many decisions
 */
export async function addUpDecisions(ctx: Context): Promise<number> {
  let added = 0
  for (const { environment, counter } of ctx.usage.decisions()) {
    const counts = counter.take()
    if (counts.length === 0) continue
    try {
      const { timeZone } = (await ctx.catalogs.current(environment)).operator
      const today = localDate(ctx.clock.now(), timeZone)
      await addDecisions(ctx.db, environment, counts, { today, timeZone })
    } catch (error) {
      counter.giveBack(counts)
      throw error
    }
    added += counts.reduce((sum, { decisions }) => sum + decisions, 0)
  }
  return added
}

/** What this process has counted and not added yet, as rows of the scope. */
export async function loadUncounted(
  ctx: OperationContext,
  scope: FigureScope,
  segment: QuotaSegment | null,
): Promise<RateCounts[]> {
  const counts = ctx.usage
    .decisions()
    .filter(({ environment }) => environment === scope.environment)
    .flatMap(({ counter }) => counter.counted())
  const clocked = counts.map(({ customer }) => customer).filter((customer) => customer !== 0)
  const clocks = await loadTestClocksOf(ctx.tx, scope.environment, clocked)
  const plans = await loadItemKeys(
    ctx.tx,
    scope.environment,
    counts.map(({ plan }) => plan),
  )
  const { features } = await ctx.catalogs.current(scope.environment, ctx.tx)
  const keys = {
    feature: ({ feature }: DecisionCount) => features.find(({ id }) => id === feature)?.key ?? null,
    plan: ({ plan }: DecisionCount) => plans.get(plan) ?? '',
  }
  const interval = scope.boundaries.filter((boundary) => boundary <= scope.now).length
  if (interval === 0 || interval === scope.boundaries.length) return []
  return counts
    .filter(({ customer }) => (clocks.get(customer) ?? null) === scope.testClock)
    .filter((count) => scope.plan === null || keys.plan(count) === scope.plan)
    .map((count) => ({
      currency: null,
      segment: segment === null ? null : keys[segment](count),
      interval,
      numerator: count.refusals,
      denominator: count.decisions,
    }))
}
