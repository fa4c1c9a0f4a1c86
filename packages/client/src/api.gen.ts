// Written by `npm run generate` from packages/contract. Don't edit: change the contract and run it again.
import type { EventStream, EventStreamOptions } from './event-stream.ts'
import type { Pages } from './pages.ts'
import type { RequestOptions } from './request.ts'

/** Why a request was refused. A newer server may know more of them. */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_json'
  | 'body_too_large'
  | 'headers_too_large'
  | 'request_malformed'
  | 'request_timeout'
  | 'unsupported_media_type'
  | 'not_found'
  | 'method_not_allowed'
  | 'idempotency_key_conflict'
  | 'idempotency_key_reused'
  | 'idempotency_key_in_flight'
  | 'invalid_cursor'
  | 'key_missing'
  | 'key_invalid'
  | 'key_revoked'
  | 'key_not_permitted'
  | 'origin_not_allowed'
  | 'rate_limited'
  | 'test_only'
  | 'overloaded'
  | 'unavailable'
  | 'shutting_down'
  | 'internal_error'
  | 'catalog_invalid'
  | 'catalog_missing'
  | 'catalog_revision'
  | 'catalog_unconfirmed'
  | 'plan_not_found'
  | 'plan_archived'
  | 'plan_in_use'
  | 'plan_exists'
  | 'price_not_found'
  | 'add_on_not_found'
  | 'feature_not_found'
  | 'customer_not_found'
  | 'customer_deleted'
  | 'customer_exists'
  | 'member_not_found'
  | 'site_not_found'
  | 'time_zone_unknown'
  | 'subscription_not_found'
  | 'subscription_exists'
  | 'subscription_state'
  | 'subscription_inactive'
  | 'add_on_kind'
  | 'trial_used'
  | 'override_not_found'
  | 'override_kind'
  | 'grant_not_found'
  | 'grant_kind'
  | 'suspension_not_found'
  | 'amount_invalid'
  | 'feature_kind'
  | 'member_required'
  | 'member_not_accepted'
  | 'reservation_not_found'
  | 'reservation_closed'
  | 'lease_not_found'
  | 'lease_closed'
  | 'event_not_found'
  | 'release_too_much'
  | 'event_too_late'
  | 'event_in_future'
  | 'test_clock_not_found'
  | 'test_clock_backwards'
  | 'test_clock_busy'
  | 'test_clock_too_far'
  | 'test_clock_in_use'
  | 'payment_provider_unknown'
  | 'currency_change'
  | 'preview_changed'
  | 'preview_token_invalid'
  | 'invoice_not_found'
  | 'invoice_currency'
  | 'invoice_state'
  | 'invoice_item_not_found'
  | 'document_incomplete'
  | 'link_invalid'
  | 'payment_not_found'
  | 'payment_attempt_not_found'
  | 'payment_exists'
  | 'unallocated_payment_not_found'
  | 'payment_assigned'
  | 'payment_method_not_found'
  | 'payment_method_missing'
  | 'payment_method_is_default'
  | 'payment_method_unusable'
  | 'payment_method_declined'
  | 'payment_declined'
  | 'modules_unpaid'
  | 'payment_in_flight'
  | 'refund_not_found'
  | 'refund_too_much'
  | 'refund_state'
  | 'refund_unsupported'
  | 'credit_too_much'
  | 'balance_too_low'
  | 'coupon_not_found'
  | 'discount_not_found'
  | 'coupon_ended'
  | 'coupon_used'
  | 'bundle_not_found'
  | 'total_mismatch'
  | 'checkout_not_found'
  | 'checkout_closed'
  | 'vat_id_invalid'
  | 'currency_unknown'
  | 'webhook_refused'
  | 'webhook_endpoint_not_found'
  | 'webhook_url_refused'
  | 'delivery_not_found'
  | 'recipient_erased'
  | 'api_key_not_found'
  | 'api_key_ended'

