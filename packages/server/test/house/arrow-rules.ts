/**
 * The arrows: who may import whom, between packages and between the rooms of the server.
 *
 * Owns: the table of rooms. Does not own: its reasons; they are in ARCHITECTURE.md and STYLE.md.
 * Invariant: the table has no circle, and a room that isn't in it may not exist.
 */
import { posix } from 'node:path'
import { eachFile, isGenerated, isTest } from './rule.ts'
import type { Rule } from './rule.ts'
import type { Import, SourceFile } from './source-file.ts'

const serverSource = 'packages/server/src/'

/** Files at the root of the server's source that the rooms may build on: small, and knowing no room's inside. */
const foundation = ['clock.ts', 'context.ts', 'ids.ts', 'logger.ts', 'loop.ts', 'metrics.ts']

/**
 * For each room, the rooms its values may come from. `foundation`, `refusal`, `engine` and `index` are files, not
 * folders; `refusal` knows nothing but the table of codes, so that even a decision may say no with it.
 */
const rooms: Record<string, string[]> = {
  refusal: [],
  domain: ['refusal'],
  language: ['domain', 'refusal'],
  foundation: ['domain', 'language', 'refusal'],
  store: ['domain', 'language', 'foundation', 'refusal'],
  providers: ['domain', 'language', 'foundation', 'refusal'],
  operations: ['store', 'providers', 'domain', 'language', 'foundation', 'refusal'],
  api: ['operations', 'domain', 'language', 'foundation', 'refusal'],
  jobs: ['operations', 'domain', 'language', 'foundation', 'refusal'],
  demo: ['domain'],
  cli: ['engine', 'demo', 'operations', 'domain', 'language', 'foundation', 'refusal'],
  engine: ['api', 'jobs', 'operations', 'store', 'providers', 'domain', 'language', 'foundation', 'refusal'],
  index: ['engine', 'domain', 'foundation', 'refusal'],
}

/** Rooms that may name types of any other: a context lists what a process has, the public API names what it returns. */
const typesFromAnywhere = ['foundation', 'engine', 'index']

/** Rooms that take the contract's types alone: its words, none of its schemas. Every other room may read all of it. */
const contractTypesOnly = ['domain', 'refusal', 'demo']

function roomOf(path: string): string {
  const [first = '', ...rest] = path.slice(serverSource.length).split('/')
  if (rest.length > 0) return first
  if (foundation.includes(first)) return 'foundation'
  return first.replace(/\.ts$/, '')
}

const resolve = (file: SourceFile, target: string) => posix.join(posix.dirname(file.path), target)

function crossRoomProblem(file: SourceFile, { text, typesOnly }: Import): string | undefined {
  const from = roomOf(file.path)
  const allowed = rooms[from]
  if (!allowed) return `${from} is no room of the server`
  if (text === '@tollkeeper/contract' && !typesOnly && contractTypesOnly.includes(from))
    return `${from} may take only types from the contract`
  if (!text.startsWith('.')) return undefined
  const to = roomOf(resolve(file, text))
  if (to === from || allowed.includes(to) || (typesOnly && typesFromAnywhere.includes(from))) return undefined
  return `${from} may not import from ${to}`
}

