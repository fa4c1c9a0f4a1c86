import { startLoop } from '../../loop.ts'
import type { Loop } from '../../loop.ts'
import type { Logger } from '../../logger.ts'
import { openClient } from '../../store/database/pool.ts'
import type { Database } from '../../store/database/pool.ts'
import { EVENT_CHANNEL } from '../../store/events.ts'

type Client = Awaited<ReturnType<typeof openClient>>

/**
 * Listens for hints that events were committed, on a connection of its own that is opened again when lost. Everything
 * works without it (behind a connection pooler it hears nothing), only up to one polling interval later.
 */
export function startHints(ctx: { db: Database; logger: Logger }, onHint: () => void): Loop {
  let client: Client | undefined
  const connect = async () => {
    if (client !== undefined) return
    const fresh = await openClient(ctx.db.connection)
    fresh.on('notification', onHint)
    fresh.on('end', () => {
      if (client === fresh) client = undefined
      loop.wake()
    })
    client = fresh
    await fresh.query(`listen ${EVENT_CHANNEL}`)
    // what was committed while nobody listened
    onHint()
  }
  const loop = startLoop({
    everyMs: 5_000,
    work: connect,
    onError: (error) =>
      ctx.logger.warn({ err: error }, 'Hints of events can not be heard for now; polling goes on'),
  })
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop()
      const last = client
      client = undefined
      await last?.end()
    },
  }
}