/** What can happen, and its `data`. A newer server may send other types, and more data. */
export interface EventPayloads {
  'customer.created': {
    /** The caller's own id */
    customer: string
    [key: string]: unknown
  }
  'customer.updated': {
    /** The caller's own id */
    customer: string
    [key: string]: unknown
  }
  'customer.deleted': {
    /** The caller's own id */
    customer: string
    [key: string]: unknown
  }
  'member.created': {
    /** The caller's own id */
    member: string
    [key: string]: unknown
  }
  'member.updated': {
    /** The caller's own id */
    member: string
    [key: string]: unknown
  }
  'member.deleted': {
    /** The caller's own id */
    member: string
    [key: string]: unknown
  }
  'subscription.created': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.started': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.trial_started': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    /** ISO 8601, UTC */
    trialEndAt: string
    [key: string]: unknown
  }
  'subscription.trial_ending': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    /** ISO 8601, UTC */
    trialEndAt: string
    /** Whether it becomes paid time by itself */
    converts: boolean
    [key: string]: unknown
  }
  'subscription.trial_ended': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.activated': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.changed': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    /** The caller's own id */
    previousPlan: string
    [key: string]: unknown
  }
  'subscription.change_scheduled': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    /** ISO 8601, UTC */
    changeAt: string
    [key: string]: unknown
  }
  'subscription.change_canceled': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.period_started': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    /** ISO 8601, UTC */
    periodStart: string
    /** ISO 8601, UTC */
    periodEnd: string
    [key: string]: unknown
  }
  'subscription.paused': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    resumeAt: string | null
    [key: string]: unknown
  }
  'subscription.resumed': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.cancel_scheduled': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    /** ISO 8601, UTC */
    cancelAt: string
    [key: string]: unknown
  }
  'subscription.cancel_unscheduled': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.canceled': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.expired': {
    subscription: string
    /** The caller's own id */
    plan: string
    status: string
    [key: string]: unknown
  }
  'subscription.add_on_added': {
    subscription: string
    /** The caller's own id */
    addOn: string
    quantity: number
    [key: string]: unknown
  }
  'subscription.add_on_changed': {
    subscription: string
    /** The caller's own id */
    addOn: string
    quantity: number
    [key: string]: unknown
  }
  'subscription.add_on_removed': {
    subscription: string
    /** The caller's own id */
    addOn: string
    [key: string]: unknown
  }
  'subscription.bundle_added': {
    subscription: string
    /** The caller's own id */
    bundle: string
    [key: string]: unknown
  }
  'subscription.bundle_removed': {
    subscription: string
    /** The caller's own id */
    bundle: string
    [key: string]: unknown
  }
  'invoice.created': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    [key: string]: unknown
  }
  'invoice.issued': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    [key: string]: unknown
  }
  'invoice.paid': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    [key: string]: unknown
  }
  'invoice.payment_failed': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    /** A hard decline is not tried again */
    kind: 'soft' | 'hard'
    reason: string
    /** When it is tried again; null or absent: it is not */
    nextAttemptAt: string | null
    [key: string]: unknown
  }
  'invoice.payment_action_required': {
    invoice: string
    attempt: string
    /** Where the customer confirms */
    url?: string
    [key: string]: unknown
  }
  'invoice.overdue': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    amountDueMinor: number
    [key: string]: unknown
  }
  'invoice.voided': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    [key: string]: unknown
  }
  'invoice.uncollectible': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    [key: string]: unknown
  }
  'credit_note.issued': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    creditNote: string
    [key: string]: unknown
  }
  'dunning.letter': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    amountDueMinor: number
    letter: 'friendly' | 'urgent' | 'warning' | 'final'
    /** Of a warning: when access is lowered unless it is paid */
    suspensionAt: string | null
    [key: string]: unknown
  }
  'dunning.step_taken': {
    invoice: string
    number: string | null
    currency: string
    totalMinor: number
    amountDueMinor: number
    action: string
    [key: string]: unknown
  }
  'payment.succeeded': {
    attempt: string
    invoice: string
    provider: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'payment.failed': {
    attempt: string
    invoice: string
    provider: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'payment.pending': {
    attempt: string
    invoice: string
    provider: string
    currency: string
    amountMinor: number
    /** Where the customer pays */
    url?: string
    /** Of a transfer or cash: where to pay, and what to quote */
    instructions?: {
      text: string
      reference: string
    }
    /** With instructions: of the invoice, once it is issued */
    number?: string
    /** With instructions: until when the invoice is to be paid */
    dueAt?: string
    [key: string]: unknown
  }
  'payment.received': {
    payment: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'payment.unallocated': {
    unallocatedPayment: string
    provider: string
    transaction: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'payment_method.attached': {
    method: string
    label: string
    [key: string]: unknown
  }
  'payment_method.detached': {
    method: string
    label: string
    [key: string]: unknown
  }
  'payment_method.expiring': {
    method: string
    label: string
    /** The last month in which it can be used, such as 2027-04 */
    expires: string
    [key: string]: unknown
  }
  'refund.created': {
    refund: string
    payment: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'refund.succeeded': {
    refund: string
    payment: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'refund.failed': {
    refund: string
    payment: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'dispute.opened': {
    dispute: string
    payment: string
    currency: string
    amountMinor: number
    evidenceDueAt: string | null
    [key: string]: unknown
  }
  'dispute.won': {
    dispute: string
    payment: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'dispute.lost': {
    dispute: string
    payment: string
    currency: string
    amountMinor: number
    [key: string]: unknown
  }
  'credit_balance.changed': {
    currency: string
    changeMinor: number
    balanceMinor: number
    [key: string]: unknown
  }
  'top_up.completed': {
    /** The caller's own id */
    addOn: string
    invoice: string
    [key: string]: unknown
  }
  'coupon.redeemed': {
    /** The caller's own id */
    coupon: string
    [key: string]: unknown
  }
  'seats.synced': {
    subscription: string
    quantity: number
    [key: string]: unknown
  }
  'seats.sync_failed': {
    subscription: string
    reason: string
    [key: string]: unknown
  }
  'entitlements.changed': {
    /** Grows with every change */
    version: number
    [key: string]: unknown
  }
  'access.changed': {
    level: string
    reason: string
    previousLevel: string
    /** It is lowered by what is owed, whatever the reason is called */
    unpaid: boolean
    [key: string]: unknown
  }
  'suspension.created': {
    reason: string
    [key: string]: unknown
  }
  'suspension.deleted': {
    reason: string
    [key: string]: unknown
  }
  'override.set': {
    /** The caller's own id */
    feature: string
    reason: string
    expiresAt: string | null
    [key: string]: unknown
  }
  'override.deleted': {
    /** The caller's own id */
    feature: string
    [key: string]: unknown
  }
  'override.expired': {
    /** The caller's own id */
    feature: string
    [key: string]: unknown
  }
  'grant.created': {
    grant: string
    /** The caller's own id */
    feature: string
    /** The member; null for the customer's own balance */
    member: string | null
    source: string
    amount: number
    expiresAt: string | null
    [key: string]: unknown
  }
  'grant.revoked': {
    grant: string
    /** The caller's own id */
    feature: string
    /** The member; null for the customer's own balance */
    member: string | null
    source: string
    amount: number
    [key: string]: unknown
  }
  'usage.threshold_reached': {
    /** The caller's own id */
    feature: string
    /** The member; null for the customer's own balance */
    member: string | null
    used: number
    limit: number | null
    unlimited: boolean
    /** Per cent of the limit */
    threshold: number
    [key: string]: unknown
  }
  'usage.refused': {
    /** The caller's own id */
    feature: string
    /** The member; null for the customer's own balance */
    member: string | null
    used: number
    limit: number | null
    unlimited: boolean
    code: string
    /** What was asked for */
    amount: number
    /** The hour of which it is the first refusal of this feature */
    hour: string
    [key: string]: unknown
  }
  'usage.window_closed': {
    /** The caller's own id */
    feature: string
    /** The member; null for the customer's own balance */
    member: string | null
    used: number
    limit: number | null
    unlimited: boolean
    /** ISO 8601, UTC */
    windowStart: string
    windowEnd: string | null
    [key: string]: unknown
  }
  'reservation.expired': {
    reservation: string
    /** The caller's own id */
    feature: string
    /** The member; null for the customer's own balance */
    member: string | null
    amount: number
    [key: string]: unknown
  }
  'lease.expired': {
    lease: string
    /** The caller's own id */
    feature: string
    /** The member; null for the customer's own balance */
    member: string | null
    amount: number
    [key: string]: unknown
  }
  'catalog.updated': {
    revision: number
    [key: string]: unknown
  }
  'plan.created': {
    /** The caller's own id */
    plan: string
    version: number
    [key: string]: unknown
  }
  'plan.updated': {
    /** The caller's own id */
    plan: string
    version: number
    [key: string]: unknown
  }
  'plan.archived': {
    /** The caller's own id */
    plan: string
    [key: string]: unknown
  }
  'webhook_endpoint.disabled': {
    webhookEndpoint: string
    url: string
    reason: string
    [key: string]: unknown
  }
  'webhook_endpoint.tested': {
    webhookEndpoint: string
    [key: string]: unknown
  }
  'api_key.created': {
    key: string
    [key: string]: unknown
  }
  'api_key.rolled': {
    key: string
    [key: string]: unknown
  }
  'api_key.revoked': {
    key: string
    [key: string]: unknown
  }
  'import.completed': {
    customers: number
    [key: string]: unknown
  }
  'doctor.problems_found': {
    findings: number
    /** How many of each check */
    checks: Record<string, number>
    [key: string]: unknown
  }
  'test_clock.created': {
    testClock: string
    /** ISO 8601, UTC */
    now: string
    [key: string]: unknown
  }
  'test_clock.advanced': {
    testClock: string
    /** ISO 8601, UTC */
    now: string
    [key: string]: unknown
  }
  'test_clock.failed': {
    testClock: string
    /** ISO 8601, UTC */
    now: string
    failure: string
    [key: string]: unknown
  }
  'test_clock.deleted': {
    testClock: string
    [key: string]: unknown
  }
}

export type EventType = keyof EventPayloads

/** What is sent to “Switch a bundle on”. */
export type SubscriptionsPutBundleBody = Record<string, never>

/** What is sent to “Make it the default or the fallback”. */
export interface PaymentMethodsUpdateBody {
  isDefault?: true
  isFallback?: boolean
}

/** What is sent to “Undo a cancellation, or end a pause”. */
export interface SubscriptionsResumeBody {
  idempotencyKey?: string
}

/** What is sent to “Activate by hand”. */
export interface SubscriptionsActivateBody {
  idempotencyKey?: string
}

/** What is sent to “Make a draft final”. */
export interface InvoicesFinaliseBody {
  idempotencyKey?: string
}

/** What is sent to “Void an open invoice”. */
export interface InvoicesVoidBody {
  idempotencyKey?: string
}

/** What is sent to “Give up an open invoice”. */
export interface InvoicesMarkUncollectibleBody {
  idempotencyKey?: string
}

/** What is sent to “Send a test event to a webhook endpoint”. */
export interface WebhookEndpointsTestBody {
  idempotencyKey?: string
}

/** What is sent to “Send a delivery once more”. */
export interface DeliveriesResendBody {
  idempotencyKey?: string
}

/** What is sent to “Switch an add-on on, or set its quantity”. */
export interface SubscriptionsPutAddOnBody {
  /** Default: `1`. */
  quantity?: number
}

/** What is sent to “Replace an API key”. */
export interface KeysRollBody {
  /** Default: `0`. */
  overlapHours?: number
  idempotencyKey?: string
}

/** What is sent to “Replace the secret of a webhook endpoint”. */
export interface WebhookEndpointsRollSecretBody {
  /** Default: `24`. */
  overlapHours?: number
  idempotencyKey?: string
}

/** What is sent to “Make a link to an invoice for whoever pays it”. */
export interface InvoicesLinkBody {
  /** Default: `30`. */
  validDays?: number
  idempotencyKey?: string
}

/** What is sent to “Redeem a coupon for a customer”. */
export interface DiscountsCreateBody {
  coupon: string
  idempotencyKey?: string
}

/** What is sent to “Replace the secret of a customer’s site”. */
export interface SitesRollSecretBody {
  /** Default: `24`. */
  overlapHours?: number
  idempotencyKey?: string
}

/** What is sent to “Change the environment of the key”. */
export interface EnvironmentUpdateBody {
  allowedOrigins: readonly string[]
}

/** What is sent to “Settle a reservation with what was really used”. */
export interface UsageSettleBody {
  amount: number
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
}

/** What is sent to “Report what was used of a lease, and give back the rest”. */
export interface UsageReportLeaseBody {
  amount: number
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
}

/** What is sent to “Say whose money it is”. */
export interface UnallocatedPaymentsAssignBody {
  customer: string
  invoice?: string
  idempotencyKey?: string
}

/** What is sent to “Suspend a customer by hand”. */
export interface AccessSuspendBody {
  reason: string
  /** Default: `""`. */
  note?: string
  /** Who decided it; the key unless told */
  author?: string
}

/** What is sent to “The customer is back from the page”. */
export interface CheckoutSessionsCompleteBody {
  /** Who is logged in at the page: the session of another one is not found */
  customer: string
  idempotencyKey?: string
}

/** What is sent to “Give money back”. */
export interface PaymentsRefundBody {
  amountMinor?: number
  /** Default: `""`. */
  reason?: string
  /** Default: `true`. */
  creditNote?: boolean
  idempotencyKey?: string
}

/** What is sent to “Charge an open invoice now”. */
export interface InvoicesPayBody {
  paymentMethod?: string
  /** Where the customer goes on after confirming */
  returnUrl?: string
  idempotencyKey?: string
}

/** What is sent to “Record what became of a refund by hand”. */
export interface RefundsSettleBody {
  status: 'succeeded' | 'failed'
  transaction?: string
  /**
   * Why it failed
   * Default: `""`.
   */
  reason?: string
  idempotencyKey?: string
}

/** What is sent to “Cancel a subscription”. */
export interface SubscriptionsCancelBody {
  /** Default: `"period_end"`. */
  when?: 'now' | 'period_end'
  /**
   * With `now`: what is left of the paid period goes to the balance of the customer
   * Default: `false`.
   */
  credit?: boolean
  idempotencyKey?: string
}

/** What is sent to “Give a customer credit, or take it back”. */
export interface BalancesAdjustBody {
  currency: string
  /** Above zero gives, below zero takes */
  amountMinor: number
  reason: string
  idempotencyKey?: string
}

export type Instant = string | Date

/** What is sent to “Move a test clock forward”. */
export interface TestClocksAdvanceBody {
  to: Instant
  idempotencyKey?: string
}

/** What is sent to “Have a customer’s seats counted by its own site”. */
export interface SitesPutBody {
  /** Where the site is asked. A live environment needs https and an address of the public internet. */
  url: string
  /**
   * The quantity of the subscription that the site tells
   * Default: `"seats"`.
   */
  quantity?: string
  /**
   * Hour of the operator at which it is asked each day
   * Default: `3`.
   */
  hour?: number
}

/** What is sent to “Pause an active subscription”. */
export interface SubscriptionsPauseBody {
  resumeAt?: Instant
  idempotencyKey?: string
}

/** What is sent to “Add or update a member”. */
export interface MembersPutBody {
  name?: string
  email?: string | null
  metadata?: Record<string, string | number | boolean | null | undefined>
}

/** What is sent to “Create a test clock”. */
export interface TestClocksCreateBody {
  now: Instant
  /** Default: `""`. */
  name?: string
  idempotencyKey?: string
}

/** What is sent to “Buy a one-off add-on”. */
export interface TopUpsCreateBody {
  customer: string
  /** Of the kind `one_off` */
  addOn: string
  /** Default: `1`. */
  quantity?: number
  /** Left out: the default one */
  paymentMethod?: string
  /** Where the customer goes on after confirming */
  returnUrl?: string
  idempotencyKey?: string
}

/** What is sent to “Add a way to pay”. */
export interface PaymentMethodsAttachBody {
  provider: string
  /** Default: `"card"`. */
  kind?: 'card' | 'phone' | 'bank_transfer' | 'cash'
  /** What a page of the provider collected: a token, a phone number. Never a card number */
  instrument?: string
  isDefault?: boolean
  /** Charged when the default one fails. Where there is no other one that works, it becomes the default */
  isFallback?: boolean
  returnUrl?: string
  idempotencyKey?: string
}

/** What is sent to “What a change would come to”. */
export interface SubscriptionsPreviewChangeBody {
  plan?: string
  interval?: string
  currency?: string
  /** How many of what the plan counts, for example `{"seats": 5}`. What is left out is 1. */
  quantities?: Record<string, number | undefined>
  /** Left out: the policy of the plan; by default upwards now, downwards at period end */
  when?: 'now' | 'period_end'
  /** Coupons to redeem with it */
  coupons?: readonly string[]
  idempotencyKey?: string
}

/** What is sent to “Write a credit note”. */
export interface InvoicesCreditBody {
  amountMinor?: number
  lines?: readonly {
    line: string
    amountMinor: number
  }[]
  /** Default: `"balance"`. */
  destination?: 'balance' | 'refund'
  /**
   * Of the refund
   * Default: `""`.
   */
  reason?: string
  /**
   * On the document
   * Default: `""`.
   */
  note?: string
  /** Default: `{}`. */
  metadata?: Record<string, string | number | boolean | null | undefined>
  idempotencyKey?: string
}

/** What is sent to “Record money that came in by hand”. */
export interface PaymentsCreateBody {
  customer: string
  currency: string
  amountMinor: number
  /** The reference of the transfer or the receipt: unique */
  transaction: string
  invoice?: string
  /** Now, unless told; not in the future */
  receivedAt?: Instant
  idempotencyKey?: string
}

/** What is sent to “Replace a customer's limit of one feature, up or down”. */
export interface OverridesPutBody {
  /** Gauges, meters and credits */
  limit?: number
  /** Gauges, meters and credits */
  unlimited?: true
  /** Flags and settings */
  value?: boolean | string | number
  reason: string
  /** Who decided it; the key unless told */
  author?: string
  /** Left out or null: for good */
  expiresAt?: Instant | null
}

/** What is sent to “State the absolute level of a gauge”. */
export interface UsageSetBody {
  customer: string
  /** A counted feature, or an action that a credits feature has a cost for */
  feature: string
  /** The level */
  amount: number
  /** Who uses it */
  member?: string
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
  /** When: a take counts now, so this may be 5 minutes off at most. Other times go to POST /v1/events */
  at?: Instant
  metadata?: Record<string, string | number | boolean | null | undefined>
}

/** What is sent to “Ask whether a use would be allowed”. */
export interface UsageCheckBody {
  customer: string
  /** A counted feature, or an action that a credits feature has a cost for */
  feature: string
  /**
   * Whole units of 10^-scale of the feature's unit
   * Default: `1`.
   */
  amount?: number
  /** Who uses it */
  member?: string
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
  /** When: a take counts now, so this may be 5 minutes off at most. Other times go to POST /v1/events */
  at?: Instant
  metadata?: Record<string, string | number | boolean | null | undefined>
}

/** What is sent to “Change plan, interval, currency or quantities”. */
export interface SubscriptionsChangeBody {
  plan?: string
  interval?: string
  currency?: string
  /** How many of what the plan counts, for example `{"seats": 5}`. What is left out is 1. */
  quantities?: Record<string, number | undefined>
  /** Left out: the policy of the plan; by default upwards now, downwards at period end */
  when?: 'now' | 'period_end'
  /** Coupons to redeem with it */
  coupons?: readonly string[]
  /** Of a preview with these fields: billed to the unit as it was shown, or refused if anything moved */
  previewToken?: string
  /**
   * What you have shown the customer: `totalMinor` of a preview. The server prices; a difference is
   * refused as `total_mismatch`, with both figures (`expected`, `actual`)
   */
  totalMinor?: number
  idempotencyKey?: string
}

/** What is sent to “Take an estimate, settle it later”. */
export interface UsageReserveBody {
  customer: string
  /** A counted feature, or an action that a credits feature has a cost for */
  feature: string
  /**
   * Whole units of 10^-scale of the feature's unit
   * Default: `1`.
   */
  amount?: number
  /** Who uses it */
  member?: string
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
  /** When: a take counts now, so this may be 5 minutes off at most. Other times go to POST /v1/events */
  at?: Instant
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** Default: `300`. */
  ttlSeconds?: number
}

/** What is sent to “Create an API key”. */
export interface KeysCreateBody {
  kind: 'secret' | 'restricted' | 'publishable'
  name: string
  /** For a restricted key: at least one. */
  scopes?: readonly ('catalog:read' | 'catalog:write' | 'customers:read' | 'customers:write' | 'subscriptions:read' | 'subscriptions:write' | 'money:read' | 'money:write' | 'usage:read' | 'usage:write' | 'events:read' | 'webhooks:read' | 'webhooks:write' | 'analytics:read' | 'audit:read' | 'clocks:write' | 'keys:write')[]
  expiresAt?: Instant
  /** Requests a minute by class, where they differ from those of the installation. */
  rateLimits?: {
    usage?: number
    quota?: number
    read?: number
    write?: number
  }
  idempotencyKey?: string
}

/** What is sent to “Give back”. */
export interface UsageReleaseBody {
  customer: string
  /** A counted feature, or an action that a credits feature has a cost for */
  feature: string
  /** A gauge: 1 unless told. A meter or credits: all that is left of the use */
  amount?: number
  /** Who uses it */
  member?: string
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
  /** When: a take counts now, so this may be 5 minutes off at most. Other times go to POST /v1/events */
  at?: Instant
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** A meter or credits: the event, or the key, given back */
  of?: string
}

/** What is sent to “Report uses after the fact”. */
export interface UsageTrackBody {
  events: readonly {
    customer: string
    /** A counted feature, or an action that a credits feature has a cost for */
    feature: string
    /**
     * Whole units of 10^-scale of the feature's unit
     * Default: `1`.
     */
    amount?: number
    /** Who uses it */
    member?: string
    /** The same as the header Idempotency-Key */
    idempotencyKey?: string
    at?: Instant
    metadata?: Record<string, string | number | boolean | null | undefined>
  }[]
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
}

/** What is sent to “Draw an amount for local enforcement”. */
export interface UsageLeaseBody {
  customer: string
  /** A counted feature, or an action that a credits feature has a cost for */
  feature: string
  /**
   * Whole units of 10^-scale of the feature's unit
   * Default: `1`.
   */
  amount?: number
  /** Who uses it */
  member?: string
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
  /** When: a take counts now, so this may be 5 minutes off at most. Other times go to POST /v1/events */
  at?: Instant
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** Default: `30`. */
  ttlSeconds?: number
  /**
   * Who holds it, for people
   * Default: `""`.
   */
  holder?: string
}

/** What is sent to “Give an amount of a feature on top of the plan”. */
export interface GrantsCreateBody {
  /** A gauge, a meter or credits */
  feature: string
  amount: number
  /** Into this member's own balance */
  member?: string
  /** Default: `100`. */
  priority?: number
  /** Default: `"manual"`. */
  source?: 'manual' | 'promotion' | 'top_up' | 'import'
  /** Default: `""`. */
  reason?: string
  /** Now unless told */
  startsAt?: Instant
  /** Left out or null: never */
  expiresAt?: Instant | null
  idempotencyKey?: string
}

/** What is sent to “Put something on the next invoice”. */
export interface InvoiceItemsCreateBody {
  description: string
  quantity?: number | string
  /** Price of one in minor units, a decimal; below zero gives back */
  unitMinor: number | string
  /** Default: `"standard"`. */
  taxCategory?: string
  /**
   * Whether the price holds the tax already
   * Default: `false`.
   */
  taxInclusive?: boolean
  serviceStart?: Instant
  /** Exclusive; goes with `serviceStart` */
  serviceEnd?: Instant
  currency: string
  idempotencyKey?: string
}

/** What is sent to “Create or update a customer”. */
export interface CustomersPutBody {
  name?: string
  email?: string | null
  /** IANA name; UTC unless told */
  timeZone?: string
  /** BCP 47 tag; `en` unless told */
  locale?: string
  currency?: string | null
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** Fields that are left out stay as they are */
  billing?: {
    /** On documents; the customer's, unless told */
    name?: string
    /** Where documents go; the customer's, unless told */
    email?: string | null
    /** Decides the taxes */
    address?: {
      line1: string
      line2?: string
      postalCode?: string
      city?: string
      region?: string
      country: string
    } | null
    /** Checked by the rules of its country: EU, GB, CH, NO */
    vatId?: string | null
    taxExempt?: boolean
    /** As the document says it */
    exemptionReason?: string
  }
  /** Only at creation, and only in a test environment: the clock the customer lives by */
  testClock?: string
}

/** What is sent to “Open a page where a customer pays”. */
export interface CheckoutSessionsCreateBody {
  customer: string
  plan?: string
  /** Default: `"month"`. */
  interval?: string
  currency?: string
  /** Default: `{}`. */
  quantities?: Record<string, number | undefined>
  /**
   * Of the plan
   * Default: `[]`.
   */
  addOns?: readonly (string | {
    id: string
    /** Default: `1`. */
    quantity?: number
  })[]
  /** Default: `[]`. */
  bundles?: readonly string[]
  /** Default: `[]`. */
  coupons?: readonly string[]
  /** Default: `[]`. */
  topUps?: readonly (string | {
    id: string
    /** Default: `1`. */
    quantity?: number
  })[]
  /**
   * What you have shown the customer. A difference is refused as `total_mismatch`, with both figures
   * (`expected`, `actual`)
   */
  totalMinor?: number
  provider: string
  /** Default: `"card"`. */
  kind?: 'card' | 'phone' | 'bank_transfer' | 'cash'
  successUrl: string
  cancelUrl: string
  idempotencyKey?: string
}

/** What is sent to “Change a webhook endpoint, or disable or enable it”. */
export interface WebhookEndpointsUpdateBody {
  /** Where events are sent. A live environment needs https. */
  url?: string
  description?: string
  /** `standard`: the event, signed by Standard Webhooks. `slack`: `{ "text": … }` for people */
  format?: 'standard' | 'slack'
  /** Only these. Empty: all of them; in the format `slack`, those that are worth a letter */
  eventTypes?: readonly ('customer.created' | 'customer.updated' | 'customer.deleted' | 'member.created' | 'member.updated' | 'member.deleted' | 'subscription.created' | 'subscription.started' | 'subscription.trial_started' | 'subscription.trial_ending' | 'subscription.trial_ended' | 'subscription.activated' | 'subscription.changed' | 'subscription.change_scheduled' | 'subscription.change_canceled' | 'subscription.period_started' | 'subscription.paused' | 'subscription.resumed' | 'subscription.cancel_scheduled' | 'subscription.cancel_unscheduled' | 'subscription.canceled' | 'subscription.expired' | 'subscription.add_on_added' | 'subscription.add_on_changed' | 'subscription.add_on_removed' | 'subscription.bundle_added' | 'subscription.bundle_removed' | 'invoice.created' | 'invoice.issued' | 'invoice.paid' | 'invoice.payment_failed' | 'invoice.payment_action_required' | 'invoice.overdue' | 'invoice.voided' | 'invoice.uncollectible' | 'credit_note.issued' | 'dunning.letter' | 'dunning.step_taken' | 'payment.succeeded' | 'payment.failed' | 'payment.pending' | 'payment.received' | 'payment.unallocated' | 'payment_method.attached' | 'payment_method.detached' | 'payment_method.expiring' | 'refund.created' | 'refund.succeeded' | 'refund.failed' | 'dispute.opened' | 'dispute.won' | 'dispute.lost' | 'credit_balance.changed' | 'top_up.completed' | 'coupon.redeemed' | 'seats.synced' | 'seats.sync_failed' | 'entitlements.changed' | 'access.changed' | 'suspension.created' | 'suspension.deleted' | 'override.set' | 'override.deleted' | 'override.expired' | 'grant.created' | 'grant.revoked' | 'usage.threshold_reached' | 'usage.refused' | 'usage.window_closed' | 'reservation.expired' | 'lease.expired' | 'catalog.updated' | 'plan.created' | 'plan.updated' | 'plan.archived' | 'webhook_endpoint.disabled' | 'webhook_endpoint.tested' | 'api_key.created' | 'api_key.rolled' | 'api_key.revoked' | 'import.completed' | 'doctor.problems_found' | 'test_clock.created' | 'test_clock.advanced' | 'test_clock.failed' | 'test_clock.deleted')[]
  status?: 'enabled' | 'disabled'
}

/** What is sent to “Have events sent to an address”. */
export interface WebhookEndpointsCreateBody {
  /** Where events are sent. A live environment needs https. */
  url: string
  /** Default: `""`. */
  description?: string
  /**
   * `standard`: the event, signed by Standard Webhooks. `slack`: `{ "text": … }` for people
   * Default: `"standard"`.
   */
  format?: 'standard' | 'slack'
  /**
   * Only these. Empty: all of them; in the format `slack`, those that are worth a letter
   * Default: `[]`.
   */
  eventTypes?: readonly ('customer.created' | 'customer.updated' | 'customer.deleted' | 'member.created' | 'member.updated' | 'member.deleted' | 'subscription.created' | 'subscription.started' | 'subscription.trial_started' | 'subscription.trial_ending' | 'subscription.trial_ended' | 'subscription.activated' | 'subscription.changed' | 'subscription.change_scheduled' | 'subscription.change_canceled' | 'subscription.period_started' | 'subscription.paused' | 'subscription.resumed' | 'subscription.cancel_scheduled' | 'subscription.cancel_unscheduled' | 'subscription.canceled' | 'subscription.expired' | 'subscription.add_on_added' | 'subscription.add_on_changed' | 'subscription.add_on_removed' | 'subscription.bundle_added' | 'subscription.bundle_removed' | 'invoice.created' | 'invoice.issued' | 'invoice.paid' | 'invoice.payment_failed' | 'invoice.payment_action_required' | 'invoice.overdue' | 'invoice.voided' | 'invoice.uncollectible' | 'credit_note.issued' | 'dunning.letter' | 'dunning.step_taken' | 'payment.succeeded' | 'payment.failed' | 'payment.pending' | 'payment.received' | 'payment.unallocated' | 'payment_method.attached' | 'payment_method.detached' | 'payment_method.expiring' | 'refund.created' | 'refund.succeeded' | 'refund.failed' | 'dispute.opened' | 'dispute.won' | 'dispute.lost' | 'credit_balance.changed' | 'top_up.completed' | 'coupon.redeemed' | 'seats.synced' | 'seats.sync_failed' | 'entitlements.changed' | 'access.changed' | 'suspension.created' | 'suspension.deleted' | 'override.set' | 'override.deleted' | 'override.expired' | 'grant.created' | 'grant.revoked' | 'usage.threshold_reached' | 'usage.refused' | 'usage.window_closed' | 'reservation.expired' | 'lease.expired' | 'catalog.updated' | 'plan.created' | 'plan.updated' | 'plan.archived' | 'webhook_endpoint.disabled' | 'webhook_endpoint.tested' | 'api_key.created' | 'api_key.rolled' | 'api_key.revoked' | 'import.completed' | 'doctor.problems_found' | 'test_clock.created' | 'test_clock.advanced' | 'test_clock.failed' | 'test_clock.deleted')[]
  idempotencyKey?: string
}

/** What is sent to “Write an invoice”. */
export interface InvoicesCreateBody {
  customer: string
  currency: string
  lines?: readonly {
    description: string
    quantity?: number | string
    /** Price of one in minor units, a decimal; below zero gives back */
    unitMinor: number | string
    /** Default: `"standard"`. */
    taxCategory?: string
    /**
     * Whether the price holds the tax already
     * Default: `false`.
     */
    taxInclusive?: boolean
    serviceStart?: Instant
    /** Exclusive; goes with `serviceStart` */
    serviceEnd?: Instant
  }[]
  /**
   * What waits in this currency goes along
   * Default: `false`.
   */
  pendingItems?: boolean
  /** Charged to a method, or sent by letter. By the plan's policy unless told */
  collection?: 'automatic' | 'send'
  /** Days from issue. By the plan's policy unless told */
  dueDays?: number
  /** Default: `""`. */
  note?: string
  /** Default: `{}`. */
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** Default: `true`. */
  finalise?: boolean
  idempotencyKey?: string
}

/** What is sent to “Bring existing customers in”. */
export interface ImportsCreateBody {
  customers: readonly {
    id: string
    name?: string
    email?: string | null
    timeZone?: string
    locale?: string
    currency?: string
    metadata?: Record<string, string | number | boolean | null | undefined>
    testClock?: string
    plan: string
    /** Default: `"month"`. */
    interval?: string
    /** Default: `{}`. */
    quantities?: Record<string, number | undefined>
    /**
     * 0 = no trial: active at once
     * Default: `14`.
     */
    trialDays?: number
    /**
     * Gauges: what the customer holds already, also above its new limit
     * Default: `{}`.
     */
    held?: Record<string, number | undefined>
    /**
     * Meters and credits: what was used in the running window
     * Default: `{}`.
     */
    used?: Record<string, number | undefined>
    /** Default: `[]`. */
    members?: readonly {
      id: string
      name?: string
      email?: string | null
      metadata?: Record<string, string | number | boolean | null | undefined>
    }[]
  }[]
  idempotencyKey?: string
}

/** What is sent to “What subscribing would come to”. */
export interface SubscriptionsPreviewBody {
  customer: string
  plan: string
  /** Default: `"month"`. */
  interval?: string
  /** The plan must have a price in it, unless it is free. Left out: the currency of the customer */
  currency?: string
  /**
   * How many of what the plan counts, for example `{"seats": 5}`. What is left out is 1.
   * Default: `{}`.
   */
  quantities?: Record<string, number | undefined>
  /** Default: `[]`. */
  addOns?: readonly (string | {
    id: string
    /** Default: `1`. */
    quantity?: number
  })[]
  /**
   * Who renews it. What a provider renews is billed, charged and dunned there, and nothing of it here
   * Default: `"engine"`.
   */
  authority?: 'engine' | 'provider'
  /** Default: `"automatic"`. */
  activation?: 'automatic' | 'manual'
  /** In the future: it starts then. In the past: only the anchor */
  startAt?: Instant
  /** Replaces the trial of the plan; 0 = none. The last day is included */
  trialDays?: number
  /** Default: `{}`. */
  metadata?: Record<string, string | number | boolean | null | undefined>
  /**
   * Each covers its add-ons
   * Default: `[]`.
   */
  bundles?: readonly string[]
  /**
   * Coupons to redeem with it
   * Default: `[]`.
   */
  coupons?: readonly string[]
  /** One of the customer’s that can be charged: it is charged for this, and the default from now on */
  paymentMethod?: string
  idempotencyKey?: string
}

/** What is sent to “Subscribe a customer to a plan”. */
export interface SubscriptionsCreateBody {
  customer: string
  plan: string
  /** Default: `"month"`. */
  interval?: string
  /** The plan must have a price in it, unless it is free. Left out: the currency of the customer */
  currency?: string
  /**
   * How many of what the plan counts, for example `{"seats": 5}`. What is left out is 1.
   * Default: `{}`.
   */
  quantities?: Record<string, number | undefined>
  /** Default: `[]`. */
  addOns?: readonly (string | {
    id: string
    /** Default: `1`. */
    quantity?: number
  })[]
  /**
   * Who renews it. What a provider renews is billed, charged and dunned there, and nothing of it here
   * Default: `"engine"`.
   */
  authority?: 'engine' | 'provider'
  /** Default: `"automatic"`. */
  activation?: 'automatic' | 'manual'
  /** In the future: it starts then. In the past: only the anchor */
  startAt?: Instant
  /** Replaces the trial of the plan; 0 = none. The last day is included */
  trialDays?: number
  /** Default: `{}`. */
  metadata?: Record<string, string | number | boolean | null | undefined>
  /**
   * Each covers its add-ons
   * Default: `[]`.
   */
  bundles?: readonly string[]
  /**
   * Coupons to redeem with it
   * Default: `[]`.
   */
  coupons?: readonly string[]
  /** One of the customer’s that can be charged: it is charged for this, and the default from now on */
  paymentMethod?: string
  /** Of a preview with these fields: billed to the unit as it was shown, or refused if anything moved */
  previewToken?: string
  /**
   * What you have shown the customer: `totalMinor` of a preview. The server prices; a difference is
   * refused as `total_mismatch`, with both figures (`expected`, `actual`)
   */
  totalMinor?: number
  idempotencyKey?: string
}

export interface PriceTierDefinition {
  /** The last unit of this tier; the last tier has none. */
  upTo?: number
  /** Of one unit in this tier, in minor units. "0" unless told. */
  unitMinor?: string
  /** Once for the tier, in minor units. "0" unless told. */
  flatMinor?: string
}

export interface PriceModelDefinition {
  /** So much, whatever is used; in minor units. */
  flat?: number
  /** So much for each, in minor units as a decimal. */
  perUnit?: string
  /** Each tier prices the units that fall into it. */
  graduated?: readonly PriceTierDefinition[]
  /** The tier that the whole quantity falls into prices all of it. */
  volume?: readonly PriceTierDefinition[]
  /** Begun packages are whole ones. */
  package?: {
    /** Units in a package. */
    size: number
    /** Of one package, in minor units as a decimal. */
    packageMinor: string
  }
  percentage?: {
    /** Of what the feature counts, which is an amount in minor units. */
    percent: number
    /** On top, once a period in which anything was counted. "0" unless told. */
    fixedMinor?: string
    /** The least of a period in which anything was counted. */
    minimumMinor?: number
    /** The most of a period. */
    maximumMinor?: number
  }
}

export interface PriceComponentDefinition {
  /** Of its line on the invoice. The key, unless told. */
  name?: string
  /**
   * When it is charged: at the start of the period, or at its end. "arrears" for a feature, else
   * "advance".
   */
  timing?: 'advance' | 'arrears'
  /** Counts this quantity of the subscription. */
  quantity?: string
  /** Counts what was used of this feature in the billing period. */
  feature?: string
  /** So many cost nothing. 0 unless told. */
  freeUnits?: number
  /** How what is counted is priced. */
  model: PriceModelDefinition
}

export type PriceDefinition = number | {
  /** The flat part. 0 unless told. */
  amountMinor?: number
  /** Quantity key → price of one, in minor units, as a decimal. */
  perUnit?: Record<string, string | undefined>
  /** Parts with a name and a line of their own: what was used, tiers, packages. */
  components?: Record<string, PriceComponentDefinition | undefined>
  /** The least that an interval costs before discounts and tax; charged at its end. */
  minimumMinor?: number
}

export type RolloverDefinition = boolean | {
  /** At most so much goes on. */
  cap?: number
  /** This share of the unused goes on. 100 unless told. */
  sharePercent?: number
  /** For so many windows. 1 unless told. */
  windows?: number
}

export interface AllowanceDetails {
  /** Of counted features, in whole units or with as many decimals as the scale has. */
  limit: number | 'unlimited'
  /**
   * Only where the feature counts bytes: the unit of all amounts of this allowance. GB is 10⁹, GiB
   * 2³⁰.
   */
  unit?: 'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'PB' | 'KiB' | 'MiB' | 'GiB' | 'TiB' | 'PiB'
  /** The limit is multiplied by the subscription’s quantity of this key. */
  perQuantity?: string
  /**
   * When it starts again: "month" for meters and "billing_period" for credits unless told; gauges have
   * none.
   */
  window?: 'day' | 'week' | 'month' | 'billing_period' | 'rolling_30_days' | 'lifetime'
  /** Who it counts against. "customer" unless told. */
  scope?: 'customer' | 'member'
  /** Scope customer: what each member may take of the shared limit. */
  memberLimit?: number | 'unlimited'
  /** What happens above the limit. "hard" unless told. */
  policy?: 'hard' | {
    soft: {
      /** Admits so much above the limit. */
      graceAmount?: number
      /** Admits for so many days from the first crossing. */
      graceDays?: number
    }
  } | {
    /** Admits and bills: currency → price of one unit in minor units, as a decimal. */
    overage: Record<string, string | undefined>
  }
  /** What happens to the unused at a window’s end. Nothing goes on unless told. */
  rollover?: RolloverDefinition
  /** Lower burns first. 100 unless told. */
  priority?: number
}

export type AllowanceDefinition = boolean | number | string | AllowanceDetails

export interface DunningStepDefinition {
  /** Days after the due date. */
  afterDays: number
  /** Sends this letter; "warning" announces a suspension. */
  letter?: 'friendly' | 'urgent' | 'warning' | 'final'
  /** Lowers access to this until it is paid. */
  access?: 'warned' | 'limited' | 'read_only' | 'blocked'
  /**
   * Charges again, switches modules off for good, pauses the subscription until it is paid, or ends
   * it.
   */
  action?: 'retry' | 'modules_off' | 'pause' | 'cancel'
}

export interface PoliciesDefinition {
  /**
   * What a change to this plan does to what was used in the running window: it counts on ("keep",
   * unless told), or what is left expires and the allowance is given anew, at every change ("reset")
   * or at the first one in a window, less what was used of that at later ones ("reset_once").
   */
  usageOnChange?: 'keep' | 'reset' | 'reset_once'
  /** "now" unless told. */
  upgrade?: 'now' | 'period_end'
  /** "period_end" unless told. */
  downgrade?: 'now' | 'period_end'
  /**
   * When another number of seats is billed: from the next period, at once with proration, or raised at
   * once and lowered at the period’s end ("raise_now", unless told).
   */
  quantityChange?: 'next_period' | 'prorate' | 'raise_now'
  /** "second" unless told. */
  proration?: 'second' | 'day' | 'none'
  /**
   * Buying again while live. "refuse" unless told; "append": the same subscription has what was bought
   * now, from a new period that is paid in full before it is given (where invoices are sent: at once),
   * and keeps its unused credits.
   */
  purchaseWhileLive?: 'refuse' | 'append'
  /** When an add-on switched on inside a period is charged. "next_invoice" unless told. */
  modules?: 'next_invoice' | 'now'
  /**
   * Add-ons and bundles of a renewal: on its invoice ("with_plan", unless told), or on one beside it
   * whose failure stops neither the renewal nor its grants. More of what the plan counts stays with
   * the plan.
   */
  moduleInvoices?: 'with_plan' | 'apart'
  /** What a paid renewal does. */
  renewal?: {
    /** Unused credits of the plan. "expire" unless told; an allowance’s own rollover goes before. */
    credits?: 'expire' | 'rollover' | {
      rollover: RolloverDefinition
    }
  }
  /** What a renewal that is not paid does. `grants` and `modules` hold for a cancellation too. */
  failure?: {
    /** Access is kept for so many days after the due date. 7 unless told. */
    graceDays?: number
    /** Access after the grace days. "blocked" unless told. */
    access?: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
    /**
     * The reason that a block gives. "payment_required" unless told; with "tenant_suspended" it reads
     * as a suspension by hand does, and with "subscription_inactive" a cancellation gives it too.
     */
    reason?: 'payment_required' | 'tenant_suspended' | 'subscription_inactive'
    /**
     * Which grants expire when the subscription fails or ends: the plan’s, or bought ones too. "plan"
     * unless told.
     */
    grants?: 'plan' | 'all'
    /** "off" unless told. */
    modules?: 'off' | 'keep'
    /** Modules that a failure switched off, once paid. "restore" unless told. */
    modulesWhenPaid?: 'restore' | 'by_hand'
    /** Cancels so many days after the due date; never unless told. */
    cancelAfterDays?: number
    /**
     * By currency, what may be missing of an invoice that was paid in part: access is back, and no
     * step or letter follows. It stays owed, and the next money pays it first. Nothing unless told.
     */
    negligible?: Record<string, number | undefined>
  }
  /** What a payment that its payer disputes does to access. Won, everything is as it was. */
  disputes?: {
    /** Access while a payment is disputed. "full" unless told. */
    open?: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
    /**
     * What follows when it is lost: nothing ("keep", unless told), a suspension that you lift, or the
     * end of the subscription.
     */
    lost?: 'keep' | 'suspend' | 'cancel'
  }
  /** Where periods begin: at the subscription’s own anchor (unless told), or on the first of the month. */
  anchor?: 'subscription' | 'calendar'
  /** "automatic" charges a payment method (unless told), "send" asks by letter. */
  collection?: 'automatic' | 'send'
  /** An invoice is due so many days after its issue. 0 unless told. */
  dueDays?: number
  /** When a failed payment is tried again. */
  retries?: {
    /** Hour of the operator at which it is tried; the hour at which it failed unless told. */
    hour?: number
    /** Days after the first failure, ascending. [1, 3, 5] unless told; [] tries once only. */
    afterDays?: readonly number[]
  }
  /** What happens, and when, after an invoice is not paid. Instead of `failure`’s days and access. */
  dunning?: {
    /** Hour of the operator at which steps are taken; that of the due date unless told. */
    hour?: number
    /** Ascending by days. */
    steps: readonly DunningStepDefinition[]
  }
}

export interface PlanDefinition {
  /** Shown to people. The key, unless told. */
  name?: string
  description?: string
  /** Currency → interval → price. A plan without prices is free. */
  prices?: Record<string, Record<string, PriceDefinition | undefined> | undefined>
  /** Feature key → what is included. What is not named is not included. */
  allowances?: Record<string, AllowanceDefinition | undefined>
  /** Prices hold the tax already. false unless told. */
  taxInclusive?: boolean
  /** Which rates apply. "standard" unless told. */
  taxCategory?: string
  trial?: {
    days: number
    /** Whether access ends with the trial or the paid time begins. "expire" unless told. */
    onEnd?: 'expire' | 'activate'
  }
  policies?: PoliciesDefinition
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** No longer sold; those who have it keep it. */
  archived?: boolean
}

/** What is sent to “Add a plan to the catalog”. */
export interface PlansCreateBody {
  /** Shown to people. The key, unless told. */
  name?: string
  description?: string
  /** Currency → interval → price. A plan without prices is free. */
  prices?: Record<string, Record<string, PriceDefinition | undefined> | undefined>
  /** Feature key → what is included. What is not named is not included. */
  allowances?: Record<string, AllowanceDefinition | undefined>
  /** Prices hold the tax already. false unless told. */
  taxInclusive?: boolean
  /** Which rates apply. "standard" unless told. */
  taxCategory?: string
  trial?: {
    days: number
    /** Whether access ends with the trial or the paid time begins. "expire" unless told. */
    onEnd?: 'expire' | 'activate'
  }
  policies?: PoliciesDefinition
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** No longer sold; those who have it keep it. */
  archived?: boolean
  id: string
}

export interface OperatorDefinition {
  /** Who sells, as documents name it. */
  name?: string
  email?: string
  address?: {
    line1: string
    line2?: string
    postalCode?: string
    city?: string
    region?: string
    country: string
  }
  taxIds?: readonly {
    type: string
    value: string
  }[]
  /** A data URI of a PNG or JPEG, of at most 256 kB. */
  logo?: string
  /** At the foot of every document. */
  footer?: string
  /**
   * Where to pay by transfer or in cash, in the language of the reader: {en: "…", fr: "…"}. Where
   * theirs is left out, they read it in yours.
   */
  paymentInstructions?: Record<string, string | undefined>
  /** Begins the numbers of invoices. "INV" unless told. */
  invoicePrefix?: string
  /** Begins the numbers of credit notes. "CN" unless told. */
  creditNotePrefix?: string
  /** Letters about an invoice or a credit note carry its PDF. True unless told. */
  attachDocuments?: boolean
  /** Where jobs have their hours: an IANA name. UTC unless told. */
  timeZone?: string
  /** Of documents for customers that have none. "en" unless told. */
  language?: string
}

export interface FeatureDefinition {
  /**
   * flag: on or off. setting: a value. gauge: held and given back (seats, bytes stored). meter:
   * consumed, starts again each window. credits: consumed from grants that expire.
   */
  kind: 'flag' | 'setting' | 'gauge' | 'meter' | 'credits'
  /** Shown to people. The key, unless told. */
  name?: string
  description?: string
  /** What is counted, for example "ticket"; "byte" for storage. */
  unit?: string
  /** Decimal places that are counted; 0 unless told. It cannot change later. */
  scale?: number
  /** Settings only: what its value is. "string" unless told. */
  type?: 'string' | 'number' | 'boolean'
  /** Percentages of the limit that are announced, ascending. 80, 90 and 100 unless told. */
  thresholds?: readonly number[]
  /** What an application decides when it cannot reach the engine. "closed" unless told. */
  failPolicy?: 'open' | 'closed'
  /** Credits only: action key → credits that one action costs. */
  costs?: Record<string, number | undefined>
  /** Older events are rejected. 30 unless told. */
  latenessDays?: number
}

export type AddOnDefinition = {
  kind: 'recurring'
  prices?: Record<string, Record<string, PriceDefinition | undefined> | undefined>
  name?: string
  description?: string
  allowances?: Record<string, AllowanceDefinition | undefined>
  /** Prices hold the tax already. false unless told. */
  taxInclusive?: boolean
  /** Which rates apply. "standard" unless told. */
  taxCategory?: string
  metadata?: Record<string, string | number | boolean | null | undefined>
  archived?: boolean
} | {
  kind: 'one_off'
  /** Currency → amount in minor units. */
  prices?: Record<string, number | undefined>
  /** What is granted lives for so many days; for good unless told. */
  grantDays?: number
  name?: string
  description?: string
  allowances?: Record<string, AllowanceDefinition | undefined>
  /** Prices hold the tax already. false unless told. */
  taxInclusive?: boolean
  /** Which rates apply. "standard" unless told. */
  taxCategory?: string
  metadata?: Record<string, string | number | boolean | null | undefined>
  archived?: boolean
}

export interface BundleDefinition {
  name?: string
  description?: string
  addOns: readonly string[]
  prices?: Record<string, Record<string, PriceDefinition | undefined> | undefined>
  /** Prices hold the tax already. false unless told. */
  taxInclusive?: boolean
  /** Which rates apply. "standard" unless told. */
  taxCategory?: string
  metadata?: Record<string, string | number | boolean | null | undefined>
  archived?: boolean
}

export interface CouponDefinition {
  /** On the invoice. The key, unless told. */
  name?: string
  percentOff?: number
  /** Currency → minor units. */
  amountOff?: Record<string, number | undefined>
  /** How many invoices of a subscription it holds for. 1 unless told. */
  periods?: 'forever' | number
  /** Keys of plans, add-ons and bundles. Everything unless told. */
  appliesTo?: readonly string[]
  /** Nobody can redeem it from then on, such as 2027-01-01T00:00:00Z. No end unless told. */
  redeemBy?: string | Date
  /** No limit unless told. */
  maximumRedemptions?: number
  /** No longer redeemed; those who have it keep it. */
  archived?: boolean
}

export interface TaxRateDefinition {
  /** On the invoice, such as "VAT". The key, unless told. */
  name?: string
  country: string
  /** The whole country unless told. */
  region?: string
  /** The `taxCategory` of what is sold that it is for. "standard" unless told. */
  category?: string
  percent: number
  /** The first day, local to the operator. No beginning unless told. */
  from?: string
  /** The first day that it no longer holds. No end unless told. */
  until?: string
}

export interface CatalogDefinition {
  /** Who sells, as documents name it. */
  operator?: OperatorDefinition
  features: Record<string, FeatureDefinition | undefined>
  plans: Record<string, PlanDefinition | undefined>
  addOns?: Record<string, AddOnDefinition | undefined>
  bundles?: Record<string, BundleDefinition | undefined>
  coupons?: Record<string, CouponDefinition | undefined>
  taxes?: Record<string, TaxRateDefinition | undefined>
  /** The free plan that holds for customers without a live subscription. */
  fallbackPlan?: string | null
}

export interface Catalog {
  object: 'catalog'
  livemode: boolean
  revision: number
  updatedAt: string
  catalog: {
    /** Who sells, as documents name it. */
    operator?: {
      /** Who sells, as documents name it. */
      name?: string
      email?: string
      address?: {
        line1: string
        line2?: string
        postalCode?: string
        city?: string
        region?: string
        country: string
      }
      taxIds?: {
        type: string
        value: string
      }[]
      /** A data URI of a PNG or JPEG, of at most 256 kB. */
      logo?: string
      /** At the foot of every document. */
      footer?: string
      /**
       * Where to pay by transfer or in cash, in the language of the reader: {en: "…", fr: "…"}. Where
       * theirs is left out, they read it in yours.
       */
      paymentInstructions?: Record<string, string>
      /** Begins the numbers of invoices. "INV" unless told. */
      invoicePrefix?: string
      /** Begins the numbers of credit notes. "CN" unless told. */
      creditNotePrefix?: string
      /** Letters about an invoice or a credit note carry its PDF. True unless told. */
      attachDocuments?: boolean
      /** Where jobs have their hours: an IANA name. UTC unless told. */
      timeZone?: string
      /** Of documents for customers that have none. "en" unless told. */
      language?: string
    }
    features: Record<string, {
      /**
       * flag: on or off. setting: a value. gauge: held and given back (seats, bytes stored). meter:
       * consumed, starts again each window. credits: consumed from grants that expire.
       */
      kind: 'flag' | 'setting' | 'gauge' | 'meter' | 'credits'
      /** Shown to people. The key, unless told. */
      name?: string
      description?: string
      /** What is counted, for example "ticket"; "byte" for storage. */
      unit?: string
      /** Decimal places that are counted; 0 unless told. It cannot change later. */
      scale?: number
      /** Settings only: what its value is. "string" unless told. */
      type?: 'string' | 'number' | 'boolean'
      /** Percentages of the limit that are announced, ascending. 80, 90 and 100 unless told. */
      thresholds?: number[]
      /** What an application decides when it cannot reach the engine. "closed" unless told. */
      failPolicy?: 'open' | 'closed'
      /** Credits only: action key → credits that one action costs. */
      costs?: Record<string, number>
      /** Older events are rejected. 30 unless told. */
      latenessDays?: number
    }>
    plans: Record<string, {
      /** Shown to people. The key, unless told. */
      name?: string
      description?: string
      /** Currency → interval → price. A plan without prices is free. */
      prices?: Record<string, Record<string, number | {
        /** The flat part. 0 unless told. */
        amountMinor?: number
        /** Quantity key → price of one, in minor units, as a decimal. */
        perUnit?: Record<string, string>
        /** Parts with a name and a line of their own: what was used, tiers, packages. */
        components?: Record<string, {
          /** Of its line on the invoice. The key, unless told. */
          name?: string
          /**
           * When it is charged: at the start of the period, or at its end. "arrears" for a feature,
           * else "advance".
           */
          timing?: 'advance' | 'arrears'
          /** Counts this quantity of the subscription. */
          quantity?: string
          /** Counts what was used of this feature in the billing period. */
          feature?: string
          /** So many cost nothing. 0 unless told. */
          freeUnits?: number
          /** How what is counted is priced. */
          model: {
            /** So much, whatever is used; in minor units. */
            flat?: number
            /** So much for each, in minor units as a decimal. */
            perUnit?: string
            /** Each tier prices the units that fall into it. */
            graduated?: {
              /** The last unit of this tier; the last tier has none. */
              upTo?: number
              /** Of one unit in this tier, in minor units. "0" unless told. */
              unitMinor?: string
              /** Once for the tier, in minor units. "0" unless told. */
              flatMinor?: string
            }[]
            /** The tier that the whole quantity falls into prices all of it. */
            volume?: {
              /** The last unit of this tier; the last tier has none. */
              upTo?: number
              /** Of one unit in this tier, in minor units. "0" unless told. */
              unitMinor?: string
              /** Once for the tier, in minor units. "0" unless told. */
              flatMinor?: string
            }[]
            /** Begun packages are whole ones. */
            package?: {
              /** Units in a package. */
              size: number
              /** Of one package, in minor units as a decimal. */
              packageMinor: string
            }
            percentage?: {
              /** Of what the feature counts, which is an amount in minor units. */
              percent: number
              /** On top, once a period in which anything was counted. "0" unless told. */
              fixedMinor?: string
              /** The least of a period in which anything was counted. */
              minimumMinor?: number
              /** The most of a period. */
              maximumMinor?: number
            }
          }
        }>
        /** The least that an interval costs before discounts and tax; charged at its end. */
        minimumMinor?: number
      }>>
      /** Feature key → what is included. What is not named is not included. */
      allowances?: Record<string, boolean | number | string | {
        /** Of counted features, in whole units or with as many decimals as the scale has. */
        limit: number | 'unlimited'
        /**
         * Only where the feature counts bytes: the unit of all amounts of this allowance. GB is 10⁹,
         * GiB 2³⁰.
         */
        unit?: 'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'PB' | 'KiB' | 'MiB' | 'GiB' | 'TiB' | 'PiB'
        /** The limit is multiplied by the subscription’s quantity of this key. */
        perQuantity?: string
        /**
         * When it starts again: "month" for meters and "billing_period" for credits unless told;
         * gauges have none.
         */
        window?: 'day' | 'week' | 'month' | 'billing_period' | 'rolling_30_days' | 'lifetime'
        /** Who it counts against. "customer" unless told. */
        scope?: 'customer' | 'member'
        /** Scope customer: what each member may take of the shared limit. */
        memberLimit?: number | 'unlimited'
        /** What happens above the limit. "hard" unless told. */
        policy?: 'hard' | {
          soft: {
            /** Admits so much above the limit. */
            graceAmount?: number
            /** Admits for so many days from the first crossing. */
            graceDays?: number
          }
        } | {
          /** Admits and bills: currency → price of one unit in minor units, as a decimal. */
          overage: Record<string, string>
        }
        /** What happens to the unused at a window’s end. Nothing goes on unless told. */
        rollover?: boolean | {
          /** At most so much goes on. */
          cap?: number
          /** This share of the unused goes on. 100 unless told. */
          sharePercent?: number
          /** For so many windows. 1 unless told. */
          windows?: number
        }
        /** Lower burns first. 100 unless told. */
        priority?: number
      }>
      /** Prices hold the tax already. false unless told. */
      taxInclusive?: boolean
      /** Which rates apply. "standard" unless told. */
      taxCategory?: string
      trial?: {
        days: number
        /** Whether access ends with the trial or the paid time begins. "expire" unless told. */
        onEnd?: 'expire' | 'activate'
      }
      policies?: {
        /**
         * What a change to this plan does to what was used in the running window: it counts on
         * ("keep", unless told), or what is left expires and the allowance is given anew, at every
         * change ("reset") or at the first one in a window, less what was used of that at later ones
         * ("reset_once").
         */
        usageOnChange?: 'keep' | 'reset' | 'reset_once'
        /** "now" unless told. */
        upgrade?: 'now' | 'period_end'
        /** "period_end" unless told. */
        downgrade?: 'now' | 'period_end'
        /**
         * When another number of seats is billed: from the next period, at once with proration, or
         * raised at once and lowered at the period’s end ("raise_now", unless told).
         */
        quantityChange?: 'next_period' | 'prorate' | 'raise_now'
        /** "second" unless told. */
        proration?: 'second' | 'day' | 'none'
        /**
         * Buying again while live. "refuse" unless told; "append": the same subscription has what was
         * bought now, from a new period that is paid in full before it is given (where invoices are
         * sent: at once), and keeps its unused credits.
         */
        purchaseWhileLive?: 'refuse' | 'append'
        /** When an add-on switched on inside a period is charged. "next_invoice" unless told. */
        modules?: 'next_invoice' | 'now'
        /**
         * Add-ons and bundles of a renewal: on its invoice ("with_plan", unless told), or on one
         * beside it whose failure stops neither the renewal nor its grants. More of what the plan
         * counts stays with the plan.
         */
        moduleInvoices?: 'with_plan' | 'apart'
        /** What a paid renewal does. */
        renewal?: {
          /** Unused credits of the plan. "expire" unless told; an allowance’s own rollover goes before. */
          credits?: 'expire' | 'rollover' | {
            rollover: boolean | {
              /** At most so much goes on. */
              cap?: number
              /** This share of the unused goes on. 100 unless told. */
              sharePercent?: number
              /** For so many windows. 1 unless told. */
              windows?: number
            }
          }
        }
        /** What a renewal that is not paid does. `grants` and `modules` hold for a cancellation too. */
        failure?: {
          /** Access is kept for so many days after the due date. 7 unless told. */
          graceDays?: number
          /** Access after the grace days. "blocked" unless told. */
          access?: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
          /**
           * The reason that a block gives. "payment_required" unless told; with "tenant_suspended" it
           * reads as a suspension by hand does, and with "subscription_inactive" a cancellation gives
           * it too.
           */
          reason?: 'payment_required' | 'tenant_suspended' | 'subscription_inactive'
          /**
           * Which grants expire when the subscription fails or ends: the plan’s, or bought ones too.
           * "plan" unless told.
           */
          grants?: 'plan' | 'all'
          /** "off" unless told. */
          modules?: 'off' | 'keep'
          /** Modules that a failure switched off, once paid. "restore" unless told. */
          modulesWhenPaid?: 'restore' | 'by_hand'
          /** Cancels so many days after the due date; never unless told. */
          cancelAfterDays?: number
          /**
           * By currency, what may be missing of an invoice that was paid in part: access is back, and
           * no step or letter follows. It stays owed, and the next money pays it first. Nothing unless
           * told.
           */
          negligible?: Record<string, number>
        }
        /** What a payment that its payer disputes does to access. Won, everything is as it was. */
        disputes?: {
          /** Access while a payment is disputed. "full" unless told. */
          open?: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
          /**
           * What follows when it is lost: nothing ("keep", unless told), a suspension that you lift,
           * or the end of the subscription.
           */
          lost?: 'keep' | 'suspend' | 'cancel'
        }
        /**
         * Where periods begin: at the subscription’s own anchor (unless told), or on the first of the
         * month.
         */
        anchor?: 'subscription' | 'calendar'
        /** "automatic" charges a payment method (unless told), "send" asks by letter. */
        collection?: 'automatic' | 'send'
        /** An invoice is due so many days after its issue. 0 unless told. */
        dueDays?: number
        /** When a failed payment is tried again. */
        retries?: {
          /** Hour of the operator at which it is tried; the hour at which it failed unless told. */
          hour?: number
          /** Days after the first failure, ascending. [1, 3, 5] unless told; [] tries once only. */
          afterDays?: number[]
        }
        /**
         * What happens, and when, after an invoice is not paid. Instead of `failure`’s days and
         * access.
         */
        dunning?: {
          /** Hour of the operator at which steps are taken; that of the due date unless told. */
          hour?: number
          /** Ascending by days. */
          steps: DunningStepDefinition[]
        }
      }
      metadata?: Record<string, string | number | boolean | null>
      /** No longer sold; those who have it keep it. */
      archived?: boolean
    }>
    addOns?: Record<string, {
      kind: 'recurring'
      prices?: Record<string, Record<string, number | {
        /** The flat part. 0 unless told. */
        amountMinor?: number
        /** Quantity key → price of one, in minor units, as a decimal. */
        perUnit?: Record<string, string>
        /** Parts with a name and a line of their own: what was used, tiers, packages. */
        components?: Record<string, {
          /** Of its line on the invoice. The key, unless told. */
          name?: string
          /**
           * When it is charged: at the start of the period, or at its end. "arrears" for a feature,
           * else "advance".
           */
          timing?: 'advance' | 'arrears'
          /** Counts this quantity of the subscription. */
          quantity?: string
          /** Counts what was used of this feature in the billing period. */
          feature?: string
          /** So many cost nothing. 0 unless told. */
          freeUnits?: number
          /** How what is counted is priced. */
          model: {
            /** So much, whatever is used; in minor units. */
            flat?: number
            /** So much for each, in minor units as a decimal. */
            perUnit?: string
            /** Each tier prices the units that fall into it. */
            graduated?: {
              /** The last unit of this tier; the last tier has none. */
              upTo?: number
              /** Of one unit in this tier, in minor units. "0" unless told. */
              unitMinor?: string
              /** Once for the tier, in minor units. "0" unless told. */
              flatMinor?: string
            }[]
            /** The tier that the whole quantity falls into prices all of it. */
            volume?: {
              /** The last unit of this tier; the last tier has none. */
              upTo?: number
              /** Of one unit in this tier, in minor units. "0" unless told. */
              unitMinor?: string
              /** Once for the tier, in minor units. "0" unless told. */
              flatMinor?: string
            }[]
            /** Begun packages are whole ones. */
            package?: {
              /** Units in a package. */
              size: number
              /** Of one package, in minor units as a decimal. */
              packageMinor: string
            }
            percentage?: {
              /** Of what the feature counts, which is an amount in minor units. */
              percent: number
              /** On top, once a period in which anything was counted. "0" unless told. */
              fixedMinor?: string
              /** The least of a period in which anything was counted. */
              minimumMinor?: number
              /** The most of a period. */
              maximumMinor?: number
            }
          }
        }>
        /** The least that an interval costs before discounts and tax; charged at its end. */
        minimumMinor?: number
      }>>
      name?: string
      description?: string
      allowances?: Record<string, boolean | number | string | {
        /** Of counted features, in whole units or with as many decimals as the scale has. */
        limit: number | 'unlimited'
        /**
         * Only where the feature counts bytes: the unit of all amounts of this allowance. GB is 10⁹,
         * GiB 2³⁰.
         */
        unit?: 'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'PB' | 'KiB' | 'MiB' | 'GiB' | 'TiB' | 'PiB'
        /** The limit is multiplied by the subscription’s quantity of this key. */
        perQuantity?: string
        /**
         * When it starts again: "month" for meters and "billing_period" for credits unless told;
         * gauges have none.
         */
        window?: 'day' | 'week' | 'month' | 'billing_period' | 'rolling_30_days' | 'lifetime'
        /** Who it counts against. "customer" unless told. */
        scope?: 'customer' | 'member'
        /** Scope customer: what each member may take of the shared limit. */
        memberLimit?: number | 'unlimited'
        /** What happens above the limit. "hard" unless told. */
        policy?: 'hard' | {
          soft: {
            /** Admits so much above the limit. */
            graceAmount?: number
            /** Admits for so many days from the first crossing. */
            graceDays?: number
          }
        } | {
          /** Admits and bills: currency → price of one unit in minor units, as a decimal. */
          overage: Record<string, string>
        }
        /** What happens to the unused at a window’s end. Nothing goes on unless told. */
        rollover?: boolean | {
          /** At most so much goes on. */
          cap?: number
          /** This share of the unused goes on. 100 unless told. */
          sharePercent?: number
          /** For so many windows. 1 unless told. */
          windows?: number
        }
        /** Lower burns first. 100 unless told. */
        priority?: number
      }>
      /** Prices hold the tax already. false unless told. */
      taxInclusive?: boolean
      /** Which rates apply. "standard" unless told. */
      taxCategory?: string
      metadata?: Record<string, string | number | boolean | null>
      archived?: boolean
    } | {
      kind: 'one_off'
      /** Currency → amount in minor units. */
      prices?: Record<string, number>
      /** What is granted lives for so many days; for good unless told. */
      grantDays?: number
      name?: string
      description?: string
      allowances?: Record<string, boolean | number | string | {
        /** Of counted features, in whole units or with as many decimals as the scale has. */
        limit: number | 'unlimited'
        /**
         * Only where the feature counts bytes: the unit of all amounts of this allowance. GB is 10⁹,
         * GiB 2³⁰.
         */
        unit?: 'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'PB' | 'KiB' | 'MiB' | 'GiB' | 'TiB' | 'PiB'
        /** The limit is multiplied by the subscription’s quantity of this key. */
        perQuantity?: string
        /**
         * When it starts again: "month" for meters and "billing_period" for credits unless told;
         * gauges have none.
         */
        window?: 'day' | 'week' | 'month' | 'billing_period' | 'rolling_30_days' | 'lifetime'
        /** Who it counts against. "customer" unless told. */
        scope?: 'customer' | 'member'
        /** Scope customer: what each member may take of the shared limit. */
        memberLimit?: number | 'unlimited'
        /** What happens above the limit. "hard" unless told. */
        policy?: 'hard' | {
          soft: {
            /** Admits so much above the limit. */
            graceAmount?: number
            /** Admits for so many days from the first crossing. */
            graceDays?: number
          }
        } | {
          /** Admits and bills: currency → price of one unit in minor units, as a decimal. */
          overage: Record<string, string>
        }
        /** What happens to the unused at a window’s end. Nothing goes on unless told. */
        rollover?: boolean | {
          /** At most so much goes on. */
          cap?: number
          /** This share of the unused goes on. 100 unless told. */
          sharePercent?: number
          /** For so many windows. 1 unless told. */
          windows?: number
        }
        /** Lower burns first. 100 unless told. */
        priority?: number
      }>
      /** Prices hold the tax already. false unless told. */
      taxInclusive?: boolean
      /** Which rates apply. "standard" unless told. */
      taxCategory?: string
      metadata?: Record<string, string | number | boolean | null>
      archived?: boolean
    }>
    bundles?: Record<string, {
      name?: string
      description?: string
      addOns: string[]
      prices?: Record<string, Record<string, number | {
        /** The flat part. 0 unless told. */
        amountMinor?: number
        /** Quantity key → price of one, in minor units, as a decimal. */
        perUnit?: Record<string, string>
        /** Parts with a name and a line of their own: what was used, tiers, packages. */
        components?: Record<string, {
          /** Of its line on the invoice. The key, unless told. */
          name?: string
          /**
           * When it is charged: at the start of the period, or at its end. "arrears" for a feature,
           * else "advance".
           */
          timing?: 'advance' | 'arrears'
          /** Counts this quantity of the subscription. */
          quantity?: string
          /** Counts what was used of this feature in the billing period. */
          feature?: string
          /** So many cost nothing. 0 unless told. */
          freeUnits?: number
          /** How what is counted is priced. */
          model: {
            /** So much, whatever is used; in minor units. */
            flat?: number
            /** So much for each, in minor units as a decimal. */
            perUnit?: string
            /** Each tier prices the units that fall into it. */
            graduated?: {
              /** The last unit of this tier; the last tier has none. */
              upTo?: number
              /** Of one unit in this tier, in minor units. "0" unless told. */
              unitMinor?: string
              /** Once for the tier, in minor units. "0" unless told. */
              flatMinor?: string
            }[]
            /** The tier that the whole quantity falls into prices all of it. */
            volume?: {
              /** The last unit of this tier; the last tier has none. */
              upTo?: number
              /** Of one unit in this tier, in minor units. "0" unless told. */
              unitMinor?: string
              /** Once for the tier, in minor units. "0" unless told. */
              flatMinor?: string
            }[]
            /** Begun packages are whole ones. */
            package?: {
              /** Units in a package. */
              size: number
              /** Of one package, in minor units as a decimal. */
              packageMinor: string
            }
            percentage?: {
              /** Of what the feature counts, which is an amount in minor units. */
              percent: number
              /** On top, once a period in which anything was counted. "0" unless told. */
              fixedMinor?: string
              /** The least of a period in which anything was counted. */
              minimumMinor?: number
              /** The most of a period. */
              maximumMinor?: number
            }
          }
        }>
        /** The least that an interval costs before discounts and tax; charged at its end. */
        minimumMinor?: number
      }>>
      /** Prices hold the tax already. false unless told. */
      taxInclusive?: boolean
      /** Which rates apply. "standard" unless told. */
      taxCategory?: string
      metadata?: Record<string, string | number | boolean | null>
      archived?: boolean
    }>
    coupons?: Record<string, {
      /** On the invoice. The key, unless told. */
      name?: string
      percentOff?: number
      /** Currency → minor units. */
      amountOff?: Record<string, number>
      /** How many invoices of a subscription it holds for. 1 unless told. */
      periods?: 'forever' | number
      /** Keys of plans, add-ons and bundles. Everything unless told. */
      appliesTo?: string[]
      /** Nobody can redeem it from then on, such as 2027-01-01T00:00:00Z. No end unless told. */
      redeemBy?: string
      /** No limit unless told. */
      maximumRedemptions?: number
      /** No longer redeemed; those who have it keep it. */
      archived?: boolean
    }>
    taxes?: Record<string, TaxRateDefinition>
    /** The free plan that holds for customers without a live subscription. */
    fallbackPlan?: string | null
  }
}

export interface Plan {
  object: 'plan'
  id: string
  livemode: boolean
  version: number
  currentVersion: number
  name: string
  description: string
  /** No longer sold */
  archived: boolean
  prices: {
    currency: string
    /** As a subscription names it: `month`, `3 months` */
    interval: string
    amountMinor: number
    /** Quantity key → price of one, minor units as a decimal */
    perUnit: Record<string, string>
    components: {
      key: string
      name: string
      timing: 'advance' | 'arrears'
      /** A quantity of the subscription, a feature’s use in the billing period, or nothing */
      counts: {
        quantity: string
      } | {
        feature: string
      } | null
      /** A decimal; amounts in minor units */
      freeUnits: string
      model: {
        type: 'flat'
        amountMinor: number
      } | {
        type: 'per_unit'
        /** A decimal; amounts in minor units */
        unitMinor: string
      } | {
        type: 'graduated'
        tiers: {
          /** Its last unit; null = no bound */
          upTo: string | null
          /** A decimal; amounts in minor units */
          unitMinor: string
          /** A decimal; amounts in minor units */
          flatMinor: string
        }[]
      } | {
        type: 'volume'
        tiers: {
          /** Its last unit; null = no bound */
          upTo: string | null
          /** A decimal; amounts in minor units */
          unitMinor: string
          /** A decimal; amounts in minor units */
          flatMinor: string
        }[]
      } | {
        type: 'package'
        /** A decimal; amounts in minor units */
        size: string
        /** A decimal; amounts in minor units */
        packageMinor: string
      } | {
        type: 'percentage'
        /** A decimal; amounts in minor units */
        percent: string
        /** A decimal; amounts in minor units */
        fixedMinor: string
        minimumMinor: number | null
        maximumMinor: number | null
      }
    }[]
    /** The least that an interval costs */
    minimumMinor: number | null
  }[]
  allowances: {
    feature: string
    name: string
    kind: 'flag' | 'setting' | 'gauge' | 'meter' | 'credits'
    unit: string
    scale: number
    /** Flags and settings; else null */
    value: boolean | string | number | null
    limit: number | null
    unlimited: boolean
    /** The limit is multiplied by the quantity of this key */
    perQuantity: string | null
    /** After which it starts again; null for what has none */
    window: string | null
    scope: 'customer' | 'member'
    memberLimit: {
      limit: number | null
      unlimited: boolean
    } | null
    policy: {
      type: 'hard'
    } | {
      type: 'soft'
      graceAmount: number | null
      graceDays: number | null
    } | {
      type: 'overage'
      /** Minor units, as a decimal */
      unitPrices: Record<string, string>
    }
    rollover: {
      cap: number | null
      sharePercent: number
      windows: number
    } | null
    priority: number
  }[]
  trial: {
    days: number
    onEnd: 'expire' | 'activate'
  } | null
  policies: {
    usageOnChange: 'keep' | 'reset' | 'reset_once'
    upgrade: 'now' | 'period_end'
    downgrade: 'now' | 'period_end'
    quantityChange: 'next_period' | 'prorate' | 'raise_now'
    proration: 'second' | 'day' | 'none'
    purchaseWhileLive: 'refuse' | 'append'
    modules: 'next_invoice' | 'now'
    moduleInvoices: 'with_plan' | 'apart'
    failure: {
      graceDays: number
      access: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
      reason: 'payment_required' | 'tenant_suspended' | 'subscription_inactive'
      grants: 'plan' | 'all'
      modules: 'off' | 'keep'
      modulesWhenPaid: 'restore' | 'by_hand'
      cancelAfterDays: number | null
      /** What may be missing of an invoice that was paid in part, in minor units */
      negligible: Record<string, number>
    }
    disputes: {
      /** Access meanwhile */
      open: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
      lost: 'keep' | 'suspend' | 'cancel'
    }
    anchor: 'subscription' | 'calendar'
    collection: 'automatic' | 'send'
    dueDays: number
    retries: {
      /** Of the operator; null = the hour at which it failed */
      hour: number | null
      /** After the first failure */
      afterDays: number[]
    }
    dunning: {
      /** Of the operator; null = the time of day of the due date */
      hour: number | null
      steps: {
        /** After the due date */
        afterDays: number
        action: 'letter' | 'retry' | 'warn' | 'limit' | 'read_only' | 'modules_off' | 'suspend' | 'pause' | 'cancel'
        letter: 'friendly' | 'urgent' | 'warning' | 'final' | null
      }[]
    }
  }
  /** Prices hold the tax already */
  taxInclusive: boolean
  /** Which rates apply */
  taxCategory: string
  metadata: Record<string, unknown>
  createdAt: string
  versionCreatedAt: string
}

export interface Customer {
  object: 'customer'
  id: string
  livemode: boolean
  name: string
  email: string | null
  /** IANA name; days, months and periods are counted in it */
  timeZone: string
  /** BCP 47 tag; the language of what is sent to the customer */
  locale: string
  currency: string | null
  testClock: string | null
  metadata: Record<string, unknown>
  billing: {
    name: string
    email: string | null
    address: {
      line1: string
      line2: string
      postalCode: string
      city: string
      region: string
      country: string
    } | null
    vatId: string | null
    taxExempt: boolean
    exemptionReason: string
  }
  createdAt: string
  updatedAt: string
  /** Whether the customer gets in at all; computed from lifecycle, suspension and fallback plan */
  access: {
    level: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
    /** For `blocked`, also the code of every refusal */
    reason: 'ok' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  }
}

export interface Member {
  object: 'member'
  id: string
  customer: string
  livemode: boolean
  name: string
  email: string | null
  metadata: Record<string, unknown>
  createdAt: string
  updatedAt: string
}

export interface Site {
  object: 'site'
  customer: string
  livemode: boolean
  /** Where the site is asked. A live environment needs https and an address of the public internet. */
  url: string
  /** The quantity of the subscription that the site tells */
  quantity: string
  /** Hour of the operator at which it is asked each day */
  hour: number
  /** Of the last visit; null before the first */
  outcome: 'synced' | 'failed' | 'skipped' | null
  /** Why it failed. `answer_invalid`: the answer was no `{"activeUsers": n}` */
  reason: 'address_refused' | 'name_not_found' | 'connection_failed' | 'tls_failed' | 'timed_out' | 'redirected' | 'http_status' | 'answer_invalid' | null
  responseCode: number | null
  /** Failed tries of the running day */
  attempts: number
  askedAt: string | null
  /** The last number that was understood */
  activeUsers: number | null
  /** When it was told */
  syncedAt: string | null
  /** The next visit, by the clock of the customer */
  nextAt: string
  createdAt: string
  updatedAt: string
}

export interface Subscription {
  object: 'subscription'
  id: string
  livemode: boolean
  customer: string
  status: 'scheduled' | 'incomplete' | 'trialing' | 'active' | 'paused' | 'canceled' | 'expired'
  authority: 'engine' | 'provider'
  plan: string
  planVersion: number
  interval: string
  currency: string
  quantities: Record<string, number>
  addOns: {
    id: string
    quantity: number
    startedAt: string
    endsAt: string | null
  }[]
  bundles: {
    id: string
    startedAt: string
    endsAt: string | null
  }[]
  /** Periods are counted from it, in the time zone that the customer had when the running one began */
  anchorAt: string
  periodStart: string
  periodEnd: string
  /** Until when it is on invoices; null = nothing yet */
  billedUntil: string | null
  startAt: string
  /** The end of the last day of the trial */
  trialEndAt: string | null
  cancelAt: string | null
  canceledAt: string | null
  endedAt: string | null
  endReason: string | null
  pausedAt: string | null
  resumeAt: string | null
  scheduledChange: {
    at: string
    plan: string
    planVersion: number
    interval: string
    currency: string
    quantities: Record<string, number>
  } | null
  metadata: Record<string, unknown>
  createdAt: string
  updatedAt: string
}

export interface Invoice {
  object: 'invoice'
  /** `inv_…`; of a credit note `cn_…` */
  id: string
  livemode: boolean
  customer: string
  kind: 'invoice' | 'credit_note'
  reason: 'period' | 'change' | 'add_on' | 'top_up' | 'one_off'
  status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible'
  /** Without gaps in its series; null for a draft */
  number: string | null
  /** Of a credit note: the invoice it credits */
  credits: string | null
  subscription: string | null
  periodStart: string | null
  periodEnd: string | null
  currency: string
  subtotalMinor: number
  discountMinor: number
  taxMinor: number
  totalMinor: number
  /** Paid from the customer's balance */
  creditAppliedMinor: number
  /** Lowered by credit notes before it was paid. Of a credit note: what it lowered */
  creditedMinor: number
  amountPaidMinor: number
  /** Given back. Of a credit note: what of it goes back; the rest is the balance of the customer */
  refundedMinor: number
  amountDueMinor: number
  taxes: {
    /** Key of the rate in the catalog; empty where none applies */
    rate: string
    name: string
    percent: string
    /** EN 16931: standard, zero, exempt, reverse charge, outside */
    category: 'S' | 'Z' | 'E' | 'AE' | 'O'
    taxableMinor: number
    taxMinor: number
  }[]
  /** That took something off; of a credit note: of what it credits */
  coupons: {
    id: string
    name: string
  }[]
  collection: 'automatic' | 'send' | 'prepaid'
  createdAt: string
  issuedAt: string | null
  dueAt: string | null
  paidAt: string | null
  voidedAt: string | null
  /** Automatic payment attempts so far */
  attempts: number
  nextAttemptAt: string | null
  /** Why the last attempt failed */
  failure: 'soft' | 'hard' | 'action_needed' | null
  note: string
  lines: {
    id: string
    kind: 'plan' | 'quantity' | 'add_on' | 'bundle' | 'usage' | 'overage' | 'minimum' | 'top_up' | 'item' | 'credit'
    /** Key of the plan, add-on, bundle or feature */
    reference: string
    description: string
    /** A decimal */
    quantity: string
    /** Price of one, as a decimal in minor units; null for tiers and parts */
    unitMinor: string | null
    /** Before discounts; with tax where `taxInclusive` */
    amountMinor: number
    discountMinor: number
    /** After discounts, without tax */
    netMinor: number
    taxInclusive: boolean
    taxMinor: number
    serviceStart: string | null
    serviceEnd: string | null
    /** Of what is given back: the line it credits */
    credits: string | null
  }[]
  metadata: Record<string, unknown>
}

export interface PaymentAttempt {
  object: 'payment_attempt'
  /** `pay_…` */
  id: string
  livemode: boolean
  customer: string
  /** What it was to pay. Of an order that was not paid there is no such invoice any more */
  invoice: string
  /** Which way to pay was asked */
  method: string
  provider: string
  /** Of the way to pay */
  kind: 'card' | 'phone' | 'bank_transfer' | 'cash'
  amountMinor: number
  currency: string
  /**
   * `unknown`: the answer never came, and is asked for again. `superseded`: given up for another
   * attempt, or because less is due or nothing is to be paid any more
   */
  status: 'created' | 'started' | 'pending' | 'action_needed' | 'unknown' | 'succeeded' | 'declined' | 'expired' | 'superseded'
  /** Where the customer pays or confirms */
  url: string | null
  decline: {
    /** A hard decline takes the way to pay out of use */
    kind: 'soft' | 'hard'
    /** In the provider's words */
    reason: string
  } | null
  /** For whoever pays by hand: where to pay, and what to quote */
  instructions: {
    /** The operator's, in the customer's language; empty where none is set */
    text: string
    /** What the payer is to quote: the same for each attempt of the invoice */
    reference: string
  } | null
  createdAt: string
  /** When the provider was asked; null: not yet, or never */
  startedAt: string | null
  /** Until when the customer can pay or confirm */
  expiresAt: string | null
  endedAt: string | null
}

export interface Refund {
  object: 'refund'
  /** `re_…` */
  id: string
  livemode: boolean
  customer: string
  /** What it gives back */
  payment: string
  /** Who sends it. `manual`: you do, and `POST …/settle` says what became of it */
  provider: string
  amountMinor: number
  currency: string
  /** What succeeded can still fail, weeks later: then it is on the balance of the customer */
  status: 'created' | 'started' | 'pending' | 'succeeded' | 'failed'
  reason: string
  /** In the provider's words */
  failure: string | null
  parts: {
    /** null: from the balance of the customer */
    invoice: string | null
    creditNote: string | null
    amountMinor: number
  }[]
  createdAt: string
  endedAt: string | null
}

export interface Payment {
  object: 'payment'
  /** `rec_…` */
  id: string
  livemode: boolean
  customer: string
  provider: string
  /** How the provider knows it */
  transaction: string
  currency: string
  amountMinor: number
  /** Given back, or on its way */
  refundedMinor: number
  receivedAt: string
  allocations: {
    invoice: string
    amountMinor: number
  }[]
  /** What no invoice took: it is on the balance of the customer */
  toBalanceMinor: number
  /** Of the invoices it paid, oldest first: those that failed, too */
  attempts: PaymentAttempt[]
  refunds: Refund[]
}

export interface CreditBalance {
  object: 'credit_balance'
  customer: string
  livemode: boolean
  /** What the customer has with you; the next invoice in the currency takes it first */
  balances: {
    currency: string
    amountMinor: number
  }[]
}

export interface CheckoutSession {
  object: 'checkout_session'
  /** `cs_…` */
  id: string
  livemode: boolean
  customer: string
  /** `expired`: over, and not paid */
  status: 'open' | 'complete' | 'expired'
  /** Where the customer pays; null when there is nothing left to do */
  url: string | null
  successUrl: string
  cancelUrl: string
  subscription: string | null
  currency: string
  totalMinor: number
  /** null until somebody is asked for the money */
  attempt: PaymentAttempt | null
  /** A draft until it is paid; null when it was not */
  invoice: Invoice | null
  createdAt: string
  expiresAt: string
}

export interface Access {
  object: 'access'
  customer: string
  livemode: boolean
  level: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
  /** For `blocked`, also the code of every refusal */
  reason: 'ok' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  suspension: {
    reason: string
    note: string
    author: string
    createdAt: string
  } | null
  /** Newest first, without a gap: from (inclusive) to (exclusive; null = still) */
  history: {
    from: string
    to: string | null
    level: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
    /** For `blocked`, also the code of every refusal */
    reason: 'ok' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  }[]
}

export interface Override {
  object: 'override'
  customer: string
  feature: string
  livemode: boolean
  limit: number | null
  unlimited: boolean
  value: boolean | string | number | null
  reason: string
  author: string
  expiresAt: string | null
  createdAt: string
  updatedAt: string
}

export interface TestClock {
  object: 'test_clock'
  /** `clock_test_…` */
  id: string
  name: string
  /** What time it is for its customers */
  now: string
  /** `advancing` until everything due up to `target` has been done; `failed` if something could not be */
  status: 'ready' | 'advancing' | 'failed'
  /** Where it is being moved to */
  target: string | null
  /** Why it stands still before its target; advance it again to retry */
  failure: string | null
  livemode: boolean
  createdAt: string
}

export interface WebhookEndpoint {
  object: 'webhook_endpoint'
  /** The id of the endpoint (`we_…`) */
  id: string
  livemode: boolean
  /** Where events are sent. A live environment needs https. */
  url: string
  description: string
  /** `standard`: the event, signed by Standard Webhooks. `slack`: `{ "text": … }` for people */
  format: 'standard' | 'slack'
  /** Only these. Empty: all of them; in the format `slack`, those that are worth a letter */
  eventTypes: ('customer.created' | 'customer.updated' | 'customer.deleted' | 'member.created' | 'member.updated' | 'member.deleted' | 'subscription.created' | 'subscription.started' | 'subscription.trial_started' | 'subscription.trial_ending' | 'subscription.trial_ended' | 'subscription.activated' | 'subscription.changed' | 'subscription.change_scheduled' | 'subscription.change_canceled' | 'subscription.period_started' | 'subscription.paused' | 'subscription.resumed' | 'subscription.cancel_scheduled' | 'subscription.cancel_unscheduled' | 'subscription.canceled' | 'subscription.expired' | 'subscription.add_on_added' | 'subscription.add_on_changed' | 'subscription.add_on_removed' | 'subscription.bundle_added' | 'subscription.bundle_removed' | 'invoice.created' | 'invoice.issued' | 'invoice.paid' | 'invoice.payment_failed' | 'invoice.payment_action_required' | 'invoice.overdue' | 'invoice.voided' | 'invoice.uncollectible' | 'credit_note.issued' | 'dunning.letter' | 'dunning.step_taken' | 'payment.succeeded' | 'payment.failed' | 'payment.pending' | 'payment.received' | 'payment.unallocated' | 'payment_method.attached' | 'payment_method.detached' | 'payment_method.expiring' | 'refund.created' | 'refund.succeeded' | 'refund.failed' | 'dispute.opened' | 'dispute.won' | 'dispute.lost' | 'credit_balance.changed' | 'top_up.completed' | 'coupon.redeemed' | 'seats.synced' | 'seats.sync_failed' | 'entitlements.changed' | 'access.changed' | 'suspension.created' | 'suspension.deleted' | 'override.set' | 'override.deleted' | 'override.expired' | 'grant.created' | 'grant.revoked' | 'usage.threshold_reached' | 'usage.refused' | 'usage.window_closed' | 'reservation.expired' | 'lease.expired' | 'catalog.updated' | 'plan.created' | 'plan.updated' | 'plan.archived' | 'webhook_endpoint.disabled' | 'webhook_endpoint.tested' | 'api_key.created' | 'api_key.rolled' | 'api_key.revoked' | 'import.completed' | 'doctor.problems_found' | 'test_clock.created' | 'test_clock.advanced' | 'test_clock.failed' | 'test_clock.deleted')[]
  status: 'enabled' | 'disabled'
  /** `failures`: it had only failed for five days. `gone`: it answered 410 */
  disabledReason: 'operator' | 'failures' | 'gone' | null
  /** The first failure since the last success */
  failingSince: string | null
  createdAt: string
  updatedAt: string
}

export interface Delivery {
  object: 'delivery'
  /** The id of the delivery (`dlv_…`) */
  id: string
  livemode: boolean
  customer: string | null
  /** The id of the event it tells of; of a webhook, also its `webhook-id` */
  event: string
  eventType: string
  channel: 'webhook' | 'slack' | 'mail'
  /** The id of a webhook endpoint, or an e-mail address */
  target: string
  /** `failed`: it is tried again at `nextAttemptAt`. `abandoned`: it is not */
  status: 'pending' | 'sending' | 'delivered' | 'failed' | 'abandoned'
  attempts: number
  /** `timed_out`, `http_status`, `recipient_refused`, … */
  lastError: string | null
  /** What the receiver answered to the last try */
  responseCode: number | null
  nextAttemptAt: string | null
  attemptedAt: string | null
  deliveredAt: string | null
  createdAt: string
}

export interface Environment {
  object: 'environment'
  id: string
  livemode: boolean
  /** Web pages of these origins may call the API with a publishable key. `:*` stands for any port. */
  allowedOrigins: string[]
  /** Where each payment provider sends what it tells, below the address of this server */
  providerWebhooks: {
    provider: string
    path: string
  }[]
  createdAt: string
}

export interface Feature {
  object: 'feature'
  id: string
  livemode: boolean
  /**
   * flag: on or off. setting: a value. gauge: held and given back (seats, bytes stored). meter:
   * consumed, starts again each window. credits: consumed from grants that expire.
   */
  kind: 'flag' | 'setting' | 'gauge' | 'meter' | 'credits'
  name: string
  unit: string
  scale: number
  /** Settings only */
  valueType: 'boolean' | 'string' | 'number' | null
  thresholds: number[]
  failPolicy: 'open' | 'closed'
  costs: Record<string, number>
  latenessDays: number
  archived: boolean
}

export interface ListedCustomer {
  object: 'customer'
  id: string
  livemode: boolean
  name: string
  email: string | null
  /** IANA name; days, months and periods are counted in it */
  timeZone: string
  /** BCP 47 tag; the language of what is sent to the customer */
  locale: string
  currency: string | null
  testClock: string | null
  metadata: Record<string, unknown>
  billing: {
    name: string
    email: string | null
    address: {
      line1: string
      line2: string
      postalCode: string
      city: string
      region: string
      country: string
    } | null
    vatId: string | null
    taxExempt: boolean
    exemptionReason: string
  }
  createdAt: string
  updatedAt: string
  /** Whether the customer gets in at all; computed from lifecycle, suspension and fallback plan */
  access: {
    level: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
    /** For `blocked`, also the code of every refusal */
    reason: 'ok' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  }
  /** Of the subscription made last */
  plan: string | null
  /** Of the subscription made last; null without one */
  status: 'scheduled' | 'incomplete' | 'trialing' | 'active' | 'paused' | 'canceled' | 'expired' | null
}

export interface SeatSync {
  object: 'seat_sync'
  customer: string
  livemode: boolean
  /** Where the site is asked. A live environment needs https and an address of the public internet. */
  url: string
  /** The quantity of the subscription that the site tells */
  quantity: string
  /** Hour of the operator at which it is asked each day */
  hour: number
  /** Of the last visit; null before the first */
  outcome: 'synced' | 'failed' | 'skipped' | null
  /** Why it failed. `answer_invalid`: the answer was no `{"activeUsers": n}` */
  reason: 'address_refused' | 'name_not_found' | 'connection_failed' | 'tls_failed' | 'timed_out' | 'redirected' | 'http_status' | 'answer_invalid' | null
  responseCode: number | null
  /** Failed tries of the running day */
  attempts: number
  askedAt: string | null
  /** The last number that was understood */
  activeUsers: number | null
  /** When it was told */
  syncedAt: string | null
  /** The next visit, by the clock of the customer */
  nextAt: string
}

export interface InvoiceItem {
  object: 'invoice_item'
  /** `itm_…` */
  id: string
  livemode: boolean
  customer: string
  currency: string
  kind: 'plan' | 'quantity' | 'add_on' | 'bundle' | 'usage' | 'overage' | 'minimum' | 'top_up' | 'item' | 'credit'
  description: string
  quantity: string
  unitMinor: string | null
  amountMinor: number
  serviceStart: string | null
  serviceEnd: string | null
  createdAt: string
}

export interface UnallocatedPayment {
  object: 'unallocated_payment'
  /** `una_…` */
  id: string
  livemode: boolean
  provider: string
  /** How the provider knows it */
  transaction: string
  currency: string
  amountMinor: number
  /** `waiting`: nobody has said yet whose it is */
  status: 'waiting' | 'assigned'
  receivedAt: string
  /** What it has become: `rec_…` */
  payment: string | null
}

export interface PaymentMethod {
  object: 'payment_method'
  /** `pm_…` */
  id: string
  livemode: boolean
  customer: string
  provider: string
  kind: 'card' | 'phone' | 'bank_transfer' | 'cash'
  /** For people: `Visa •••• 4242` */
  label: string
  /** `YYYY-MM`, of cards */
  expires: string | null
  /** Whether it can be charged with nobody there; others are asked by a prompt or a link */
  silent: boolean
  isDefault: boolean
  /** Charged when the default one fails */
  isFallback: boolean
  /** Since when it is declined for good; null while it works */
  failedAt: string | null
  createdAt: string
}

export interface Discount {
  object: 'discount'
  /** `dis_…` */
  id: string
  livemode: boolean
  customer: string
  coupon: string
  name: string
  /** The one that it holds for; null = whatever the customer is billed */
  subscription: string | null
  percentOff: string | null
  /** Currency → minor units */
  amountOffMinor: Record<string, number>
  /** Periods that it still holds for; null = all */
  periodsLeft: number | null
  redeemedAt: string
}

export interface Dispute {
  object: 'dispute'
  /** `dsp_…` */
  id: string
  livemode: boolean
  customer: string
  payment: string
  provider: string
  /** How the provider knows it */
  reference: string
  amountMinor: number
  /** What the provider holds of it at this moment */
  withdrawnMinor: number
  currency: string
  status: 'open' | 'won' | 'lost'
  reason: string
  evidenceDueAt: string | null
  openedAt: string
  closedAt: string | null
}

export interface ProviderEvent {
  object: 'provider_event'
  /** The provider's own */
  id: string
  livemode: boolean
  provider: string
  type: 'charge' | 'receipt' | 'refund' | 'dispute' | 'method'
  status: 'waiting' | 'failed' | 'applied'
  outcome: 'applied' | 'ignored' | 'unallocated' | null
  attempts: number
  failure: string | null
  receivedAt: string
  appliedAt: string | null
  nextAttemptAt: string | null
}

export interface Grant {
  object: 'grant'
  id: string
  livemode: boolean
  customer: string
  feature: string
  member: string | null
  source: 'plan' | 'add_on' | 'top_up' | 'promotion' | 'rollover' | 'manual' | 'import'
  reference: string
  reason: string
  amount: number
  burnt: number
  /** Set aside for open reservations and leases */
  held: number
  expired: number
  /** amount = burnt + held + expired + remaining */
  remaining: number
  /** Lower burns first; then the earliest expiry, then the oldest */
  priority: number
  startsAt: string
  expiresAt: string | null
  createdAt: string
  closedAt: string | null
}

export interface Job {
  object: 'job'
  name: string
  /** When it last began */
  startedAt: string
  /** When it last came to its end; a job that hangs stays behind */
  finishedAt: string | null
  /** How much it has done since the installation was set up */
  handled: number
  /** Customers it could not handle at its last run and will try again */
  failing: number
  /** The kind of the last failure; the log has the details */
  failure: string | null
}

export interface JobsListResponse {
  object: 'list'
  data: Job[]
}

export interface Event {
  object: 'event'
  /** `evt_…`; the same in every delivery of this event */
  id: string
  /** See the list of types; ignore the ones you do not know */
  type: string
  /** Place in the feed of the environment: 1, 2, 3, … without gaps. Give it back as `after` */
  position: number
  /** Your customer's id; null for what concerns the whole environment */
  customer: string | null
  /** Order among this customer's events, from 1; 0 without a customer */
  sequence: number
  /** The id of what it is about, if that is not the customer */
  subject: string | null
  /** When it happened by the customer's clock (a test clock, if it has one) */
  occurredAt: string
  /** When it was recorded, by the system clock */
  recordedAt: string
  livemode: boolean
  /** By type */
  data: Record<string, unknown>
}

export interface ApiKey {
  object: 'api_key'
  /** The id of the key (`key_…`), not its secret. */
  id: string
  livemode: boolean
  kind: 'secret' | 'restricted' | 'publishable'
  name: string
  /** What a restricted key may do; empty for the other kinds. */
  scopes: ('catalog:read' | 'catalog:write' | 'customers:read' | 'customers:write' | 'subscriptions:read' | 'subscriptions:write' | 'money:read' | 'money:write' | 'usage:read' | 'usage:write' | 'events:read' | 'webhooks:read' | 'webhooks:write' | 'analytics:read' | 'audit:read' | 'clocks:write' | 'keys:write')[]
  /** The first and last characters of the key, to recognise it by. */
  hint: string
  /** Requests a minute by class, where they differ from those of the installation. */
  rateLimits: {
    usage?: number
    quota?: number
    read?: number
    write?: number
  }
  createdAt: string
  expiresAt: string | null
  revokedAt: string | null
  /** The id of the key that replaced this one. */
  rolledTo: string | null
}

export interface AuditEntry {
  object: 'audit_entry'
  /** `aud_…` */
  id: string
  /** null for what is the environment's */
  customer: string | null
  /** The id of a key, `job:<name>`, or `cli` */
  actor: string
  /** The call (`subscriptions.create`), or the name of the job */
  action: string
  /** As in `x-request-id` */
  requestId: string | null
  /** In the caller's words; empty where none was given */
  reason: string
  /** What it was, by what it is about; only what differs. Personal values are left out */
  before: Record<string, Record<string, unknown>>
  /** What it is since */
  after: Record<string, Record<string, unknown>>
  /** By the customer's clock */
  occurredAt: string
  recordedAt: string
}

export interface Entitlements {
  object: 'entitlements'
  customer: string
  livemode: boolean
  /** Grows with every change; also the `ETag` */
  version: number
  plan: {
    id: string
    version: number
    name: string
  } | null
  /** The live one; null when there is none */
  subscription: {
    id: string
    status: 'scheduled' | 'incomplete' | 'trialing' | 'active' | 'paused' | 'canceled' | 'expired'
    interval: string
    currency: string
    periodStart: string
    periodEnd: string
    trialEndAt: string | null
    cancelAt: string | null
    /** Seats and what else is counted by number */
    quantities: Record<string, number>
    addOns: {
      id: string
      quantity: number
      endsAt: string | null
    }[]
  } | null
  /** Whether the customer gets in at all; computed from lifecycle, suspension and fallback plan */
  access: {
    level: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
    /** For `blocked`, also the code of every refusal */
    reason: 'ok' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  }
  timeZone: string
  /** The next moment at which time alone changes this; null if none is known */
  validUntil: string | null
  features: {
    feature: string
    name: string
    kind: 'flag' | 'setting' | 'gauge' | 'meter' | 'credits'
    included: boolean
    /** Flags and settings; else null */
    value: boolean | string | number | null
    limit: number | null
    unlimited: boolean
    unit: string
    /** Amounts are whole numbers of 10^-scale units */
    scale: number
    /** After which a meter starts again; null for what has none */
    window: string | null
    /** Whose balance it is */
    scope: 'customer' | 'member'
    /** Each member's own limit under the customer's pool */
    memberLimit: {
      limit: number | null
      unlimited: boolean
    } | null
    /** What happens at the limit */
    policy: 'hard' | 'soft' | 'overage'
    /** What a client decides that has lost its link for too long */
    failPolicy: 'open' | 'closed'
    thresholds: number[]
    /** Credits: what one action costs */
    costs: Record<string, number>
    overridden: boolean
  }[]
}

export interface UnchangedEntitlements {
  object: 'entitlements'
  customer: string
  livemode: boolean
  version: number
  unchanged: true
}

export type CustomersEntitlementsResponse = Entitlements | UnchangedEntitlements

export interface TimelineEvent {
  object: 'event'
  id: string
  type: string
  sequence: number
  subject: string | null
  occurredAt: string
  recordedAt: string
  data: Record<string, unknown>
}

export interface LedgerEntry {
  object: 'ledger_entry'
  /** `le_…` */
  id: string
  livemode: boolean
  /** null for money of the environment's, whose nobody is known to be */
  customer: string | null
  /** Each posts once: `invoice:inv_…:issued` */
  cause: string
  /** `invoice.issued`, `receipt.allocated`, … */
  kind: string
  invoice: string | null
  currency: string
  /** Sum to zero */
  postings: {
    /** `receivable`, `revenue`, `cash:<provider>`, … */
    account: string
    /** Above zero debit, below credit */
    amountMinor: number
  }[]
  /** By the customer's clock */
  occurredAt: string
  recordedAt: string
}

export interface LedgerAccounts {
  object: 'ledger_accounts'
  livemode: boolean
  accounts: {
    /** `receivable`, `revenue`, `cash:<provider>`, … */
    account: string
    currency: string
    debitMinor: number
    creditMinor: number
    /** Debits less credits */
    balanceMinor: number
  }[]
}

export interface DoctorReport {
  object: 'doctor_report'
  examinedAt: string
  /** How many were examined */
  customers: number
  /** Of everything found; 0 when all is well */
  count: number
  findings: {
    /** What was examined; the guide names them all */
    check: string
    /** The caller's id; null for what is the environment's */
    customer: string | null
    /** The id of what does not hold, or an account, a feature, a series */
    subject: string
    expected: string
    found: string
  }[]
}

export interface Hold {
  object: 'reservation' | 'lease'
  id: string
  status: 'open' | 'settled' | 'canceled' | 'expired'
  customer: string
  feature: string
  member: string | null
  /** The estimate */
  amount: number
  /** The truth */
  settled: number | null
  overEstimate: boolean
  expiresAt: string
}

export interface Usage {
  object: 'usage'
  customer: string
  livemode: boolean
  access: {
    level: string
    reason: string
  }
  period: {
    start: string
    end: string
  } | null
  data: {
    feature: string
    name: string
    kind: string
    unit: string
    member: string | null
    limit: number | null
    unlimited: boolean
    used: number
    /** Taken by open reservations and leases */
    reserved: number
    remaining: number | null
    /** Two decimals; 100 for a limit of 0; null when unlimited */
    percentage: number | null
    overage: number
    thresholds: {
      percent: number
      reached: boolean
    }[]
    windowStart: string | null
    resetsAt: string | null
    upgrade: {
      plan: string
      name: string
      limit: number | null
      unlimited: boolean
      price: {
        currency: string
        interval: string
        amountMinor: number
      } | null
    } | null
  }[]
}

export interface UsageWindow {
  feature: string
  member: string | null
  windowStart: string
  windowEnd: string
  limit: number | null
  unlimited: boolean
  used: number
  reserved: number
  overage: number
  percentage: number | null
}

export interface RecordedUse {
  id: string
  verb: 'consume' | 'track' | 'release' | 'set' | 'settle' | 'lease' | 'import'
  feature: string
  member: string | null
  subscription: string | null
  amount: number
  overage: number
  usedAfter: number
  occurredAt: string
  recordedAt: string
  metadata: Record<string, unknown>
}

export interface Overage {
  feature: string
  member: string | null
  windowStart: string
  amount: number
  priced: boolean
  unitPrices: Record<string, string> | null
  event: string
  at: string
}

export interface Report {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      /** In minor units of the currency */
      openingMinor: number
      /** In minor units of the currency */
      newMinor: number
      /** In minor units of the currency */
      expansionMinor: number
      /** Negative */
      contractionMinor: number
      /** Negative */
      churnMinor: number
      /** In minor units of the currency */
      reactivationMinor: number
      /** In minor units of the currency */
      closingMinor: number
      /** Who pay at the end */
      customers: number
    }[]
  }[]
}

export interface AnalyticsArrReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      /** In minor units of the currency */
      arrMinor: number
    }[]
  }[]
}

export interface AnalyticsArpuReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      arpu: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

export interface AnalyticsLtvReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      arpu: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
      logoChurn: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
      ltvMinor: number | null
    }[]
  }[]
}

