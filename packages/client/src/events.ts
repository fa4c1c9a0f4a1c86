import type { Event, EventPayloads, EventType } from './api.gen.ts'

export type EventOf<Type extends EventType> = Omit<Event, 'type' | 'data'> & {
  type: Type
  data: EventPayloads[Type]
}

/**
 * Is it this type of event? Then `data` has its type.
 *
 * @example if (isEvent(event, 'usage.limit_reached')) warn(event.customer, event.data.feature)
 */
export function isEvent<Type extends EventType>(event: { type: string }, type: Type): event is EventOf<Type> {
  return event.type === type
}
