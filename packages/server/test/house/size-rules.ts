import { eachFile, isGenerated } from './rule.ts'
import type { Rule } from './rule.ts'
import type { Node } from './source-file.ts'

const fileLimit = 400
const functionLimit = 70
const depthLimit = 4

/** Files that are nothing but a table, each with its reason: splitting one would only scatter its rows. */
const tableFiles: Record<string, string> = {
  'packages/server/src/language/en.ts': 'the sentences of one language; adding a language is one file',
  'packages/server/src/language/fr.ts': 'the same',
  'scripts/bootstrap.mjs': 'it runs before anything is built, so it can import nothing of ours',
}

const isMigration = (path: string) => /\/migrations\/\d{4}_\w+\.sql$/.test(path)
const linesOf = (count: number) => '\n'.repeat(count)

const fileSize: Rule = {
  title: `a file has at most ${fileLimit} lines`,
  remedy:
    'Split it along its nouns; 60 to 150 lines is the aim. A pure table goes into tableFiles with its reason.',
  examine: eachFile((file) => {
    // A migration is a list of statements that is never edited again; a split would put them in two transactions.
    if (isGenerated(file.path) || isMigration(file.path) || tableFiles[file.path]) return []
    return file.lineCount > fileLimit ? [{ line: fileLimit + 1, message: `${file.lineCount} lines` }] : []
  }),
  bad: [[{ path: 'packages/server/src/api/server.ts', text: linesOf(fileLimit + 1) }]],
  good: [
    [{ path: 'packages/server/src/api/server.ts', text: linesOf(fileLimit) }],
    [{ path: 'packages/client/src/types.gen.ts', text: linesOf(fileLimit + 1) }],
  ],
}

const functionTypes = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']

/** The first word of `describe`, `describe.each(rows)`, `describe.skipIf(x)`. */
function firstName(callee: unknown): string | undefined {
  const node = callee as Partial<Node> | undefined
  if (node?.type === 'Identifier') return String(node.name)
  if (node?.type === 'MemberExpression') return firstName(node.object)
  if (node?.type === 'CallExpression') return firstName(node.callee)
  return node?.type === 'TaggedTemplateExpression' ? firstName(node.tag) : undefined
}

const isDescribeBlock = ({ parent }: Node): boolean =>
  parent?.type === 'CallExpression' && firstName(parent.callee) === 'describe'

const functionSize: Rule = {
  title: `a function has at most ${functionLimit} lines`,
  remedy: 'Give its steps names of their own. `describe` blocks and generated files are excepted.',
  examine: eachFile((file) => {
    if (isGenerated(file.path)) return []
    return file.nodes
      .filter((node) => functionTypes.includes(node.type) && !isDescribeBlock(node))
      .map((node) => ({ line: file.lineAt(node.start), lastLine: file.lineAt(node.end) }))
      .filter(({ line, lastLine }) => lastLine - line + 1 > functionLimit)
      .map(({ line, lastLine }) => ({ line, message: `a function of ${lastLine - line + 1} lines` }))
  }),
  bad: [
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: `export function serve() {${linesOf(functionLimit)}}`,
      },
    ],
    [{ path: 'packages/server/src/api/server.ts', text: `const serve = () => {${linesOf(functionLimit)}}` }],
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: `const api = { serve() {${linesOf(functionLimit)}} }`,
      },
    ],
    [
      {
        path: 'packages/server/src/api/a.test.ts',
        text: `describe('a', () => { it('b', () => {${linesOf(70)}}) })`,
      },
    ],
  ],
  good: [
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: `export function serve() {${linesOf(functionLimit - 1)}}`,
      },
    ],
    [
      {
        path: 'packages/server/src/api/a.test.ts',
        text: `describe.each([1])('a', () => {${linesOf(functionLimit)}})`,
      },
    ],
  ],
}

const depth: Rule = {
  title: `a file lies at most ${depthLimit} folders below src`,
  remedy: 'Name the file more exactly instead of nesting it: <room>/<noun>/<verb>.ts is two folders.',
  examine: eachFile(({ path }) => {
    const folders = /^(?:packages|apps)\/[^/]+\/src\/(.*)\/[^/]+$/.exec(path)?.[1]?.split('/') ?? []
    return folders.length > depthLimit ? [{ line: 1, message: `${folders.length} folders below src` }] : []
  }),
  bad: [[{ path: 'packages/server/src/a/b/c/d/e/f.ts', text: '' }]],
  good: [[{ path: 'packages/server/src/a/b/c/d/e.ts', text: '' }]],
}

export const sizeRules: Rule[] = [fileSize, functionSize, depth]
