/** The feed of events against the journal: no gap, no other order, nothing lost, nothing told at another place before. */
import type { Account } from './account.ts'
import type { Stored } from './stored.ts'
import type { Acknowledged, CallKind } from './witness.ts'

const announced: Partial<Record<CallKind, string>> = {
  grant: 'grant.created',
  subscribe: 'subscription.created',
  change: 'subscription.changed',
  resume: 'subscription.cancel_unscheduled',
}

export function checkFeed({ effects, followed }: Account, stored: Stored): string[] {
  const found: string[] = []
  const { events, sequences, feedPosition } = stored
  const last = new Map<string, number>()
  events.forEach(({ id, customer, sequence, position, type }, index) => {
    if (position !== index + 1) found.push(`feed: ${type} ${id} is at ${position}, expected at ${index + 1}`)
    if (customer === '') return
    if (sequence !== (last.get(customer) ?? 0) + 1)
      found.push(`feed: ${customer}: ${type} has the sequence ${sequence} after ${last.get(customer)}`)
    last.set(customer, sequence)
  })
  if (feedPosition !== events.length)
    found.push(`feed: ${events.length} events up to the position ${feedPosition}`)
  for (const [customer, sequence] of sequences)
    if (sequence !== (last.get(customer) ?? 0))
      found.push(`feed: ${customer}: ${last.get(customer)} events, but sequences up to ${sequence}`)
  for (const [position, id] of followed)
    if (events[position - 1]?.id !== id)
      found.push(`lost: readers were given ${id} at ${position}, where ${events[position - 1]?.id} is now`)
  return [...found, ...unannounced(effects, stored)]
}

/** Each acknowledged change is in the feed; once, where its key makes it one effect. */
function unannounced(effects: Acknowledged[], { events }: Stored): string[] {
  const counts = new Map<string, number>()
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const { type, customer, payload } of events) {
    const id = payload.grant ?? payload.subscription ?? payload.reason ?? ''
    count(`${customer} ${type} ${String(id)}`)
  }
  const expected = new Map<string, number>()
  for (const { call, body } of effects) {
    const isCancel = call.kind === 'cancel'
    const canceled = call.body?.when === 'now' ? 'subscription.canceled' : 'subscription.cancel_scheduled'
    const type = isCancel ? canceled : announced[call.kind]
    const name = type === undefined ? '' : `${call.customer} ${type} ${body.id}`
    if (name !== '') expected.set(name, (expected.get(name) ?? 0) + 1)
    if (call.kind === 'putCustomer') expected.set(`${call.customer} customer.created `, 1)
  }
  const found = [...expected]
    .filter(([name, times]) => counts.get(name) !== times)
    .map(([name, times]) => `feed: ${name} is there ${counts.get(name) ?? 0} times, expected ${times}`)
  for (const { call, body } of effects)
    if (call.kind === 'putOverride' && !counts.has(`${call.customer} override.set ${body.reason}`))
      found.push(`lost: no event of the override "${body.reason}" of ${call.customer}`)
  return found
}
