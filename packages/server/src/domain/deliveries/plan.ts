import { HOUR_MS, type Instant, toIso } from '../time/instant.ts'
import { letterOf } from './letters.ts'
import type { Audience } from './letters.ts'
import type { Channel, WebhookEndpoint } from './model.ts'

/** As much of an event as says where it goes. */
export interface OutgoingEvent {
  id: string
  type: string
  subject: string
  payload: Record<string, unknown>
  occurredAt: Instant
}

export interface PlannedDelivery {
  channel: Channel
  target: string
  cause: string
}

export interface Audiences {
  endpoints: readonly Pick<WebhookEndpoint, 'id' | 'format' | 'eventTypes' | 'disabledReason'>[]
  /** The addresses of an audience; none where letters can't be sent. */
  addressesOf(audience: Audience): readonly string[]
}

/** Who is told of an event, each once. */
export function planDeliveries(event: OutgoingEvent, audiences: Audiences): PlannedDelivery[] {
  const letter = letterOf(event)
  const planned: PlannedDelivery[] = []
  for (const endpoint of audiences.endpoints) {
    if (!wants(endpoint, event, letter !== null)) continue
    if (endpoint.format === 'standard')
      planned.push({ channel: 'webhook', target: endpoint.id, cause: event.id })
    else planned.push({ channel: 'slack', target: endpoint.id, cause: causeForPeople(event) })
  }
  if (letter === null) return planned
  const addresses = new Set(audiences.addressesOf(letter.audience))
  for (const target of addresses) planned.push({ channel: 'mail', target, cause: causeForPeople(event) })
  return planned
}

function wants(
  endpoint: Audiences['endpoints'][number],
  event: OutgoingEvent,
  makesLetter: boolean,
): boolean {
  // to one that failed what happens meanwhile is not sent, but there to be sent again
  if (endpoint.disabledReason === 'operator') return false
  if (event.type === 'webhook_endpoint.tested') return event.subject === endpoint.id
  if (endpoint.eventTypes.length > 0) return endpoint.eventTypes.includes(event.type)
  // people who named nothing want to read what is worth a letter
  return endpoint.format === 'standard' || makesLetter
}

/**
 * People are told of the same alert once an hour, however many members, processes or crossings bring it about. Programs
 * get each event: it has its own key.
 */
function causeForPeople({ id, type, subject, payload, occurredAt }: OutgoingEvent): string {
  if (type !== 'usage.threshold_reached' && type !== 'usage.refused') return id
  const what = type === 'usage.refused' ? 'refused' : String(payload.threshold)
  return `alert ${subject} ${what} ${toIso(occurredAt - (occurredAt % HOUR_MS))}`
}
