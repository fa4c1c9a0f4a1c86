import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { removeSocketFolder } from './place.ts'

/** What a running PostgreSQL writes about itself into its data directory. */
export type PostmasterFile = { pid: number; socketFolder: string; status: string }

export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), socketFolder: lines[4] ?? '', status: (lines[7] ?? '').trim() }
  } catch {
    return undefined
  }
}

/**
 * Ends a PostgreSQL that outlived our kill -9, so that the new one is our child, has this version's settings and none of
 * the dead process's sessions and locks. (Adopting it would save 0.2 s and lose all three.) The caller holds the lock of
 * the data directory, so nobody else is using it.
 */
export async function stopLeftover(cluster: string): Promise<void> {
  const found = readPostmasterFile(cluster)
  if (found === undefined || !(found.pid > 0)) return
  if (isPostmasterOf(found.pid, cluster)) {
    // fast shutdown, then immediate (crash recovery on the next start), then the hard way
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      process.kill(found.pid, signal)
      if (await isGoneWithin(found.pid, cluster, 10_000)) break
    }
  }
  await removeMisleadingFile(found.pid, cluster)
  removeSocketFolder(found.socketFolder)
}

async function isGoneWithin(pid: number, cluster: string, milliseconds: number): Promise<boolean> {
  for (let waited = 0; waited < milliseconds; waited += 20) {
    if (!isPostmasterOf(pid, cluster)) return true
    await wait(20)
  }
  return false
}

/**
 * The number in the file may by now belong to another process, which makes PostgreSQL refuse to start. The file may go
 * only when no process works in the cluster any more: it also carries the key that shows orphaned backends.
 */
async function removeMisleadingFile(pid: number, cluster: string): Promise<void> {
  if (process.platform !== 'linux' || !isRunning(pid) || isPostmasterOf(pid, cluster)) return
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!hasProcessIn(cluster)) return rmSync(join(cluster, 'postmaster.pid'), { force: true })
    await wait(50)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Is this process the PostgreSQL of this data directory, and not one that got its number later? */
function isPostmasterOf(pid: number, cluster: string): boolean {
  if (!isRunning(pid)) return false
  if (process.platform === 'linux') return worksIn(pid, cluster)
  if (process.platform === 'win32') {
    return (
      spawnSync('tasklist', ['/FI', `PID eq ${pid}`], {
        encoding: 'utf8',
        windowsHide: true,
      }).stdout?.includes('postgres') ?? false
    )
  }
  const command = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  return command.includes('postgres') && command.includes(cluster)
}

function worksIn(pid: number | string, cluster: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster
  } catch {
    return false
  }
}

function hasProcessIn(cluster: string): boolean {
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && worksIn(entry, cluster))
}
