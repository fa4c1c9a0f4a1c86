/** The simulator as a command of its own: `node …/simulator/main.js [journal]`, with PORT (default 4010) and HOST. */
import { startSimulator } from './start-simulator.ts'

const simulator = await startSimulator({
  journal: process.argv[2] ?? null,
  port: Number(process.env.PORT ?? 4010),
  host: process.env.HOST ?? '127.0.0.1',
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})
process.stdout.write(`The payment simulator listens on ${simulator.url}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    simulator.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
}
