import { MAX_CAPACITY } from '../usage/limits.ts'
import { compare, type Finding } from './model.ts'

export interface GrantFacts {
  customer: string
  id: string
  amount: number
  burnt: number
  held: number
  expired: number
  /** What its movements come to. */
  moved: { amount: number; burnt: number; held: number; expired: number }
}

/** granted = burnt + held + expired + remaining, and each of them is the sum of the movements. */
export function checkGrant({ customer, id, amount, burnt, held, expired, moved }: GrantFacts): Finding[] {
  const of = { customer, subject: id }
  const sums = compare('grant_movements', of, { ...moved }, { amount, burnt, held, expired })
  if (burnt + held + expired <= amount) return sums
  return [...sums, ...compare('grant_movements', of, { spent: amount }, { spent: burnt + held + expired })]
}

export interface BalanceFacts {
  customer: string
  feature: string
  /** The caller's id; null for the customer's own. */
  member: string | null
  used: number
  reserved: number
  leased: number
  overage: number
  folded: number
  capacity: number
  /** Of the window's events. */
  eventsTotal: number
  /** Of the holds that are open. */
  holds: { reserved: number; leased: number }
  /** Of the window's movements: burnt less given back. */
  burnt: number
  /** What grants in force have left, with what holds of the window are bound to. */
  unburnt: number
  /** Whether grants bound it: of meters and credits, where it isn't unlimited, unopened or a part of a pool. */
  fedByGrants: boolean
}

/** A counter against its events, its holds and its grants. */
export function checkBalance(balance: BalanceFacts): Finding[] {
  const { customer, feature, member } = balance
  const of = { customer, subject: member === null ? feature : `${feature} of ${member}` }
  const { used, reserved, leased, folded, capacity, overage } = balance
  const grants = balance.fedByGrants
    ? compare(
        'balance_grants',
        of,
        { folded: balance.burnt, capacity: Math.min(folded + balance.unburnt + overage, MAX_CAPACITY) },
        { folded, capacity },
      )
    : compare('balance_grants', of, { folded: balance.burnt }, { folded })
  return [
    ...compare('balance_events', of, { used: balance.eventsTotal }, { used }),
    ...compare('balance_holds', of, { ...balance.holds }, { reserved, leased }),
    ...grants,
  ]
}
