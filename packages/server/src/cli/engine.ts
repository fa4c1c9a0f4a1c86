import type { OperationContext } from '../context.ts'
import { createEngine } from '../engine.ts'
import type { Engine, EngineOptions } from '../engine.ts'
import { createLogger } from '../logger.ts'
import { listEnvironments } from '../operations/environment/list.ts'
import { runOperation } from '../operations/run.ts'
import { SettingProblem } from './settings.ts'
import type { Settings } from './settings.ts'

export const engineFrom = (
  settings: Settings,
  logLevel: string,
  more: Pick<EngineOptions, 'mailboxPage' | 'payments'> = {},
): Promise<Engine> =>
  createEngine({
    ...more,
    deliveries: {
      smtpUrl: settings.smtpUrl,
      mailFrom: settings.mailFrom,
      publicUrl: settings.publicUrl,
      allowPrivateWebhooks: settings.allowPrivateWebhooks,
    },
    databaseUrl: settings.databaseUrl,
    dataDirectory: settings.dataDirectory,
    connections: settings.connections,
    rateLimits: settings.rateLimits,
    jobs: settings.jobs,
    payments: { settings: process.env, directory: settings.dataDirectory, ...more.payments },
    logger: createLogger({ level: settings.logLevel ?? logLevel }),
  })

/** The engine for one command. Beside a running `dev`, on the database that runs there. */
export async function withEngine<T>(settings: Settings, use: (engine: Engine) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDirectory, logLevel = 'error' } = settings
  const logger = createLogger({ level: logLevel })
  const engine = await createEngine({
    databaseUrl,
    dataDirectory,
    besideRunning: true,
    connections: 2,
    logger,
  })
  try {
    return await use(engine)
  } finally {
    await engine.stop()
  }
}

/** One operation in an environment given by its name. */
export async function inEnvironment<T>(
  { context }: Engine,
  name: string,
  operation: (ctx: OperationContext) => Promise<T>,
): Promise<T> {
  const environments = await listEnvironments(context)
  const environment = environments.find((candidate) => candidate.name === name)
  if (environment === undefined) {
    const names = environments.map((candidate) => candidate.name).join(', ')
    throw new SettingProblem(`There is no environment "${name}". There are: ${names}.`)
  }
  return runOperation(context, { environment, actor: 'cli' }, operation)
}

/**
 * Stops the engine on SIGTERM or SIGINT, and ends the process. A second signal ends it at once.
 *
 * @param finish ends what the command itself has under way on the engine
 */
export function stopOnSignal(
  engine: Engine,
  say: (line: string) => void,
  finish: () => Promise<unknown> = async () => {},
): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    say(`${signal}: finishing what is under way …`)
    setTimeout(() => process.exit(1), 30_000).unref()
    finish()
      .then(() => engine.stop())
      .then(
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
