import type { Api, Usage } from './api.gen.ts'
import type { RequestOptions } from './request.ts'

/** One feature's usage in its running window. */
export type FeatureUsage = Usage['data'][number]

/** Usage in the words many products have for it. */
export interface ResourceUsage {
  current: number
  /** null = unlimited. */
  max: number | null
  /** Two decimals; null = unlimited. */
  percentage: number | null
  /** null = unlimited. */
  available: number | null
}

export interface UsageOfOptions<Mapped> extends RequestOptions {
  /** Names of your own: called once a feature. */
  map?: (usage: FeatureUsage) => Mapped
  /** Usage of this member, where the feature is counted by member. */
  member?: string
}

const resourceUsage = ({ used, limit, percentage, remaining }: FeatureUsage): ResourceUsage => ({
  current: used,
  max: limit,
  percentage,
  available: remaining,
})

/** Feature → usage; a member's own row goes before the customer's. */
export async function usageOf<Mapped = ResourceUsage>(
  usage: Api['usage'],
  customer: string,
  { map, member, ...options }: UsageOfOptions<Mapped> = {},
): Promise<Record<string, Mapped>> {
  const { data } = await usage.summary(customer, member === undefined ? {} : { member }, options)
  const chosen = new Map<string, FeatureUsage>()
  for (const row of data) {
    const isAsked = row.member === (member ?? null)
    if (isAsked || !chosen.has(row.feature)) chosen.set(row.feature, row)
  }
  const mapped = map ?? (resourceUsage as (row: FeatureUsage) => Mapped) // without `map`, Mapped is ResourceUsage
  return Object.fromEntries([...chosen].map(([feature, row]) => [feature, mapped(row)]))
}
