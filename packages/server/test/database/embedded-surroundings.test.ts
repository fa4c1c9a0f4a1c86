import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBinaries, findPackage, startProblem } from '../../src/store/database/embedded/binaries.ts'
import { diskFullProblem } from '../../src/store/database/embedded/initialize.ts'
import { chooseUser } from '../../src/store/database/embedded/operating-system-user.ts'
import { makeSocketFolder, openPlace, removeSocketFolder } from '../../src/store/database/embedded/place.ts'
import { startEmbedded } from '../../src/store/database/embedded.ts'
import { openPool } from '../../src/store/database/pool.ts'

const isRoot = process.getuid?.() === 0
const canMount = isRoot && tryMount()
const canDropCapability = isRoot && spawnSync('setpriv', ['--bounding-set', '-setuid', 'true']).status === 0

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]).status === 0
  if (mounted) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return mounted
}

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tollkeeper-surroundings-'))
  chmodSync(home, 0o755)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** A package whose only program is `content` in place of PostgreSQL. */
function fakePackage(name: string, content: string) {
  const packageFolder = join(home, name)
  mkdirSync(join(packageFolder, 'native', 'bin'), { recursive: true })
  writeFileSync(join(packageFolder, 'native', 'bin', 'postgres'), content, { mode: 0o755 })
  return { packageFolder, packageVersion: `0.0.0-${name}` }
}

async function withMount<T>(options: string, use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(home, 'mount-'))
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder])
  try {
    return await use(folder)
  } finally {
    spawnSync('umount', [folder])
  }
}

