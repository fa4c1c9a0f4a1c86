/** Misbehaviour on order. Invariant: each order is carried out so many times, and then no more. */
import { freshId } from './fresh-id.ts'
import type { Change } from './world.ts'

export const requestFaults = [
  /** 429 and 500, before anything has happened. */
  'rate_limited',
  'unavailable',
  /** No answer, and nothing happened. */
  'timeout',
  /** 500, no answer, or a broken connection, though it has happened. */
  'unavailable_after_effect',
  'timeout_after_effect',
  'lost_answer',
] as const

export const webhookFaults = ['duplicate', 'reorder', 'delay', 'drop'] as const

/** What a request does, for whoever orders a fault for it. */
export const requestKinds = ['charge', 'refund', 'method', 'look_up'] as const

export type RequestFault = (typeof requestFaults)[number]
export type WebhookFault = (typeof webhookFaults)[number]
export type RequestKind = (typeof requestKinds)[number]

export function orderFault(
  change: Change,
  order: { fault: string; on: string; times: number; seconds: number },
): void {
  change.put('fault', freshId('flt'), order)
}

/** The fault ordered for this, taken off the order. */
export function takeFault(
  change: Change,
  on: RequestKind | 'webhook',
): { fault: string; seconds: number } | undefined {
  const found = change.entries('fault').find(([, fault]) => fault.on === on || fault.on === 'any')
  if (found === undefined) return undefined
  const [key, fault] = found
  change.put('fault', key, fault.times > 1 ? { ...fault, times: fault.times - 1 } : null)
  return fault
}
