/** The processes of an embedded PostgreSQL, and their end by SIGKILL. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/** The postmaster first, then its children as they are now. None when it doesn't run. */
export function processesOf(cluster: string): number[] {
  const postmaster = postmasterOf(cluster)
  if (postmaster === undefined) return []
  const all = process.platform === 'linux' ? parentsFromProc() : parentsFromPs()
  return [postmaster, ...all.filter(([, parent]) => parent === postmaster).map(([pid]) => pid)]
}

function postmasterOf(cluster: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0])
    return worksIn(pid, realpathSync(cluster)) ? pid : undefined
  } catch {
    return undefined
  }
}

/** The number in a file that a killed server left behind may by now be a stranger's, who is not ours to kill. */
function worksIn(pid: number, cluster: string): boolean {
  if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === cluster
  return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster)
}

/** [process, its parent]; the dead that nobody has collected are left out. */
function parentsFromProc(): [number, number][] {
  return readdirSync('/proc').flatMap((entry): [number, number][] => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state === 'Z' ? [] : [[Number(entry), Number(parent)]]
    } catch {
      // it ended meanwhile
      return []
    }
  })
}

function parentsFromPs(): [number, number][] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
}

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
