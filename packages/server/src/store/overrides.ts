/** Overrides: row → domain. They are written with the rest of a customer's plan. */
import type { Limit } from '../domain/catalog/model.ts'
import type { Override } from '../domain/customers/state.ts'
import type { Instant } from '../domain/time/index.ts'

export interface OverrideRow {
  customer: number
  feature: number
  value: { unlimited?: true; amount?: number; value?: boolean | string | number }
  reason: string
  author: string
  expires_at: Instant
  created_at: Instant
  updated_at: Instant
}

export function overrideFromRow(row: OverrideRow): Override {
  return {
    feature: row.feature,
    limit: limitFromValue(row.value),
    value: row.value.value ?? null,
    reason: row.reason,
    author: row.author,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function limitFromValue(value: OverrideRow['value']): Limit | null {
  if (value.unlimited === true) return { unlimited: true }
  return value.amount === undefined ? null : { unlimited: false, amount: value.amount }
}
