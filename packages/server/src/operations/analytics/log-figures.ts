import type { Context } from '../../context.ts'
import { loadFeed, type FeedEvent } from '../../store/event-feed.ts'
import { loadEnvironments } from '../../store/installation.ts'
import type { Sequenced } from '../events/sequence.ts'

/** What of each event goes into its line: ids and words of the catalog, nothing that a person has written. */
const told: Record<string, readonly string[]> = {
  'suspension.created': [],
  'dunning.step_taken': ['invoice', 'action'],
  'subscription.trial_ended': ['subscription', 'plan', 'converted'],
}

/** One structured line for each suspension, step of dunning and end of a trial, after its commit. */
export async function logFigures(
  { db, logger }: Pick<Context, 'db' | 'logger'>,
  { environment, after, upTo }: Sequenced,
): Promise<void> {
  const types = Object.keys(told)
  const events = await loadFeed(db, environment, { types, after, upTo, limit: upTo - after })
  if (events.length === 0) return
  const { name } = (await loadEnvironments(db)).find(({ id }) => id === environment) ?? { name: '' }
  for (const event of events) logger.info({ ...lineOf(event), environment: name }, event.type)
}

function lineOf({ id, type, customer, payload }: FeedEvent) {
  const known = (told[type] ?? []).filter((member) => payload[member] !== undefined)
  return {
    event: type.replace('.', '_'),
    id,
    customer,
    ...Object.fromEntries(known.map((member) => [member, payload[member]])),
  }
}