export interface AnalyticsChurnReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      logo: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
      revenue: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
      netRevenue: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

export interface AnalyticsTrialsReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      conversion: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

export interface AnalyticsRetentionReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      customers: number
      /** At the end of the first interval */
      revenueMinor: number
      retained: {
        end: string
        customers: {
          numerator: number
          denominator: number
          /** The quotient; null where the denominator is 0 */
          rate: number | null
        }
        revenue: {
          numerator: number
          denominator: number
          /** The quotient; null where the denominator is 0 */
          rate: number | null
        }
      }[]
    }[]
  }[]
}

export interface AnalyticsRevenueReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      /** In minor units of the currency */
      billedMinor: number
      /** In minor units of the currency */
      billedNetMinor: number
      /** In minor units of the currency */
      collectedMinor: number
      /** In minor units of the currency */
      refundedMinor: number
      /** In minor units of the currency */
      earnedMinor: number
    }[]
  }[]
}

export interface AnalyticsRecoveredReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      /** In minor units of the currency */
      recoveredMinor: number
      invoices: number
      recovery: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

export interface AnalyticsQuotaReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      quotaHit: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

export interface AnalyticsSuspensionsReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      suspension: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

export interface AnalyticsOverdueReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      overdueInvoice: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

export interface AnalyticsFiguresReport {
  object: 'report'
  livemode: boolean
  interval: 'day' | 'week' | 'month'
  /** The operator's, in which days and months begin */
  timeZone: string
  from: string
  to: string
  /** One for each currency and segment that there is */
  series: {
    /** null for what is not money */
    currency: string | null
    /** null for everything together */
    segment: string | null
    points: {
      start: string
      end: string
      quotaHit: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
      suspension: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
      trialConversion: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
      overdueInvoice: {
        numerator: number
        denominator: number
        /** The quotient; null where the denominator is 0 */
        rate: number | null
      }
    }[]
  }[]
}

