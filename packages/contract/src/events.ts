/**
 * What the engine announces. One row of `eventPayloads` per type: the members of `data` that readers may rely on.
 *
 * Owns: the types and the wire shape of an event. Does not own: when an event is emitted (the domain's plans).
 * Invariant: a type never changes its meaning and its named members never go away; more members may be added, so
 * readers ignore what they don't know. Delivery is at least once: deduplicate by `id`, or keep the last `position`.
 */
import { z } from 'zod'

const at = z.string().describe('ISO 8601, UTC')
const optionalAt = at.nullable()
const byKey = z.string().describe("The caller's own id")
const member = byKey.nullable().describe("The member; null for the customer's own balance")
const counted = {
  feature: byKey,
  member,
  used: z.number(),
  limit: z.number().nullable(),
  unlimited: z.boolean(),
}
const grant = { grant: z.string(), feature: byKey, member, source: z.string(), amount: z.number() }
const invoice = {
  invoice: z.string(),
  number: z.string().nullable(),
  currency: z.string(),
  totalMinor: z.number(),
}
const attempt = {
  attempt: z.string(),
  invoice: z.string(),
  provider: z.string(),
  currency: z.string(),
  amountMinor: z.number(),
}
const refund = { refund: z.string(), payment: z.string(), currency: z.string(), amountMinor: z.number() }
const dispute = { dispute: z.string(), payment: z.string(), currency: z.string(), amountMinor: z.number() }
const subscription = { subscription: z.string(), plan: byKey, status: z.string() }

