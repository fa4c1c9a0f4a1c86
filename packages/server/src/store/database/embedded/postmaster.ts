import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DatabaseProblem } from '../errors.ts'
import { startProblem } from './binaries.ts'
import type { Binaries } from './binaries.ts'
import { serverEnvironment } from './environment.ts'
import { diskFullProblem, lastLines } from './initialize.ts'
import { readPostmasterFile } from './leftover.ts'
import type { OperatingSystemUser } from './operating-system-user.ts'
import { pathForServer } from './place.ts'
import type { Place } from './place.ts'

/** A running PostgreSQL server that this process started. */
export type Postmaster = {
  readonly pid: number
  /** Settles when it ends, with the reason in words. */
  readonly ended: Promise<string>
  /** Fast shutdown: sessions are cut off, everything committed is on disk. */
  stop(): Promise<void>
  /** Without waiting, for the moment this process exits. */
  stopWithoutWaiting(): void
}

export type ServerPlan = {
  place: Place
  binaries: Binaries
  user: OperatingSystemUser | undefined
  arguments: string[]
}

const largestLogBytes = 20 * 1024 * 1024
const shutdownMillis = 60_000

/** Starts the server and waits until it takes connections, however long recovery takes, as long as it lives. */
export async function startPostmaster(plan: ServerPlan): Promise<Postmaster> {
  // orphaned backends of a killed server hold its memory for a moment; PostgreSQL refuses to start meanwhile
  for (let attempt = 1; ; attempt += 1) {
    const logStart = rotateLog(plan.place.logFile)
    const postmaster = process.platform === 'win32' ? startOnWindows(plan) : startChild(plan)
    const reason = await Promise.race([untilReady(postmaster, plan), postmaster.ended])
    if (reason === 'ready') return postmaster
    const output = readFileSync(plan.place.logFile).subarray(logStart).toString()
    const isBusy = /pre-existing shared memory block|is still in use|lock file .* already exists/.test(output)
    if (!isBusy || attempt >= 100) throw startFailure(reason, output, plan)
    await wait(100)
  }
}

function startFailure(reason: string, output: string, { place }: ServerPlan): DatabaseProblem {
  return (
    diskFullProblem(output, place) ??
    new DatabaseProblem(
      'start-failed',
      `PostgreSQL did not start (${reason}): ${lastLines(output)}`,
      `The whole story is at the end of ${place.logFile}.`,
    )
  )
}

/** Keeps the log from filling the disk; returns where this start's lines will begin. */
function rotateLog(logFile: string): number {
  if (!existsSync(logFile)) return 0
  const { size } = statSync(logFile)
  if (size < largestLogBytes) return size
  renameSync(logFile, `${logFile}.1`)
  return 0
}

function startChild({ place, binaries, user, arguments: settings }: ServerPlan): Postmaster {
  const program = join(binaries.folder, 'postgres')
  // a file and not a pipe: the server must be able to write its log after we were killed
  const log = openSync(place.logFile, 'a', 0o600)
  const child = spawn(program, ['-D', pathForServer(place.cluster, user), ...settings], {
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    cwd: place.cluster,
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
    // its own group: Ctrl-C in the terminal is ours to handle, in order
    detached: true,
  })
  closeSync(log)
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(startProblem(error.code ?? '', program, user)),
    )
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `killed by ${signal}`),
    )
  })
  ended.catch(() => {})
  child.unref()
  return {
    pid: child.pid ?? 0,
    ended,
    stop: () => stopChild(child, ended),
    stopWithoutWaiting: () => void child.kill('SIGINT'),
  }
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.ref()
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    child.kill(signal)
    const patience = new AbortController()
    const outcome = await Promise.race([ended, wait(shutdownMillis, 'waiting', { signal: patience.signal })])
    patience.abort()
    if (outcome !== 'waiting') return
  }
}

async function untilReady(postmaster: Postmaster, { place }: ServerPlan): Promise<'ready'> {
  let over = false
  postmaster.ended.then(
    () => (over = true),
    () => (over = true),
  )
  while (!over) {
    const file = readPostmasterFile(place.cluster)
    if (file?.status === 'ready' && (file.pid === postmaster.pid || postmaster.pid === 0)) return 'ready'
    await wait(15)
  }
  return new Promise(() => {})
}

/** pg_ctl gives up the administrator's rights, which PostgreSQL refuses to run with; the server isn't our child then. */
function startOnWindows({ place, binaries, arguments: settings }: ServerPlan): Postmaster {
  const program = join(binaries.folder, 'pg_ctl.exe')
  const options = settings.map((part) => (part.includes(' ') ? `\\"${part}\\"` : part)).join(' ')
  const control = (...words: string[]) =>
    spawnSync(program, [...words, '-D', place.cluster], {
      env: serverEnvironment(),
      windowsHide: true,
      stdio: 'ignore',
    })
  const { status } = control('start', '-w', '-t', '300', '-l', place.logFile, '-o', options)
  const pid = readPostmasterFile(place.cluster)?.pid ?? 0
  const ended =
    status === 0 && pid > 0 ? untilProcessEnds(pid) : Promise.resolve(`pg_ctl ended with ${status}`)
  return {
    pid,
    ended,
    stop: async () => {
      control('stop', '-w', '-m', 'fast')
      await ended
    },
    stopWithoutWaiting: () => void control('stop', '-W', '-m', 'fast'),
  }
}

async function untilProcessEnds(pid: number): Promise<string> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return 'the process is gone'
    }
    await wait(200, undefined, { ref: false })
  }
}
