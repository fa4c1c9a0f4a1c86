/** What a plan does when something happens: a change, a renewal, a payment that fails. */
import { z } from 'zod'
import { amountMinor, days, exactlyOneOf, fields, hour, limitQuantity } from './catalog-words.ts'
import { currency } from './primitives.ts'

export const rolloverDefinition = z.union(
  [
    z.boolean(),
    fields({
      cap: limitQuantity.optional().describe('At most so much goes on.'),
      sharePercent: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe('This share of the unused goes on. 100 unless told.'),
      windows: z.int().min(1).max(120).optional().describe('For so many windows. 1 unless told.'),
    }),
  ],
  'Use true, false or {cap?, sharePercent?, windows?}',
)

const retries = fields({
  hour: hour
    .optional()
    .describe('Hour of the operator at which it is tried; the hour at which it failed unless told.'),
  afterDays: z
    .array(days.min(1, 'Use at least 1 day'), 'Use a list of days, such as [1, 3, 5]')
    .max(20)
    .optional()
    .describe('Days after the first failure, ascending. [1, 3, 5] unless told; [] tries once only.'),
})

export const dunningStepDefinition = exactlyOneOf(
  fields({
    afterDays: days.describe('Days after the due date.'),
    letter: z
      .enum(['friendly', 'urgent', 'warning', 'final'], 'Use "friendly", "urgent", "warning" or "final"')
      .optional()
      .describe('Sends this letter; "warning" announces a suspension.'),
    access: z
      .enum(
        ['warned', 'limited', 'read_only', 'blocked'],
        'Use "warned", "limited", "read_only" or "blocked"',
      )
      .optional()
      .describe('Lowers access to this until it is paid.'),
    action: z
      .enum(['retry', 'modules_off', 'pause', 'cancel'], 'Use "retry", "modules_off", "pause" or "cancel"')
      .optional()
      .describe(
        'Charges again, switches modules off for good, pauses the subscription until it is paid, or ends it.',
      ),
  }),
  ['letter', 'access', 'action'],
  'Give exactly one of letter, access and action',
)

const dunning = fields({
  hour: hour
    .optional()
    .describe('Hour of the operator at which steps are taken; that of the due date unless told.'),
  steps: z
    .array(dunningStepDefinition, 'Use a list of steps, such as [{afterDays: 3, letter: "friendly"}]')
    .max(50)
    .describe('Ascending by days.'),
})

const when = z.enum(['now', 'period_end'], 'Use "now" or "period_end"')

