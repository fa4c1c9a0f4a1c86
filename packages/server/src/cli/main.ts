#!/usr/bin/env node
/**
 * The command line: what can be done at the machine itself.
 *
 * Owns: the commands and how a failure is told. Does not own: what they do (operations, store/database).
 * Invariant: a failure says what to do about it, and ends with code 1.
 */
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { formatTemplate } from '../language/format.ts'
import { en } from '../language/en.ts'
import { remedyOf } from '../operations/failures.ts'
import { Refusal } from '../refusal.ts'
import { SettingProblem } from './settings.ts'

// beside `src` and beside `dist`
const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** What a command needs is loaded when it is called: all of the server takes a second, and few commands need it. */
const lazily =
  <Given extends unknown[]>(load: () => Promise<(...given: Given) => unknown>) =>
  async (...given: Given): Promise<void> => {
    await (await load())(...given)
  }
const database = () => import('./database.ts')
const catalogCommands = () => import('./catalog.ts')
const keyCommands = () => import('./keys.ts')
const server = () => import('./serve.ts')

const program = new Command('tollkeeper')
  .version(version)
  .description('Subscriptions, entitlements and billing on PostgreSQL.')
  .addHelpText(
    'after',
    `
Settings come from the environment:
  PORT                        4000
  HOST                        127.0.0.1 (0.0.0.0 to be reached from other machines)
  TOLLKEEPER_DATA_DIR         ./.tollkeeper
  DATABASE_URL                a PostgreSQL of your own (14 or newer) instead of the embedded one
  TOLLKEEPER_DEMO             off: start empty
  TOLLKEEPER_LOG              trace, debug, info, warn, error, fatal, silent
  TOLLKEEPER_SIMULATOR_URL    where payments are simulated: dev does it itself, serve only where told; off: nowhere
  TOLLKEEPER_JOBS             off: another process runs the jobs
  TOLLKEEPER_CONNECTIONS      connections to the database, 20
  TOLLKEEPER_SMTP_URL         who carries letters: smtp://user:password@host:587; without it they are kept
  TOLLKEEPER_MAIL_FROM        the sender's address
  TOLLKEEPER_PUBLIC_URL       where people reach this server, for the links in letters
  TOLLKEEPER_WEBHOOKS_ALLOW_PRIVATE  on: test webhooks may go to this machine and its network
  TOLLKEEPER_RATE_LIMIT_…     USAGE, QUOTA, READ, WRITE: requests a minute and key`,
  )

program
  .command('dev')
  .description('serve on this machine, with keys to begin with')
  .action(lazily(async () => (await server()).dev))
program
  .command('serve')
  .description('serve until told to stop')
  .action(lazily(async () => (await server()).serve))
program
  .command('migrate')
  .description('bring the database up to date')
  .action(lazily(async () => (await database()).migrateCommand))
program
  .command('backup')
  .argument('<file>')
  .description('write everything into one file')
  .action(lazily(async () => (await database()).backupCommand))
program
  .command('restore')
  .argument('<file>')
  .description('read a backup into an empty database')
  .action(lazily(async () => (await database()).restoreCommand))

program
  .command('doctor')
  .option('--json', 'print one JSON object a finding')
  .description('examine whether everything stored agrees; ends with 2 when something does not')
  .action(lazily(async () => (await import('./doctor.ts')).doctorCommand))

const catalog = program.command('catalog').description('plans, features and prices as code')
const remote = (name: string) =>
  catalog
    .command(name)
    .option('--url <url>', 'the server; TOLLKEEPER_URL, or the one that runs here')
    .option('--key <key>', 'a secret key; TOLLKEEPER_KEY, or the one that was made here')

catalog
  .command('validate')
  .argument('<file>')
  .description('check a catalog file, without a server')
  .action(lazily(async () => (await catalogCommands()).validateCommand))
remote('plan')
  .argument('<file>')
  .option('--json', 'print JSON')
  .option('--exit-code', 'end with 2 when there is something to change')
  .description('show what a catalog file would change, and who is affected')
  .action(lazily(async () => (await catalogCommands()).planCommand))
remote('apply')
  .argument('<file>')
  .option('-y, --yes', 'do not ask')
  .option('--json', 'print JSON')
  .description('make a catalog file the catalog in force')
  .action(lazily(async () => (await catalogCommands()).applyCommand))
remote('export')
  .description('print the catalog in force as JSON')
  .action(lazily(async () => (await catalogCommands()).exportCommand))

const keys = program.command('keys').description('API keys')
const inEnvironmentOption = (command: Command) =>
  command.option('-e, --environment <name>', 'test or live', 'test').option('--json', 'print JSON')

inEnvironmentOption(keys.command('create'))
  .description('make a key; it is shown once')
  .option('--kind <kind>', 'secret, restricted or publishable', 'secret')
  .option('--name <name>', 'what it is for', 'Made at the command line')
  .option('--scopes <scopes>', 'of a restricted key, with commas between')
  .action(lazily(async () => (await keyCommands()).createKeyCommand))
inEnvironmentOption(keys.command('list'))
  .description('list the keys')
  .action(lazily(async () => (await keyCommands()).listKeysCommand))
inEnvironmentOption(keys.command('roll').argument('<id>'))
  .description('make a successor of a key')
  .option('--overlap-hours <hours>', 'how long the old one goes on working', '0')
  .action(lazily(async () => (await keyCommands()).rollKeyCommand))
inEnvironmentOption(keys.command('revoke').argument('<id>'))
  .description('end a key at once')
  .action(lazily(async () => (await keyCommands()).revokeKeyCommand))

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${tell(error)}\n`)
  process.exitCode = 1
})

function tell(error: unknown): string {
  const problem = remedyOf(error)
  if (problem !== undefined) return `${problem.message}\n${problem.remedy}`
  if (error instanceof SettingProblem) return error.message
  if (error instanceof Refusal) {
    const { title, detail } = en.errors[error.code]
    const fields = error.errors.map(({ param, message }) => `  ${param}: ${message}`)
    return [`${title}. ${formatTemplate('en', detail, error.values)}`, ...fields].join('\n')
  }
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') {
    return `The port ${String(port)} is taken by another process. Stop it, or choose another with PORT.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
