/**
 * The house rules: reads every source file of the repository and fails with the remedy in words.
 *
 * Owns: running the rules, and proving with small bad snippets that each one catches something.
 * Does not own: the rules (house/*-rules.ts) and their reasons (STYLE.md).
 * Invariant: a rule that is in the way is changed there, in the open, never worked around in the code.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { arrowRules } from './house/arrow-rules.ts'
import { nameRules } from './house/name-rules.ts'
import { toSourceFiles } from './house/rule.ts'
import type { Finding } from './house/rule.ts'
import { sizeRules } from './house/size-rules.ts'
import { readSourceFiles, repository } from './house/source-file.ts'
import { timeAndSqlRules } from './house/time-and-sql-rules.ts'

const rules = [...arrowRules, ...timeAndSqlRules, ...nameRules, ...sizeRules]
const inWords = ({ path, line, message }: Finding) => `${path}:${line} ${message}`

describe('house rules', () => {
  const files = readSourceFiles()

  it('reads the repository', () => {
    const paths = files.map((file) => file.path)
    expect(paths).toContain('packages/server/src/clock.ts')
    expect(paths).toContain('scripts/bootstrap.mjs')
    expect(paths.filter((path) => /(^|\/)(node_modules|dist)\//.test(path))).toEqual([])
  })

  for (const rule of rules) {
    it(rule.title, () => {
      expect(rule.examine(files).map(inWords), rule.remedy).toEqual([])
    })
  }
})

describe('each house rule catches what it forbids, and nothing else', () => {
  for (const rule of rules) {
    it(rule.title, () => {
      expect(rule.bad.length).toBeGreaterThan(0)
      for (const snippets of rule.bad) {
        expect(rule.examine(toSourceFiles(snippets)), `not caught: ${JSON.stringify(snippets)}`).not.toEqual(
          [],
        )
      }
      for (const snippets of rule.good) expect(rule.examine(toSourceFiles(snippets))).toEqual([])
    })
  }
})

describe('the lockfile', () => {
  it('names the packages of every platform', () => {
    const text = readFileSync(join(repository, 'package-lock.json'), 'utf8')
    const { packages } = JSON.parse(text) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      ),
    )
    expect(missing, '`npm ci` will refuse this lockfile: run `node scripts/dist/complete-lock.js`.').toEqual(
      [],
    )
  })
})
