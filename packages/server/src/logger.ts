/**
 * The log: one JSON object a line.
 *
 * Owns: its form and what never gets into it (keys, tokens, passwords, e-mail addresses, people's names).
 * Does not own: where the lines go; that is the process's standard output.
 */
import { pino } from 'pino'
import type { DestinationStream, Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

const secretFields = [
  'authorization',
  'cookie',
  'secret',
  'secretKey',
  'publishableKey',
  'password',
  'token',
  'key',
]
const personalFields = ['email', 'name', 'phone', 'address']

export interface LoggerOptions {
  /** `trace` … `fatal`, or `silent`. Default `info`. */
  level?: string
  destination?: DestinationStream
}

export function createLogger(options: LoggerOptions = {}): Logger {
  const fields = [...secretFields, ...personalFields]
  const settings = {
    level: options.level ?? 'info',
    base: { service: 'tollkeeper' },
    redact: {
      paths: [
        ...fields,
        ...fields.map((field) => `*.${field}`),
        ...fields.map((field) => `*.*.${field}`),
        'headers["idempotency-key"]',
        '*.headers["idempotency-key"]',
      ],
      censor: '[hidden]',
    },
  }
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination)
}

/** For tests and tools that want no log. */
export const silentLogger: Logger = pino({ level: 'silent' })
