import type { RevenueShare } from './model.ts'

export type MovementKind = 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation'

/** How a customer's monthly revenue in one currency moved, as it is told of one plan. */
export interface RevenueMovement extends RevenueShare {
  kind: MovementKind
  /** What moved `monthlyMinor`, the plan's new share; never 0. */
  deltaMinor: number
}

/**
 * What a change of the whole is, with the customer's earlier life: the last revenue that goes is churn, the first that
 * comes is new, and what comes after churn is a reactivation. Equal sums are an expansion by nothing.
 *
 * @param everPaid whether there ever was revenue before
 * @example classifyMovement(0, 1_500, false) // { kind: 'new', deltaMinor: 1500 }
 */
export function classifyMovement(
  beforeMinor: number,
  afterMinor: number,
  everPaid: boolean,
): { kind: MovementKind; deltaMinor: number } {
  const deltaMinor = afterMinor - beforeMinor
  if (beforeMinor === 0 && afterMinor > 0) return { kind: everPaid ? 'reactivation' : 'new', deltaMinor }
  if (beforeMinor > 0 && afterMinor === 0) return { kind: 'churn', deltaMinor }
  return { kind: deltaMinor < 0 ? 'contraction' : 'expansion', deltaMinor }
}

/**
 * From what was recorded of a customer to what is so now. Of each currency by itself: who pays in another one churns in
 * the first and is new in the second. Revenue that goes from one plan to another is two movements of one kind, so that
 * the sums of each plan, of each kind and of everything are right at once.
 *
 * @param recorded what was recorded last; plans of earlier times stay in it with 0
 */
export function movementsOf(
  recorded: readonly RevenueShare[],
  current: readonly RevenueShare[],
): RevenueMovement[] {
  const movements: RevenueMovement[] = []
  const all = [...recorded, ...current]
  for (const currency of new Set(all.map((share) => share.currency))) {
    const earlier = recorded.filter((share) => share.currency === currency)
    const later = current.filter((share) => share.currency === currency)
    const { kind } = classifyMovement(sumOf(earlier), sumOf(later), earlier.length > 0)
    for (const plan of new Set([...earlier, ...later].map((share) => share.plan))) {
      const monthlyMinor = sumOf(later.filter((share) => share.plan === plan))
      const deltaMinor = monthlyMinor - sumOf(earlier.filter((share) => share.plan === plan))
      if (deltaMinor !== 0) movements.push({ currency, plan, monthlyMinor, kind, deltaMinor })
    }
  }
  return movements
}

/** What is recorded once the movements are. */
export function recordMovements(
  recorded: readonly RevenueShare[],
  movements: readonly RevenueMovement[],
): RevenueShare[] {
  const moved = ({ currency, plan }: RevenueShare) =>
    movements.some((movement) => movement.currency === currency && movement.plan === plan)
  return [
    ...recorded.filter((share) => !moved(share)),
    ...movements.map(({ currency, plan, monthlyMinor }) => ({ currency, plan, monthlyMinor })),
  ]
}

function sumOf(shares: readonly RevenueShare[]): number {
  return shares.reduce((sum, share) => sum + share.monthlyMinor, 0)
}
