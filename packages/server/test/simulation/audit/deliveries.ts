/** Each event is told at least once, or told to be lost; and nothing is told that did not happen. */
import type { Queryable } from '../../../src/store/database/pool.ts'
import { TOLD_TYPES } from '../listener.ts'
import type { World } from '../world.ts'

/** @param atRest all that is to be told must have been */
export async function checkDeliveries(world: World, db: Queryable, atRest: boolean): Promise<string[]> {
  const { listener, told } = world
  const events = await db.query<{ id: string; type: string; position: number }>({
    text: `select id, type, position from event where environment = 1 and type = any($1) and position > $2`,
    values: [TOLD_TYPES, told.position],
  })
  for (const { id, type, position } of events.rows) {
    told.expected.set(id, { type, position })
    told.position = Math.max(told.position, position)
  }
  const deliveries = await db.query<{ event: string; status: string }>({
    text: `select event, status from delivery where environment = 1 and target = $1`,
    values: [listener.id],
  })
  const invented = deliveries.rows.filter(
    ({ event, status }) => status === 'delivered' && !listener.accepted.has(event),
  )
  for (const { event, status } of deliveries.rows) if (status === 'abandoned') told.lost.add(event)
  const { rows: cursors } = await db.query<{ passed: number }>(
    `select coalesce(max(position), 0) as passed from delivery_cursor where environment = 1`,
  )
  const passed = cursors[0]?.passed ?? 0
  const planned = new Set(deliveries.rows.map(({ event }) => event))
  const untold = [...told.expected].filter(([id]) => !listener.accepted.has(id) && !told.lost.has(id))
  const forgotten = untold.filter(([id, { position }]) => position <= passed && !planned.has(id))
  return [
    ...listener.strange.splice(0),
    ...invented.map(({ event }) => `what is told was heard: ${event}`),
    ...forgotten.map(([id, { type }]) => `I-2 what happens is to be told: ${type} ${id}`),
    ...(atRest ? untold.map(([id, { type }]) => `I-2 what happens is told: ${type} ${id}`) : []),
    ...(atRest ? wronglyTold(world) : []),
  ].slice(0, 5)
}

function wronglyTold({ listener, told }: World): string[] {
  return [...listener.accepted]
    .filter(([id, type]) => TOLD_TYPES.includes(type) && told.expected.get(id)?.type !== type)
    .map(([id, type]) => `what is told has happened: ${type} ${id}`)
}
