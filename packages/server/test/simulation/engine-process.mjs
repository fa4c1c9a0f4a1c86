// A process of its own that serves and works like any other: node engine-process.mjs, with DATABASE_URL and what the
// provider needs in its environment. It runs what is built. Told {offsetMs} it lives so far ahead of the machine's time,
// and says when it does; its end is a SIGKILL, or a SIGTERM.
import { createEngine, createLogger, systemClock } from '../../dist/index.js'
import { startJobs } from '../../dist/jobs/index.js'
import { openOutgoing } from '../../dist/operations/deliveries/open.js'

let offsetMs = Number(process.env.OFFSET_MS)
process.on('message', (told) => {
  offsetMs = told.offsetMs
  process.send({ offsetMs })
})
// whoever started it is gone
process.on('disconnect', () => process.exit(1))

const deliveries = { allowPrivateWebhooks: true, timeoutMs: 700 }
const engine = await createEngine({
  databaseUrl: process.env.DATABASE_URL,
  connections: 8,
  clock: { now: () => systemClock.now() + offsetMs },
  logger: createLogger({ level: 'error' }),
  payments: { settings: process.env },
  deliveries,
  siteTimeoutMs: 700,
  checkAnswers: true,
  jobs: false,
})
const url = await engine.start({ port: 0 })
// several that look for work all the time keep each other from working
const pace = { leastEveryMs: 1_000, sequencerEveryMs: 1_000 }
const jobs = startJobs(engine.context, { outgoing: openOutgoing(engine.context, deliveries), ...pace })
process.on('SIGTERM', async () => {
  await jobs.stop()
  await engine.stop()
  process.exit(0)
})
process.send({ url })