describe.runIf(isRoot)('run as root', () => {
  it('PostgreSQL runs as nobody, or as the owner of the cluster there is', async () => {
    expect(chooseUser(join(home, 'absent'))?.name).toBe('nobody')
    const owned = join(home, 'owned')
    mkdirSync(owned)
    spawnSync('chown', ['12345:12346', owned])
    expect(chooseUser(owned)).toMatchObject({ uid: 12345, gid: 12346 })
  })

  it('a data directory below a folder that nobody can enter works, also the second time', async () => {
    const dataDirectory = join(home, 'private', 'data')
    mkdirSync(join(home, 'private'), { mode: 0o700 })
    for (const expected of ['first', 'second']) {
      const embedded = await startEmbedded({ dataDirectory, syncOnInitialize: false })
      const db = openPool(embedded.connection)
      await db.query('create table if not exists visit (name text)')
      await db.query(
        `insert into visit select case count(*) when 0 then 'first' else 'second' end from visit`,
      )
      expect((await db.query('select name from visit order by name desc limit 1')).rows).toEqual([
        { name: expected },
      ])
      await db.close()
      await embedded.stop()
    }
  })

  it('a checkout below a folder that nobody can enter works, and missing library links are made', () => {
    const { packageFolder } = findPackage()
    const hidden = join(home, 'root-home', 'package')
    mkdirSync(join(home, 'root-home'), { mode: 0o700 })
    // hard links as npm and pnpm make them, without the symbolic links of the install script
    expect(spawnSync('cp', ['-al', packageFolder, hidden]).status).toBe(0)
    spawnSync('find', [join(hidden, 'native', 'lib'), '-type', 'l', '-delete'])
    const packageVersion = `0.0.0-${basename(home)}`
    const user = chooseUser(join(home, 'absent'))
    const { folder, majorVersion } = findBinaries(user, { packageFolder: hidden, packageVersion })
    const copy = join(folder, '..')
    try {
      expect(folder.startsWith(home)).toBe(false)
      expect(majorVersion).toBe(18)
      const links = JSON.parse(readFileSync(join(hidden, 'native', 'pg-symlinks.json'), 'utf8')) as {
        target: string
      }[]
      const made = links.filter(({ target }) =>
        lstatSync(join(copy, relative('native', target))).isSymbolicLink(),
      )
      expect(made).toHaveLength(links.length)
      expect(findBinaries(user, { packageFolder: hidden, packageVersion }).folder).toBe(folder)
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })

  it.skipIf(!canDropCapability)(
    'without CAP_SETUID it says so (skipped where setpriv is missing)',
    async () => {
      const program = fileURLToPath(new URL('../support/embedded-process.mjs', import.meta.url))
      const execArgv = ['--bounding-set', '-setuid', process.execPath]
      const child = fork(program, [join(home, 'unprivileged')], { execPath: 'setpriv', execArgv })
      const [message] = (await once(child, 'message')) as [{ code: string; remedy: string }]
      expect(message).toMatchObject({
        code: 'user-switch-refused',
        remedy: expect.stringContaining('--user') as string,
      })
    },
  )
})

describe('says what is wrong and what to do', () => {
  it('when the C library is another one (musl)', () => {
    // a missing interpreter fails the way a missing loader does
    const other = fakePackage('musl', '#!/lib/ld-absent.so.1\n')
    expect(() => findBinaries(undefined, other)).toThrow(
      expect.objectContaining({
        code: 'platform-unsupported',
        remedy: expect.stringContaining('alpine') as string,
      }),
    )
  })

  it('when a library is missing or too old', () => {
    const other = fakePackage(
      'old',
      '#!/bin/sh\necho "libc.so.6: version GLIBC_2.99 not found" >&2\nexit 1\n',
    )
    expect(() => findBinaries(undefined, other)).toThrow(
      expect.objectContaining({
        code: 'binaries-not-executable',
        remedy: expect.stringContaining('glibc') as string,
      }),
    )
  })

  it.skipIf(!canMount)(
    'when the file system is mounted noexec (skipped where nothing can be mounted)',
    async () => {
      await withMount('size=1m,noexec,mode=755', (folder) => {
        cpSync(fakePackage('plain', '#!/bin/sh\n').packageFolder, join(folder, 'package'), {
          recursive: true,
        })
        const mounted = { packageFolder: join(folder, 'package'), packageVersion: '0' }
        expect(() => findBinaries(undefined, mounted)).toThrow(
          expect.objectContaining({
            code: 'binaries-not-executable',
            remedy: expect.stringContaining('noexec') as string,
          }),
        )
      })
    },
  )

  it.skipIf(!canMount)('when the disk is full (skipped where nothing can be mounted)', async () => {
    await withMount('size=10m,mode=755', async (folder) => {
      await expect(startEmbedded({ dataDirectory: join(folder, 'data') })).rejects.toMatchObject({
        code: 'disk-full',
        remedy: expect.stringContaining('Free some room') as string,
      })
      expect(existsSync(join(folder, 'data', 'postgres'))).toBe(false)
    })
  })

  it('when PostgreSQL finds the disk full as it starts', () => {
    const log = 'FATAL:  could not write to file "pg_wal/xlogtemp.42": No space left on device'
    expect(diskFullProblem(log, openPlace(join(home, 'full')))).toMatchObject({ code: 'disk-full' })
    expect(diskFullProblem('FATAL:  something else', openPlace(join(home, 'full')))).toBeUndefined()
  })

  it('when programs may not switch their user', () => {
    const problem = startProblem('EPERM', '/x/postgres', { name: 'nobody', uid: 65534, gid: 65534 })
    expect(problem).toMatchObject({
      code: 'user-switch-refused',
      message: expect.stringContaining('CAP_SETUID') as string,
    })
  })
})

describe('the socket', () => {
  it('gets a short folder also when the temporary folder has a long name', () => {
    const before = process.env.TMPDIR
    process.env.TMPDIR = join(home, 'x'.repeat(90))
    mkdirSync(process.env.TMPDIR)
    try {
      const folder = makeSocketFolder(undefined, 5432)
      expect(Buffer.byteLength(join(folder, '.s.PGSQL.5432'))).toBeLessThan(104)
      expect(lstatSync(folder).mode & 0o777).toBe(0o700)
      removeSocketFolder(folder)
    } finally {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
    }
  })
})
