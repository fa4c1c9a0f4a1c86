// A process of its own that serves and works like any other: node engine-process.mjs, with DATABASE_URL and what the
// provider needs in its environment. It runs what is built. Told {offsetMs} it lives so far ahead of the machine's time,
// and says when it does; its end is a SIGKILL, or a SIGTERM.
import { createEngine, createLogger, systemClock } from '../../dist/index.js'

let offsetMs = Number(process.env.OFFSET_MS)
process.on('message', (told) => {
  offsetMs = told.offsetMs
  process.send({ offsetMs })
})
// whoever started it is gone
process.on('disconnect', () => process.exit(1))

const engine = await createEngine({
  databaseUrl: process.env.DATABASE_URL,
  connections: 8,
  clock: { now: () => systemClock.now() + offsetMs },
  logger: createLogger({ level: 'error' }),
  payments: { settings: process.env },
  deliveries: { allowPrivateWebhooks: true, timeoutMs: 700 },
  siteTimeoutMs: 700,
  checkAnswers: true,
})
process.on('SIGTERM', () => engine.stop().then(() => process.exit(0)))
process.send({ url: await engine.start({ port: 0 }) })
