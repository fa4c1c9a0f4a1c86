import type { z } from 'zod'
import { catalogDefinition, type CatalogDefinition } from './catalog.ts'

/** Something wrong with a catalog: where, and what to do about it. */
export interface CatalogProblem {
  /** For example `plans.essential.allowances.agents`. */
  path: string
  message: string
}

export interface ParsedCatalog {
  /** The parts whose shape is right; the whole catalog when there is no problem. */
  catalog: CatalogDefinition
  problems: CatalogProblem[]
  /** Entries left out of `catalog` because of their shape, as `features.agents`: others may still name them. */
  leftOut: Set<string>
}

type Issue = z.core.$ZodIssue
type Path = PropertyKey[]

/**
 * Reads a catalog and lists every problem of its shape. Entries that are wrong are left out of the answer, so that
 * the rules between the parts can be checked on the rest and everything is told at once.
 */
export function parseCatalog(input: unknown): ParsedCatalog {
  const parsed = catalogDefinition.safeParse(input)
  if (parsed.success) return { catalog: parsed.data, problems: [], leftOut: new Set() }
  const issues = parsed.error.issues.flatMap((issue) => flatten(issue, []))
  const leftOut = new Set(
    issues.flatMap(({ path }) => (path.length < 2 ? [] : [`${String(path[0])}.${String(path[1])}`])),
  )
  const problems = issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  const rest = catalogDefinition.safeParse(without(input, leftOut))
  return { catalog: rest.success ? rest.data : { features: {}, plans: {} }, problems, leftOut }
}

const sections = ['features', 'plans', 'addOns', 'bundles'] as const

function without(input: unknown, leftOut: Set<string>): Record<string, unknown> {
  const source = isObject(input) ? input : {}
  const rest: Record<string, unknown> = {}
  for (const section of sections) {
    const entries = isObject(source[section]) ? Object.entries(source[section]) : []
    rest[section] = Object.fromEntries(entries.filter(([key]) => !leftOut.has(`${section}.${key}`)))
  }
  return rest
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One problem per cause: of a union, the branch that the author evidently meant; of a key, the reason it is wrong. */
function flatten(issue: Issue, before: Path): { path: Path; message: string }[] {
  const path = [...before, ...issue.path]
  if (issue.code === 'invalid_union') {
    const [meant] = issue.errors
      .filter(
        (branch) =>
          branch.length > 0 && branch.every((inner) => inner.path.length > 0 || isAboutContent(inner)),
      )
      .sort((one, other) => foreignKeys(one) - foreignKeys(other))
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path))
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? issue.message
    return [{ path, message: `${JSON.stringify(String(path.at(-1)))} cannot be a key here. ${reason}` }]
  }
  return [{ path, message: issue.message }]
}

/** The value was of the branch's type, and only its content is wrong. */
function isAboutContent(issue: Issue): boolean {
  return issue.code !== 'invalid_type' && issue.code !== 'invalid_value' && issue.code !== 'invalid_union'
}

function foreignKeys(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0)
}