/** Type → payload. Members beyond the named ones are allowed and are not promised. */
export const eventPayloads = {
  // customers and members
  'customer.created': z.looseObject({ customer: byKey }),
  'customer.updated': z.looseObject({ customer: byKey }),
  'customer.deleted': z.looseObject({ customer: byKey }),
  'member.created': z.looseObject({ member: byKey }),
  'member.updated': z.looseObject({ member: byKey }),
  'member.deleted': z.looseObject({ member: byKey }),
  // subscriptions
  'subscription.created': z.looseObject(subscription),
  'subscription.started': z.looseObject(subscription),
  'subscription.trial_started': z.looseObject({ ...subscription, trialEndAt: at }),
  'subscription.trial_ending': z.looseObject({
    ...subscription,
    trialEndAt: at,
    converts: z.boolean().describe('Whether it becomes paid time by itself'),
  }),
  'subscription.trial_ended': z.looseObject(subscription),
  'subscription.activated': z.looseObject(subscription),
  'subscription.changed': z.looseObject({ ...subscription, previousPlan: byKey }),
  'subscription.change_scheduled': z.looseObject({ ...subscription, changeAt: at }),
  'subscription.change_canceled': z.looseObject(subscription),
  'subscription.period_started': z.looseObject({ ...subscription, periodStart: at, periodEnd: at }),
  'subscription.paused': z.looseObject({ ...subscription, resumeAt: optionalAt }),
  'subscription.resumed': z.looseObject(subscription),
  'subscription.cancel_scheduled': z.looseObject({ ...subscription, cancelAt: at }),
  'subscription.cancel_unscheduled': z.looseObject(subscription),
  'subscription.canceled': z.looseObject(subscription),
  'subscription.expired': z.looseObject(subscription),
  'subscription.add_on_added': z.looseObject({
    subscription: z.string(),
    addOn: byKey,
    quantity: z.number(),
  }),
  'subscription.add_on_changed': z.looseObject({
    subscription: z.string(),
    addOn: byKey,
    quantity: z.number(),
  }),
  'subscription.add_on_removed': z.looseObject({ subscription: z.string(), addOn: byKey }),
  'subscription.bundle_added': z.looseObject({ subscription: z.string(), bundle: byKey }),
  'subscription.bundle_removed': z.looseObject({ subscription: z.string(), bundle: byKey }),
  // money
  'invoice.created': z.looseObject(invoice),
  'invoice.issued': z.looseObject(invoice),
  'invoice.paid': z.looseObject(invoice),
  'invoice.payment_failed': z.looseObject({
    ...invoice,
    kind: z.enum(['soft', 'hard']).describe('A hard decline is not tried again'),
    reason: z.string(),
    nextAttemptAt: optionalAt.describe('When it is tried again; null or absent: it is not'),
  }),
  'invoice.payment_action_required': z.looseObject({
    invoice: z.string(),
    attempt: z.string(),
    url: z.string().optional().describe('Where the customer confirms'),
  }),
  'invoice.overdue': z.looseObject({ ...invoice, amountDueMinor: z.number() }),
  'invoice.voided': z.looseObject(invoice),
  'invoice.uncollectible': z.looseObject(invoice),
  'credit_note.issued': z.looseObject({ ...invoice, creditNote: z.string() }),
  'dunning.letter': z.looseObject({
    ...invoice,
    amountDueMinor: z.number(),
    letter: z.enum(['friendly', 'urgent', 'warning', 'final']),
    suspensionAt: optionalAt.describe('Of a warning: when access is lowered unless it is paid'),
  }),
  'dunning.step_taken': z.looseObject({ ...invoice, amountDueMinor: z.number(), action: z.string() }),
  'payment.succeeded': z.looseObject(attempt),
  'payment.failed': z.looseObject(attempt),
  'payment.pending': z.looseObject({
    ...attempt,
    url: z.string().optional().describe('Where the customer pays'),
    instructions: z
      .object({ text: z.string(), reference: z.string() })
      .optional()
      .describe('Of a transfer or cash: where to pay, and what to quote'),
    number: z.string().optional().describe('With instructions: of the invoice, once it is issued'),
    dueAt: at.optional().describe('With instructions: until when the invoice is to be paid'),
  }),
  'payment.received': z.looseObject({ payment: z.string(), currency: z.string(), amountMinor: z.number() }),
  'payment.unallocated': z.looseObject({
    unallocatedPayment: z.string(),
    provider: z.string(),
    transaction: z.string(),
    currency: z.string(),
    amountMinor: z.number(),
  }),
  'payment_method.attached': z.looseObject({ method: z.string(), label: z.string() }),
  'payment_method.detached': z.looseObject({ method: z.string(), label: z.string() }),
  'payment_method.expiring': z.looseObject({
    method: z.string(),
    label: z.string(),
    expires: z.string().describe('The last month in which it can be used, such as 2027-04'),
  }),
  'refund.created': z.looseObject(refund),
  'refund.succeeded': z.looseObject(refund),
  'refund.failed': z.looseObject(refund),
  'dispute.opened': z.looseObject({ ...dispute, evidenceDueAt: optionalAt }),
  'dispute.won': z.looseObject(dispute),
  'dispute.lost': z.looseObject(dispute),
  'credit_balance.changed': z.looseObject({
    currency: z.string(),
    changeMinor: z.number(),
    balanceMinor: z.number(),
  }),
  'top_up.completed': z.looseObject({ addOn: byKey, invoice: z.string() }),
  'coupon.redeemed': z.looseObject({ coupon: byKey }),
  'seats.synced': z.looseObject({ subscription: z.string(), quantity: z.number() }),
  'seats.sync_failed': z.looseObject({ subscription: z.string(), reason: z.string() }),
  // what a customer may use
  'entitlements.changed': z.looseObject({ version: z.number().describe('Grows with every change') }),
  'access.changed': z.looseObject({
    level: z.string(),
    reason: z.string(),
    previousLevel: z.string(),
    unpaid: z.boolean().describe('It is lowered by what is owed, whatever the reason is called'),
  }),
  'suspension.created': z.looseObject({ reason: z.string() }),
  'suspension.deleted': z.looseObject({ reason: z.string() }),
  'override.set': z.looseObject({ feature: byKey, reason: z.string(), expiresAt: optionalAt }),
  'override.deleted': z.looseObject({ feature: byKey }),
  'override.expired': z.looseObject({ feature: byKey }),
  'grant.created': z.looseObject({ ...grant, expiresAt: optionalAt }),
  'grant.revoked': z.looseObject(grant),
  // usage
  'usage.threshold_reached': z.looseObject({
    ...counted,
    threshold: z.number().describe('Per cent of the limit'),
  }),
  'usage.refused': z.looseObject({
    ...counted,
    code: z.string(),
    amount: z.number().describe('What was asked for'),
    hour: at.describe('The hour of which it is the first refusal of this feature'),
  }),
  'usage.window_closed': z.looseObject({ ...counted, windowStart: at, windowEnd: optionalAt }),
  'reservation.expired': z.looseObject({
    reservation: z.string(),
    feature: byKey,
    member,
    amount: z.number(),
  }),
  'lease.expired': z.looseObject({ lease: z.string(), feature: byKey, member, amount: z.number() }),
  // the environment's own
  'catalog.updated': z.looseObject({ revision: z.number() }),
  'plan.created': z.looseObject({ plan: byKey, version: z.number() }),
  'plan.updated': z.looseObject({ plan: byKey, version: z.number() }),
  'plan.archived': z.looseObject({ plan: byKey }),
  'webhook_endpoint.disabled': z.looseObject({
    webhookEndpoint: z.string(),
    url: z.string(),
    reason: z.string(),
  }),
  'webhook_endpoint.tested': z.looseObject({ webhookEndpoint: z.string() }),
  'api_key.created': z.looseObject({ key: z.string() }),
  'api_key.rolled': z.looseObject({ key: z.string() }),
  'api_key.revoked': z.looseObject({ key: z.string() }),
  'import.completed': z.looseObject({ customers: z.number() }),
  'doctor.problems_found': z.looseObject({
    findings: z.number(),
    checks: z.record(z.string(), z.number()).describe('How many of each check'),
  }),
  'test_clock.created': z.looseObject({ testClock: z.string(), now: at }),
  'test_clock.advanced': z.looseObject({ testClock: z.string(), now: at }),
  'test_clock.failed': z.looseObject({ testClock: z.string(), now: at, failure: z.string() }),
  'test_clock.deleted': z.looseObject({ testClock: z.string() }),
} as const satisfies Record<string, z.ZodObject>

export type EventType = keyof typeof eventPayloads

/** One event, as readers of the feed and the stream get it. */
export const event = z.object({
  object: z.literal('event'),
  id: z.string().describe('`evt_…`; the same in every delivery of this event'),
  type: z.string().describe('See the list of types; ignore the ones you do not know'),
  position: z
    .number()
    .describe('Place in the feed of the environment: 1, 2, 3, … without gaps. Give it back as `after`'),
  customer: z
    .string()
    .nullable()
    .describe("Your customer's id; null for what concerns the whole environment"),
  sequence: z.number().describe("Order among this customer's events, from 1; 0 without a customer"),
  subject: z.string().nullable().describe('The id of what it is about, if that is not the customer'),
  occurredAt: at.describe("When it happened by the customer's clock (a test clock, if it has one)"),
  recordedAt: at.describe('When it was recorded, by the system clock'),
  livemode: z.boolean(),
  data: z.record(z.string(), z.unknown()).describe('By type'),
})
export type Event = z.infer<typeof event>
