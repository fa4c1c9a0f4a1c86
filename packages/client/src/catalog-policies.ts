/** What a plan does when something happens, as a catalog says it. */
import type { OneOf } from './catalog-prices.ts'

export interface CatalogRollover {
  /** At most so much goes on. */
  cap?: number
  /** This share of the unused goes on. 100 unless told. */
  sharePercent?: number
  /** For so many windows. 1 unless told. */
  windows?: number
}

export interface CatalogPolicies {
  /** What a plan change does to what was used in the running window. `keep` unless told. */
  usageOnChange?: 'keep' | 'reset'
  /** `now` unless told. */
  upgrade?: 'now' | 'period_end'
  /** `period_end` unless told. */
  downgrade?: 'now' | 'period_end'
  /** When another number of seats is billed. `raise_now` unless told: raised at once, lowered at the period's end. */
  quantityChange?: 'next_period' | 'prorate' | 'raise_now'
  /** `second` unless told. */
  proration?: 'second' | 'day' | 'none'
  /** Buying again while live. `refuse` unless told. */
  purchaseWhileLive?: 'refuse' | 'append'
  /** When an add-on switched on inside a period is charged. `next_invoice` unless told. */
  modules?: 'next_invoice' | 'now'
  renewal?: {
    /** Unused credits of the plan. `expire` unless told; an allowance's own rollover goes before. */
    credits?: 'expire' | 'rollover' | { rollover: boolean | CatalogRollover }
  }
  /** What a renewal that is not paid does; `grants` and `modules` hold for a cancellation too. */
  failure?: {
    /** Access is kept for so many days after the due date. 7 unless told. */
    graceDays?: number
    /** Access after the grace days. `blocked` unless told. */
    access?: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
    /** The reason that a block gives. `payment_required` unless told. */
    reason?: 'payment_required' | 'subscription_inactive'
    /** Which grants expire: the plan's (unless told), or bought ones too. */
    grants?: 'plan' | 'all'
    /** `off` unless told. */
    modules?: 'off' | 'keep'
    /** Modules that a failure switched off, once paid. `restore` unless told. */
    modulesWhenPaid?: 'restore' | 'by_hand'
    /** Cancels so many days after the due date; never unless told. */
    cancelAfterDays?: number
  }
  /** Where periods begin: at the subscription's own anchor (unless told), or on the first of the month. */
  anchor?: 'subscription' | 'calendar'
  /** `automatic` charges a payment method (unless told), `send` asks by letter. */
  collection?: 'automatic' | 'send'
  /** An invoice is due so many days after its issue. 0 unless told. */
  dueDays?: number
  /** When a failed payment is tried again. */
  retries?: {
    /** Hour of the operator; the hour at which it failed unless told. */
    hour?: number
    /** Days after the first failure, ascending. `[1, 3, 5]` unless told; `[]` tries once only. */
    afterDays?: readonly number[]
  }
  /** What happens, and when, after an invoice is not paid. Instead of the days and the access of `failure`. */
  dunning?: {
    /** Hour of the operator; that of the due date unless told. */
    hour?: number
    /** Ascending by days. */
    steps: readonly CatalogDunningStep[]
  }
}

export type CatalogDunningStep = {
  /** Days after the due date. */
  afterDays: number
} & OneOf<{
  /** Sends this letter; `warning` announces a suspension. */
  letter: 'friendly' | 'urgent' | 'warning' | 'final'
  /** Lowers access to this until it is paid. */
  access: 'warned' | 'limited' | 'read_only' | 'blocked'
  /** Charges again, or ends the subscription. */
  action: 'retry' | 'cancel'
}>
