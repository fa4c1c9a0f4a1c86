import { createEngine } from '../engine.ts'
import type { Engine } from '../engine.ts'
import { createLogger } from '../logger.ts'
import { findRunningEmbedded } from '../store/database/embedded.ts'
import { migrate } from '../store/database/migrate.ts'
import { openPool } from '../store/database/pool.ts'
import { systemClock } from '../clock.ts'
import { transaction } from '../store/database/transaction.ts'
import { loadEnvironments } from '../store/installation.ts'
import type { OperationContext } from '../context.ts'
import { SettingProblem } from './settings.ts'
import type { Settings } from './settings.ts'

export const engineFrom = (settings: Settings, logLevel: string): Promise<Engine> =>
  createEngine({
    databaseUrl: settings.databaseUrl,
    dataDirectory: settings.dataDirectory,
    connections: settings.connections,
    rateLimits: settings.rateLimits,
    jobs: settings.jobs,
    logger: createLogger({ level: settings.logLevel ?? logLevel }),
  })

/** The engine for one command. Beside a running `dev`, on the database that runs there. */
export async function withEngine<T>(settings: Settings, use: (engine: Engine) => Promise<T>): Promise<T> {
  const running =
    settings.databaseUrl === undefined ? await findRunningEmbedded(settings.dataDirectory) : undefined
  const db = running === undefined ? undefined : openPool({ ...running, max: 2 })
  try {
    if (db !== undefined) await migrate(db, { now: systemClock.now() })
    const logger = createLogger({ level: settings.logLevel ?? 'error' })
    const { databaseUrl, dataDirectory } = settings
    const engine = await createEngine({ db, databaseUrl, dataDirectory, connections: 2, logger })
    try {
      return await use(engine)
    } finally {
      await engine.stop()
    }
  } finally {
    await db?.close()
  }
}

/** One transaction in an environment given by its name. */
export function inEnvironment<T>(
  engine: Engine,
  name: string,
  work: (ctx: OperationContext) => Promise<T>,
): Promise<T> {
  return transaction(engine.context.db, async (tx) => {
    const environments = await loadEnvironments(tx)
    const environment = environments.find((candidate) => candidate.name === name)
    if (environment === undefined) {
      const names = environments.map((candidate) => candidate.name).join(', ')
      throw new SettingProblem(`There is no environment "${name}". There are: ${names}.`)
    }
    const { id, mode } = environment
    return work({ ...engine.context, tx, environment: { id, name, mode }, actor: 'cli' })
  })
}

/** Stops the engine on SIGTERM or SIGINT, and ends the process. A second signal ends it at once. */
export function stopOnSignal(engine: Engine, say: (line: string) => void): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    say(`${signal}: finishing what is under way …`)
    setTimeout(() => process.exit(1), 30_000).unref()
    engine.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        engine.context.logger.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
