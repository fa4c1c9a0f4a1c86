import type { endpoints } from '@tollkeeper/contract'
import type { UsageContext } from '../context.ts'
import { suggestTopUp } from '../domain/catalog/suggest-top-up.ts'
import { suggestUpgrade } from '../domain/catalog/suggest-upgrade.ts'
import type { Catalog } from '../domain/catalog/model.ts'
import { readInstant, toIso, toIsoOrNull, type Instant } from '../domain/time/instant.ts'
import type { LanguageTag } from '../language/index.ts'
import { decisionMessage } from '../language/format.ts'
import type { Outcome } from '../operations/usage/commands.ts'
import { getReservation } from '../operations/usage/get-reservation.ts'
import { trackEvents } from '../operations/usage/track.ts'
import type { UsageInput } from '../operations/usage/requests.ts'
import type { UsageResult } from '../operations/usage/usage.ts'
import { Refusal } from '../refusal.ts'
import type { Handlers } from './handler.ts'
import { limitFields, presentUpgrade } from './limits.ts'
import { historyRoutes } from './usage-history.ts'

export const usageRoutes = {
  check: async ({ body, language }, ctx) =>
    presentDecision(ctx, body, language, await ctx.usage.check(ctx.environment, withInstant(body))),
  consume: async ({ body, language }, ctx) => {
    const result = await ctx.usage.submit(ctx.environment, { verb: 'consume', ...withInstant(body) })
    logRefusal(ctx, body, result)
    const { event, replayed } = result.outcome
    return { ...(await presentDecision(ctx, body, language, result)), event, replayed }
  },
  release: async ({ body }, ctx) => {
    const { amount, ...rest } = withInstant(body)
    const request = { verb: 'release' as const, ...rest, amount: amount ?? 1, wholeUse: amount === undefined }
    return presentLevel(body, await ctx.usage.submit(ctx.environment, request))
  },
  set: async ({ body }, ctx) =>
    presentLevel(body, await ctx.usage.submit(ctx.environment, { verb: 'set', ...withInstant(body) })),
  track: ({ body, language }, ctx) => trackEvents(ctx, body, language),
  reserve: async ({ body, language }, ctx) => {
    const { ttlSeconds, ...rest } = withInstant(body)
    const result = await ctx.usage.submit(ctx.environment, {
      verb: 'reserve',
      ...rest,
      ttlMs: ttlSeconds * 1000,
    })
    logRefusal(ctx, body, result)
    const { hold, replayed } = result.outcome
    const expiresAt = hold === null ? null : toIso(hold.expiresAt)
    return {
      ...(await presentDecision(ctx, body, language, result)),
      id: hold?.id ?? null,
      expiresAt,
      replayed,
    }
  },
  getReservation: async ({ params }, ctx) => getReservation(ctx, params.id),
  settle: async ({ params, body }, ctx) =>
    presentHold(await ctx.usage.settle(ctx.environment, { kind: 'reservation', id: params.id, ...body })),
  cancelReservation: async ({ params }, ctx) =>
    presentHold(
      await ctx.usage.settle(ctx.environment, {
        kind: 'reservation',
        id: params.id,
        amount: 0,
        cancel: true,
      }),
    ),
  lease: async ({ body, language }, ctx) => {
    const { ttlSeconds, ...rest } = withInstant(body)
    const result = await ctx.usage.submit(ctx.environment, {
      verb: 'lease',
      ...rest,
      ttlMs: ttlSeconds * 1000,
    })
    const { hold, replayed } = result.outcome
    return {
      ...(await presentDecision(ctx, body, language, result)),
      id: hold?.id ?? null,
      granted: hold?.amount ?? 0,
      expiresInMs: hold === null ? null : hold.expiresAt - hold.createdAt,
      expiresAt: hold === null ? null : toIso(hold.expiresAt),
      replayed,
    }
  },
  reportLease: async ({ params, body }, ctx) =>
    presentHold(await ctx.usage.settle(ctx.environment, { kind: 'lease', id: params.id, ...body })),
  ...historyRoutes,
} satisfies Handlers<typeof endpoints.usage>

