import { resolve } from 'node:path'
import { rateClasses } from '../domain/keys/model.ts'
import type { RateClass } from '../domain/keys/model.ts'

/** What the environment says. */
export interface Settings {
  /** `PORT`, 4000. */
  port: number
  /** `HOST`, 127.0.0.1: only this machine. A container sets 0.0.0.0. */
  host: string
  /** `TOLLKEEPER_DATA_DIR`, `./.tollkeeper`. */
  dataDirectory: string
  /** `DATABASE_URL`: a PostgreSQL of one's own instead of the embedded one. */
  databaseUrl: string | undefined
  /** `TOLLKEEPER_DEMO=off` starts empty. */
  demo: boolean
  /** `TOLLKEEPER_LOG`: trace, debug, info, warn, error, fatal, silent. */
  logLevel: string | undefined
  /** `TOLLKEEPER_JOBS=off`: another process runs the jobs. */
  jobs: boolean
  /** `TOLLKEEPER_SMTP_URL`: who carries letters. Without it test environments keep theirs, and live ones write none. */
  smtpUrl: string | undefined
  /** `TOLLKEEPER_MAIL_FROM`: the sender's address. */
  mailFrom: string | undefined
  /** `TOLLKEEPER_PUBLIC_URL`: where people reach this server, for the links in letters. Without it there are none. */
  publicUrl: string | undefined
  /** `TOLLKEEPER_WEBHOOKS_ALLOW_PRIVATE`: on lets webhooks of test environments go to this machine and its network. */
  allowPrivateWebhooks: boolean | undefined
  /** `TOLLKEEPER_CONNECTIONS`: of the pool to the database, 20. */
  connections: number | undefined
  /** `TOLLKEEPER_RATE_LIMIT_USAGE`, `_QUOTA`, `_READ`, `_WRITE`: requests a minute and key. */
  rateLimits: Partial<Record<RateClass, number>>
}

/** Something in the environment or on the command line can't be used. */
export class SettingProblem extends Error {}

export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const rateLimits: Settings['rateLimits'] = {}
  for (const rateClass of rateClasses) {
    const limit = wholeNumber(environment, `TOLLKEEPER_RATE_LIMIT_${rateClass.toUpperCase()}`, 1, 100_000_000)
    if (limit !== undefined) rateLimits[rateClass] = limit
  }
  return {
    port: wholeNumber(environment, 'PORT', 0, 65_535) ?? 4000,
    host: text(environment, 'HOST') ?? '127.0.0.1',
    dataDirectory: resolve(text(environment, 'TOLLKEEPER_DATA_DIR') ?? '.tollkeeper'),
    databaseUrl: text(environment, 'DATABASE_URL'),
    demo: switched(environment, 'TOLLKEEPER_DEMO') ?? true,
    logLevel: oneOf(environment, 'TOLLKEEPER_LOG', logLevels),
    jobs: switched(environment, 'TOLLKEEPER_JOBS') ?? true,
    smtpUrl: smtpUrl(environment),
    mailFrom: text(environment, 'TOLLKEEPER_MAIL_FROM'),
    publicUrl: publicUrl(environment),
    allowPrivateWebhooks: switched(environment, 'TOLLKEEPER_WEBHOOKS_ALLOW_PRIVATE'),
    connections: wholeNumber(environment, 'TOLLKEEPER_CONNECTIONS', 2, 1_000),
    rateLimits,
  }
}

function text(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name]?.trim()
  return value === undefined || value === '' ? undefined : value
}

function switched(environment: NodeJS.ProcessEnv, name: string): boolean | undefined {
  const value = text(environment, name)
  if (value === undefined) return undefined
  if (value === 'on' || value === 'off') return value === 'on'
  throw new SettingProblem(`${name} is "${value}". Set it to on or off.`)
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

function oneOf(environment: NodeJS.ProcessEnv, name: string, options: string[]): string | undefined {
  const value = text(environment, name)
  if (value === undefined || options.includes(value)) return value
  throw new SettingProblem(`${name} is "${value}". Set it to one of ${options.join(', ')}.`)
}

function publicUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const value = text(environment, 'TOLLKEEPER_PUBLIC_URL')
  if (value === undefined) return undefined
  if (/^https?:\/\/[^?#]+$/.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '')
  throw new SettingProblem(
    `TOLLKEEPER_PUBLIC_URL is "${value}". Set it to an address such as https://billing.example.com.`,
  )
}

function smtpUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const value = text(environment, 'TOLLKEEPER_SMTP_URL')
  if (value === undefined || (/^smtps?:\/\/./.test(value) && URL.canParse(value))) return value
  // the value may hold a password: it isn't repeated
  throw new SettingProblem(
    'TOLLKEEPER_SMTP_URL is no address such as smtp://user:password@mail.example.com:587.',
  )
}

function wholeNumber(
  environment: NodeJS.ProcessEnv,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const value = text(environment, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= least && number <= most) return number
  throw new SettingProblem(`${name} is "${value}". Set it to a whole number from ${least} to ${most}.`)
}
