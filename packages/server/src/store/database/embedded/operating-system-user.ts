import { chownSync, existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The account PostgreSQL runs as when this process is root, which PostgreSQL refuses to run as. */
export type OperatingSystemUser = { name: string; uid: number; gid: number }

/**
 * `undefined`: run as who we are. As root: the owner of the existing cluster, or `nobody` for a new one. A cluster that
 * was made by an ordinary user thus stays theirs when root starts it once.
 */
export function chooseUser(clusterFolder: string): OperatingSystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const existing = statSync(clusterFolder, { throwIfNoEntry: false })
  if (existing !== undefined && existing.uid !== 0) {
    return {
      name: accounts().find(({ uid }) => uid === existing.uid)?.name ?? String(existing.uid),
      ...idsOf(existing),
    }
  }
  return accounts().find(({ name }) => name === 'nobody') ?? { name: 'nobody', uid: 65534, gid: 65534 }
}

function idsOf({ uid, gid }: { uid: number; gid: number }) {
  return { uid, gid }
}

function accounts(): OperatingSystemUser[] {
  if (!existsSync('/etc/passwd')) return []
  return (
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter((fields) => fields.length >= 4)
      .map(([name, , uid, gid]) => ({ name: name ?? '', uid: Number(uid), gid: Number(gid) }))
      // macOS writes nobody as -2
      .filter(({ uid, gid }) => uid >= 0 && gid >= 0)
  )
}

/** May this user pass through every folder on the way to `path`? (By mode bits: the user is in no other group.) */
export function canEnter(user: OperatingSystemUser, path: string): boolean {
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    const { uid, gid, mode } = statSync(folder)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (dirname(folder) === folder) return true
  }
}

/** Gives a folder and all below it to the user. */
export function giveTo(user: OperatingSystemUser | undefined, path: string): void {
  if (user === undefined) return
  chownSync(path, user.uid, user.gid)
  if (!lstatSync(path).isDirectory()) return
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (!entry.isSymbolicLink()) giveTo(user, join(path, entry.name))
  }
}
