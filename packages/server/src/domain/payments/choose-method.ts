import { localDateTime } from '../time/index.ts'
import type { Instant } from '../time/index.ts'
import type { DeclineKind, PaymentMethod } from './model.ts'

/**
 * What is charged next: the default, then the fallback. One that was hard declined, has expired or was detached is
 * passed over, so that after a hard decline of the default the fallback comes at once. Null: the customer must be asked.
 *
 * @param timeZone of the operator; a card can be used until its month is over there
 */
export function chooseMethod(
  methods: readonly PaymentMethod[],
  timeZone: string,
  now: Instant,
): PaymentMethod | null {
  const usable = methods.filter((method) => isUsable(method, timeZone, now))
  return usable.find(({ isDefault }) => isDefault) ?? usable.find(({ isFallback }) => isFallback) ?? null
}

export function isUsable(method: PaymentMethod, timeZone: string, now: Instant): boolean {
  return method.detachedAt === null && method.failedAt === null && !isExpired(method, timeZone, now)
}

export function isExpired({ expires }: PaymentMethod, timeZone: string, now: Instant): boolean {
  if (expires === null) return false
  const { year, month } = localDateTime(now, timeZone)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}` > expires
}

/** The method after a decline: a hard one takes it out of use until it is replaced. */
export function afterDecline(method: PaymentMethod, kind: DeclineKind, now: Instant): PaymentMethod {
  return kind === 'hard' && method.failedAt === null ? { ...method, failedAt: now } : method
}