/** What can be asked of “Replace the catalog”. */
export interface CatalogPutQuery {
  /** Refuses with 409 unless the catalog in force has this revision; 0 when there must be none */
  expectedRevision?: number
}

export interface CatalogDiff {
  object: 'catalog_diff'
  livemode: boolean
  /** false: a preview, or there was nothing to change */
  applied: boolean
  changed: boolean
  /** Of the catalog in force after this call */
  revision: number
  changes: {
    noun: 'feature' | 'plan' | 'add_on' | 'bundle' | 'fallback_plan' | 'operator' | 'coupon' | 'tax_rate'
    /** Your own id of what is changed; the setting's name for `fallback_plan` and `operator` */
    id: string
    /**
     * A feature, plan, add-on or bundle that is no longer in the catalog is archived if it was ever
     * used, else deleted
     */
    action: 'added' | 'changed' | 'archived' | 'restored' | 'deleted'
    previousVersion: number | null
    /** The version that is made; null where there is no new one */
    version: number | null
    fields: {
      path: string
      before: string | number | boolean | null
      after: string | number | boolean | null
    }[]
  }[]
  affected: {
    noun: 'plan' | 'add_on' | 'fallback_plan'
    id: string
    /** The version they have; null for the fallback plan */
    version: number | null
    /**
     * stays: they keep this version until they are moved. moves: what they may use changes at once.
     * loses: they may use nothing any more
     */
    effect: 'stays' | 'moves' | 'loses'
    customers: number
    /** Some of them */
    sample: string[]
  }[]
}

