/**
 * A source file as the house rules see it: its path, text, syntax tree, strings, comments and imports.
 *
 * Owns: reading the repository's files and taking them apart. Does not own: what is allowed; that is rules.ts.
 * Invariant: paths are from the repository's root, with forward slashes, on every system.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

export const repository = fileURLToPath(new URL('../../../../', import.meta.url))

export interface Node {
  type: string
  start: number
  end: number
  parent: Node | undefined
  [property: string]: unknown
}

export interface Piece {
  text: string
  line: number
}

export interface Import extends Piece {
  /** `import type`, or nothing but types inside the braces: gone when the program runs. */
  typesOnly: boolean
}

export interface SourceFile {
  path: string
  text: string
  lineCount: number
  /** Empty for anything but TypeScript and JavaScript. */
  nodes: Node[]
  imports: Import[]
  strings: Piece[]
  comments: Piece[]
  lineAt(offset: number): number
}

const ignored = new Set([
  'node_modules',
  'dist',
  'test-results',
  '.tollkeeper',
  '.git',
  '.install.lock',
  'results',
])

/** Every path below the repository's root that isn't installed, built or written by a run. */
export function repositoryPaths(folder = ''): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return []
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory()) return repositoryPaths(path)
    return entry.isFile() ? [path] : []
  })
}

export function readSourceFiles(): SourceFile[] {
  return repositoryPaths()
    .filter((path) => /\.(ts|tsx|js|mjs|sql)$/.test(path))
    .map((path) => sourceFile(path, readFileSync(join(repository, path), 'utf8')))
}

export function sourceFile(path: string, text: string): SourceFile {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)]
  const lineAt = (offset: number) => lineStarts.findLastIndex((start) => start <= offset) + 1
  const lineCount = lineStarts.length - (text.endsWith('\n') ? 1 : 0)
  const base = { path, text, lineCount, lineAt }
  if (path.endsWith('.sql')) return { ...base, nodes: [], imports: [], ...sqlPieces(text, lineAt) }
  const parsed = parseSync(path, text)
  const problem = parsed.errors[0]
  if (problem) throw new Error(`${path} can't be parsed: ${problem.message}`)
  const nodes = flatten(parsed.program, undefined)
  return {
    ...base,
    nodes,
    imports: nodes.flatMap((node) => importOf(node, lineAt)),
    strings: nodes.flatMap((node) => stringOf(node, lineAt)),
    comments: parsed.comments.map((comment) => ({ text: comment.value, line: lineAt(comment.start) })),
  }
}

/** The statements of a migration count as one string; its `--` comments are taken out, line by line. */
function sqlPieces(
  text: string,
  lineAt: (offset: number) => number,
): Pick<SourceFile, 'strings' | 'comments'> {
  const comments = [...text.matchAll(/--(.*)$/gm)].map((match) => ({
    text: match[1] ?? '',
    line: lineAt(match.index),
  }))
  const statements = text.replace(/--.*$/gm, '').split('\n')
  return { comments, strings: statements.map((line, index) => ({ text: line, line: index + 1 })) }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

function flatten(value: unknown, parent: Node | undefined): Node[] {
  if (Array.isArray(value)) return value.flatMap((item) => flatten(item, parent))
  if (!isNode(value)) return []
  const children = Object.entries(value).flatMap(([name, child]) =>
    name === 'parent' ? [] : flatten(child, value),
  )
  value.parent = parent
  return [value, ...children]
}

const importingTypes = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
]

function importOf(node: Node, lineAt: (offset: number) => number): Import[] {
  if (!importingTypes.includes(node.type) && node.type !== 'TSImportType') return []
  const source = node.source as { value?: unknown } | null
  if (typeof source?.value !== 'string') return []
  const specifiers = (node.specifiers ?? []) as { importKind?: string; exportKind?: string }[]
  const allTypes =
    specifiers.length > 0 && specifiers.every((one) => (one.importKind ?? one.exportKind) === 'type')
  const typesOnly =
    [node.importKind, node.exportKind].includes('type') || node.type === 'TSImportType' || allTypes
  return [{ text: source.value, line: lineAt(node.start), typesOnly }]
}

function stringOf(node: Node, lineAt: (offset: number) => number): Piece[] {
  const line = lineAt(node.start)
  if (node.type === 'Literal' && typeof node.value === 'string') return [{ text: node.value, line }]
  if (node.type !== 'TemplateLiteral') return []
  const parts = (node.quasis as { value: { raw: string } }[]).map((part) => part.value.raw)
  return [{ text: parts.join('$'), line }]
}
