import type { endpoints } from '@tollkeeper/contract'
import { suggestUpgrade } from '../domain/catalog/suggest-upgrade.ts'
import { readInstantOrNull, toIso, toIsoOrNull } from '../domain/time/instant.ts'
import { overageOf, percentageOf, remainingOf, thresholdTotal } from '../domain/usage/limits.ts'
import type { Balance } from '../domain/usage/model.ts'
import { verbs } from '../operations/usage/commands.ts'
import {
  overages,
  summarizeUsage,
  type UsageSummary,
  usageHistory,
  usageWindows,
} from '../operations/usage/read.ts'
import type { Handlers } from './handler.ts'
import { limitFields, presentUpgrade } from './limits.ts'
import { presentList } from './list.ts'

type HistoryCalls = Pick<typeof endpoints.usage, 'summary' | 'windows' | 'history' | 'overages'>

export const historyRoutes = {
  summary: async ({ params, query }, ctx) =>
    presentSummary(await summarizeUsage(ctx, params.id, query.member)),
  windows: async ({ params, query }, ctx) => {
    const { rows, nextCursor } = await usageWindows(ctx, params.id, query)
    const data = rows.map((row) => ({
      feature: row.featureKey,
      member: row.memberKey,
      windowStart: toIso(row.windowStart),
      windowEnd: toIso(row.windowEnd),
      ...limitFields(row.limit),
      used: row.used,
      reserved: row.reserved,
      overage: row.overage,
      percentage: percentageOf(row.used, row.limit),
    }))
    return presentList(data, nextCursor)
  },
  history: async ({ params, query }, ctx) => {
    const { from, to, ...rest } = query
    const { rows, nextCursor } = await usageHistory(ctx, params.id, {
      ...rest,
      from: readInstantOrNull(from) ?? undefined,
      to: readInstantOrNull(to) ?? undefined,
    })
    const data = rows.map((row) => ({
      id: row.id,
      verb: verbNames.get(row.verb) as 'consume',
      feature: row.featureKey,
      member: row.memberKey,
      subscription: row.subscriptionId,
      amount: row.amount,
      overage: row.overage,
      usedAfter: row.usedAfter,
      occurredAt: toIso(row.occurredAt),
      recordedAt: toIso(row.recordedAt),
      metadata: row.metadata === null ? {} : JSON.parse(row.metadata),
    }))
    return presentList(data, nextCursor)
  },
  overages: async ({ params, query }, ctx) => {
    const { rows, nextCursor } = await overages(ctx, params.id, query)
    const data = rows.map((row) => ({
      feature: row.featureKey,
      member: row.memberKey,
      windowStart: toIso(row.windowStart),
      amount: row.amount,
      priced: row.priced,
      unitPrices: row.unitPrices,
      event: row.event,
      at: toIso(row.at),
    }))
    return presentList(data, nextCursor)
  },
} satisfies Handlers<HistoryCalls>

const verbNames = new Map<number, string>(Object.entries(verbs).map(([name, number]) => [number, name]))

function presentSummary(summary: UsageSummary) {
  const { state, entitlements } = summary
  const { billingPeriod } = entitlements
  return {
    object: 'usage' as const,
    customer: state.customer.key,
    livemode: state.livemode,
    access: entitlements.access,
    period:
      billingPeriod === null ? null : { start: toIso(billingPeriod.start), end: toIso(billingPeriod.end) },
    data: summary.balances.map((balance) => presentBalance(summary, balance)),
  }
}

function presentBalance({ state, entitlements, memberKeys }: UsageSummary, balance: Balance) {
  const feature = state.catalog.features.find((each) => each.id === balance.feature)
  if (feature === undefined) throw new Error(`The feature ${balance.feature} of a balance is missing`)
  const { limit, used } = balance
  return {
    feature: feature.key,
    name: feature.name,
    kind: feature.kind,
    unit: feature.unit,
    member: memberKeys.get(balance.member) ?? null,
    ...limitFields(limit),
    used,
    reserved: balance.reserved + balance.leased,
    remaining: limit.unlimited ? null : remainingOf(balance),
    percentage: percentageOf(used, limit),
    overage: overageOf(balance),
    thresholds: feature.thresholds.map((percent) => ({
      percent,
      reached: !limit.unlimited && (limit.amount === 0 || used >= thresholdTotal(limit.amount, percent)),
    })),
    windowStart: feature.kind === 'gauge' ? null : toIsoOrNull(balance.windowStart),
    resetsAt: toIsoOrNull(balance.windowEnd),
    upgrade: presentUpgrade(
      suggestUpgrade({
        catalog: state.catalog,
        plan: entitlements.plan?.key ?? null,
        currency: entitlements.currency,
        interval: entitlements.interval,
        feature: feature.key,
        needed: used + 1,
      }),
    ),
  }
}