/** What can be asked of “See what a catalog would change, and who is affected”. */
export interface CatalogPreviewQuery {
  /** Refuses with 409 unless the catalog in force has this revision; 0 when there must be none */
  expectedRevision?: number
}

/** What can be asked of “List plans, newest first”. */
export interface PlansListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  /** true: only those no longer sold; those on sale unless told */
  archived?: 'true' | 'false'
}

/** What can be asked of “Read a plan”. */
export interface PlansGetQuery {
  /** The current one unless told */
  version?: number
}

export interface DeletedPlan {
  object: 'plan'
  id: string
  livemode: boolean
  deleted: true
}

/** What can be asked of “List customers, newest first”. */
export interface CustomersListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  /** The start of an id or a name */
  search?: string
  /** Of the subscription made last */
  status?: 'scheduled' | 'incomplete' | 'trialing' | 'active' | 'paused' | 'canceled' | 'expired' | 'none'
  testClock?: string
}

export interface DeletedCustomer {
  object: 'customer'
  id: string
  livemode: boolean
  deleted: true
  deletedAt: string
}

/** What can be asked of “What a customer may use”. */
export interface CustomersEntitlementsQuery {
  /** The version you have */
  version?: number
}

/** What can be asked of “What happened to a customer, newest first”. */
export interface CustomersTimelineQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
}

/** What can be asked of “List the members of a customer, newest first”. */
export interface MembersListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
}

export interface DeletedMember {
  object: 'member'
  id: string
  customer: string
  livemode: boolean
  deleted: true
}

export interface SitesPutSite {
  object: 'site'
  customer: string
  livemode: boolean
  /** Where the site is asked. A live environment needs https and an address of the public internet. */
  url: string
  /** The quantity of the subscription that the site tells */
  quantity: string
  /** Hour of the operator at which it is asked each day */
  hour: number
  /** Of the last visit; null before the first */
  outcome: 'synced' | 'failed' | 'skipped' | null
  /** Why it failed. `answer_invalid`: the answer was no `{"activeUsers": n}` */
  reason: 'address_refused' | 'name_not_found' | 'connection_failed' | 'tls_failed' | 'timed_out' | 'redirected' | 'http_status' | 'answer_invalid' | null
  responseCode: number | null
  /** Failed tries of the running day */
  attempts: number
  askedAt: string | null
  /** The last number that was understood */
  activeUsers: number | null
  /** When it was told */
  syncedAt: string | null
  /** The next visit, by the clock of the customer */
  nextAt: string
  createdAt: string
  updatedAt: string
  /** Where the site is new */
  secret: string | null
}

export interface DeletedSite {
  object: 'site'
  customer: string
  livemode: boolean
  deleted: true
}

export interface SitesRollSecretSite {
  object: 'site'
  customer: string
  livemode: boolean
  /** Where the site is asked. A live environment needs https and an address of the public internet. */
  url: string
  /** The quantity of the subscription that the site tells */
  quantity: string
  /** Hour of the operator at which it is asked each day */
  hour: number
  /** Of the last visit; null before the first */
  outcome: 'synced' | 'failed' | 'skipped' | null
  /** Why it failed. `answer_invalid`: the answer was no `{"activeUsers": n}` */
  reason: 'address_refused' | 'name_not_found' | 'connection_failed' | 'tls_failed' | 'timed_out' | 'redirected' | 'http_status' | 'answer_invalid' | null
  responseCode: number | null
  /** Failed tries of the running day */
  attempts: number
  askedAt: string | null
  /** The last number that was understood */
  activeUsers: number | null
  /** When it was told */
  syncedAt: string | null
  /** The next visit, by the clock of the customer */
  nextAt: string
  createdAt: string
  updatedAt: string
  /** `whsec_…`, by which the site verifies the question. It is shown here and never again. */
  secret: string
}

/** What can be asked of “See how each site was visited last”. */
export interface SeatSyncsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  /** `skipped`: no subscription in force counts the quantity */
  outcome?: 'synced' | 'failed' | 'skipped'
}

export interface SubscriptionsCreateSubscription {
  object: 'subscription'
  id: string
  livemode: boolean
  customer: string
  status: 'scheduled' | 'incomplete' | 'trialing' | 'active' | 'paused' | 'canceled' | 'expired'
  authority: 'engine' | 'provider'
  plan: string
  planVersion: number
  interval: string
  currency: string
  quantities: Record<string, number>
  addOns: {
    id: string
    quantity: number
    startedAt: string
    endsAt: string | null
  }[]
  bundles: {
    id: string
    startedAt: string
    endsAt: string | null
  }[]
  /** Periods are counted from it, in the time zone that the customer had when the running one began */
  anchorAt: string
  periodStart: string
  periodEnd: string
  /** Until when it is on invoices; null = nothing yet */
  billedUntil: string | null
  startAt: string
  /** The end of the last day of the trial */
  trialEndAt: string | null
  cancelAt: string | null
  canceledAt: string | null
  endedAt: string | null
  endReason: string | null
  pausedAt: string | null
  resumeAt: string | null
  scheduledChange: {
    at: string
    plan: string
    planVersion: number
    interval: string
    currency: string
    quantities: Record<string, number>
  } | null
  metadata: Record<string, unknown>
  createdAt: string
  updatedAt: string
  /** null where nothing is charged now */
  payment: {
    status: 'paid' | 'pending' | 'action_needed' | 'processing' | 'failed'
    /** Where the customer pays or confirms */
    url: string | null
    attempt: PaymentAttempt | null
  } | null
}

export interface SubscriptionPreview {
  object: 'subscription_preview'
  livemode: boolean
  customer: string
  /** As of when it is billed if it is agreed to */
  effectiveAt: string
  stateVersion: string
  /** Good for 15 minutes, for the same fields, while nothing moves */
  previewToken: string
  currency: string | null
  /** A credit note goes to the balance of the customer */
  kind: 'invoice' | 'credit_note' | 'none'
  subtotalMinor: number
  discountMinor: number
  taxMinor: number
  totalMinor: number
  /** What the balance of the customer will pay of it */
  creditAppliedMinor: number
  amountDueMinor: number
  lines: {
    id: string
    kind: 'plan' | 'quantity' | 'add_on' | 'bundle' | 'usage' | 'overage' | 'minimum' | 'top_up' | 'item' | 'credit'
    /** Key of the plan, add-on, bundle or feature */
    reference: string
    description: string
    /** A decimal */
    quantity: string
    /** Price of one, as a decimal in minor units; null for tiers and parts */
    unitMinor: string | null
    /** Before discounts; with tax where `taxInclusive` */
    amountMinor: number
    discountMinor: number
    /** After discounts, without tax */
    netMinor: number
    taxInclusive: boolean
    taxMinor: number
    serviceStart: string | null
    serviceEnd: string | null
    /** Of what is given back: the line it credits */
    credits: string | null
  }[]
  /** What the currency before still charges, on an invoice of its own beside the other one */
  otherCurrency: {
    currency: string
    kind: 'invoice' | 'credit_note'
    subtotalMinor: number
    discountMinor: number
    taxMinor: number
    totalMinor: number
    lines: {
      id: string
      kind: 'plan' | 'quantity' | 'add_on' | 'bundle' | 'usage' | 'overage' | 'minimum' | 'top_up' | 'item' | 'credit'
      /** Key of the plan, add-on, bundle or feature */
      reference: string
      description: string
      /** A decimal */
      quantity: string
      /** Price of one, as a decimal in minor units; null for tiers and parts */
      unitMinor: string | null
      /** Before discounts; with tax where `taxInclusive` */
      amountMinor: number
      discountMinor: number
      /** After discounts, without tax */
      netMinor: number
      taxInclusive: boolean
      taxMinor: number
      serviceStart: string | null
      serviceEnd: string | null
      /** Of what is given back: the line it credits */
      credits: string | null
    }[]
  } | null
  /**
   * What goes on the next invoice instead, before discounts and tax; of what is charged later alone,
   * all of it
   */
  nextInvoice: {
    kind: 'plan' | 'quantity' | 'add_on' | 'bundle' | 'usage' | 'overage' | 'minimum' | 'top_up' | 'item' | 'credit'
    reference: string
    description: string
    quantity: string
    currency: string
    amountMinor: number
    serviceStart: string | null
    serviceEnd: string | null
  }[]
  /**
   * When that is charged which waits for the end of the period, of a trial, for a start that lies
   * ahead, or for the payment of what is bought again
   */
  nextInvoiceAt: string | null
  nextInvoiceCurrency: string | null
  /** What that comes to by what is known now, as if nothing were used; below zero: to the balance */
  nextInvoiceTotalMinor: number | null
}

/** What can be asked of “List subscriptions, newest first”. */
export interface SubscriptionsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
  status?: 'scheduled' | 'incomplete' | 'trialing' | 'active' | 'paused' | 'canceled' | 'expired'
  plan?: string
}

/** What can be asked of “Switch an add-on off”. */
export interface SubscriptionsDeleteAddOnQuery {
  /** Default: `"now"`. */
  when?: 'now' | 'period_end'
}

/** What can be asked of “Switch a bundle off”. */
export interface SubscriptionsDeleteBundleQuery {
  /** Default: `"now"`. */
  when?: 'now' | 'period_end'
}

export interface DeletedInvoice {
  object: 'invoice'
  id: string
  deleted: true
}

/** What can be asked of “Read an invoice or a credit note as a PDF”. */
export interface InvoicesPdfQuery {
  /** BCP 47 tag such as `fr`. That of the customer, unless told */
  language?: string
}

/** What can be asked of “Read an invoice or a credit note as an electronic invoice (EN 16931)”. */
export interface InvoicesXmlQuery {
  /** BCP 47 tag such as `fr`. That of the customer, unless told */
  language?: string
}

export interface InvoiceLink {
  object: 'invoice_link'
  invoice: string
  livemode: boolean
  /** On this server */
  path: string
  pdfPath: string
  expiresAt: string
}

/** What can be asked of “List invoices and credit notes, newest first”. */
export interface InvoicesListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
  status?: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible'
  kind?: 'invoice' | 'credit_note'
}

/** What can be asked of “List a customer's invoices and credit notes, newest first”. */
export interface InvoicesListOfCustomerQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  status?: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible'
}

export interface InvoicesPayPayment {
  object: 'payment'
  attempt: PaymentAttempt
  invoice: Invoice
}

export interface DeletedInvoiceItem {
  object: 'invoice_item'
  id: string
  deleted: true
}

