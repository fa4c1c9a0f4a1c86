/**
 * Runs once before the tests that need the database: builds (spawned processes run dist), starts one embedded
 * PostgreSQL for the whole run, and migrates the template that `createTestDatabase` clones.
 * TOLLKEEPER_TEST_NO_BUILD=1 leaves out the build.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../src/store/database/embedded.ts'
import type { EmbeddedConnection } from '../../src/store/database/embedded.ts'
import { migrate } from '../../src/store/database/migrate.ts'
import { openPool } from '../../src/store/database/pool.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The shared cluster; its database is the maintenance one. */
    database: EmbeddedConnection
    /** The migrated database that is cloned; never connect to it. */
    templateDatabase: string
  }
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const migratedAt = Date.UTC(2026, 0, 1)

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  build()
  const dataDirectory = mkdtempSync(join(tmpdir(), 'tollkeeper-test-'))
  const embedded = await startEmbedded({
    dataDirectory,
    syncOnInitialize: false,
    // speed: this cluster is thrown away, and the tests of durability start their own
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
      shared_buffers: '128MB',
    },
  })
  const stop = async () => {
    await embedded.stop()
    rmSync(dataDirectory, { recursive: true, force: true })
  }
  try {
    const { database } = embedded.connection
    const template = openPool(embedded.connection)
    await migrate(template, { now: migratedAt }).finally(() => template.close())
    project.provide('database', { ...embedded.connection, database: 'postgres' })
    project.provide('templateDatabase', database)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

function build(): void {
  if (process.env.TOLLKEEPER_TEST_NO_BUILD) return
  const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(
    process.execPath,
    [compiler, '-b', 'packages/server', 'packages/client'],
    {
      cwd: repository,
      encoding: 'utf8',
    },
  )
  // the files are written in spite of type errors, and reporting those is the work of `npm run check`
  if (status !== 0) process.stderr.write(`The build has type errors:\n${stdout}\n`)
}
