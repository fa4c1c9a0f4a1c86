import { intervalName } from './lookup.ts'
import type { Limit, Price } from './model.ts'

export type Scalar = string | number | boolean | null

/**
 * A feature's or an item's content as flat rows, `allowances.agents.limit` → 5, in a form fit for people. Two
 * contents are the same exactly when their outlines are, whatever the order of prices and allowances.
 */
export function outline(content: object): Map<string, Scalar> {
  const rows = new Map<string, Scalar>()
  for (const [key, value] of Object.entries(content)) {
    // the store's own, not the author's
    if (key !== 'id' && key !== 'item' && key !== 'version') addRows(rows, key, value)
  }
  return rows
}

function addRows(rows: Map<string, Scalar>, path: string, value: unknown): void {
  if (value === undefined) return
  const limit = value as Limit
  if (value === null || typeof value !== 'object') rows.set(path, value as Scalar)
  else if (Array.isArray(value)) addList(rows, path, value)
  else if ('unlimited' in value) {
    rows.set(path, limit.unlimited ? 'unlimited' : limit.amount)
  } else {
    for (const [key, inner] of Object.entries(value)) addRows(rows, `${path}.${key}`, inner)
  }
}

function addList(rows: Map<string, Scalar>, path: string, list: readonly unknown[]): void {
  if (list.every((item) => item === null || typeof item !== 'object')) {
    if (list.length > 0) rows.set(path, list.join(', '))
    return
  }
  for (const [index, item] of (list as Record<string, unknown>[]).entries()) {
    const { name, rest } = nameOfItem(item, index)
    for (const [key, inner] of Object.entries(rest)) addRows(rows, `${path}.${name}.${key}`, inner)
  }
}

/** Allowances, components and prices have names; tiers, steps and tax ids have a place. */
function nameOfItem(
  item: Record<string, unknown>,
  index: number,
): { name: string; rest: Record<string, unknown> } {
  const { feature, key, currency, interval, intervalCount, ...rest } = item
  if (typeof feature === 'string') return { name: feature, rest }
  if (typeof key === 'string') return { name: key, rest }
  if (currency === undefined) return { name: String(index + 1), rest }
  const price = { interval, intervalCount } as Pick<Price, 'interval' | 'intervalCount'>
  return { name: interval === undefined ? `${currency}` : `${currency}.${intervalName(price)}`, rest }
}

export interface FieldChange {
  path: string
  /** Null also for what was not there. */
  before: Scalar
  after: Scalar
}

/** The rows that differ, by path. */
export function compareOutlines(before: Map<string, Scalar>, after: Map<string, Scalar>): FieldChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths
    .filter((path) => before.has(path) !== after.has(path) || before.get(path) !== after.get(path))
    .map((path) => ({ path, before: before.get(path) ?? null, after: after.get(path) ?? null }))
}
