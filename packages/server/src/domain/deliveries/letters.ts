/** The one table of which event makes which letter, and to whom it goes. */
import type { EventType } from '@tollkeeper/contract'

/** `admins`: who runs the customer's account; `billing`: who pays; `operator`: who sells. */
export type Audience = 'admins' | 'billing' | 'operator'

export const letterNames = [
  'threshold',
  'limit_reached',
  'refused',
  'trial_ending',
  'trial_ended',
  'subscription_activated',
  'subscription_changed',
  'subscription_canceled',
  'invoice_issued',
  'payment_received',
  'payment_failed',
  'action_required',
  'pay_by_hand',
  'reminder_friendly',
  'reminder_urgent',
  'reminder_warning',
  'reminder_final',
  'suspended',
  'limited',
  'restored',
  'payment_method_expiring',
  'refunded',
  'credit_note_issued',
  'seats_sync_failed',
  'dispute_opened',
  'refund_failed',
  'payment_unallocated',
  'problems_found',
] as const
export type LetterName = (typeof letterNames)[number]

export interface Letter {
  name: LetterName
  audience: Audience
}

type Payload = Record<string, unknown>
type Rule = (data: Payload) => Letter | null

const to =
  (audience: Audience, name: LetterName): Rule =>
  () => ({ name, audience })

const reminders: Record<string, LetterName> = {
  friendly: 'reminder_friendly',
  urgent: 'reminder_urgent',
  warning: 'reminder_warning',
  final: 'reminder_final',
}

const loweredBy: Record<string, LetterName> = {
  blocked: 'suspended',
  read_only: 'suspended',
  limited: 'limited',
}

/** What lowers an account that could be open; that a trial or a subscription ended is told by letters of its own. */
function accessLetter({ level, reason, unpaid, ...previous }: Payload): Letter | null {
  const now = lowered(level, reason, unpaid)
  const before = lowered(previous['previousLevel'], previous['previousReason'], previous['previouslyUnpaid'])
  if (now !== before && now !== null) return { name: now, audience: 'billing' }
  const isOpen = level === 'full' || level === 'warned'
  return isOpen && before !== null ? { name: 'restored', audience: 'billing' } : null
}

const lowered = (level: unknown, reason: unknown, unpaid: unknown): LetterName | null =>
  unpaid === true || reason === 'tenant_suspended' ? (loweredBy[String(level)] ?? null) : null

const rules: Partial<Record<string, Rule>> = {
  'usage.threshold_reached': ({ threshold }) => ({
    name: typeof threshold === 'number' && threshold >= 100 ? 'limit_reached' : 'threshold',
    audience: 'admins',
  }),
  'usage.refused': to('admins', 'refused'),
  'subscription.trial_ending': to('admins', 'trial_ending'),
  // one that goes on as a subscription is told by that it is active
  'subscription.trial_ended': ({ converted }) =>
    converted === true ? null : { name: 'trial_ended', audience: 'admins' },
  'subscription.activated': to('admins', 'subscription_activated'),
  'subscription.changed': to('admins', 'subscription_changed'),
  'subscription.canceled': to('admins', 'subscription_canceled'),
  'access.changed': accessLetter,
  'invoice.issued': to('billing', 'invoice_issued'),
  'invoice.payment_failed': to('billing', 'payment_failed'),
  'invoice.payment_action_required': to('billing', 'action_required'),
  // a prompt on a phone rings there: without a page to pay at or something to quote there is nothing to tell
  'payment.pending': ({ url, instructions }) => {
    if (typeof url === 'string') return { name: 'action_required', audience: 'billing' }
    return typeof instructions === 'object' ? { name: 'pay_by_hand', audience: 'billing' } : null
  },
  'payment.received': to('billing', 'payment_received'),
  'dunning.letter': ({ letter }) => {
    const name = reminders[String(letter)]
    return name === undefined ? null : { name, audience: 'billing' }
  },
  'payment_method.expiring': to('billing', 'payment_method_expiring'),
  'refund.succeeded': to('billing', 'refunded'),
  'credit_note.issued': to('billing', 'credit_note_issued'),
  // a try that is repeated today is nobody's business yet
  'seats.sync_failed': ({ givenUp }) =>
    givenUp === true ? { name: 'seats_sync_failed', audience: 'operator' } : null,
  // evidence has a date
  'dispute.opened': to('operator', 'dispute_opened'),
  'refund.failed': to('operator', 'refund_failed'),
  'payment.unallocated': to('operator', 'payment_unallocated'),
  'doctor.problems_found': to('operator', 'problems_found'),
}

/** The letter that an event makes, or null. */
export const letterOf = (event: { type: EventType | string; payload: Payload }): Letter | null =>
  rules[event.type]?.(event.payload) ?? null
