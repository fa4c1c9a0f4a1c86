import type { endpoints } from '@tollkeeper/contract'
import type { Terms } from '../domain/subscriptions/model.ts'
import { intervalText } from '../domain/subscriptions/terms.ts'
import { readInstantOrNull, toIso, toIsoOrNull } from '../domain/time/index.ts'
import {
  activateSubscription,
  cancelSubscription,
  changeSubscriptionTerms,
  deleteSubscriptionAddOn,
  deleteSubscriptionBundle,
  pauseSubscription,
  previewSubscriptionTerms,
  resumeSubscription,
  type SubscriptionResult,
} from '../operations/subscriptions/change.ts'
import type { z } from 'zod'
import type { Preview } from '../operations/previews/preview.ts'
import { previewNewSubscription, type CreateSubscription } from '../operations/subscriptions/create.ts'
import { subscribe } from '../operations/subscriptions/subscribe.ts'
import type { OrderResult } from '../operations/payments/order.ts'
import { putSubscriptionAddOn, putSubscriptionBundle } from '../operations/subscriptions/put-module.ts'
import { getSubscription, listSubscriptions } from '../operations/subscriptions/get.ts'
import { answerWith, type Handlers } from './handler.ts'
import { presentLine } from './invoices.ts'
import { presentList } from './list.ts'
import { presentAttempt } from './payment-attempts.ts'

export const subscriptionRoutes = {
  create: async ({ body }, ctx) => {
    const { previewToken, totalMinor, idempotencyKey, ...fields } = body
    const agreed = { previewToken, totalMinor, idempotencyKey }
    const result = await subscribe(ctx, newSubscription(fields), agreed)
    return presentOrdered(result)
  },
  preview: async ({ body }, ctx) => presentPreview(await previewNewSubscription(ctx, newSubscription(body))),
  previewChange: async ({ params, body }, ctx) => {
    const { idempotencyKey: _, ...fields } = body
    return presentPreview(await previewSubscriptionTerms(ctx, params.id, fields))
  },
  get: async ({ params }, ctx) => presentSubscription(await getSubscription(ctx, params.id)),
  list: async ({ query }, ctx) => {
    const { results, nextCursor } = await listSubscriptions(ctx, query)
    const data = results.map(presentSubscription)
    return presentList(data, nextCursor)
  },
  change: async ({ params, body }, ctx) => {
    const { previewToken, totalMinor, idempotencyKey: _, ...fields } = body
    return presentSubscription(
      await changeSubscriptionTerms(ctx, params.id, fields, { previewToken, totalMinor }),
    )
  },
  cancel: async ({ params, body }, ctx) =>
    presentSubscription(await cancelSubscription(ctx, params.id, body)),
  resume: async ({ params }, ctx) => presentSubscription(await resumeSubscription(ctx, params.id)),
  pause: async ({ params, body }, ctx) =>
    presentSubscription(await pauseSubscription(ctx, params.id, readInstantOrNull(body.resumeAt))),
  activate: async ({ params }, ctx) => presentSubscription(await activateSubscription(ctx, params.id)),
  putAddOn: {
    detached: async ({ params, body }, ctx) => {
      const command = { addOn: params.addOnId, quantity: body.quantity }
      return presentOrdered(await putSubscriptionAddOn(ctx, params.id, command))
    },
  },
  deleteAddOn: async ({ params, query }, ctx) =>
    presentSubscription(await deleteSubscriptionAddOn(ctx, params.id, params.addOnId, query.when)),
  putBundle: {
    detached: async ({ params }, ctx) =>
      presentOrdered(await putSubscriptionBundle(ctx, params.id, params.bundleId)),
  },
  deleteBundle: async ({ params, query }, ctx) =>
    presentSubscription(await deleteSubscriptionBundle(ctx, params.id, params.bundleId, query.when)),
} satisfies Handlers<typeof endpoints.subscriptions>

function presentOrdered({ order, ...result }: Awaited<ReturnType<typeof subscribe>>) {
  const answer = { ...presentSubscription(result), payment: presentOrder(order, result) }
  return order === null || order.status === 'paid' ? answer : answerWith(202, answer)
}

type NewSubscriptionBody = Omit<z.output<typeof endpoints.subscriptions.preview.body>, 'idempotencyKey'>

function newSubscription(body: NewSubscriptionBody): CreateSubscription {
  const { customer, plan, interval, quantities, authority, activation, bundles, coupons, metadata } = body
  return {
    customer,
    plan,
    interval,
    currency: body.currency ?? null,
    quantities,
    addOns: body.addOns.map((each) =>
      typeof each === 'string' ? { addOn: each, quantity: 1 } : { addOn: each.id, quantity: each.quantity },
    ),
    bundles,
    coupons,
    authority,
    activation,
    startAt: readInstantOrNull(body.startAt),
    trialDays: body.trialDays ?? null,
    paymentMethod: body.paymentMethod ?? null,
    metadata,
  }
}

