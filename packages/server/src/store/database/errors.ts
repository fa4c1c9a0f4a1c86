/** Codes of the things that can be wrong with the database before the product runs. They are stable: scripts may test them. */
export type DatabaseProblemCode =
  | 'platform-unsupported'
  | 'binaries-missing'
  | 'binaries-not-executable'
  | 'user-switch-refused'
  | 'directory-unreachable'
  | 'directory-owned-by-another-user'
  | 'directory-in-use'
  | 'socket-path-too-long'
  | 'major-version-differs'
  | 'initialization-failed'
  | 'start-failed'
  | 'disk-full'
  | 'server-too-old'
  | 'connection-settings-invalid'
  | 'connection-refused'
  | 'migration-files-invalid'
  | 'migration-gap'
  | 'migration-changed'
  | 'migration-failed'
  | 'database-newer'
  | 'database-absent'
  | 'backup-exists'
  | 'backup-unreadable'
  | 'backup-damaged'
  | 'restore-target-not-empty'

/**
 * Something about the database keeps the product from starting (or from migrating, backing up, restoring).
 * `message` says what is wrong, `remedy` what to do about it; show both.
 */
export class DatabaseProblem extends Error {
  readonly code: DatabaseProblemCode
  readonly remedy: string

  constructor(code: DatabaseProblemCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'DatabaseProblem'
    this.code = code
    this.remedy = remedy
  }
}

/**
 * The connection to the database is lost, none can be had, or the database can't serve anybody (a full disk, no memory,
 * read-only after a failover). The pool recovers by itself: trying again later is right.
 * `outcomeUnknown` is true when a statement or COMMIT was under way, so that it may or may not have taken effect.
 */
export class DatabaseUnavailable extends Error {
  readonly outcomeUnknown: boolean

  constructor(outcomeUnknown: boolean, cause: unknown) {
    super(`The database can't serve: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
    this.name = 'DatabaseUnavailable'
    this.outcomeUnknown = outcomeUnknown
  }
}

// admin shutdown, crash shutdown, cannot connect now, database dropped, idle session timeout, too many connections
const lostConnectionStates = ['57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '53300']
const lostConnectionCodes = new Set(
  [
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ENOENT',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
  ].concat(
    ['EHOSTUNREACH', 'ENETUNREACH', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'],
    lostConnectionStates,
  ),
)

const lostConnectionMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
]

/** Is this error of the driver the loss of a connection (and not an answer of the database)? */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string') return lostConnectionCodes.has(code) || /^08...$/.test(code)
  return lostConnectionMessages.some((message) => error.message.startsWith(message))
}

// out of disk, memory, connections or a limit; read-only; cancelled by an operator; input or output failed
const shortageStates = /^(?:53...|25006|57014|58030)$/

/** Did the database say that it can't serve anybody, whatever was asked? Nothing of the transaction happened. */
export function isShortage(error: unknown): boolean {
  return shortageStates.test(sqlStateOf(error) ?? '')
}

/** The SQLSTATE of an error that came from PostgreSQL, e.g. `23505`. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object)
    ? code
    : undefined
}
