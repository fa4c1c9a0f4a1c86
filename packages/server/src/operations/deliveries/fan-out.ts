/**
 * From events to deliveries: follows the feed of each environment, and writes down who is to be told.
 *
 * Owns: that, and the cursor. Does not own: who is told (`domain/deliveries/plan.ts`) and the sending.
 * Invariant: an event is passed in the transaction that writes its deliveries, by one process at a time.
 */
import type { Context, Environment } from '../../context.ts'
import { letterOf } from '../../domain/deliveries/letters.ts'
import type { Audience } from '../../domain/deliveries/letters.ts'
import { planDeliveries } from '../../domain/deliveries/plan.ts'
import { newId } from '../../ids.ts'
import { findCustomerIds } from '../../store/customer-state.ts'
import type { Transaction } from '../../store/database/pool.ts'
import { transaction } from '../../store/database/transaction.ts'
import {
  claimCursor,
  insertDeliveries,
  loadUnplannedEnvironments,
  saveCursor,
} from '../../store/deliveries.ts'
import type { NewDelivery } from '../../store/deliveries.ts'
import { loadFeed } from '../../store/event-feed.ts'
import type { FeedEvent } from '../../store/event-feed.ts'
import { holdRecipients, loadRecipients } from '../../store/recipients.ts'
import type { Recipients } from '../../store/recipients.ts'
import { loadEndpoints } from '../../store/webhook-endpoints.ts'
import type { Outgoing } from './outgoing.ts'

const PAGE = 500

export async function fanOutEvents(
  ctx: Context,
  { carriers }: Pick<Outgoing, 'carriers'>,
  page = PAGE,
): Promise<{ handled: number; more: boolean }> {
  let handled = 0
  let more = false
  for (const environment of await loadUnplannedEnvironments(ctx.db)) {
    const writes = carriers[environment.mode] !== null
    const passed = await transaction(ctx.db, (tx) => passEvents(ctx, tx, { environment, writes, page }))
    handled += passed
    more ||= passed === page
  }
  return { handled, more }
}

async function passEvents(
  ctx: Context,
  tx: Transaction,
  { environment, writes, page }: { environment: Environment; writes: boolean; page: number },
): Promise<number> {
  const position = await claimCursor(tx, environment.id)
  if (position === null) return 0
  const events = await loadFeed(tx, environment.id, { after: position, limit: page })
  const last = events.at(-1)
  if (last === undefined) return 0
  const endpoints = await loadEndpoints(tx, environment.id)
  const people = await loadPeople(ctx, tx, environment, writes ? events : [])
  const planned = events.flatMap((event) =>
    planDeliveries(event, {
      endpoints,
      addressesOf: (audience) => people.addressesOf(event.customer, audience),
    }).map((delivery) => ({ ...delivery, event })),
  )
  await saveDeliveries(ctx, tx, environment, planned)
  await saveCursor(tx, environment.id, last.position)
  return events.length
}

async function saveDeliveries(
  ctx: Context,
  tx: Transaction,
  { id: environment, mode }: Environment,
  planned: (Pick<NewDelivery, 'channel' | 'target' | 'cause'> & { event: FeedEvent })[],
): Promise<void> {
  if (planned.length === 0) return
  const numbers = await findCustomerIds(tx, environment, keysOf(planned.map(({ event }) => event)))
  const now = ctx.clock.now()
  const rows = planned.map(({ event, ...delivery }) => ({
    ...delivery,
    id: newId('dlv', mode === 'live', now),
    customer: event.customer === null ? 0 : (numbers.get(event.customer) ?? 0),
    event: event.id,
    eventType: event.type,
    position: event.position,
  }))
  await insertDeliveries(tx, environment, rows, now)
}

/** The addresses of those whom these events make a letter for. */
async function loadPeople(ctx: Context, tx: Transaction, environment: Environment, events: FeedEvent[]) {
  const written = events.filter((event) => letterOf(event) !== null)
  if (written.length === 0) return { addressesOf: () => [] }
  const numbers = await findCustomerIds(tx, environment.id, keysOf(written))
  const customers = [...numbers.values()]
  // whoever is deleted meanwhile is erased after these letters are written down, and they with it
  await holdRecipients(tx, environment.id, customers)
  const recipients = await loadRecipients(tx, environment.id, customers)
  const { operator } = await ctx.catalogs.current(environment.id, tx)
  return {
    addressesOf(customer: string | null, audience: Audience): readonly string[] {
      if (audience === 'operator') return operator.email === null ? [] : [operator.email]
      const number = customer === null ? undefined : numbers.get(customer)
      const found = number === undefined ? undefined : recipients.get(number)
      return found === undefined ? [] : addressesFor(audience, found)
    },
  }
}

/** Who pays has an address of their own, or is the customer; who runs the account are its administrators, if it names any. */
function addressesFor(
  audience: Exclude<Audience, 'operator'>,
  { email, billingEmail, admins }: Recipients,
): readonly string[] {
  const own = [email].filter((address) => address !== null && address !== '') as string[]
  if (audience === 'admins') return admins.length > 0 ? admins : own
  if (billingEmail !== null && billingEmail !== '') return [billingEmail]
  return own.length > 0 ? own : admins
}

const keysOf = (events: FeedEvent[]): string[] => [
  ...new Set(events.flatMap(({ customer }) => (customer === null ? [] : [customer]))),
]