/** What can be asked of “List money that came in, newest first”. */
export interface PaymentsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
}

/** What can be asked of “List payment attempts, newest first”. */
export interface PaymentAttemptsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
  invoice?: string
  status?: 'created' | 'started' | 'pending' | 'action_needed' | 'unknown' | 'succeeded' | 'declined' | 'expired' | 'superseded'
}

/** What can be asked of “List refunds, newest first”. */
export interface RefundsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
  /** `rec_…`, or `pay_…`: the attempt that brought it in */
  payment?: string
  /** What it gives back of this invoice */
  invoice?: string
  status?: 'created' | 'started' | 'pending' | 'succeeded' | 'failed'
}

/** What can be asked of “List money that came in for nothing we know, newest first”. */
export interface UnallocatedPaymentsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  status?: 'waiting' | 'assigned'
}

export interface PaymentMethodSetup {
  object: 'payment_method_setup'
  status: 'attached' | 'action_needed' | 'unknown'
  url: string | null
  method: PaymentMethod | null
}

export interface DeletedPaymentMethod {
  object: 'payment_method'
  id: string
  deleted: true
}

export interface DeletedDiscount {
  object: 'discount'
  id: string
  deleted: true
}

export interface TopUp {
  object: 'top_up'
  livemode: boolean
  customer: string
  addOn: string
  quantity: number
  status: 'paid' | 'pending' | 'action_needed' | 'processing' | 'failed'
  /** Where the customer pays or confirms */
  url: string | null
  /** null where nobody had to be charged */
  attempt: PaymentAttempt | null
  /** A draft until it is paid; null when it was not */
  invoice: Invoice | null
}

/** What can be asked of “List payments that the payer wants back through the bank, newest first”. */
export interface DisputesListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
  status?: 'open' | 'won' | 'lost'
}

/** What can be asked of “Read the books, newest first”. */
export interface LedgerEntriesQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
  /** When it occurred, or later */
  since?: Instant
  /** Before this moment */
  until?: Instant
  /** `receivable`, `revenue`, `cash:<provider>`, … */
  account?: string
  invoice?: string
}

/** What can be asked of “See what each account of the books comes to, by currency”. */
export interface LedgerAccountsQuery {
  customer?: string
  /** When it occurred, or later */
  since?: Instant
  /** Before this moment */
  until?: Instant
}

/** What can be asked of “List what payment providers told us, newest first”. */
export interface ProviderEventsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  provider?: string
  status?: 'waiting' | 'failed' | 'applied'
}

export interface DeletedOverride {
  object: 'override'
  customer: string
  feature: string
  livemode: boolean
  deleted: true
}

/** What can be asked of “List the grants of a customer, newest first”. */
export interface GrantsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  feature?: string
  /** true: those that are not closed; false: the closed ones */
  open?: boolean
}

export interface Import {
  object: 'import'
  livemode: boolean
  imported: number
  unchanged: number
  failed: number
  results: {
    index: number
    customer: string
    /** `unchanged`: it has (or had) a subscription already; `failed`: nothing of it was written */
    status: 'imported' | 'unchanged' | 'failed'
    /** The customer did not exist before */
    created: boolean
    /** The subscription that it was given */
    subscription: string | null
    error: {
      code: string
      title: string
      detail: string
      param: string | null
    } | null
  }[]
}

/** What can be asked of “List test clocks”. */
export interface TestClocksListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
}

export interface DeletedTestClock {
  object: 'test_clock'
  id: string
  deleted: true
}

/** What can be asked of “List events”. */
export interface EventsListQuery {
  /** Default: `20`. */
  limit?: number
  /** The `nextCursor` of the page before; keep the other parameters unchanged */
  cursor?: string
  /** Only events after this position. 0 starts at the very first event */
  after?: number
  /** One type, or several separated by commas */
  type?: string | readonly string[]
  /** Only this customer's events */
  customer?: string
}

/** What can be asked of “Follow events live”. */
export interface EventsStreamQuery {
  /** Only events after this position. 0 starts at the very first event */
  after?: number
  /** One type, or several separated by commas */
  type?: string | readonly string[]
  /** Only this customer's events */
  customer?: string
}

export interface WebhookEndpointsCreateWebhookEndpoint {
  object: 'webhook_endpoint'
  /** The id of the endpoint (`we_…`) */
  id: string
  livemode: boolean
  /** Where events are sent. A live environment needs https. */
  url: string
  description: string
  /** `standard`: the event, signed by Standard Webhooks. `slack`: `{ "text": … }` for people */
  format: 'standard' | 'slack'
  /** Only these. Empty: all of them; in the format `slack`, those that are worth a letter */
  eventTypes: ('customer.created' | 'customer.updated' | 'customer.deleted' | 'member.created' | 'member.updated' | 'member.deleted' | 'subscription.created' | 'subscription.started' | 'subscription.trial_started' | 'subscription.trial_ending' | 'subscription.trial_ended' | 'subscription.activated' | 'subscription.changed' | 'subscription.change_scheduled' | 'subscription.change_canceled' | 'subscription.period_started' | 'subscription.paused' | 'subscription.resumed' | 'subscription.cancel_scheduled' | 'subscription.cancel_unscheduled' | 'subscription.canceled' | 'subscription.expired' | 'subscription.add_on_added' | 'subscription.add_on_changed' | 'subscription.add_on_removed' | 'subscription.bundle_added' | 'subscription.bundle_removed' | 'invoice.created' | 'invoice.issued' | 'invoice.paid' | 'invoice.payment_failed' | 'invoice.payment_action_required' | 'invoice.overdue' | 'invoice.voided' | 'invoice.uncollectible' | 'credit_note.issued' | 'dunning.letter' | 'dunning.step_taken' | 'payment.succeeded' | 'payment.failed' | 'payment.pending' | 'payment.received' | 'payment.unallocated' | 'payment_method.attached' | 'payment_method.detached' | 'payment_method.expiring' | 'refund.created' | 'refund.succeeded' | 'refund.failed' | 'dispute.opened' | 'dispute.won' | 'dispute.lost' | 'credit_balance.changed' | 'top_up.completed' | 'coupon.redeemed' | 'seats.synced' | 'seats.sync_failed' | 'entitlements.changed' | 'access.changed' | 'suspension.created' | 'suspension.deleted' | 'override.set' | 'override.deleted' | 'override.expired' | 'grant.created' | 'grant.revoked' | 'usage.threshold_reached' | 'usage.refused' | 'usage.window_closed' | 'reservation.expired' | 'lease.expired' | 'catalog.updated' | 'plan.created' | 'plan.updated' | 'plan.archived' | 'webhook_endpoint.disabled' | 'webhook_endpoint.tested' | 'api_key.created' | 'api_key.rolled' | 'api_key.revoked' | 'import.completed' | 'doctor.problems_found' | 'test_clock.created' | 'test_clock.advanced' | 'test_clock.failed' | 'test_clock.deleted')[]
  status: 'enabled' | 'disabled'
  /** `failures`: it had only failed for five days. `gone`: it answered 410 */
  disabledReason: 'operator' | 'failures' | 'gone' | null
  /** The first failure since the last success */
  failingSince: string | null
  createdAt: string
  updatedAt: string
  /** `whsec_…`, to verify signatures with. It is shown here and never again. */
  secret: string
}

/** What can be asked of “List webhook endpoints, newest first”. */
export interface WebhookEndpointsListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
}

export interface DeletedWebhookEndpoint {
  object: 'webhook_endpoint'
  /** The id of the endpoint (`we_…`) */
  id: string
  livemode: boolean
  deleted: true
}

export interface WebhookEndpointTest {
  object: 'webhook_endpoint_test'
  /** The id of the endpoint (`we_…`) */
  webhookEndpoint: string
  /** The id of the event that is sent */
  event: string
  livemode: boolean
}

/** What can be asked of “List what was sent, or is to be sent, newest first”. */
export interface DeliveriesListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  /** `failed`: it is tried again at `nextAttemptAt`. `abandoned`: it is not */
  status?: 'pending' | 'sending' | 'delivered' | 'failed' | 'abandoned'
  channel?: 'webhook' | 'slack' | 'mail'
  customer?: string
  /** The id of an event */
  event?: string
  /** The id of a webhook endpoint, or an e-mail address */
  target?: string
}

/** What can be asked of “Examine whether everything stored agrees”. */
export interface DoctorExamineQuery {
  /**
   * Of findings
   * Default: `100`.
   */
  limit?: number
}

export interface ApiKeyWithSecret {
  object: 'api_key'
  /** The id of the key (`key_…`), not its secret. */
  id: string
  livemode: boolean
  kind: 'secret' | 'restricted' | 'publishable'
  name: string
  /** What a restricted key may do; empty for the other kinds. */
  scopes: ('catalog:read' | 'catalog:write' | 'customers:read' | 'customers:write' | 'subscriptions:read' | 'subscriptions:write' | 'money:read' | 'money:write' | 'usage:read' | 'usage:write' | 'events:read' | 'webhooks:read' | 'webhooks:write' | 'analytics:read' | 'audit:read' | 'clocks:write' | 'keys:write')[]
  /** The first and last characters of the key, to recognise it by. */
  hint: string
  /** Requests a minute by class, where they differ from those of the installation. */
  rateLimits: {
    usage?: number
    quota?: number
    read?: number
    write?: number
  }
  createdAt: string
  expiresAt: string | null
  revokedAt: string | null
  /** The id of the key that replaced this one. */
  rolledTo: string | null
  /** The key itself. It is shown here and never again. */
  secret: string
}

/** What can be asked of “List API keys”. */
export interface KeysListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
}

export interface Decision {
  allowed: boolean
  code: 'ok' | 'quota_exceeded' | 'feature_not_included' | 'insufficient_credits' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  customer: string
  feature: string
  /** What was asked; for an action, its cost in credits */
  amount: number
  limit: number | null
  unlimited: boolean
  used: number
  /** Never below 0; null when unlimited */
  remaining: number | null
  /** The part of `used` above what was granted */
  overage: number
  resetsAt: string | null
  access: {
    level: string
    reason: string
  }
  /** In the language of Accept-Language */
  message: string
  upgrade: {
    plan: string
    name: string
    limit: number | null
    unlimited: boolean
    price: {
      currency: string
      interval: string
      amountMinor: number
    } | null
  } | null
  /** The one-off add-on that would help */
  topUp: {
    addOn: string
    name: string
    amount: number
    price: {
      currency: string
      amountMinor: number
    }
  } | null
}

export interface ConsumeDecision {
  allowed: boolean
  code: 'ok' | 'quota_exceeded' | 'feature_not_included' | 'insufficient_credits' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  customer: string
  feature: string
  /** What was asked; for an action, its cost in credits */
  amount: number
  limit: number | null
  unlimited: boolean
  used: number
  /** Never below 0; null when unlimited */
  remaining: number | null
  /** The part of `used` above what was granted */
  overage: number
  resetsAt: string | null
  access: {
    level: string
    reason: string
  }
  /** In the language of Accept-Language */
  message: string
  upgrade: {
    plan: string
    name: string
    limit: number | null
    unlimited: boolean
    price: {
      currency: string
      interval: string
      amountMinor: number
    } | null
  } | null
  /** The one-off add-on that would help */
  topUp: {
    addOn: string
    name: string
    amount: number
    price: {
      currency: string
      amountMinor: number
    }
  } | null
  /** Id of the recorded use; null when refused */
  event: string | null
  /** The key had its effect before; this is its answer */
  replayed: boolean
}

export interface Level {
  customer: string
  feature: string
  member: string | null
  limit: number | null
  unlimited: boolean
  used: number
  remaining: number | null
  overage: number
  event: string
  replayed: boolean
}

export interface TrackResult {
  accepted: number
  duplicates: number
  rejected: {
    index: number
    code: string
    message: string
  }[]
}

export interface ReserveDecision {
  allowed: boolean
  code: 'ok' | 'quota_exceeded' | 'feature_not_included' | 'insufficient_credits' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  customer: string
  feature: string
  /** What was asked; for an action, its cost in credits */
  amount: number
  limit: number | null
  unlimited: boolean
  used: number
  /** Never below 0; null when unlimited */
  remaining: number | null
  /** The part of `used` above what was granted */
  overage: number
  resetsAt: string | null
  access: {
    level: string
    reason: string
  }
  /** In the language of Accept-Language */
  message: string
  upgrade: {
    plan: string
    name: string
    limit: number | null
    unlimited: boolean
    price: {
      currency: string
      interval: string
      amountMinor: number
    } | null
  } | null
  /** The one-off add-on that would help */
  topUp: {
    addOn: string
    name: string
    amount: number
    price: {
      currency: string
      amountMinor: number
    }
  } | null
  /** `res_…`; null when refused */
  id: string | null
  expiresAt: string | null
  replayed: boolean
}

export interface LeaseDecision {
  allowed: boolean
  code: 'ok' | 'quota_exceeded' | 'feature_not_included' | 'insufficient_credits' | 'tenant_suspended' | 'subscription_cancelled' | 'payment_required' | 'trial_expired' | 'subscription_inactive' | 'no_subscription'
  customer: string
  feature: string
  /** What was asked; for an action, its cost in credits */
  amount: number
  limit: number | null
  unlimited: boolean
  used: number
  /** Never below 0; null when unlimited */
  remaining: number | null
  /** The part of `used` above what was granted */
  overage: number
  resetsAt: string | null
  access: {
    level: string
    reason: string
  }
  /** In the language of Accept-Language */
  message: string
  upgrade: {
    plan: string
    name: string
    limit: number | null
    unlimited: boolean
    price: {
      currency: string
      interval: string
      amountMinor: number
    } | null
  } | null
  /** The one-off add-on that would help */
  topUp: {
    addOn: string
    name: string
    amount: number
    price: {
      currency: string
      amountMinor: number
    }
  } | null
  id: string | null
  granted: number
  /** How long it lasts. Count it from before the request left, on a clock of your own */
  expiresInMs: number | null
  expiresAt: string | null
  replayed: boolean
}

/** What can be asked of “Usage of every counted feature in its running window”. */
export interface UsageSummaryQuery {
  member?: string
}

/** What can be asked of “Windows that have ended, with the limit they had”. */
export interface UsageWindowsQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  feature?: string
  member?: string
}

/** What can be asked of “Each recorded use: subscription, member, feature, amount, time”. */
export interface UsageHistoryQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  feature?: string
  member?: string
  from?: Instant
  to?: Instant
}

/** What can be asked of “Use above what was granted, as it will be billed or reported”. */
export interface UsageOveragesQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  feature?: string
}

/** What can be asked of “Monthly recurring revenue, and what moved it”. */
export interface AnalyticsMrrQuery {
  /** A date in the operator's time zone, or an instant; the interval that holds it is the first one */
  from?: string | Instant
  /** Where the range ends, exclusive; the end of the running interval unless told */
  to?: string | Instant
  /** Default: `"month"`. */
  interval?: 'day' | 'week' | 'month'
  /** Only the customers on this clock; unless told, only those on none */
  testClock?: string
  /** Only what belongs to this plan */
  plan?: string
  /** One series for each: plan, band of spending, months of tenure, stage of the lifecycle */
  segment?: 'plan' | 'spend' | 'tenure' | 'stage'
  /** Every one unless told */
  currency?: string
}

/** What can be asked of “Trial conversion”. */
export interface AnalyticsTrialsQuery {
  /** A date in the operator's time zone, or an instant; the interval that holds it is the first one */
  from?: string | Instant
  /** Where the range ends, exclusive; the end of the running interval unless told */
  to?: string | Instant
  /** Default: `"month"`. */
  interval?: 'day' | 'week' | 'month'
  /** Only the customers on this clock; unless told, only those on none */
  testClock?: string
  /** Only what belongs to this plan */
  plan?: string
  /** One series for each: plan, band of spending, months of tenure, stage of the lifecycle */
  segment?: 'plan' | 'spend' | 'tenure' | 'stage'
  /** Only customers billed in it, and invoices in it */
  currency?: string
}

/** What can be asked of “Quota hit rate”. */
export interface AnalyticsQuotaQuery {
  /** A date in the operator's time zone, or an instant; the interval that holds it is the first one */
  from?: string | Instant
  /** Where the range ends, exclusive; the end of the running interval unless told */
  to?: string | Instant
  /** Default: `"month"`. */
  interval?: 'day' | 'week' | 'month'
  /** Only the customers on this clock; unless told, only those on none */
  testClock?: string
  /** Only what belongs to this plan */
  plan?: string
  /** One series for each */
  segment?: 'feature' | 'plan'
}

/** What can be asked of “The four rates together”. */
export interface AnalyticsFiguresQuery {
  /** A date in the operator's time zone, or an instant; the interval that holds it is the first one */
  from?: string | Instant
  /** Where the range ends, exclusive; the end of the running interval unless told */
  to?: string | Instant
  /** Default: `"month"`. */
  interval?: 'day' | 'week' | 'month'
  /** Only the customers on this clock; unless told, only those on none */
  testClock?: string
  /** Only what belongs to this plan */
  plan?: string
  /** One series for each */
  segment?: 'plan'
}

/** What can be asked of “See who changed what, newest first”. */
export interface AuditLogListQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  customer?: string
  actor?: string
  /** When it was recorded, or later */
  since?: Instant
}