export const policiesDefinition = fields({
  usageOnChange: z
    .enum(['keep', 'reset', 'reset_once'], 'Use "keep", "reset" or "reset_once"')
    .optional()
    .describe(
      'What a change to this plan does to what was used in the running window: it counts on ("keep", unless told), or what is left expires and the allowance is given anew, at every change ("reset") or at the first one in a window, less what was used of that at later ones ("reset_once").',
    ),
  upgrade: when.optional().describe('"now" unless told.'),
  downgrade: when.optional().describe('"period_end" unless told.'),
  quantityChange: z
    .enum(['next_period', 'prorate', 'raise_now'], 'Use "next_period", "prorate" or "raise_now"')
    .optional()
    .describe(
      'When another number of seats is billed: from the next period, at once with proration, or raised at once and lowered at the period’s end ("raise_now", unless told).',
    ),
  proration: z
    .enum(['second', 'day', 'none'], 'Use "second", "day" or "none"')
    .optional()
    .describe('"second" unless told.'),
  purchaseWhileLive: z
    .enum(['refuse', 'append'], 'Use "refuse" or "append"')
    .optional()
    .describe(
      'Buying again while live. "refuse" unless told; "append": the same subscription has what was bought now, from a new period that is paid in full before it is given (where invoices are sent: at once), and keeps its unused credits.',
    ),
  modules: z
    .enum(['next_invoice', 'now'], 'Use "next_invoice" or "now"')
    .optional()
    .describe('When an add-on switched on inside a period is charged. "next_invoice" unless told.'),
  moduleInvoices: z
    .enum(['with_plan', 'apart'], 'Use "with_plan" or "apart"')
    .optional()
    .describe(
      'Add-ons and bundles of a renewal: on its invoice ("with_plan", unless told), or on one beside it whose failure stops neither the renewal nor its grants. More of what the plan counts stays with the plan.',
    ),
  renewal: fields({
    credits: z
      .union(
        [z.literal('expire'), z.literal('rollover'), fields({ rollover: rolloverDefinition })],
        'Use "expire", "rollover" or {rollover: {…}}',
      )
      .optional()
      .describe('Unused credits of the plan. "expire" unless told; an allowance’s own rollover goes before.'),
  })
    .optional()
    .describe('What a paid renewal does.'),
  failure: fields({
    graceDays: days.optional().describe('Access is kept for so many days after the due date. 7 unless told.'),
    access: z
      .enum(
        ['full', 'warned', 'limited', 'read_only', 'blocked'],
        'Use "full", "warned", "limited", "read_only" or "blocked"',
      )
      .optional()
      .describe('Access after the grace days. "blocked" unless told.'),
    reason: z
      .enum(
        ['payment_required', 'tenant_suspended', 'subscription_inactive'],
        'Use "payment_required", "tenant_suspended" or "subscription_inactive"',
      )
      .optional()
      .describe(
        'The reason that a block gives. "payment_required" unless told; with "tenant_suspended" it reads as a suspension by hand does, and with "subscription_inactive" a cancellation gives it too.',
      ),
    grants: z
      .enum(['plan', 'all'], 'Use "plan" or "all"')
      .optional()
      .describe(
        'Which grants expire when the subscription fails or ends: the plan’s, or bought ones too. "plan" unless told.',
      ),
    modules: z.enum(['off', 'keep'], 'Use "off" or "keep"').optional().describe('"off" unless told.'),
    modulesWhenPaid: z
      .enum(['restore', 'by_hand'], 'Use "restore" or "by_hand"')
      .optional()
      .describe('Modules that a failure switched off, once paid. "restore" unless told.'),
    cancelAfterDays: days.optional().describe('Cancels so many days after the due date; never unless told.'),
    negligible: z
      .record(currency, amountMinor, 'Write the amounts by currency: {XOF: 100}')
      .optional()
      .describe(
        'By currency, what may be missing of an invoice that was paid in part: access is back, and no step or letter follows. It stays owed, and the next money pays it first. Nothing unless told.',
      ),
  })
    .optional()
    .describe('What a renewal that is not paid does. `grants` and `modules` hold for a cancellation too.'),
  disputes: fields({
    open: z
      .enum(
        ['full', 'warned', 'limited', 'read_only', 'blocked'],
        'Use "full", "warned", "limited", "read_only" or "blocked"',
      )
      .optional()
      .describe('Access while a payment is disputed. "full" unless told.'),
    lost: z
      .enum(['keep', 'suspend', 'cancel'], 'Use "keep", "suspend" or "cancel"')
      .optional()
      .describe(
        'What follows when it is lost: nothing ("keep", unless told), a suspension that you lift, or the end of the subscription.',
      ),
  })
    .optional()
    .describe('What a payment that its payer disputes does to access. Won, everything is as it was.'),
  anchor: z
    .enum(['subscription', 'calendar'], 'Use "subscription" or "calendar"')
    .optional()
    .describe(
      'Where periods begin: at the subscription’s own anchor (unless told), or on the first of the month.',
    ),
  collection: z
    .enum(['automatic', 'send'], 'Use "automatic" or "send"')
    .optional()
    .describe('"automatic" charges a payment method (unless told), "send" asks by letter.'),
  dueDays: days
    .max(365)
    .optional()
    .describe('An invoice is due so many days after its issue. 0 unless told.'),
  retries: retries.optional().describe('When a failed payment is tried again.'),
  dunning: dunning
    .optional()
    .describe(
      'What happens, and when, after an invoice is not paid. Instead of `failure`’s days and access.',
    ),
})

export type PoliciesDefinition = z.infer<typeof policiesDefinition>
