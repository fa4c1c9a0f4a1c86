import { localDateTime } from '../time/index.ts'
import type { Instant } from '../time/index.ts'
import type { DeclineKind, PaymentMethod } from './model.ts'

/**
 * What is charged next, of methods that can be charged: the one that the customer prefers; what came last before nobody
 * is. Null: the customer must be asked.
 */
export function chooseMethod(usable: readonly PaymentMethod[]): PaymentMethod | null {
  return (
    preferredMethod(usable) ?? usable.toSorted((one, other) => other.createdAt - one.createdAt)[0] ?? null
  )
}

/** Nobody can be charged by it: its payer is told where to pay, and acts. */
export function isPaidByHand({ kind }: PaymentMethod): boolean {
  return kind === 'bank_transfer' || kind === 'cash'
}

/** The default, then the fallback. */
export function preferredMethod(usable: readonly PaymentMethod[]): PaymentMethod | null {
  return usable.find(({ isDefault }) => isDefault) ?? usable.find(({ isFallback }) => isFallback) ?? null
}

/**
 * Those that can be charged: one that was hard declined or detached is passed over, and one that has expired while there
 * is another. Banks often go on with a new card under the old number; where they don't, their answer says so.
 *
 * @param timeZone of the operator; a card can be used until its month is over there
 */
export function usableMethods(
  methods: readonly PaymentMethod[],
  timeZone: string,
  now: Instant,
): PaymentMethod[] {
  const left = methods.filter(({ detachedAt, failedAt }) => detachedAt === null && failedAt === null)
  const inDate = left.filter((method) => !isExpired(method, timeZone, now))
  return inDate.length > 0 ? inDate : left
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