const roomArrows: Rule = {
  title: 'the rooms of the server import one way only',
  remedy:
    'The arrows are api, jobs, cli → operations → store, providers → domain → nothing. Move the code to the room that may ' +
    'do it, or pass the value in; engine.ts is the only file that sees every room.',
  examine: eachFile((file) => {
    if (!file.path.startsWith(serverSource) || !file.path.endsWith('.ts') || isTest(file.path)) return []
    return file.imports.flatMap((one) => {
      const message = crossRoomProblem(file, one)
      return message ? [{ line: one.line, message: `${message} (${one.text})` }] : []
    })
  }),
  bad: [
    [
      {
        path: 'packages/server/src/domain/usage/decide.ts',
        text: "import { save } from '../../store/usage.ts'",
      },
    ],
    [
      {
        path: 'packages/server/src/domain/usage/decide.ts',
        text: "import type { Clock } from '../../clock.ts'",
      },
    ],
    [
      {
        path: 'packages/server/src/domain/usage/decide.ts',
        text: "import { errorCodes } from '@tollkeeper/contract'",
      },
    ],
    [
      {
        path: 'packages/server/src/store/usage.ts',
        text: "import { consume } from '../operations/usage/consume.ts'",
      },
    ],
    [{ path: 'packages/server/src/api/usage.ts', text: "import { loadUsage } from '../store/usage.ts'" }],
    [{ path: 'packages/server/src/api/usage.ts', text: "const x = await import('../store/usage.ts')" }],
    [{ path: 'packages/server/src/jobs/sweep.ts', text: "export * from '../api/server.ts'" }],
    [{ path: 'packages/server/src/context.ts', text: "import { openPool } from './store/database/pool.ts'" }],
    [{ path: 'packages/server/src/refusal.ts', text: "import type { Clock } from './clock.ts'" }],
    [{ path: 'packages/server/src/attic/old.ts', text: "import { x } from './x.ts'" }],
  ],
  good: [
    [
      {
        path: 'packages/server/src/operations/usage/consume.ts',
        text: "import { load } from '../../store/usage.ts'",
      },
    ],
    [
      {
        path: 'packages/server/src/context.ts',
        text: "import type { Database } from './store/database/pool.ts'",
      },
    ],
    [{ path: 'packages/server/src/engine.ts', text: "import { openPool } from './store/database/pool.ts'" }],
    [
      {
        path: 'packages/server/src/domain/customers/suspend.ts',
        text: "import type { EventType } from '@tollkeeper/contract'\nimport { Refusal } from '../../refusal.ts'",
      },
    ],
  ],
}

const domainPackages = ['temporal-polyfill', 'temporal-spec', 'big.js']
const domainTestPackages = [
  ...domainPackages,
  'vitest',
  'fast-check',
  'dinero.js/bigint/currencies',
  'dinero.js/bigint',
  'node:fs',
  'node:url',
]

const pureDomain: Rule = {
  title: 'domain imports no package but temporal-polyfill and big.js, and types of the contract',
  remedy:
    'A decision is pure: give it what it needs as an argument, and do the rest in operations/ or store/.',
  examine: eachFile((file) => {
    if (!file.path.startsWith(`${serverSource}domain/`)) return []
    const allowed = isTest(file.path) ? domainTestPackages : domainPackages
    return file.imports
      .filter(({ text }) => !text.startsWith('.') && !allowed.includes(text))
      .filter(({ text, typesOnly }) => !typesOnly || text !== '@tollkeeper/contract')
      .map(({ line, text }) => ({ line, message: `domain may not import ${text}` }))
  }),
  bad: [
    [{ path: 'packages/server/src/domain/money/money.ts', text: "import { randomUUID } from 'node:crypto'" }],
    [{ path: 'packages/server/src/domain/money/money.ts', text: "import { z } from 'zod'" }],
    [
      {
        path: 'packages/server/src/domain/money/money.ts',
        text: "import { currencies } from '@tollkeeper/contract'",
      },
    ],
  ],
  good: [
    [
      {
        path: 'packages/server/src/domain/events.ts',
        text: "import type { EventType } from '@tollkeeper/contract'",
      },
    ],
    [
      {
        path: 'packages/server/src/domain/time/day.ts',
        text: "import { Temporal } from 'temporal-polyfill'",
      },
    ],
  ],
}

const packageNames: Record<string, string> = {
  contract: '@tollkeeper/contract',
  client: '@tollkeeper/client',
  react: '@tollkeeper/react',
  server: 'tollkeeper',
}

/** Which of our packages a package may import; `types` means only with `import type`. */
const packageArrows: Record<string, Record<string, 'values' | 'types'>> = {
  contract: {},
  server: { contract: 'values' },
  client: { contract: 'types' },
  react: { client: 'values' },
}

function packageProblem(file: SourceFile, { text, typesOnly }: Import): string | undefined {
  const [area = '', from = ''] = file.path.split('/')
  if (text.startsWith('.')) {
    const target = resolve(file, text).split('/')
    const leaves = target[0] === 'packages' && (area !== 'packages' || target[1] !== from)
    return leaves && area !== 'bench' && area !== 'scripts'
      ? `${text} reaches inside another package`
      : undefined
  }
  const to = Object.keys(packageNames).find(
    (name) => text === packageNames[name] || text.startsWith(`${packageNames[name]}/`),
  )
  if (!to || to === from) return undefined
  if (text !== packageNames[to]) return `${text} is an inner path of another package`
  if (area !== 'packages' || isTest(file.path) || file.path.startsWith(`packages/${from}/test/`))
    return undefined
  const allowed = packageArrows[from]?.[to]
  if (!allowed) return `${from} may not import ${to}`
  return allowed === 'types' && !typesOnly ? `${from} may import only types from ${to}` : undefined
}

