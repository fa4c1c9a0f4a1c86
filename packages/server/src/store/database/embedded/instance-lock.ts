import { spawnSync } from 'node:child_process'
import {
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { ConnectionSettings } from '../pool.ts'
import { DatabaseProblem } from '../errors.ts'

/** Who holds a data directory. The start mark tells a process from a later one with the same id. */
type Holder = { pid: number; startMark: string; machine: string; connection?: ConnectionSettings }

export type InstanceLock = { publish(connection: ConnectionSettings): void; release(): void }

const heartbeatMillis = 2_000

/**
 * Takes the data directory for this process, so that a second Tollkeeper on it gets a refusal instead of a fight.
 * A lock left behind by kill -9 is recognised: its process is gone, or has another start mark. Holders in another
 * container can't be looked up, so there the heartbeat (the file's time) decides.
 */
export async function takeInstanceLock(path: string): Promise<InstanceLock> {
  const mine: Holder = { pid: process.pid, startMark: startMark(process.pid), machine: machineMark() }
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (placeLock(path, mine)) return holdLock(path, mine)
    const holder = readHolder(path)
    if (holder === 'gone') continue
    if (holder !== 'unreadable' && (await isAlive(holder, path))) throw inUse(path, holder)
    removeStaleLock(path, holder)
  }
  throw inUse(path, undefined)
}

/** The connection of the Tollkeeper that has this data directory open now, for a second command beside it. */
export async function findHolderConnection(path: string): Promise<ConnectionSettings | undefined> {
  const holder = readHolder(path)
  if (typeof holder === 'string' || !(await isAlive(holder, path))) return undefined
  return holder.connection
}

/** Atomic: a link is made only if the name is free, and the file is whole before it gets the name. */
function placeLock(path: string, holder: Holder): boolean {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function holdLock(path: string, mine: Holder): InstanceLock {
  let beat = 0
  const heartbeat = setInterval(() => {
    beat += 1
    try {
      utimesSync(path, beat, beat)
    } catch {
      // the data directory was removed under us; the database will say so
    }
  }, heartbeatMillis)
  heartbeat.unref()
  return {
    publish(connection) {
      const draft = `${path}.${process.pid}`
      writeFileSync(draft, JSON.stringify({ ...mine, connection }), { mode: 0o600 })
      renameSync(draft, path)
    },
    release() {
      clearInterval(heartbeat)
      const holder = readHolder(path)
      if (typeof holder !== 'string' && sameHolder(holder, mine)) rmSync(path, { force: true })
    },
  }
}

function readHolder(path: string): Holder | 'gone' | 'unreadable' {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable'
  }
}

/** Takes the file away under a name of our own first: if it is no longer the stale one, it is put back. */
function removeStaleLock(path: string, stale: Holder | 'unreadable'): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const moved = readHolder(aside)
  const isStale = typeof stale === 'string' || typeof moved === 'string' || sameHolder(moved, stale)
  if (!isStale) {
    try {
      linkSync(aside, path)
    } catch {
      // a third process took the name meanwhile; one of them holds it either way
    }
  }
  rmSync(aside, { force: true })
}

function sameHolder(one: Holder, other: Holder): boolean {
  return one.pid === other.pid && one.startMark === other.startMark && one.machine === other.machine
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.machine === machineMark())
    return holder.startMark !== '' && holder.startMark === startMark(holder.pid)
  const before = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  await wait(heartbeatMillis * 2.5)
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs !== before
}

/** Names the machine, its boot and the container: process ids mean something only within the same three. */
function machineMark(): string {
  return [hostname(), quietly(() => readlinkSync('/proc/self/ns/pid'))].join(' ')
}

/** When the process started, as the system tells it; empty when there is no such process. */
function startMark(pid: number): string {
  if (process.platform === 'linux') {
    const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    // the name may contain blanks and parentheses; the start time is the 20th field after it
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || stat === '') return ''
    return `${quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).trim()} ${fields[19]}`
  }
  if (process.platform === 'win32') {
    const command = `(Get-Process -Id ${pid}).StartTime.Ticks`
    return (
      spawnSync('powershell', ['-NoProfile', '-Command', command], {
        encoding: 'utf8',
        windowsHide: true,
      }).stdout?.trim() ?? ''
    )
  }
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
}

function quietly(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

function inUse(path: string, holder: Holder | undefined): DatabaseProblem {
  return new DatabaseProblem(
    'directory-in-use',
    `Another Tollkeeper${holder === undefined ? '' : ` (process ${holder.pid})`} is using this data directory; its lock is ${path}.`,
    'Stop that one first, or give this one another data directory. For several processes on one database, set DATABASE_URL.',
  )
}