/** A use with its moment read; mostly it names none. */
function withInstant<Body extends { at?: string | undefined }>(
  body: Body,
): Omit<Body, 'at'> & { at?: Instant | undefined } {
  if (body.at === undefined) return body as Omit<Body, 'at'> & { at?: undefined }
  return { ...body, at: readInstant(body.at) }
}

/** One structured line for each refusal; ids only. The first of an hour becomes an event. */
function logRefusal(
  ctx: UsageContext,
  { customer, feature, member }: Pick<UsageInput, 'customer' | 'feature' | 'member'>,
  { outcome, amount, feature: asked }: UsageResult,
) {
  if (outcome.decision.allowed) return
  const { code } = outcome.decision
  ctx.refusals.note(ctx.environment, { customer, member, feature: asked.key, amount, outcome })
  ctx.logger.info(
    { event: 'quota_refused', environment: ctx.environment.name, customer, feature, amount, code },
    'refused',
  )
}

async function presentDecision(
  ctx: UsageContext,
  input: Pick<UsageInput, 'customer' | 'feature'>,
  language: LanguageTag,
  { outcome, amount, feature }: UsageResult,
) {
  const { decision, access, plan } = outcome
  const { allowed, code, limit, used, remaining } = decision
  const help = allowed ? noHelp : await helpFor(ctx, { outcome, amount, feature })
  return {
    allowed,
    code,
    customer: input.customer,
    feature: input.feature,
    amount,
    ...limitFields(limit),
    used,
    remaining: limit.unlimited ? null : remaining,
    overage: decision.overage,
    resetsAt: toIsoOrNull(decision.resetsAt),
    access,
    message: allowed
      ? decisionMessage(language, 'ok')
      : decisionMessage(language, code, {
          feature: feature.name === '' ? feature.key : feature.name,
          amount,
          hasLimit: limit.unlimited ? 'no' : 'yes',
          limit: limit.unlimited ? '' : limit.amount,
          used,
          remaining,
          plan: plan?.name ?? '',
        }),
    ...help,
  }
}

const noHelp = { upgrade: null, topUp: null }

/** What would have allowed it: nothing that is sold lifts a suspension. */
async function helpFor(ctx: UsageContext, { outcome, amount, feature }: UsageResult) {
  const { code, remaining } = outcome.decision
  const soldOut =
    code === 'quota_exceeded' || code === 'insufficient_credits' || code === 'feature_not_included'
  if (!soldOut) return noHelp
  const catalog = await ctx.catalogs.current(ctx.environment.id)
  return {
    upgrade: upgradeFor(catalog, outcome, feature.key, amount),
    topUp: suggestTopUp(catalog, feature.key, outcome.currency, amount - remaining),
  }
}

function upgradeFor(catalog: Catalog, outcome: Outcome, feature: string, asked: number) {
  const suggestion = suggestUpgrade({
    catalog,
    plan: outcome.plan?.key ?? null,
    currency: outcome.currency,
    interval: outcome.interval,
    feature,
    needed: outcome.decision.used + asked,
  })
  return presentUpgrade(suggestion)
}

function presentLevel(input: Pick<UsageInput, 'customer' | 'feature' | 'member'>, { outcome }: UsageResult) {
  const { limit, used, remaining, overage } = outcome.decision
  return {
    customer: input.customer,
    feature: input.feature,
    member: input.member ?? null,
    ...limitFields(limit),
    used,
    remaining: limit.unlimited ? null : remaining,
    overage,
    event: outcome.event as string,
    replayed: outcome.replayed,
  }
}

function presentHold({
  outcome,
  feature,
  customer,
  member,
}: UsageResult & { customer: string; member: string | null }) {
  const { hold } = outcome
  if (hold === null) throw new Refusal('reservation_not_found', { param: 'id' })
  return {
    object: hold.kind,
    id: hold.id,
    status: hold.status,
    customer,
    feature: feature.key,
    member,
    amount: hold.amount,
    settled: hold.settled,
    overEstimate: hold.overEstimate,
    expiresAt: toIso(hold.expiresAt),
  }
}
