/** How much a customer may do, and the codes that say why: of access, and of each decision on a use. */
const reasonsOfClosedAccess = [
  'tenant_suspended',
  'subscription_cancelled',
  'payment_required',
  'trial_expired',
  'subscription_inactive',
  'no_subscription',
] as const

export const accessLevels = ['full', 'warned', 'limited', 'read_only', 'blocked'] as const
export type AccessLevel = (typeof accessLevels)[number]

/** For `blocked` also the code of every refusal. */
export const accessReasons = ['ok', ...reasonsOfClosedAccess] as const
export type AccessReason = (typeof accessReasons)[number]

export const decisionCodes = [
  'ok',
  'quota_exceeded',
  'feature_not_included',
  'insufficient_credits',
  ...reasonsOfClosedAccess,
] as const
export type DecisionCode = (typeof decisionCodes)[number]
