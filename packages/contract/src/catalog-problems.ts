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
 * Reads a catalog and lists every problem of its shape. What is wrong is left out of the answer, in pieces as small
 * as can be, so that the rules between the parts can be checked on the rest and everything is told at once.
 */
export function parseCatalog(input: unknown): ParsedCatalog {
  const parsed = catalogDefinition.safeParse(input)
  if (parsed.success) return { catalog: parsed.data, problems: [], leftOut: new Set() }
  const issues = parsed.error.issues.flatMap((issue) => flatten(issue, []))
  const problems = issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  const rest = partsOf(input)
  for (const { path } of issues) removeField(rest, path)
  const leftOut = new Set<string>()
  for (const { path } of catalogDefinition.safeParse(rest).error?.issues ?? []) {
    const [section, key] = path
    if (key === undefined) continue
    delete rest[String(section)]?.[String(key)]
    leftOut.add(`${String(section)}.${String(key)}`)
  }
  const wholes = isObject(input) ? { operator: input.operator, fallbackPlan: input.fallbackPlan } : {}
  const repaired = [{ ...rest, ...wholes }, rest].map((candidate) => catalogDefinition.safeParse(candidate))
  const catalog = repaired.find(({ success }) => success)?.data ?? { features: {}, plans: {} }
  return { catalog, problems, leftOut }
}

const sections = ['features', 'plans', 'addOns', 'bundles', 'coupons', 'taxes'] as const

type Parts = Record<string, Record<string, unknown>>

function partsOf(input: unknown): Parts {
  const source = isObject(input) ? (JSON.parse(JSON.stringify(input)) as Record<string, unknown>) : {}
  return Object.fromEntries(
    sections.map((section) => [section, isObject(source[section]) ? source[section] : {}]),
  )
}

/** One allowance, or one field of an entry. An entry that can't be without it doesn't get through the next parse. */
function removeField(parts: Parts, path: Path): void {
  const [section, key, field, inner] = path.map(String)
  const entry = section === undefined || key === undefined ? undefined : parts[section]?.[key]
  if (!isObject(entry) || field === undefined) return
  const fields = entry[field]
  if (field === 'allowances' && inner !== undefined && isObject(fields)) delete fields[inner]
  else delete entry[field]
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

/** The value was of the branch's type, and only its content is wrong (a number that isn't whole is still a number). */
function isAboutContent(issue: Issue): boolean {
  if (issue.code === 'invalid_type') return issue.expected === 'int'
  return issue.code !== 'invalid_value' && issue.code !== 'invalid_union'
}

function foreignKeys(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0)
}