function presentPreview({ state, document, otherCurrency, nextInvoice, next, ...preview }: Preview) {
  const invoice = document?.invoice
  const totalMinor = invoice?.totalMinor ?? 0
  const creditAppliedMinor = document?.creditMinor ?? 0
  return {
    object: 'subscription_preview' as const,
    livemode: state.livemode,
    customer: state.customer.key,
    effectiveAt: toIso(preview.effectiveAt),
    stateVersion: preview.stateVersion,
    previewToken: preview.previewToken,
    currency: invoice?.currency ?? null,
    kind: invoice?.kind ?? ('none' as const),
    subtotalMinor: invoice?.subtotalMinor ?? 0,
    discountMinor: invoice?.discountMinor ?? 0,
    taxMinor: invoice?.taxMinor ?? 0,
    totalMinor,
    creditAppliedMinor,
    amountDueMinor: invoice?.kind === 'credit_note' ? 0 : totalMinor - creditAppliedMinor,
    lines: document?.lines.map(presentLine) ?? [],
    otherCurrency: otherCurrency && presentFigures(otherCurrency),
    nextInvoiceAt: toIsoOrNull(next?.at ?? null),
    nextInvoiceCurrency: next?.currency ?? null,
    nextInvoiceTotalMinor: next?.totalMinor ?? null,
    nextInvoice: nextInvoice.map(
      ({ kind, reference, description, quantity, currency, amountMinor, service }) => ({
        kind,
        reference,
        description,
        quantity,
        currency,
        amountMinor,
        serviceStart: toIsoOrNull(service?.start ?? null),
        serviceEnd: toIsoOrNull(service?.end ?? null),
      }),
    ),
  }
}

function presentFigures({ invoice, lines }: NonNullable<Preview['otherCurrency']>) {
  const { currency, kind, subtotalMinor, discountMinor, taxMinor, totalMinor } = invoice
  return {
    currency,
    kind,
    subtotalMinor,
    discountMinor,
    taxMinor,
    totalMinor,
    lines: lines.map(presentLine),
  }
}

function presentSubscription({ state, subscription }: SubscriptionResult) {
  const { scheduledChange } = subscription
  return {
    object: 'subscription' as const,
    id: subscription.id,
    livemode: state.livemode,
    customer: state.customer.key,
    status: subscription.status,
    authority: subscription.authority,
    ...presentTerms(subscription),
    addOns: subscription.addOns.map((each) => ({
      id: each.addOn.key,
      quantity: each.quantity,
      startedAt: toIso(each.startedAt),
      endsAt: toIsoOrNull(each.endsAt),
    })),
    bundles: subscription.bundles.map((each) => ({
      id: each.bundle.key,
      startedAt: toIso(each.startedAt),
      endsAt: toIsoOrNull(each.endsAt),
    })),
    anchorAt: toIso(subscription.anchorAt),
    periodStart: toIso(subscription.periodStart),
    periodEnd: toIso(subscription.periodEnd),
    billedUntil: toIsoOrNull(subscription.billedUntil),
    startAt: toIso(subscription.startAt),
    trialEndAt: toIsoOrNull(subscription.trialEndAt),
    cancelAt: toIsoOrNull(subscription.cancelAt),
    canceledAt: toIsoOrNull(subscription.canceledAt),
    endedAt: toIsoOrNull(subscription.endedAt),
    endReason: subscription.endReason,
    pausedAt: toIsoOrNull(subscription.pausedAt),
    resumeAt: toIsoOrNull(subscription.resumeAt),
    scheduledChange:
      scheduledChange === null ? null : { at: toIso(scheduledChange.at), ...presentTerms(scheduledChange) },
    metadata: subscription.metadata,
    createdAt: toIso(subscription.createdAt),
    updatedAt: toIso(subscription.updatedAt),
  }
}

function presentOrder(order: OrderResult | null, { state }: SubscriptionResult) {
  if (order === null) return null
  const { status, url, attempt } = order
  const { livemode, customer } = state
  return {
    status,
    url,
    attempt: attempt === null ? null : presentAttempt(attempt, customer.key, livemode),
  }
}

function presentTerms({ plan, interval, currency, quantities }: Terms) {
  return {
    plan: plan.key,
    planVersion: plan.version,
    interval: intervalText(interval),
    currency,
    quantities,
  }
}
