// `npm run check`: everything that can be said about the code without running the product.
// Owns: the list of steps and the one line that each prints. Does not own: the rules themselves; they are in
// the tsconfigs, .oxlintrc.json, biome.json, packages/server/test/house.test.ts and scripts/generate.ts.
// Invariant: every step runs, whatever failed before it, and test-results/check.json says how many passed.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(dirname(import.meta.dirname))

interface Step {
  title: string
  /** A script of a tool in node_modules, run by this Node, and its arguments. */
  command: string[]
  remedy: string
}

interface Outcome {
  step: Step
  passed: boolean
  seconds: number
  output: string
}

const compiler = 'node_modules/typescript/bin/tsc'

/** Projects that are only type-checked: their own tsconfig has `noEmit`. */
function typeCheckedOnly(): string[] {
  const packageTests = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/test`)
  return packageTests.filter((folder) => existsSync(join(root, folder, 'tsconfig.json')))
}

function steps(): Step[] {
  const built = ['.', 'scripts', 'bench', 'examples'].filter((folder) =>
    existsSync(join(root, folder, 'tsconfig.json')),
  )
  return [
    {
      title: 'types: packages and scripts',
      command: [compiler, '-b', ...built],
      remedy: 'Fix what the compiler names above.',
    },
    ...typeCheckedOnly().map((folder) => ({
      title: `types: ${folder}`,
      command: [compiler, '-p', folder],
      remedy: 'Fix what the compiler names above.',
    })),
    {
      title: 'domain is pure',
      command: [compiler, '-p', 'packages/server/tsconfig.domain.json'],
      remedy: 'domain/ compiles without Node, timers and the DOM: take what it needs as an argument.',
    },
    {
      title: 'house rules',
      command: [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--project',
        'unit',
        'packages/server/test/house.test.ts',
      ],
      remedy: 'Each rule names its remedy above; STYLE.md has the reasons.',
    },
    {
      title: 'lint',
      command: ['node_modules/oxlint/bin/oxlint', '--deny-warnings'],
      remedy: 'Fix what oxlint names above.',
    },
    {
      title: 'format',
      command: ['node_modules/@biomejs/biome/bin/biome', 'format', '--reporter=summary', '.'],
      remedy: 'Run `npm run format`.',
    },
    {
      title: 'generated files are fresh',
      command: ['scripts/dist/generate.js', '--check'],
      remedy: 'Run `npm run generate` and commit what it writes.',
    },
  ]
}

function run(step: Step): Promise<Outcome> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, step.command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      const seconds = (performance.now() - startedAt) / 1000
      resolve({ step, passed: code === 0, seconds, output: Buffer.concat(chunks).toString('utf8').trimEnd() })
    })
  })
}

function print({ step, passed, seconds, output }: Outcome): void {
  if (!passed && output) console.log(`\n${output}`)
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${step.title.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s`)
  if (!passed) console.log(`        ${step.remedy}\n`)
}

const outcomes: Outcome[] = []
for (const step of steps()) {
  const outcome = await run(step)
  print(outcome)
  outcomes.push(outcome)
}

const failed = outcomes.filter((outcome) => !outcome.passed)
const passedCount = outcomes.length - failed.length
mkdirSync(join(root, 'test-results'), { recursive: true })
writeFileSync(
  join(root, 'test-results', 'check.json'),
  `${JSON.stringify({ success: failed.length === 0, numPassedTests: passedCount, numFailedTests: failed.length })}\n`,
)
console.log(`check: ${passedCount} steps passed, ${failed.length} failed`)
if (failed.length > 0) process.exitCode = 1
