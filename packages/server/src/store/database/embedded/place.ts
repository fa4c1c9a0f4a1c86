import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseProblem } from '../errors.ts'
import { canEnter } from './operating-system-user.ts'
import type { OperatingSystemUser } from './operating-system-user.ts'

/** Where the files of one embedded database are. */
export type Place = {
  /** PostgreSQL's data directory. */
  cluster: string
  /** An unfinished one: only a finished one gets the name `cluster`. */
  draft: string
  logFile: string
  lockFile: string
  /** Windows alone: the password of the loopback connection. */
  passwordFile: string
}

/** Makes the data directory if it is absent, and names what is in it. */
export function openPlace(dataDirectory: string): Place {
  try {
    mkdirSync(dataDirectory, { recursive: true })
    accessSync(dataDirectory, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new DatabaseProblem(
      'directory-unreachable',
      `The data directory ${dataDirectory} can't be made or written to (${(cause as Error).message}).`,
      'Choose a data directory this user may write to.',
      cause,
    )
  }
  // the resolved path: PostgreSQL's processes are recognised by it
  const root = realpathSync(dataDirectory)
  return {
    cluster: join(root, 'postgres'),
    draft: join(root, 'postgres.new'),
    logFile: join(root, 'postgres.log'),
    lockFile: join(root, 'tollkeeper.lock'),
    passwordFile: join(root, 'postgres.password'),
  }
}

/** A cluster made by somebody else can't be opened, and PostgreSQL's own message doesn't say whose it is. */
export function checkOwner(cluster: string): void {
  const uid = process.getuid?.()
  if (uid === undefined || uid === 0 || !existsSync(cluster)) return
  const owner = statSync(cluster).uid
  if (owner === uid) return
  throw new DatabaseProblem(
    'directory-owned-by-another-user',
    `The data directory ${cluster} belongs to the user with the id ${owner}, and this process runs as ${uid}.`,
    `Run Tollkeeper as before (as root, if it was root), or give the directory away: chown -R ${uid} ${cluster}`,
  )
}

export function checkMajorVersion(cluster: string, majorVersion: number): void {
  const file = join(cluster, 'PG_VERSION')
  if (!existsSync(file))
    throw new DatabaseProblem(
      'directory-unreachable',
      `The folder ${cluster} holds something, and it is no PostgreSQL database: it has no file PG_VERSION.`,
      'Choose another data directory, or move away what is in this folder; a database that was here is in your backups.',
    )
  const found = readFileSync(file, 'utf8').trim()
  if (found === String(majorVersion)) return
  throw new DatabaseProblem(
    'major-version-differs',
    `The data directory ${cluster} was made by PostgreSQL ${found}, and this Tollkeeper comes with PostgreSQL ${majorVersion}.`,
    'Make a backup with the Tollkeeper version used until now (tollkeeper backup), then restore it into a new data directory.',
  )
}

/**
 * The path PostgreSQL is given for its data directory. A data directory below a folder its user can't enter is reached
 * through the working directory, which is set before the user is switched; the kernel then asks nobody on the way.
 */
export function pathForServer(folder: string, user: OperatingSystemUser | undefined): string {
  if (user === undefined || canEnter(user, folder)) return folder
  if (process.platform === 'linux') return '/proc/self/cwd'
  throw new DatabaseProblem(
    'directory-unreachable',
    `PostgreSQL runs as the user "${user.name}", which can't enter the data directory ${folder}.`,
    'Choose a data directory outside of private home folders, or run Tollkeeper as a user other than root.',
  )
}

const socketFolderPrefix = 'tollkeeper-'
/** What the system allows for a socket's path, less its end; Node cuts longer ones off without a word. */
const longestSocketPath = process.platform === 'darwin' ? 103 : 107

/** A new private folder for the socket, short and reachable for PostgreSQL's user. */
export function makeSocketFolder(user: OperatingSystemUser | undefined, port: number): string {
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])) {
    const longest = join(parent, `${socketFolderPrefix}XXXXXX`, `.s.PGSQL.${port}`)
    if (Buffer.byteLength(longest) > longestSocketPath || !existsSync(parent)) continue
    if (user !== undefined && !canEnter(user, parent)) continue
    try {
      const folder = mkdtempSync(join(realpathSync(parent), socketFolderPrefix))
      if (user !== undefined) chownSync(folder, user.uid, user.gid)
      return folder
    } catch {
      // full or not writable; the next one may do
    }
  }
  throw new DatabaseProblem(
    'socket-path-too-long',
    `No temporary folder is fit for PostgreSQL's socket: its path must stay under ${longestSocketPath} bytes, be writable and be reachable.`,
    'Set TMPDIR to a short path such as /tmp.',
  )
}

/** Removes a socket folder if it is one of ours. */
export function removeSocketFolder(folder: string): void {
  if (basename(folder).startsWith(socketFolderPrefix)) rmSync(folder, { recursive: true, force: true })
}
