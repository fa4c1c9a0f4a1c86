import * as tollkeeper from '@tollkeeper/client'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

const readme = readFileSync(new URL('../../../client/README.md', import.meta.url), 'utf8')
const snippets = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!)

/** What the comments say: `console.log(…) // this`, in the order of the program. */
const promised = snippets.flatMap((code) =>
  [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text),
)

const source = snippets.join('\n')

/** All snippets as the body of one function, so that each sees what those before it have made. */
const program = source.replace(
  /^import \{ (.*) \} from '@tollkeeper\/client'$/gm,
  'const { $1 } = tollkeeper',
)

test('every example of the README runs, and prints what its comments say', async () => {
  const printed: string[] = []
  const log = (...values: unknown[]) =>
    printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
  const process = { env: { TOLLKEEPER_URL: server.url, TOLLKEEPER_KEY: server.secretKey } }
  const AsyncFunction = (async () => {}).constructor as new (
    ...text: string[]
  ) => (...values: unknown[]) => Promise<void>
  await new AsyncFunction('tollkeeper', 'process', 'console', program)(tollkeeper, process, { log })
  expect(promised.length).toBeGreaterThan(10)
  expect(printed).toEqual(promised)
})

test('every example of the README has the right types', () => {
  const repository = fileURLToPath(new URL('../../../../', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-readme-'))
  // Each import once: together the snippets are one module.
  const names = [...source.matchAll(/^import \{ (.*) \} from '@tollkeeper\/client'$/gm)].flatMap(([, list]) =>
    list!.split(', '),
  )
  const imports = `import { ${[...new Set(names)].join(', ')} } from '@tollkeeper/client'\n`
  const environment = 'declare const process: { env: Record<"TOLLKEEPER_URL" | "TOLLKEEPER_KEY", string> }\n'
  const options = {
    extends: join(repository, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      noEmit: true,
      noUnusedLocals: false,
      rewriteRelativeImportExtensions: false,
      lib: ['es2023', 'dom', 'dom.iterable'],
      paths: { '@tollkeeper/client': [join(repository, 'packages/client/src/index.ts')] },
    },
    include: ['*.ts'],
  }
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'readme.ts'), environment + imports + source.replace(/^import .*$/gm, ''))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
    const compiler = join(repository, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
