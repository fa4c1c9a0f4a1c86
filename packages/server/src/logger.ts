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
    serializers: { err: describeError },
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

/** What PostgreSQL tells of an error that quotes the row or the statement's values. */
const quotingFields = ['detail', 'where', 'internalQuery']

function describeError(error: unknown): unknown {
  const described: unknown = pino.stdSerializers.err(error as Error)
  if (described === null || typeof described !== 'object') return described
  const fields = described as Record<string, unknown>
  for (const field of quotingFields) delete fields[field]
  // class 22 is about a value, which its message repeats: invalid input syntax for type integer: "…"
  if (typeof fields.code !== 'string' || !/^22[0-9A-Z]{3}$/.test(fields.code)) return fields
  for (const field of ['message', 'stack']) {
    if (typeof fields[field] === 'string') fields[field] = fields[field].replaceAll(/"[^"]*"/g, '"[hidden]"')
  }
  return fields
}

/** For tests and tools that want no log. */
export const silentLogger: Logger = pino({ level: 'silent' })