/** Every call of the API, by noun. */
export interface Api {
  catalog: {
    /**
     * Read the catalog as it was written.
     *
     * `GET /v1/catalog`
     */
    get(options?: RequestOptions): Promise<Catalog>
    /**
     * Replace the catalog.
     *
     * Takes the whole catalog and answers what has changed. A plan whose content differs gets a new
     * version; those who have it stay on theirs. The same catalog again changes nothing. One without
     * any plan, while customers have one, is refused unless `expectedRevision` confirms it.
     *
     * `PUT /v1/catalog`
     */
    put(body: CatalogDefinition, query?: CatalogPutQuery, options?: RequestOptions): Promise<CatalogDiff>
    /**
     * See what a catalog would change, and who is affected.
     *
     * `POST /v1/catalog/preview`
     */
    preview(body: CatalogDefinition, query?: CatalogPreviewQuery, options?: RequestOptions): Promise<CatalogDiff>
  }
  features: {
    /**
     * List all features of the catalog.
     *
     * `GET /v1/features`
     * A publishable key may call it.
     */
    list(options?: RequestOptions): Pages<Feature>
  }
  plans: {
    /**
     * List plans, newest first.
     *
     * `GET /v1/plans`
     * A publishable key may call it.
     */
    list(query?: PlansListQuery, options?: RequestOptions): Pages<Plan>
    /**
     * Read a plan.
     *
     * `GET /v1/plans/{id}`
     * A publishable key may call it.
     */
    get(id: string, query?: PlansGetQuery, options?: RequestOptions): Promise<Plan>
    /**
     * Add a plan to the catalog.
     *
     * `POST /v1/plans`
     */
    create(body: PlansCreateBody, options?: RequestOptions): Promise<Plan>
    /**
     * Change a plan.
     *
     * A JSON merge patch: what is left out stays, null removes. A changed plan gets a new version;
     * those who have it stay on theirs until they are moved.
     *
     * `PATCH /v1/plans/{id}`
     */
    update(id: string, body?: PlanDefinition, options?: RequestOptions): Promise<Plan>
    /**
     * Delete a plan that was never used.
     *
     * `DELETE /v1/plans/{id}`
     */
    delete(id: string, options?: RequestOptions): Promise<DeletedPlan>
  }
  customers: {
    /**
     * Create or update a customer.
     *
     * Fields that are left out stay as they are (on creation: their defaults).
     *
     * `PUT /v1/customers/{id}`
     */
    put(id: string, body?: CustomersPutBody, options?: RequestOptions): Promise<Customer>
    /**
     * Read a customer.
     *
     * `GET /v1/customers/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<Customer>
    /**
     * List customers, newest first.
     *
     * `GET /v1/customers`
     */
    list(query?: CustomersListQuery, options?: RequestOptions): Pages<ListedCustomer>
    /**
     * Delete a customer.
     *
     * Ends its subscription, erases name, e-mail and metadata of it and its members, and keeps what
     * was used. The id can not be used again.
     *
     * `DELETE /v1/customers/{id}`
     */
    delete(id: string, options?: RequestOptions): Promise<DeletedCustomer>
    /**
     * What a customer may use.
     *
     * Plan, status, period, seats, access and every feature, under one version. With `version` (or
     * `If-None-Match`) of an earlier answer, `unchanged` tells whether anything has moved.
     *
     * `GET /v1/customers/{id}/entitlements`
     */
    entitlements(customerId: string, query?: CustomersEntitlementsQuery, options?: RequestOptions): Promise<CustomersEntitlementsResponse>
    /**
     * What happened to a customer, newest first.
     *
     * `GET /v1/customers/{id}/timeline`
     */
    timeline(customerId: string, query?: CustomersTimelineQuery, options?: RequestOptions): Pages<TimelineEvent>
  }
  members: {
    /**
     * Add or update a member.
     *
     * Fields that are left out stay as they are. The member's own limits hold from here on. One that
     * was deleted comes back with what it had used.
     *
     * `PUT /v1/customers/{id}/members/{memberId}`
     */
    put(customerId: string, memberId: string, body?: MembersPutBody, options?: RequestOptions): Promise<Member>
    /**
     * Read a member.
     *
     * `GET /v1/customers/{id}/members/{memberId}`
     */
    get(customerId: string, memberId: string, options?: RequestOptions): Promise<Member>
    /**
     * List the members of a customer, newest first.
     *
     * `GET /v1/customers/{id}/members`
     */
    list(customerId: string, query?: MembersListQuery, options?: RequestOptions): Pages<Member>
    /**
     * Delete a member.
     *
     * Erases name, e-mail and metadata. What it used stays.
     *
     * `DELETE /v1/customers/{id}/members/{memberId}`
     */
    delete(customerId: string, memberId: string, options?: RequestOptions): Promise<DeletedMember>
  }
  sites: {
    /**
     * Have a customer’s seats counted by its own site.
     *
     * Once a day, at `hour` of the operator, the address gets a POST of `{"type": "seats.count",
     * "customer", "quantity"}` and answers `{"activeUsers": n}`, a whole number from 0 to 1,000,000,
     * within 10 seconds. The question is signed by Standard Webhooks: HMAC-SHA256 over `webhook-id`,
     * `webhook-timestamp` and the body, in `webhook-signature`; refuse a time stamp older than 300
     * seconds. What may be used follows the number at once; what is charged, and when, the plan’s
     * policy `quantityChange`. A failed visit leaves the quantity as it was and is repeated on the
     * same day.
     *
     * `PUT /v1/customers/{id}/site`
     */
    put(customerId: string, body: SitesPutBody, options?: RequestOptions): Promise<SitesPutSite>
    /**
     * Read a customer’s site and its last visit.
     *
     * `GET /v1/customers/{id}/site`
     */
    get(customerId: string, options?: RequestOptions): Promise<Site>
    /**
     * Ask a customer’s site no more.
     *
     * The quantity stays as it is.
     *
     * `DELETE /v1/customers/{id}/site`
     */
    delete(customerId: string, options?: RequestOptions): Promise<DeletedSite>
    /**
     * Replace the secret of a customer’s site.
     *
     * For `overlapHours` every question carries a signature by the earlier secret as well.
     *
     * `POST /v1/customers/{id}/site/roll-secret`
     */
    rollSecret(customerId: string, body?: SitesRollSecretBody, options?: RequestOptions): Promise<SitesRollSecretSite>
  }
  seatSyncs: {
    /**
     * See how each site was visited last.
     *
     * `GET /v1/seat-syncs`
     */
    list(query?: SeatSyncsListQuery, options?: RequestOptions): Pages<SeatSync>
  }
  subscriptions: {
    /**
     * Subscribe a customer to a plan.
     *
     * Without a trial it is active at once, unless `activation` is `manual`: then it waits as
     * `incomplete` for POST …/activate. A customer has one live subscription and one trial. Where the
     * plan of the live one lets it be bought again (`purchaseWhileLive: append`), that is charged and
     * only then given: a decline is refused as `payment_declined`, and what is not paid yet answers
     * 202 with the payment.
     *
     * `POST /v1/subscriptions`
     */
    create(body: SubscriptionsCreateBody, options?: RequestOptions): Promise<SubscriptionsCreateSubscription>
    /**
     * What subscribing would come to.
     *
     * Saves nothing. Send the same fields with `previewToken` to agree to the very figures.
     *
     * `POST /v1/subscriptions/preview`
     */
    preview(body: SubscriptionsPreviewBody, options?: RequestOptions): Promise<SubscriptionPreview>
    /**
     * What a change would come to.
     *
     * Saves nothing. Send the same fields with `previewToken` to …/change to agree to the very
     * figures.
     *
     * `POST /v1/subscriptions/{id}/preview`
     */
    previewChange(subscriptionId: string, body?: SubscriptionsPreviewChangeBody, options?: RequestOptions): Promise<SubscriptionPreview>
    /**
     * Read a subscription.
     *
     * `GET /v1/subscriptions/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<Subscription>
    /**
     * List subscriptions, newest first.
     *
     * `GET /v1/subscriptions`
     */
    list(query?: SubscriptionsListQuery, options?: RequestOptions): Pages<Subscription>
    /**
     * Change plan, interval, currency or quantities.
     *
     * What is left out stays. Asking for the terms in force calls off a scheduled change, whatever
     * `when` says.
     *
     * `POST /v1/subscriptions/{id}/change`
     */
    change(subscriptionId: string, body?: SubscriptionsChangeBody, options?: RequestOptions): Promise<Subscription>
    /**
     * Cancel a subscription.
     *
     * At the end of the period, or now. POST …/resume undoes it before the end.
     *
     * `POST /v1/subscriptions/{id}/cancel`
     */
    cancel(subscriptionId: string, body?: SubscriptionsCancelBody, options?: RequestOptions): Promise<Subscription>
    /**
     * Undo a cancellation, or end a pause.
     *
     * A pause first, where there are both. A cancellation that has taken effect can not be undone:
     * subscribe again.
     *
     * `POST /v1/subscriptions/{id}/resume`
     */
    resume(subscriptionId: string, body?: SubscriptionsResumeBody, options?: RequestOptions): Promise<Subscription>
    /**
     * Pause an active subscription.
     *
     * Until POST …/resume, or until `resumeAt`.
     *
     * `POST /v1/subscriptions/{id}/pause`
     */
    pause(subscriptionId: string, body?: SubscriptionsPauseBody, options?: RequestOptions): Promise<Subscription>
    /**
     * Activate by hand.
     *
     * From `incomplete`, or out of a trial before its end. Periods count from this moment.
     *
     * `POST /v1/subscriptions/{id}/activate`
     */
    activate(subscriptionId: string, body?: SubscriptionsActivateBody, options?: RequestOptions): Promise<Subscription>
    /**
     * Switch an add-on on, or set its quantity.
     *
     * Where the plan charges modules at once, what is left of the period is paid first and only then
     * it is in force: a decline is refused as `payment_declined`, and what is not paid yet answers 202
     * with the payment.
     *
     * `PUT /v1/subscriptions/{id}/add-ons/{addOnId}`
     */
    putAddOn(subscriptionId: string, addOnId: string, body?: SubscriptionsPutAddOnBody, options?: RequestOptions): Promise<SubscriptionsCreateSubscription>
    /**
     * Switch an add-on off.
     *
     * `DELETE /v1/subscriptions/{id}/add-ons/{addOnId}`
     */
    deleteAddOn(subscriptionId: string, addOnId: string, query?: SubscriptionsDeleteAddOnQuery, options?: RequestOptions): Promise<Subscription>
    /**
     * Switch a bundle on.
     *
     * One of each of its add-ons is in force and costs nothing of its own. Where the plan charges
     * modules at once it is paid first, as an add-on is.
     *
     * `PUT /v1/subscriptions/{id}/bundles/{bundleId}`
     */
    putBundle(subscriptionId: string, bundleId: string, body?: SubscriptionsPutBundleBody, options?: RequestOptions): Promise<SubscriptionsCreateSubscription>
    /**
     * Switch a bundle off.
     *
     * `DELETE /v1/subscriptions/{id}/bundles/{bundleId}`
     */
    deleteBundle(subscriptionId: string, bundleId: string, query?: SubscriptionsDeleteBundleQuery, options?: RequestOptions): Promise<Subscription>
  }
  invoices: {
    /**
     * Write an invoice.
     *
     * Final at once, with its number, unless `finalise` is false: then it stays a draft. Coupons take
     * nothing off what is written by hand.
     *
     * `POST /v1/invoices`
     */
    create(body: InvoicesCreateBody, options?: RequestOptions): Promise<Invoice>
    /**
     * Make a draft final.
     *
     * It gets its number and its dates, and is collected. Lines and figures stay.
     *
     * `POST /v1/invoices/{id}/finalise`
     */
    finalise(invoiceId: string, body?: InvoicesFinaliseBody, options?: RequestOptions): Promise<Invoice>
    /**
     * Delete a draft that was written by hand.
     *
     * It never had a number. Items that had waited for it wait for the next invoice.
     *
     * `DELETE /v1/invoices/{id}`
     */
    delete(id: string, options?: RequestOptions): Promise<DeletedInvoice>
    /**
     * Void an open invoice.
     *
     * As if it had never been owed: only where nothing of it is paid or credited. It keeps its number.
     * Its period and the use that it billed stay billed.
     *
     * `POST /v1/invoices/{id}/void`
     */
    void(invoiceId: string, body?: InvoicesVoidBody, options?: RequestOptions): Promise<Invoice>
    /**
     * Give up an open invoice.
     *
     * Nobody is asked for it any more. It stays owed: access is as dunning has left it, and a payment
     * still settles it.
     *
     * `POST /v1/invoices/{id}/mark-uncollectible`
     */
    markUncollectible(invoiceId: string, body?: InvoicesMarkUncollectibleBody, options?: RequestOptions): Promise<Invoice>
    /**
     * Write a credit note.
     *
     * For all that is left, an amount, or amounts of single lines; amounts hold their tax. It lowers
     * what is due first; the rest goes to the balance of the customer, or back the way it was paid.
     *
     * `POST /v1/invoices/{id}/credit-notes`
     */
    credit(invoiceId: string, body?: InvoicesCreditBody, options?: RequestOptions): Promise<Invoice>
    /**
     * Read an invoice or a credit note as a PDF.
     *
     * `GET /v1/invoices/{id}/pdf`
     */
    pdf(invoiceId: string, query?: InvoicesPdfQuery, options?: RequestOptions): Promise<Uint8Array>
    /**
     * Read an invoice or a credit note as an electronic invoice (EN 16931).
     *
     * `GET /v1/invoices/{id}/xml`
     */
    xml(invoiceId: string, query?: InvoicesXmlQuery, options?: RequestOptions): Promise<Uint8Array>
    /**
     * Make a link to an invoice for whoever pays it.
     *
     * Whoever has the link may read the invoice and its PDF, without a key, until it expires.
     *
     * `POST /v1/invoices/{id}/link`
     */
    link(invoiceId: string, body?: InvoicesLinkBody, options?: RequestOptions): Promise<InvoiceLink>
    /**
     * Read an invoice or a credit note.
     *
     * `GET /v1/invoices/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<Invoice>
    /**
     * List invoices and credit notes, newest first.
     *
     * `GET /v1/invoices`
     */
    list(query?: InvoicesListQuery, options?: RequestOptions): Pages<Invoice>
    /**
     * List a customer's invoices and credit notes, newest first.
     *
     * `GET /v1/customers/{id}/invoices`
     */
    listOfCustomer(customerId: string, query?: InvoicesListOfCustomerQuery, options?: RequestOptions): Pages<Invoice>
    /**
     * Charge an open invoice now.
     *
     * With the default method, unless another is named. Answers what became of it: `pending` and
     * `action_needed` come with a `url` for the customer. A decline is an answer too.
     *
     * `POST /v1/invoices/{id}/pay`
     */
    pay(invoiceId: string, body?: InvoicesPayBody, options?: RequestOptions): Promise<InvoicesPayPayment>
  }
  invoiceItems: {
    /**
     * Put something on the next invoice.
     *
     * It waits for the next invoice in its currency: of the next period, or one with `pendingItems`.
     *
     * `POST /v1/customers/{id}/invoice-items`
     */
    create(customerId: string, body: InvoiceItemsCreateBody, options?: RequestOptions): Promise<InvoiceItem>
    /**
     * List what waits for the next invoice, oldest first.
     *
     * `GET /v1/customers/{id}/invoice-items`
     */
    list(customerId: string, options?: RequestOptions): Pages<InvoiceItem>
    /**
     * Take back what waits for the next invoice.
     *
     * `DELETE /v1/customers/{id}/invoice-items/{itemId}`
     */
    delete(customerId: string, itemId: string, options?: RequestOptions): Promise<DeletedInvoiceItem>
  }
  payments: {
    /**
     * Record money that came in by hand.
     *
     * A bank transfer or cash. It pays the invoice that is named, then the other open ones, oldest
     * first; the rest goes to the balance of the customer. Access that a missing payment took away is
     * back at once.
     *
     * `POST /v1/payments`
     */
    create(body: PaymentsCreateBody, options?: RequestOptions): Promise<Payment>
    /**
     * Read money that came in.
     *
     * `GET /v1/payments/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<Payment>
    /**
     * List money that came in, newest first.
     *
     * `GET /v1/payments`
     */
    list(query?: PaymentsListQuery, options?: RequestOptions): Pages<Payment>
    /**
     * Give money back.
     *
     * All that is left of the payment, unless an amount is told, with a credit note for each invoice
     * that it paid. With `creditNote: false` it comes from the balance of the customer instead: after
     * a credit note that went there.
     *
     * `POST /v1/payments/{id}/refunds`
     */
    refund(paymentId: string, body?: PaymentsRefundBody, options?: RequestOptions): Promise<Refund>
  }
  paymentAttempts: {
    /**
     * Read what became of asking for money.
     *
     * Also of what brought nothing in. What came in is a payment: `GET /v1/payments/{id}` takes this
     * id, too.
     *
     * `GET /v1/payment-attempts/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<PaymentAttempt>
    /**
     * List payment attempts, newest first.
     *
     * Those that failed, wait for somebody or are unknown, too.
     *
     * `GET /v1/payment-attempts`
     */
    list(query?: PaymentAttemptsListQuery, options?: RequestOptions): Pages<PaymentAttempt>
  }
  refunds: {
    /**
     * Read a refund.
     *
     * `GET /v1/refunds/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<Refund>
    /**
     * List refunds, newest first.
     *
     * Which are on their way, which failed, and, with `status=pending`, what people still have to
     * send.
     *
     * `GET /v1/refunds`
     */
    list(query?: RefundsListQuery, options?: RequestOptions): Pages<Refund>
    /**
     * Record what became of a refund by hand.
     *
     * Of money that people send: a transfer, cash. What a provider sends, it tells itself.
     *
     * `POST /v1/refunds/{id}/settle`
     */
    settle(refundId: string, body: RefundsSettleBody, options?: RequestOptions): Promise<Refund>
  }
  unallocatedPayments: {
    /**
     * List money that came in for nothing we know, newest first.
     *
     * In the books it is the unapplied cash of the environment until somebody says whose it is.
     *
     * `GET /v1/unallocated-payments`
     */
    list(query?: UnallocatedPaymentsListQuery, options?: RequestOptions): Pages<UnallocatedPayment>
    /**
     * Say whose money it is.
     *
     * From then on it is a payment of the customer like any other: it pays the invoice that is named,
     * then the other open ones, oldest first, and the rest goes to the balance. It is assigned once:
     * what was assigned to the wrong one is given back with a refund.
     *
     * `POST /v1/unallocated-payments/{id}/assign`
     */
    assign(unallocatedPaymentId: string, body: UnallocatedPaymentsAssignBody, options?: RequestOptions): Promise<Payment>
  }
  balances: {
    /**
     * What a customer has with you, by currency.
     *
     * `GET /v1/customers/{id}/balance`
     */
    get(customerId: string, options?: RequestOptions): Promise<CreditBalance>
    /**
     * Give a customer credit, or take it back.
     *
     * `POST /v1/customers/{id}/balance-adjustments`
     */
    adjust(customerId: string, body: BalancesAdjustBody, options?: RequestOptions): Promise<CreditBalance>
  }
  paymentMethods: {
    /**
     * Add a way to pay.
     *
     * The first one becomes the default, and so does one that is added where the default is declined
     * for good. Invoices whose payment failed are tried with it at once. `status` is `action_needed`
     * where the customer has to confirm at `url`; the method is there once that has happened.
     *
     * `POST /v1/customers/{id}/payment-methods`
     */
    attach(customerId: string, body: PaymentMethodsAttachBody, options?: RequestOptions): Promise<PaymentMethodSetup>
    /**
     * List the ways to pay of a customer.
     *
     * `GET /v1/customers/{id}/payment-methods`
     */
    list(customerId: string, options?: RequestOptions): Pages<PaymentMethod>
    /**
     * Make it the default or the fallback.
     *
     * One is the default, and one the fallback: what another one was before, it is no longer. The
     * default is no fallback: make another one the default first. One that can’t be charged any more
     * becomes neither.
     *
     * `PATCH /v1/customers/{id}/payment-methods/{methodId}`
     */
    update(customerId: string, methodId: string, body?: PaymentMethodsUpdateBody, options?: RequestOptions): Promise<PaymentMethod>
    /**
     * Remove a way to pay.
     *
     * `DELETE /v1/customers/{id}/payment-methods/{methodId}`
     */
    detach(customerId: string, methodId: string, options?: RequestOptions): Promise<DeletedPaymentMethod>
  }
  discounts: {
    /**
     * Redeem a coupon for a customer.
     *
     * It holds for what is billed from now on. A customer redeems a coupon once.
     *
     * `POST /v1/customers/{id}/discounts`
     */
    create(customerId: string, body: DiscountsCreateBody, options?: RequestOptions): Promise<Discount>
    /**
     * List the discounts of a customer.
     *
     * `GET /v1/customers/{id}/discounts`
     */
    list(customerId: string, options?: RequestOptions): Pages<Discount>
    /**
     * End a discount.
     *
     * What was billed with it stays as it is.
     *
     * `DELETE /v1/customers/{id}/discounts/{discountId}`
     */
    delete(customerId: string, discountId: string, options?: RequestOptions): Promise<DeletedDiscount>
  }
  topUps: {
    /**
     * Buy a one-off add-on.
     *
     * Charged now, granted once it is paid; the grant keeps its own expiry. A declined charge is
     * refused as `payment_declined` and leaves nothing but the failed attempt. Methods that ask the
     * payer answer `pending` or `action_needed` with a `url`. The same idempotency key is the same
     * purchase.
     *
     * `POST /v1/top-ups`
     */
    create(body: TopUpsCreateBody, options?: RequestOptions): Promise<TopUp>
  }
  checkoutSessions: {
    /**
     * Open a page where a customer pays.
     *
     * For a plan with its add-ons, for top-ups, or both. The server prices. A subscription so begun is
     * `incomplete` until it is paid, and expires after a day.
     *
     * `POST /v1/checkout-sessions`
     */
    create(body: CheckoutSessionsCreateBody, options?: RequestOptions): Promise<CheckoutSession>
    /**
     * Read a checkout session.
     *
     * `GET /v1/checkout-sessions/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<CheckoutSession>
    /**
     * The customer is back from the page.
     *
     * For the page at `successUrl`. With the webhook of the provider, in either order, it has one
     * effect. While it is `open` there is something left to do at `url`.
     *
     * `POST /v1/checkout-sessions/{id}/complete`
     */
    complete(checkoutSessionId: string, body: CheckoutSessionsCompleteBody, options?: RequestOptions): Promise<CheckoutSession>
  }
  disputes: {
    /**
     * List payments that the payer wants back through the bank, newest first.
     *
     * `GET /v1/disputes`
     */
    list(query?: DisputesListQuery, options?: RequestOptions): Pages<Dispute>
  }
  ledger: {
    /**
     * Read the books, newest first.
     *
     * Every movement of money as a double entry, in the order in which it was recorded.
     *
     * `GET /v1/ledger/entries`
     */
    entries(query?: LedgerEntriesQuery, options?: RequestOptions): Pages<LedgerEntry>
    /**
     * See what each account of the books comes to, by currency.
     *
     * Debits less credits of the entries asked for: of a period its movements, without `since` the
     * balance.
     *
     * `GET /v1/ledger/accounts`
     */
    accounts(query?: LedgerAccountsQuery, options?: RequestOptions): Promise<LedgerAccounts>
  }
  providerEvents: {
    /**
     * List what payment providers told us, newest first.
     *
     * Each is stored once and applied by a job. `failed` ones are tried again at `nextAttemptAt`, at
     * longer and longer intervals. `unallocated` money is for nothing we know of: find out whose it
     * is, and `POST /v1/unallocated-payments/{id}/assign`.
     *
     * `GET /v1/provider-events`
     */
    list(query?: ProviderEventsListQuery, options?: RequestOptions): Pages<ProviderEvent>
  }
  access: {
    /**
     * Whether a customer gets in, and since when.
     *
     * `GET /v1/customers/{id}/access`
     */
    get(customerId: string, options?: RequestOptions): Promise<Access>
    /**
     * Suspend a customer by hand.
     *
     * Blocks everything with `tenant_suspended` until it is lifted.
     *
     * `PUT /v1/customers/{id}/suspension`
     */
    suspend(customerId: string, body: AccessSuspendBody, options?: RequestOptions): Promise<Access>
    /**
     * Lift a suspension.
     *
     * `DELETE /v1/customers/{id}/suspension`
     */
    lift(customerId: string, options?: RequestOptions): Promise<Access>
  }
  overrides: {
    /**
     * Replace a customer's limit of one feature, up or down.
     *
     * Instead of what plan and add-ons give; grants still come on top. In force with the answer, until
     * `expiresAt` or until it is deleted.
     *
     * `PUT /v1/customers/{id}/overrides/{featureId}`
     */
    put(customerId: string, featureId: string, body: OverridesPutBody, options?: RequestOptions): Promise<Override>
    /**
     * Read an override.
     *
     * `GET /v1/customers/{id}/overrides/{featureId}`
     */
    get(customerId: string, featureId: string, options?: RequestOptions): Promise<Override>
    /**
     * List the overrides of a customer.
     *
     * `GET /v1/customers/{id}/overrides`
     */
    list(customerId: string, options?: RequestOptions): Pages<Override>
    /**
     * Go back to the plan's limit.
     *
     * `DELETE /v1/customers/{id}/overrides/{featureId}`
     */
    delete(customerId: string, featureId: string, options?: RequestOptions): Promise<DeletedOverride>
  }
  grants: {
    /**
     * Give an amount of a feature on top of the plan.
     *
     * `POST /v1/customers/{id}/grants`
     */
    create(customerId: string, body: GrantsCreateBody, options?: RequestOptions): Promise<Grant>
    /**
     * List the grants of a customer, newest first.
     *
     * The plan's own allowances are among them, with the source `plan`.
     *
     * `GET /v1/customers/{id}/grants`
     */
    list(customerId: string, query?: GrantsListQuery, options?: RequestOptions): Pages<Grant>
    /**
     * Revoke a grant.
     *
     * What is burnt stays burnt; the rest expires now.
     *
     * `DELETE /v1/customers/{id}/grants/{grantId}`
     */
    revoke(customerId: string, grantId: string, options?: RequestOptions): Promise<Grant>
  }
  imports: {
    /**
     * Bring existing customers in.
     *
     * Each one that never had a subscription gets the plan with a trial, and what it holds is counted:
     * above its limit it keeps what it has and may not add. Running it again changes nothing for those
     * that were imported.
     *
     * `POST /v1/imports`
     */
    create(body: ImportsCreateBody, options?: RequestOptions): Promise<Import>
  }
  testClocks: {
    /**
     * Create a test clock.
     *
     * Customers join it at their creation (`testClock`) and then live by its time alone.
     *
     * `POST /v1/test-clocks`
     * Test environments only.
     */
    create(body: TestClocksCreateBody, options?: RequestOptions): Promise<TestClock>
    /**
     * Move a test clock forward.
     *
     * Stops at every instant at which something is due for one of its customers, does it, and goes on.
     * Answers 200 when all is done, or 202 with the status `advancing` after about five seconds: it
     * goes on by itself, also if the server is restarted. At most five years in one call.
     *
     * `POST /v1/test-clocks/{id}/advance`
     * Test environments only.
     */
    advance(testClockId: string, body: TestClocksAdvanceBody, options?: RequestOptions): Promise<TestClock>
    /**
     * Read a test clock.
     *
     * `GET /v1/test-clocks/{id}`
     * Test environments only.
     */
    get(id: string, options?: RequestOptions): Promise<TestClock>
    /**
     * List test clocks.
     *
     * `GET /v1/test-clocks`
     * Test environments only.
     */
    list(query?: TestClocksListQuery, options?: RequestOptions): Pages<TestClock>
    /**
     * Delete a test clock.
     *
     * Only when it has no customers left.
     *
     * `DELETE /v1/test-clocks/{id}`
     * Test environments only.
     */
    delete(id: string, options?: RequestOptions): Promise<DeletedTestClock>
  }
  jobs: {
    /**
     * See what runs by itself.
     *
     * `GET /v1/jobs`
     */
    list(options?: RequestOptions): Promise<JobsListResponse>
  }
  events: {
    /**
     * List events.
     *
     * Newest first. With `after` it becomes the feed: oldest first, from that position on. To follow
     * the feed, ask again with `after` set to the `position` of the last event you have handled.
     * Positions have no gaps and become visible in order, so nothing is ever inserted before a
     * position that you have seen.
     *
     * `GET /v1/events`
     */
    list(query?: EventsListQuery, options?: RequestOptions): Pages<Event>
    /**
     * Follow events live.
     *
     * Server-sent events: `event` is the type, `id` the position, `data` the event. Starts with what
     * happens from now on, or after `Last-Event-ID` (which browsers send when they reconnect), or
     * after `after`; the header wins. Reconnect when the stream ends: nothing is lost.
     *
     * `GET /v1/events/stream`
     */
    stream(query?: EventsStreamQuery, options?: EventStreamOptions): EventStream<Event>
  }
  webhookEndpoints: {
    /**
     * Have events sent to an address.
     *
     * Signed by Standard Webhooks: `webhook-id` (the id of the event, the same in every try),
     * `webhook-timestamp` and `webhook-signature`. An answer of 2xx within 15 seconds is a success;
     * anything else is tried again for about three days. Deduplicate by `webhook-id`.
     *
     * `POST /v1/webhook-endpoints`
     */
    create(body: WebhookEndpointsCreateBody, options?: RequestOptions): Promise<WebhookEndpointsCreateWebhookEndpoint>
    /**
     * List webhook endpoints, newest first.
     *
     * `GET /v1/webhook-endpoints`
     */
    list(query?: WebhookEndpointsListQuery, options?: RequestOptions): Pages<WebhookEndpoint>
    /**
     * Read a webhook endpoint.
     *
     * `GET /v1/webhook-endpoints/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<WebhookEndpoint>
    /**
     * Change a webhook endpoint, or disable or enable it.
     *
     * `PATCH /v1/webhook-endpoints/{id}`
     */
    update(id: string, body?: WebhookEndpointsUpdateBody, options?: RequestOptions): Promise<WebhookEndpoint>
    /**
     * Delete a webhook endpoint.
     *
     * What waits for it is given up.
     *
     * `DELETE /v1/webhook-endpoints/{id}`
     */
    delete(id: string, options?: RequestOptions): Promise<DeletedWebhookEndpoint>
    /**
     * Replace the secret of a webhook endpoint.
     *
     * For `overlapHours` every message carries a signature by the earlier secret as well.
     *
     * `POST /v1/webhook-endpoints/{id}/roll-secret`
     */
    rollSecret(webhookEndpointId: string, body?: WebhookEndpointsRollSecretBody, options?: RequestOptions): Promise<WebhookEndpointsCreateWebhookEndpoint>
    /**
     * Send a test event to a webhook endpoint.
     *
     * The event goes to this endpoint alone. `GET /v1/deliveries?event=…` tells how it went.
     *
     * `POST /v1/webhook-endpoints/{id}/test`
     */
    test(webhookEndpointId: string, body?: WebhookEndpointsTestBody, options?: RequestOptions): Promise<WebhookEndpointTest>
  }
  deliveries: {
    /**
     * List what was sent, or is to be sent, newest first.
     *
     * Webhooks, chat messages and letters: one for each event and receiver.
     *
     * `GET /v1/deliveries`
     */
    list(query?: DeliveriesListQuery, options?: RequestOptions): Pages<Delivery>
    /**
     * Read a delivery.
     *
     * `GET /v1/deliveries/{id}`
     */
    get(id: string, options?: RequestOptions): Promise<Delivery>
    /**
     * Send a delivery once more.
     *
     * At once, under the same id, and with all tries before it. One that is being sent is left alone.
     *
     * `POST /v1/deliveries/{id}/resend`
     */
    resend(deliveryId: string, body?: DeliveriesResendBody, options?: RequestOptions): Promise<Delivery>
  }
  doctor: {
    /**
     * Examine whether everything stored agrees.
     *
     * Reads all customers, their books, documents, receipts, grants and counters, and answers what
     * does not hold. It changes and locks nothing, but reads much: a job asks every night, too.
     *
     * `GET /v1/doctor`
     */
    examine(query?: DoctorExamineQuery, options?: RequestOptions): Promise<DoctorReport>
  }
  environment: {
    /**
     * Read the environment of the key.
     *
     * `GET /v1/environment`
     */
    get(options?: RequestOptions): Promise<Environment>
    /**
     * Change the environment of the key.
     *
     * `PATCH /v1/environment`
     */
    update(body: EnvironmentUpdateBody, options?: RequestOptions): Promise<Environment>
  }
  keys: {
    /**
     * Create an API key.
     *
     * The key itself is in `secret`, in this answer only. A key can make none that may do more than
     * itself.
     *
     * `POST /v1/keys`
     */
    create(body: KeysCreateBody, options?: RequestOptions): Promise<ApiKeyWithSecret>
    /**
     * List API keys.
     *
     * `GET /v1/keys`
     */
    list(query?: KeysListQuery, options?: RequestOptions): Pages<ApiKey>
    /**
     * Replace an API key.
     *
     * Makes a key with the same rights. The old one goes on working for `overlapHours`.
     *
     * `POST /v1/keys/{id}/roll`
     */
    roll(keyId: string, body?: KeysRollBody, options?: RequestOptions): Promise<ApiKeyWithSecret>
    /**
     * Revoke an API key.
     *
     * In force in every process within a second. Revoking a revoked key changes nothing.
     *
     * `DELETE /v1/keys/{id}`
     */
    revoke(id: string, options?: RequestOptions): Promise<ApiKey>
  }
  usage: {
    /**
     * Ask whether a use would be allowed.
     *
     * The same decision as consume on a fresh read, taking nothing. A forecast: another may take
     * first. The key and the metadata of the use that is asked about are ignored.
     *
     * `POST /v1/check`
     */
    check(body: UsageCheckBody, options?: RequestOptions): Promise<Decision>
    /**
     * Ask and take at once.
     *
     * Exact however many ask at once, and durable when answered. A refusal is 200 with `allowed:
     * false` and does not bind the key.
     *
     * `POST /v1/consume`
     */
    consume(body: UsageCheckBody, options?: RequestOptions): Promise<ConsumeDecision>
    /**
     * Give back.
     *
     * A gauge gives back an amount. A meter or credits name what they give back in `of`: the id of the
     * use, or the key it was made under.
     *
     * `POST /v1/release`
     */
    release(body: UsageReleaseBody, options?: RequestOptions): Promise<Level>
    /**
     * State the absolute level of a gauge.
     *
     * Records the truth: it may pass the limit, says so, and stops further admission.
     *
     * `POST /v1/set`
     */
    set(body: UsageSetBody, options?: RequestOptions): Promise<Level>
    /**
     * Report uses after the fact.
     *
     * Up to 1,000. Each is recorded even above the limit. Late ones count in the window they belong
     * to, within the lateness limit of the feature; later or future ones are rejected by index. After
     * a 503 some may have been counted: send all again under their keys. An event without a key counts
     * each time it is sent.
     *
     * `POST /v1/events`
     */
    track(body: UsageTrackBody, options?: RequestOptions): Promise<TrackResult>
    /**
     * Take an estimate, settle it later.
     *
     * What is not settled within its time to live returns by itself. A refusal is 200 with `allowed:
     * false` and no id.
     *
     * `POST /v1/reservations`
     */
    reserve(body: UsageReserveBody, options?: RequestOptions): Promise<ReserveDecision>
    /**
     * Read a reservation.
     *
     * `GET /v1/reservations/{id}`
     */
    getReservation(id: string, options?: RequestOptions): Promise<Hold>
    /**
     * Settle a reservation with what was really used.
     *
     * Above the estimate is recorded too, and said. After the time to live the truth is still
     * recorded.
     *
     * `POST /v1/reservations/{id}/settle`
     */
    settle(reservationId: string, body: UsageSettleBody, options?: RequestOptions): Promise<Hold>
    /**
     * Cancel a reservation.
     *
     * `DELETE /v1/reservations/{id}`
     */
    cancelReservation(id: string, options?: RequestOptions): Promise<Hold>
    /**
     * Draw an amount for local enforcement.
     *
     * Gives up to the amount asked, counted against the limit whole from now on. Ends at the earliest
     * of window, grant, trial and time to live. What is not reported by then counts as used; a late
     * report replaces that.
     *
     * `POST /v1/leases`
     */
    lease(body: UsageLeaseBody, options?: RequestOptions): Promise<LeaseDecision>
    /**
     * Report what was used of a lease, and give back the rest.
     *
     * `POST /v1/leases/{id}/report`
     */
    reportLease(leaseId: string, body: UsageReportLeaseBody, options?: RequestOptions): Promise<Hold>
    /**
     * Usage of every counted feature in its running window.
     *
     * `GET /v1/customers/{id}/usage`
     */
    summary(customerId: string, query?: UsageSummaryQuery, options?: RequestOptions): Promise<Usage>
    /**
     * Windows that have ended, with the limit they had.
     *
     * `GET /v1/customers/{id}/usage/windows`
     */
    windows(customerId: string, query?: UsageWindowsQuery, options?: RequestOptions): Pages<UsageWindow>
    /**
     * Each recorded use: subscription, member, feature, amount, time.
     *
     * `GET /v1/customers/{id}/usage/events`
     */
    history(customerId: string, query?: UsageHistoryQuery, options?: RequestOptions): Pages<RecordedUse>
    /**
     * Use above what was granted, as it will be billed or reported.
     *
     * `GET /v1/customers/{id}/overages`
     */
    overages(customerId: string, query?: UsageOveragesQuery, options?: RequestOptions): Pages<Overage>
  }
  analytics: {
    /**
     * Monthly recurring revenue, and what moved it.
     *
     * Opening plus movements is closing, exactly. Per customer and currency: the first revenue is new,
     * the last that goes is churn, what comes after churn is a reactivation. With `plan`, or by plan,
     * who comes from another plan is expansion there and contraction in the other.
     *
     * `GET /v1/analytics/mrr`
     */
    mrr(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<Report>
    /**
     * Annual recurring revenue.
     *
     * Twelve times the MRR at the end of each interval.
     *
     * `GET /v1/analytics/arr`
     */
    arr(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<AnalyticsArrReport>
    /**
     * Average revenue per paying customer.
     *
     * MRR at the end of the interval over the customers who pay then.
     *
     * `GET /v1/analytics/arpu`
     */
    arpu(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<AnalyticsArpuReport>
    /**
     * Lifetime value of a customer.
     *
     * ARPU at the end of the interval, divided by the share of paying customers that the interval lost
     * and times the months the interval has (a week 12/52, a day 12/365). Null while nobody was lost:
     * there is nothing to divide by.
     *
     * `GET /v1/analytics/ltv`
     */
    ltv(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<AnalyticsLtvReport>
    /**
     * Churn of customers and of revenue.
     *
     * Logo churn: who paid at the start and pays nothing at the end, over who paid at the start.
     * Revenue churn: churn and contraction over the opening MRR; net revenue churn takes expansion and
     * reactivation off.
     *
     * `GET /v1/analytics/churn`
     */
    churn(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<AnalyticsChurnReport>
    /**
     * Trial conversion.
     *
     * Trials that became paid, over trials that ended in the interval. A trial that is canceled has
     * ended.
     *
     * `GET /v1/analytics/trials`
     */
    trials(query?: AnalyticsTrialsQuery, options?: RequestOptions): Promise<AnalyticsTrialsReport>
    /**
     * Cohort retention.
     *
     * Of the customers whose first revenue fell into the interval: how many still paid at the end of
     * it and of each one after it, and how much.
     *
     * `GET /v1/analytics/retention`
     */
    retention(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<AnalyticsRetentionReport>
    /**
     * Revenue billed, collected, refunded and earned.
     *
     * Billed: invoices less credit notes by date of issue, with and without tax. Collected: receipts.
     * Refunded: refunds that succeeded. Earned: what was moved to the account of revenue, day by day
     * of the service.
     *
     * `GET /v1/analytics/revenue`
     */
    revenue(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<AnalyticsRevenueReport>
    /**
     * Revenue recovered after a failure.
     *
     * Paid in the interval on invoices whose collection had failed or that were dunned. The rate is of
     * the invoices that first failed in the interval: those that have been paid since, over all of
     * them.
     *
     * `GET /v1/analytics/recovered`
     */
    recovered(query?: AnalyticsMrrQuery, options?: RequestOptions): Promise<AnalyticsRecoveredReport>
    /**
     * Quota hit rate.
     *
     * Refusals for quota over decisions on quota, under the plan that was in force then. Counted by
     * each process and added up every few seconds: what a killed process had not added yet is missing.
     *
     * `GET /v1/analytics/quota`
     */
    quota(query?: AnalyticsQuotaQuery, options?: RequestOptions): Promise<AnalyticsQuotaReport>
    /**
     * Suspension rate.
     *
     * Customers suspended in the interval, by hand or by dunning, over customers that got in at its
     * start.
     *
     * `GET /v1/analytics/suspensions`
     */
    suspensions(query?: AnalyticsTrialsQuery, options?: RequestOptions): Promise<AnalyticsSuspensionsReport>
    /**
     * Overdue invoice rate.
     *
     * Of the invoices issued in the interval: those past due and unpaid now, over all of them. Void
     * ones count in neither.
     *
     * `GET /v1/analytics/overdue`
     */
    overdue(query?: AnalyticsTrialsQuery, options?: RequestOptions): Promise<AnalyticsOverdueReport>
    /**
     * The four rates together.
     *
     * Quota hits, suspensions, trial conversion and overdue invoices, each a numerator over a
     * denominator.
     *
     * `GET /v1/analytics/figures`
     */
    figures(query?: AnalyticsFiguresQuery, options?: RequestOptions): Promise<AnalyticsFiguresReport>
  }
  auditLog: {
    /**
     * See who changed what, newest first.
     *
     * Every change of customers, subscriptions, money, the catalog, keys and endpoints, as it was
     * committed. Entries are never changed. What is used is not here but among the events.
     *
     * `GET /v1/audit-log`
     */
    list(query?: AuditLogListQuery, options?: RequestOptions): Pages<AuditEntry>
  }
}

/** How each call goes over the wire. */
export const calls = {
  catalog: {
    get: { method: 'GET', path: '/v1/catalog', idempotent: true },
    put: { method: 'PUT', path: '/v1/catalog', idempotent: true, body: true, query: true },
    preview: { method: 'POST', path: '/v1/catalog/preview', idempotent: true, body: true, query: true },
  },
  features: {
    list: { method: 'GET', path: '/v1/features', idempotent: true, answers: 'pages' },
  },
  plans: {
    list: { method: 'GET', path: '/v1/plans', idempotent: true, query: true, answers: 'pages' },
    get: { method: 'GET', path: '/v1/plans/{id}', idempotent: true, query: true },
    create: { method: 'POST', path: '/v1/plans', idempotent: true, body: true },
    update: { method: 'PATCH', path: '/v1/plans/{id}', idempotent: true, body: true },
    delete: { method: 'DELETE', path: '/v1/plans/{id}', idempotent: true },
  },
  customers: {
    put: { method: 'PUT', path: '/v1/customers/{id}', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/customers/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/customers', idempotent: true, query: true, answers: 'pages' },
    delete: { method: 'DELETE', path: '/v1/customers/{id}', idempotent: true },
    entitlements: { method: 'GET', path: '/v1/customers/{id}/entitlements', idempotent: true, query: true },
    timeline: { method: 'GET', path: '/v1/customers/{id}/timeline', idempotent: true, query: true, answers: 'pages' },
  },
  members: {
    put: { method: 'PUT', path: '/v1/customers/{id}/members/{memberId}', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/customers/{id}/members/{memberId}', idempotent: true },
    list: { method: 'GET', path: '/v1/customers/{id}/members', idempotent: true, query: true, answers: 'pages' },
    delete: { method: 'DELETE', path: '/v1/customers/{id}/members/{memberId}', idempotent: true },
  },
  sites: {
    put: { method: 'PUT', path: '/v1/customers/{id}/site', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/customers/{id}/site', idempotent: true },
    delete: { method: 'DELETE', path: '/v1/customers/{id}/site', idempotent: true },
    rollSecret: { method: 'POST', path: '/v1/customers/{id}/site/roll-secret', idempotent: true, body: true },
  },
  seatSyncs: {
    list: { method: 'GET', path: '/v1/seat-syncs', idempotent: true, query: true, answers: 'pages' },
  },
  subscriptions: {
    create: { method: 'POST', path: '/v1/subscriptions', idempotent: true, body: true },
    preview: { method: 'POST', path: '/v1/subscriptions/preview', idempotent: true, body: true },
    previewChange: { method: 'POST', path: '/v1/subscriptions/{id}/preview', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/subscriptions/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/subscriptions', idempotent: true, query: true, answers: 'pages' },
    change: { method: 'POST', path: '/v1/subscriptions/{id}/change', idempotent: true, body: true },
    cancel: { method: 'POST', path: '/v1/subscriptions/{id}/cancel', idempotent: true, body: true },
    resume: { method: 'POST', path: '/v1/subscriptions/{id}/resume', idempotent: true, body: true },
    pause: { method: 'POST', path: '/v1/subscriptions/{id}/pause', idempotent: true, body: true },
    activate: { method: 'POST', path: '/v1/subscriptions/{id}/activate', idempotent: true, body: true },
    putAddOn: { method: 'PUT', path: '/v1/subscriptions/{id}/add-ons/{addOnId}', idempotent: true, body: true },
    deleteAddOn: { method: 'DELETE', path: '/v1/subscriptions/{id}/add-ons/{addOnId}', idempotent: true, query: true },
    putBundle: { method: 'PUT', path: '/v1/subscriptions/{id}/bundles/{bundleId}', idempotent: true, body: true },
    deleteBundle: { method: 'DELETE', path: '/v1/subscriptions/{id}/bundles/{bundleId}', idempotent: true, query: true },
  },
  invoices: {
    create: { method: 'POST', path: '/v1/invoices', idempotent: true, body: true },
    finalise: { method: 'POST', path: '/v1/invoices/{id}/finalise', idempotent: true, body: true },
    delete: { method: 'DELETE', path: '/v1/invoices/{id}', idempotent: true },
    void: { method: 'POST', path: '/v1/invoices/{id}/void', idempotent: true, body: true },
    markUncollectible: { method: 'POST', path: '/v1/invoices/{id}/mark-uncollectible', idempotent: true, body: true },
    credit: { method: 'POST', path: '/v1/invoices/{id}/credit-notes', idempotent: true, body: true },
    pdf: { method: 'GET', path: '/v1/invoices/{id}/pdf', idempotent: true, query: true, answers: 'file' },
    xml: { method: 'GET', path: '/v1/invoices/{id}/xml', idempotent: true, query: true, answers: 'file' },
    link: { method: 'POST', path: '/v1/invoices/{id}/link', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/invoices/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/invoices', idempotent: true, query: true, answers: 'pages' },
    listOfCustomer: { method: 'GET', path: '/v1/customers/{id}/invoices', idempotent: true, query: true, answers: 'pages' },
    pay: { method: 'POST', path: '/v1/invoices/{id}/pay', idempotent: true, body: true },
  },
  invoiceItems: {
    create: { method: 'POST', path: '/v1/customers/{id}/invoice-items', idempotent: true, body: true },
    list: { method: 'GET', path: '/v1/customers/{id}/invoice-items', idempotent: true, answers: 'pages' },
    delete: { method: 'DELETE', path: '/v1/customers/{id}/invoice-items/{itemId}', idempotent: true },
  },
  payments: {
    create: { method: 'POST', path: '/v1/payments', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/payments/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/payments', idempotent: true, query: true, answers: 'pages' },
    refund: { method: 'POST', path: '/v1/payments/{id}/refunds', idempotent: true, body: true },
  },
  paymentAttempts: {
    get: { method: 'GET', path: '/v1/payment-attempts/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/payment-attempts', idempotent: true, query: true, answers: 'pages' },
  },
  refunds: {
    get: { method: 'GET', path: '/v1/refunds/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/refunds', idempotent: true, query: true, answers: 'pages' },
    settle: { method: 'POST', path: '/v1/refunds/{id}/settle', idempotent: true, body: true },
  },
  unallocatedPayments: {
    list: { method: 'GET', path: '/v1/unallocated-payments', idempotent: true, query: true, answers: 'pages' },
    assign: { method: 'POST', path: '/v1/unallocated-payments/{id}/assign', idempotent: true, body: true },
  },
  balances: {
    get: { method: 'GET', path: '/v1/customers/{id}/balance', idempotent: true },
    adjust: { method: 'POST', path: '/v1/customers/{id}/balance-adjustments', idempotent: true, body: true },
  },
  paymentMethods: {
    attach: { method: 'POST', path: '/v1/customers/{id}/payment-methods', idempotent: true, body: true },
    list: { method: 'GET', path: '/v1/customers/{id}/payment-methods', idempotent: true, answers: 'pages' },
    update: { method: 'PATCH', path: '/v1/customers/{id}/payment-methods/{methodId}', idempotent: true, body: true },
    detach: { method: 'DELETE', path: '/v1/customers/{id}/payment-methods/{methodId}', idempotent: true },
  },
  discounts: {
    create: { method: 'POST', path: '/v1/customers/{id}/discounts', idempotent: true, body: true },
    list: { method: 'GET', path: '/v1/customers/{id}/discounts', idempotent: true, answers: 'pages' },
    delete: { method: 'DELETE', path: '/v1/customers/{id}/discounts/{discountId}', idempotent: true },
  },
  topUps: {
    create: { method: 'POST', path: '/v1/top-ups', idempotent: true, body: true },
  },
  checkoutSessions: {
    create: { method: 'POST', path: '/v1/checkout-sessions', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/checkout-sessions/{id}', idempotent: true },
    complete: { method: 'POST', path: '/v1/checkout-sessions/{id}/complete', idempotent: true, body: true },
  },
  disputes: {
    list: { method: 'GET', path: '/v1/disputes', idempotent: true, query: true, answers: 'pages' },
  },
  ledger: {
    entries: { method: 'GET', path: '/v1/ledger/entries', idempotent: true, query: true, answers: 'pages' },
    accounts: { method: 'GET', path: '/v1/ledger/accounts', idempotent: true, query: true },
  },
  providerEvents: {
    list: { method: 'GET', path: '/v1/provider-events', idempotent: true, query: true, answers: 'pages' },
  },
  access: {
    get: { method: 'GET', path: '/v1/customers/{id}/access', idempotent: true },
    suspend: { method: 'PUT', path: '/v1/customers/{id}/suspension', idempotent: true, body: true },
    lift: { method: 'DELETE', path: '/v1/customers/{id}/suspension', idempotent: true },
  },
  overrides: {
    put: { method: 'PUT', path: '/v1/customers/{id}/overrides/{featureId}', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/customers/{id}/overrides/{featureId}', idempotent: true },
    list: { method: 'GET', path: '/v1/customers/{id}/overrides', idempotent: true, answers: 'pages' },
    delete: { method: 'DELETE', path: '/v1/customers/{id}/overrides/{featureId}', idempotent: true },
  },
  grants: {
    create: { method: 'POST', path: '/v1/customers/{id}/grants', idempotent: true, body: true },
    list: { method: 'GET', path: '/v1/customers/{id}/grants', idempotent: true, query: true, answers: 'pages' },
    revoke: { method: 'DELETE', path: '/v1/customers/{id}/grants/{grantId}', idempotent: true },
  },
  imports: {
    create: { method: 'POST', path: '/v1/imports', idempotent: true, body: true },
  },
  testClocks: {
    create: { method: 'POST', path: '/v1/test-clocks', idempotent: true, body: true },
    advance: { method: 'POST', path: '/v1/test-clocks/{id}/advance', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/test-clocks/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/test-clocks', idempotent: true, query: true, answers: 'pages' },
    delete: { method: 'DELETE', path: '/v1/test-clocks/{id}', idempotent: true },
  },
  jobs: {
    list: { method: 'GET', path: '/v1/jobs', idempotent: true },
  },
  events: {
    list: { method: 'GET', path: '/v1/events', idempotent: true, query: true, answers: 'pages' },
    stream: { method: 'GET', path: '/v1/events/stream', idempotent: true, query: true, answers: 'stream' },
  },
  webhookEndpoints: {
    create: { method: 'POST', path: '/v1/webhook-endpoints', idempotent: true, body: true },
    list: { method: 'GET', path: '/v1/webhook-endpoints', idempotent: true, query: true, answers: 'pages' },
    get: { method: 'GET', path: '/v1/webhook-endpoints/{id}', idempotent: true },
    update: { method: 'PATCH', path: '/v1/webhook-endpoints/{id}', idempotent: true, body: true },
    delete: { method: 'DELETE', path: '/v1/webhook-endpoints/{id}', idempotent: true },
    rollSecret: { method: 'POST', path: '/v1/webhook-endpoints/{id}/roll-secret', idempotent: true, body: true },
    test: { method: 'POST', path: '/v1/webhook-endpoints/{id}/test', idempotent: true, body: true },
  },
  deliveries: {
    list: { method: 'GET', path: '/v1/deliveries', idempotent: true, query: true, answers: 'pages' },
    get: { method: 'GET', path: '/v1/deliveries/{id}', idempotent: true },
    resend: { method: 'POST', path: '/v1/deliveries/{id}/resend', idempotent: true, body: true },
  },
  doctor: {
    examine: { method: 'GET', path: '/v1/doctor', idempotent: true, query: true },
  },
  environment: {
    get: { method: 'GET', path: '/v1/environment', idempotent: true },
    update: { method: 'PATCH', path: '/v1/environment', idempotent: true, body: true },
  },
  keys: {
    create: { method: 'POST', path: '/v1/keys', idempotent: true, body: true },
    list: { method: 'GET', path: '/v1/keys', idempotent: true, query: true, answers: 'pages' },
    roll: { method: 'POST', path: '/v1/keys/{id}/roll', idempotent: true, body: true },
    revoke: { method: 'DELETE', path: '/v1/keys/{id}', idempotent: true },
  },
  usage: {
    check: { method: 'POST', path: '/v1/check', idempotent: true, body: true },
    consume: { method: 'POST', path: '/v1/consume', idempotent: true, body: true },
    release: { method: 'POST', path: '/v1/release', idempotent: true, body: true },
    set: { method: 'POST', path: '/v1/set', idempotent: true, body: true },
    track: { method: 'POST', path: '/v1/events', idempotent: true, body: true },
    reserve: { method: 'POST', path: '/v1/reservations', idempotent: true, body: true },
    getReservation: { method: 'GET', path: '/v1/reservations/{id}', idempotent: true },
    settle: { method: 'POST', path: '/v1/reservations/{id}/settle', idempotent: true, body: true },
    cancelReservation: { method: 'DELETE', path: '/v1/reservations/{id}', idempotent: true },
    lease: { method: 'POST', path: '/v1/leases', idempotent: true, body: true },
    reportLease: { method: 'POST', path: '/v1/leases/{id}/report', idempotent: true, body: true },
    summary: { method: 'GET', path: '/v1/customers/{id}/usage', idempotent: true, query: true },
    windows: { method: 'GET', path: '/v1/customers/{id}/usage/windows', idempotent: true, query: true, answers: 'pages' },
    history: { method: 'GET', path: '/v1/customers/{id}/usage/events', idempotent: true, query: true, answers: 'pages' },
    overages: { method: 'GET', path: '/v1/customers/{id}/overages', idempotent: true, query: true, answers: 'pages' },
  },
  analytics: {
    mrr: { method: 'GET', path: '/v1/analytics/mrr', idempotent: true, query: true },
    arr: { method: 'GET', path: '/v1/analytics/arr', idempotent: true, query: true },
    arpu: { method: 'GET', path: '/v1/analytics/arpu', idempotent: true, query: true },
    ltv: { method: 'GET', path: '/v1/analytics/ltv', idempotent: true, query: true },
    churn: { method: 'GET', path: '/v1/analytics/churn', idempotent: true, query: true },
    trials: { method: 'GET', path: '/v1/analytics/trials', idempotent: true, query: true },
    retention: { method: 'GET', path: '/v1/analytics/retention', idempotent: true, query: true },
    revenue: { method: 'GET', path: '/v1/analytics/revenue', idempotent: true, query: true },
    recovered: { method: 'GET', path: '/v1/analytics/recovered', idempotent: true, query: true },
    quota: { method: 'GET', path: '/v1/analytics/quota', idempotent: true, query: true },
    suspensions: { method: 'GET', path: '/v1/analytics/suspensions', idempotent: true, query: true },
    overdue: { method: 'GET', path: '/v1/analytics/overdue', idempotent: true, query: true },
    figures: { method: 'GET', path: '/v1/analytics/figures', idempotent: true, query: true },
  },
  auditLog: {
    list: { method: 'GET', path: '/v1/audit-log', idempotent: true, query: true, answers: 'pages' },
  },
} as const
