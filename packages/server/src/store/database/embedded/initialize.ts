import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseProblem } from '../errors.ts'
import type { Binaries } from './binaries.ts'
import { startProblem } from './binaries.ts'
import { serverEnvironment } from './environment.ts'
import { giveTo } from './operating-system-user.ts'
import type { OperatingSystemUser } from './operating-system-user.ts'
import { pathForServer } from './place.ts'
import type { Place } from './place.ts'

export const superuser = 'tollkeeper'

/**
 * Makes a new cluster: UTF-8, the builtin C.UTF-8 locale (the same order on every machine and after every update of the
 * system), checksums on. It is made under another name and renamed at the end, so that one that was cut off is never opened.
 */
export async function initializeCluster(
  place: Place,
  binaries: Binaries,
  user: OperatingSystemUser | undefined,
  sync: boolean,
): Promise<void> {
  rmSync(place.draft, { recursive: true, force: true })
  mkdirSync(place.draft, { mode: 0o700 })
  chmodSync(place.draft, 0o700)
  giveTo(user, place.draft)
  const program = join(binaries.folder, `initdb${binaries.extension}`)
  const options = [
    '-D',
    pathForServer(place.draft, user),
    '-U',
    superuser,
    '--encoding=UTF8',
    '--no-instructions',
  ]
  options.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--data-checksums')
  options.push(...authentication(place), ...(sync ? [] : ['--no-sync']))
  try {
    const { code, output } = await run(program, options, place.draft, user)
    if (code !== 0) throw initializationProblem(output, place)
    renameSync(place.draft, place.cluster)
  } catch (error) {
    rmSync(place.draft, { recursive: true, force: true })
    throw error
  }
}

/** The private socket needs no password; Node opens no Unix socket on Windows, so there it is the loopback with one. */
function authentication(place: Place): string[] {
  if (process.platform !== 'win32') return ['--auth=trust']
  writeFileSync(place.passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return ['--auth=scram-sha-256', `--pwfile=${place.passwordFile}`]
}

function initializationProblem(output: string, place: Place): DatabaseProblem {
  return (
    diskFullProblem(output, place) ??
    new DatabaseProblem(
      'initialization-failed',
      `PostgreSQL could not make its data directory ${place.cluster}: ${lastLines(output)}`,
      existsSync(place.draft)
        ? 'Mend what the message names, then start again; nothing is lost.'
        : 'Start again.',
    )
  )
}

/** A full disk, said as such, if that is what PostgreSQL's words come down to. */
export function diskFullProblem(output: string, place: Place): DatabaseProblem | undefined {
  if (!/No space left on device|Disk quota exceeded|could not extend file/i.test(output)) return undefined
  return new DatabaseProblem(
    'disk-full',
    `The disk with the data directory ${place.cluster} is full.`,
    'Free some room on it (a new database needs about 100 MB) and start again; what was stored is intact.',
  )
}

/** The end of what a program said, on one line. */
export function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join(' | ')
}

function run(program: string, options: string[], cwd: string, user: OperatingSystemUser | undefined) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const ids = user === undefined ? {} : { uid: user.uid, gid: user.gid }
    const child = spawn(program, options, { cwd, env: serverEnvironment(), windowsHide: true, ...ids })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error: NodeJS.ErrnoException) => reject(startProblem(error.code ?? '', program, user)))
    child.on('close', (code) => resolve({ code, output }))
  })
}
