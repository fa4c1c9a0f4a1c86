// Written by `npm run generate` from packages/contract. Don't edit: change the contract and run it again.
import type { EventStream, EventStreamOptions } from './event-stream.ts'
import type { Pages } from './pages.ts'
import type { RequestOptions } from './request.ts'

/** Why a request was refused. A newer server may know more of them. */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_json'
  | 'body_too_large'
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
  'entitlements.changed': {
    /** Grows with every change */
    version: number
    [key: string]: unknown
  }
  'access.changed': {
    level: string
    reason: string
    previousLevel: string
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

/** What is sent to “Undo a cancellation, or end a pause”. */
export interface SubscriptionsResumeBody {
  idempotencyKey?: string
}

/** What is sent to “Activate by hand”. */
export interface SubscriptionsActivateBody {
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

/** What is sent to “Change the environment of the key”. */
export interface EnvironmentUpdateBody {
  allowedOrigins: readonly string[]
}

/** What is sent to “Cancel a subscription”. */
export interface SubscriptionsCancelBody {
  /** Default: `"period_end"`. */
  when?: 'now' | 'period_end'
  idempotencyKey?: string
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

/** What is sent to “Suspend a customer by hand”. */
export interface AccessSuspendBody {
  reason: string
  /** Default: `""`. */
  note?: string
  /** Who decided it; the key unless told */
  author?: string
}

/** What is sent to “Move a test clock forward”. */
export interface TestClocksAdvanceBody {
  to: string | Date
  idempotencyKey?: string
}

/** What is sent to “Pause an active subscription”. */
export interface SubscriptionsPauseBody {
  resumeAt?: string | Date
  idempotencyKey?: string
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
}

/** What is sent to “Add or update a member”. */
export interface MembersPutBody {
  name?: string
  email?: string | null
  metadata?: Record<string, string | number | boolean | null | undefined>
}

/** What is sent to “Create a test clock”. */
export interface TestClocksCreateBody {
  now: string | Date
  /** Default: `""`. */
  name?: string
  idempotencyKey?: string
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
  /** Default: `30`. */
  ttlSeconds?: number
  /**
   * Who holds it, for people
   * Default: `""`.
   */
  holder?: string
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
  metadata?: Record<string, string | number | boolean | null | undefined>
}

/** What is sent to “Ask and take at once”. */
export interface UsageConsumeBody {
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
  metadata?: Record<string, string | number | boolean | null | undefined>
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
  /** Only at creation, and only in a test environment: the clock the customer lives by */
  testClock?: string
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
  /** Default: `300`. */
  ttlSeconds?: number
  metadata?: Record<string, string | number | boolean | null | undefined>
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
  /** A meter or credits: the event, or the key, given back */
  of?: string
  metadata?: Record<string, string | number | boolean | null | undefined>
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
  expiresAt?: string | Date | null
}

/** What is sent to “Create an API key”. */
export interface KeysCreateBody {
  kind: 'secret' | 'restricted' | 'publishable'
  name: string
  /** For a restricted key: at least one. */
  scopes?: readonly ('catalog:read' | 'catalog:write' | 'customers:read' | 'customers:write' | 'subscriptions:read' | 'subscriptions:write' | 'usage:read' | 'usage:write' | 'events:read' | 'clocks:write' | 'keys:write')[]
  expiresAt?: string | Date
  /** Requests a minute by class, where they differ from those of the installation. */
  rateLimits?: {
    usage?: number
    quota?: number
    read?: number
    write?: number
  }
  idempotencyKey?: string
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
    at?: string | Date
    metadata?: Record<string, string | number | boolean | null | undefined>
  }[]
  /** The same as the header Idempotency-Key */
  idempotencyKey?: string
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
  startsAt?: string | Date
  /** Left out or null: never */
  expiresAt?: string | Date | null
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
   * Who renews it
   * Default: `"engine"`.
   */
  authority?: 'engine' | 'provider'
  /** Default: `"automatic"`. */
  activation?: 'automatic' | 'manual'
  /** In the future: it starts then. In the past: only the anchor */
  startAt?: string | Date
  /** Replaces the trial of the plan; 0 = none. The last day is included */
  trialDays?: number
  /** Default: `{}`. */
  metadata?: Record<string, string | number | boolean | null | undefined>
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

/** What is sent to “Change a plan”. */
export interface PlanDefinition {
  /** Shown to people. The key, unless told. */
  name?: string
  description?: string
  /** Currency → interval → price. A plan without prices is free. */
  prices?: Record<string, Record<string, number | {
    /** The flat part. 0 unless told. */
    amountMinor?: number
    /** Quantity key → price of one, in minor units, as a decimal. */
    perUnit?: Record<string, string | undefined>
  } | undefined> | undefined>
  /** Feature key → what is included. What is not named is not included. */
  allowances?: Record<string, boolean | number | string | {
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
     * When it starts again: "month" for meters and "billing_period" for credits unless told; gauges
     * have none.
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
  } | undefined>
  trial?: {
    days: number
    /** Whether access ends with the trial or the paid time begins. "expire" unless told. */
    onEnd?: 'expire' | 'activate'
  }
  policies?: {
    /** What a plan change does to what was used in the running window. "keep" unless told. */
    usageOnChange?: 'keep' | 'reset'
    /** "now" unless told. */
    upgrade?: 'now' | 'period_end'
    /** "period_end" unless told. */
    downgrade?: 'now' | 'period_end'
    /**
     * When another number of seats is billed: from the next period, at once with proration, or raised
     * at once and lowered at the period’s end ("raise_now", unless told).
     */
    quantityChange?: 'next_period' | 'prorate' | 'raise_now'
    /** "second" unless told. */
    proration?: 'second' | 'day' | 'none'
    /**
     * Buying again while live. "refuse" unless told; "append" raises the quota and keeps unused
     * credits.
     */
    purchaseWhileLive?: 'refuse' | 'append'
    /** When an add-on switched on inside a period is charged. "next_invoice" unless told. */
    modules?: 'next_invoice' | 'now'
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
    }
  }
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
  prices?: Record<string, Record<string, number | {
    /** The flat part. 0 unless told. */
    amountMinor?: number
    /** Quantity key → price of one, in minor units, as a decimal. */
    perUnit?: Record<string, string | undefined>
  } | undefined> | undefined>
  /** Feature key → what is included. What is not named is not included. */
  allowances?: Record<string, boolean | number | string | {
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
     * When it starts again: "month" for meters and "billing_period" for credits unless told; gauges
     * have none.
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
  } | undefined>
  trial?: {
    days: number
    /** Whether access ends with the trial or the paid time begins. "expire" unless told. */
    onEnd?: 'expire' | 'activate'
  }
  policies?: {
    /** What a plan change does to what was used in the running window. "keep" unless told. */
    usageOnChange?: 'keep' | 'reset'
    /** "now" unless told. */
    upgrade?: 'now' | 'period_end'
    /** "period_end" unless told. */
    downgrade?: 'now' | 'period_end'
    /**
     * When another number of seats is billed: from the next period, at once with proration, or raised
     * at once and lowered at the period’s end ("raise_now", unless told).
     */
    quantityChange?: 'next_period' | 'prorate' | 'raise_now'
    /** "second" unless told. */
    proration?: 'second' | 'day' | 'none'
    /**
     * Buying again while live. "refuse" unless told; "append" raises the quota and keeps unused
     * credits.
     */
    purchaseWhileLive?: 'refuse' | 'append'
    /** When an add-on switched on inside a period is charged. "next_invoice" unless told. */
    modules?: 'next_invoice' | 'now'
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
    }
  }
  metadata?: Record<string, string | number | boolean | null | undefined>
  /** No longer sold; those who have it keep it. */
  archived?: boolean
  id: string
}

/** What is sent to “Replace the catalog”. */
export interface CatalogDefinition {
  operator?: {
    /** Where jobs have their hours: an IANA name. UTC unless told. */
    timeZone?: string
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
    thresholds?: readonly number[]
    /** What an application decides when it cannot reach the engine. "closed" unless told. */
    failPolicy?: 'open' | 'closed'
    /** Credits only: action key → credits that one action costs. */
    costs?: Record<string, number | undefined>
    /** Older events are rejected. 30 unless told. */
    latenessDays?: number
  } | undefined>
  plans: Record<string, PlanDefinition | undefined>
  addOns?: Record<string, {
    kind: 'recurring'
    prices?: Record<string, Record<string, number | {
      /** The flat part. 0 unless told. */
      amountMinor?: number
      /** Quantity key → price of one, in minor units, as a decimal. */
      perUnit?: Record<string, string | undefined>
    } | undefined> | undefined>
    name?: string
    description?: string
    allowances?: Record<string, boolean | number | string | {
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
       * When it starts again: "month" for meters and "billing_period" for credits unless told; gauges
       * have none.
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
    } | undefined>
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
    allowances?: Record<string, boolean | number | string | {
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
       * When it starts again: "month" for meters and "billing_period" for credits unless told; gauges
       * have none.
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
    } | undefined>
    metadata?: Record<string, string | number | boolean | null | undefined>
    archived?: boolean
  } | undefined>
  bundles?: Record<string, {
    name?: string
    description?: string
    addOns: readonly string[]
    prices?: Record<string, Record<string, number | {
      /** The flat part. 0 unless told. */
      amountMinor?: number
      /** Quantity key → price of one, in minor units, as a decimal. */
      perUnit?: Record<string, string | undefined>
    } | undefined> | undefined>
    metadata?: Record<string, string | number | boolean | null | undefined>
    archived?: boolean
  } | undefined>
  /** The free plan that holds for customers without a live subscription. */
  fallbackPlan?: string | null
}

export interface Catalog {
  object: 'catalog'
  livemode: boolean
  revision: number
  updatedAt: string
  catalog: {
    operator?: {
      /** Where jobs have their hours: an IANA name. UTC unless told. */
      timeZone?: string
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
      trial?: {
        days: number
        /** Whether access ends with the trial or the paid time begins. "expire" unless told. */
        onEnd?: 'expire' | 'activate'
      }
      policies?: {
        /** What a plan change does to what was used in the running window. "keep" unless told. */
        usageOnChange?: 'keep' | 'reset'
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
         * Buying again while live. "refuse" unless told; "append" raises the quota and keeps unused
         * credits.
         */
        purchaseWhileLive?: 'refuse' | 'append'
        /** When an add-on switched on inside a period is charged. "next_invoice" unless told. */
        modules?: 'next_invoice' | 'now'
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
      }>>
      metadata?: Record<string, string | number | boolean | null>
      archived?: boolean
    }>
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
    usageOnChange: 'keep' | 'reset'
    upgrade: 'now' | 'period_end'
    downgrade: 'now' | 'period_end'
    quantityChange: 'next_period' | 'prorate' | 'raise_now'
    proration: 'second' | 'day' | 'none'
    purchaseWhileLive: 'refuse' | 'append'
    modules: 'next_invoice' | 'now'
    failure: {
      graceDays: number
      access: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
      grants: 'plan' | 'all'
      modules: 'off' | 'keep'
      modulesWhenPaid: 'restore' | 'by_hand'
      cancelAfterDays: number | null
    }
  }
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
  /** Periods are counted from it, in the time zone of the customer */
  anchorAt: string
  periodStart: string
  periodEnd: string
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

export interface Environment {
  object: 'environment'
  id: string
  livemode: boolean
  /** Web pages of these origins may call the API with a publishable key. `:*` stands for any port. */
  allowedOrigins: string[]
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
  scopes: ('catalog:read' | 'catalog:write' | 'customers:read' | 'customers:write' | 'subscriptions:read' | 'subscriptions:write' | 'usage:read' | 'usage:write' | 'events:read' | 'clocks:write' | 'keys:write')[]
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
    noun: 'feature' | 'plan' | 'add_on' | 'bundle' | 'fallback_plan' | 'operator'
    /** Your own id of what is changed; the setting's name for `fallback_plan` and `operator` */
    id: string
    /** What is no longer in the catalog is archived if it was ever used, else deleted */
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
    /** stays: they keep this version until they are moved. moves: what they may use changes at once */
    effect: 'stays' | 'moves'
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

export interface ApiKeyWithSecret {
  object: 'api_key'
  /** The id of the key (`key_…`), not its secret. */
  id: string
  livemode: boolean
  kind: 'secret' | 'restricted' | 'publishable'
  name: string
  /** What a restricted key may do; empty for the other kinds. */
  scopes: ('catalog:read' | 'catalog:write' | 'customers:read' | 'customers:write' | 'subscriptions:read' | 'subscriptions:write' | 'usage:read' | 'usage:write' | 'events:read' | 'clocks:write' | 'keys:write')[]
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
  from?: string | Date
  to?: string | Date
}

/** What can be asked of “Use above what was granted, as it will be billed or reported”. */
export interface UsageOveragesQuery {
  /** Default: `20`. */
  limit?: number
  cursor?: string
  feature?: string
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
     * version; those who have it stay on theirs. The same catalog again changes nothing.
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
     * A publishable key may call it.
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
  subscriptions: {
    /**
     * Subscribe a customer to a plan.
     *
     * Without a trial it is active at once, unless `activation` is `manual`: then it waits as
     * `incomplete` for POST …/activate. A customer has one live subscription and one trial.
     *
     * `POST /v1/subscriptions`
     */
    create(body: SubscriptionsCreateBody, options?: RequestOptions): Promise<Subscription>
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
     * What is left out stays. Asking for the terms in force calls off a scheduled change.
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
     * A cancellation that has taken effect can not be undone: subscribe again.
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
     * `PUT /v1/subscriptions/{id}/add-ons/{addOnId}`
     */
    putAddOn(subscriptionId: string, addOnId: string, body?: SubscriptionsPutAddOnBody, options?: RequestOptions): Promise<Subscription>
    /**
     * Switch an add-on off.
     *
     * `DELETE /v1/subscriptions/{id}/add-ons/{addOnId}`
     */
    deleteAddOn(subscriptionId: string, addOnId: string, query?: SubscriptionsDeleteAddOnQuery, options?: RequestOptions): Promise<Subscription>
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
     * first.
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
    consume(body: UsageConsumeBody, options?: RequestOptions): Promise<ConsumeDecision>
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
  subscriptions: {
    create: { method: 'POST', path: '/v1/subscriptions', idempotent: true, body: true },
    get: { method: 'GET', path: '/v1/subscriptions/{id}', idempotent: true },
    list: { method: 'GET', path: '/v1/subscriptions', idempotent: true, query: true, answers: 'pages' },
    change: { method: 'POST', path: '/v1/subscriptions/{id}/change', idempotent: true, body: true },
    cancel: { method: 'POST', path: '/v1/subscriptions/{id}/cancel', idempotent: true, body: true },
    resume: { method: 'POST', path: '/v1/subscriptions/{id}/resume', idempotent: true, body: true },
    pause: { method: 'POST', path: '/v1/subscriptions/{id}/pause', idempotent: true, body: true },
    activate: { method: 'POST', path: '/v1/subscriptions/{id}/activate', idempotent: true, body: true },
    putAddOn: { method: 'PUT', path: '/v1/subscriptions/{id}/add-ons/{addOnId}', idempotent: true, body: true },
    deleteAddOn: { method: 'DELETE', path: '/v1/subscriptions/{id}/add-ons/{addOnId}', idempotent: true, query: true },
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
} as const