const betweenPackages: Rule = {
  title: 'packages import each other by name, one way only',
  remedy:
    'The arrows are react → client → contract (types only) and server → contract. Export what is needed from the other ' +
    "package's index.ts and import it by the package's name, with `import type` from client to contract.",
  examine: eachFile((file) =>
    file.imports.flatMap((one) => {
      const message = packageProblem(file, one)
      return message ? [{ line: one.line, message }] : []
    }),
  ),
  bad: [
    [{ path: 'packages/client/src/client.ts', text: "import { errorCodes } from '@tollkeeper/contract'" }],
    [{ path: 'packages/client/src/client.ts', text: "import type { Engine } from 'tollkeeper'" }],
    [{ path: 'packages/contract/src/index.ts', text: "export * from 'tollkeeper'" }],
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: "import { x } from '@tollkeeper/contract/dist/index.js'",
      },
    ],
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: "import { x } from '../../../contract/src/index.ts'",
      },
    ],
    [{ path: 'examples/shop/catalog.ts', text: "import { x } from '../../packages/server/src/engine.ts'" }],
  ],
  good: [
    [
      {
        path: 'packages/client/src/client.ts',
        text: "import type { ErrorCode } from '@tollkeeper/contract'",
      },
    ],
    [{ path: 'packages/server/src/api/server.ts', text: "import { endpoints } from '@tollkeeper/contract'" }],
    [{ path: 'examples/shop/catalog.ts', text: "import { defineCatalog } from 'tollkeeper'" }],
  ],
}

/** Follows value imports depth first; a file met again on the way down closes a circle. */
function findCircles(files: SourceFile[]): { path: string; line: number; message: string }[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const finished = new Set<string>()
  const circles: { path: string; line: number; message: string }[] = []
  const visit = (file: SourceFile, trail: string[]) => {
    if (finished.has(file.path)) return
    for (const one of file.imports.filter(({ text, typesOnly }) => text.startsWith('.') && !typesOnly)) {
      const target = byPath.get(resolve(file, one.text))
      const metAt = target ? [...trail, file.path].indexOf(target.path) : -1
      if (target && metAt < 0) visit(target, [...trail, file.path])
      else if (target) {
        const circle = [...trail, file.path].slice(metAt)
        circles.push({ path: file.path, line: one.line, message: `${circle.join(' → ')} → ${target.path}` })
      }
    }
    finished.add(file.path)
  }
  for (const file of files) visit(file, [])
  return circles
}

const noCircles: Rule = {
  title: 'modules import each other in no circle',
  remedy: 'Move what both need into a third file, or make the import a type.',
  examine: (files) => findCircles(files.filter(({ path }) => !isGenerated(path))),
  bad: [
    [
      { path: 'packages/server/src/domain/a.ts', text: "import { b } from './b.ts'" },
      { path: 'packages/server/src/domain/b.ts', text: "import { a } from './a.ts'" },
    ],
  ],
  good: [
    [
      { path: 'packages/server/src/domain/a.ts', text: "import { b } from './b.ts'" },
      { path: 'packages/server/src/domain/b.ts', text: "import type { A } from './a.ts'" },
    ],
  ],
}

const innerServerPath = /^#server\/(.+)$/

/** An old build may still hold what a moved file left there, and the compiler is content with that. */
const innerImportsExist: Rule = {
  title: 'an import of #server names a source file',
  remedy: 'The file has moved: name it where it is now.',
  examine: (files) => {
    const paths = new Set(files.map(({ path }) => path))
    return files.flatMap(({ path, imports }) =>
      imports.flatMap(({ line, text }) => {
        const inner = innerServerPath.exec(text)?.[1]
        const isThere = inner === undefined || paths.has(`${serverSource}${inner}.ts`)
        return isThere ? [] : [{ path, line, message: `${text} is no source file` }]
      }),
    )
  },
  bad: [[{ path: 'bench/p05-idle.ts', text: "import { createEngine } from '#server/motor'" }]],
  good: [
    [
      { path: 'bench/p05-idle.ts', text: "import { createEngine } from '#server/engine'" },
      { path: 'packages/server/src/engine.ts', text: '' },
    ],
  ],
}

export const arrowRules: Rule[] = [roomArrows, pureDomain, betweenPackages, noCircles, innerImportsExist]
