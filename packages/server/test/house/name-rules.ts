import { eachFile, isGenerated, isTest } from './rule.ts'
import type { Rule } from './rule.ts'

const bannedFolders = ['utils', 'helpers', 'common', 'shared', 'lib', 'misc']

const folderNames: Rule = {
  title: 'a folder is named after what it holds',
  remedy: `No folder is called ${bannedFolders.join(', ')}: put each function beside the noun it is about.`,
  examine: eachFile(({ path }) => {
    const found = path
      .split('/')
      .slice(0, -1)
      .find((name) => bannedFolders.includes(name))
    return found ? [{ line: 1, message: `the folder ${found} says nothing about its content` }] : []
  }),
  bad: [
    [{ path: 'packages/server/src/api/utils/date.ts', text: '' }],
    [{ path: 'bench/lib/table.ts', text: '' }],
  ],
  good: [[{ path: 'packages/server/src/domain/time/day.ts', text: '' }]],
}

const fileNames: Rule = {
  title: 'a file is named in kebab-case',
  remedy:
    'Name the file after its one main export, in kebab-case: planPeriodClose is in plan-period-close.ts.',
  examine: eachFile(({ path }) => {
    const name = path.split('/').at(-1) ?? ''
    const isKebab = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(name)
    return isKebab || /^\d{4}_[a-z0-9_]+\.sql$/.test(name)
      ? []
      : [{ line: 1, message: `${name} isn't kebab-case` }]
  }),
  bad: [
    [{ path: 'packages/server/src/api/errorMap.ts', text: '' }],
    [{ path: 'bench/Run_all.ts', text: '' }],
  ],
  good: [
    [
      { path: 'packages/server/src/store/migrations/0001_foundation.sql', text: '' },
      { path: 'a/b.gen.ts', text: '' },
    ],
  ],
}

/** Standards with a number of their own. */
const versionedStandards = /uuidV\d|IPv\d|ipV\d|cidrV\d/i
const versionSuffix = /(^|[a-z0-9])V[2-9]\d*(?![a-z0-9])/
const declares = [
  'VariableDeclarator',
  'FunctionDeclaration',
  'ClassDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
]

const noVersionSuffix: Rule = {
  title: 'no name carries a version',
  remedy: 'There is one version of each thing in the tree: change it in place and let git keep the old one.',
  examine: eachFile((file) => {
    if (isGenerated(file.path)) return []
    const inPath = /(^|[/._-])v[2-9]\d*([/._-]|$)/i.test(file.path)
    const inNames = file.nodes
      .filter((node) => declares.includes(node.type))
      .map((node) => ({
        line: file.lineAt(node.start),
        name: String((node.id as { name?: string } | null)?.name ?? ''),
      }))
      .filter(({ name }) => versionSuffix.test(name) && !versionedStandards.test(name))
    const found = inNames.map(({ line, name }) => ({ line, message: `${name} carries a version` }))
    return inPath ? [{ line: 1, message: 'the path carries a version' }, ...found] : found
  }),
  bad: [
    [{ path: 'packages/server/src/domain/usage/decide.ts', text: 'export function decideUsageV2() {}' }],
    [{ path: 'packages/server/src/domain/usage/decide.ts', text: 'interface PlanV3 { id: string }' }],
    [{ path: 'packages/server/src/api/v2/usage.ts', text: '' }],
    [{ path: 'packages/server/src/domain/usage/decide-v2.ts', text: '' }],
  ],
  good: [
    [{ path: 'packages/server/src/ids.ts', text: "const uuidV7 = () => ''\nconst route = '/v1/check'" }],
  ],
}

const unfinished = /\b(TODO|FIXME|HACK)\b/
const unfinishedWithReason = /\b(TODO|FIXME|HACK)\b\s*[:(—-]\s*\S.{14,}/

const reasonedTodo: Rule = {
  title: 'a TODO has a reason',
  remedy: 'Write `TODO: <what is missing, and why it may wait>`, or do it now.',
  examine: eachFile((file) =>
    file.comments
      .filter(({ text }) => unfinished.test(text) && !unfinishedWithReason.test(text))
      .map(({ line, text }) => ({ line, message: `no reason: ${text.trim().split('\n')[0]}` })),
  ),
  bad: [
    [{ path: 'packages/server/src/api/server.ts', text: '// TODO' }],
    [{ path: 'packages/server/src/api/server.ts', text: '/* FIXME later */' }],
    [{ path: 'packages/server/src/store/migrations/0002_x.sql', text: '-- TODO: index' }],
  ],
  good: [
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: '// TODO: stream this once answers pass ten megabytes',
      },
    ],
    [{ path: 'packages/server/src/api/server.ts', text: "const word = 'TODO'" }],
  ],
}

const providerWords = new Set(['stripe', 'wave', 'orange'])
const sourceOfPackages = /^packages\/(server|contract|client)\/src\/(?!providers\/)/

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)

const providerIn = (name: string): string | undefined => wordsOf(name).find((word) => providerWords.has(word))

const providersStayHome: Rule = {
  title: "a provider's name stays in its folder",
  remedy:
    'Ask the provider interface for what differs, and keep the name in src/providers/ and its line in the registry.',
  examine: eachFile((file) => {
    if (!sourceOfPackages.test(file.path) || isTest(file.path) || isGenerated(file.path)) return []
    const names = file.nodes
      .filter((node) => node.type === 'Identifier')
      .map((node) => ({ text: String(node.name), line: file.lineAt(node.start) }))
    // A string with spaces is a sentence, and sentences may mention whom they like.
    const tokens = [...file.strings, ...names].filter(({ text }) => !/\s/.test(text))
    const found = tokens.filter(({ text }) => providerIn(text) !== undefined)
    const inPath = providerIn(file.path) ? [{ line: 1, message: 'the path names a provider' }] : []
    return [...inPath, ...found.map(({ line, text }) => ({ line, message: `names a provider: ${text}` }))]
  }),
  bad: [
    [{ path: 'packages/server/src/operations/payments/pay.ts', text: "if (provider === 'stripe') retry()" }],
    [{ path: 'packages/server/src/store/payments.ts', text: 'const stripeCustomerId = 1' }],
    [{ path: 'packages/server/src/api/orange-money.ts', text: '' }],
    [{ path: 'packages/contract/src/index.ts', text: "const kinds = ['wave']" }],
  ],
  good: [
    [{ path: 'packages/server/src/providers/stripe/index.ts', text: "const name = 'stripe'" }],
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: "// as Stripe does\nconst microwave = 'Like Stripe, but ours'",
      },
    ],
  ],
}

export const nameRules: Rule[] = [folderNames, fileNames, noVersionSuffix, reasonedTodo, providersStayHome]
