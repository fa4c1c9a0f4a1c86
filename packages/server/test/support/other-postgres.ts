import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmbeddedConnection } from '../../src/store/database/embedded.ts'

const nobody = 65534
const packages = '/usr/lib/postgresql'

/** The programs of an installed PostgreSQL (Debian's folders) of a major version other than the embedded one, 14 or newer. */
export const otherPostgres: { major: number; programs: string } | undefined = (
  existsSync(packages) ? readdirSync(packages) : []
)
  .map((name) => ({ major: Number(name), programs: join(packages, name, 'bin') }))
  .find(({ major, programs }) => major >= 14 && major !== 18 && existsSync(join(programs, 'initdb')))

/** Starts it for one test, on a private socket. */
export function startOtherPostgres(): { connection: EmbeddedConnection; stop(): void } {
  if (otherPostgres === undefined) throw new Error('There is no other PostgreSQL')
  const { programs } = otherPostgres
  const home = mkdtempSync(join(tmpdir(), 'other-postgres-'))
  const ids = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  if (ids.uid !== undefined) chownSync(home, nobody, nobody)
  const data = join(home, 'data')
  const run = (program: string, ...words: string[]) => {
    const { status, stderr } = spawnSync(join(programs, program), words, {
      ...ids,
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (status !== 0) throw new Error(`${program}: ${stderr?.toString()}`)
  }
  run('initdb', '-D', data, '-U', 'tollkeeper', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync')
  run(
    'pg_ctl',
    'start',
    '-w',
    '-D',
    data,
    '-l',
    join(home, 'log'),
    '-o',
    `-c listen_addresses= -c fsync=off -k ${home}`,
  )
  return {
    connection: { host: home, port: 5432, user: 'tollkeeper', database: 'postgres' },
    stop() {
      run('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', data)
      rmSync(home, { recursive: true, force: true })
    },
  }
}
