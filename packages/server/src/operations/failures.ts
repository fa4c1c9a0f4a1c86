import { Refusal } from '../refusal.ts'
import { DatabaseProblem, DatabaseUnavailable } from '../store/database/errors.ts'

/** A failure that the caller can do something about, as a refusal; `undefined` for anything else. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof DatabaseUnavailable) return new Refusal('unavailable', { retryAfterSeconds: 1 })
  return undefined
}

/** What the operator can do about a database that keeps the product from starting. */
export function remedyOf(error: unknown): { message: string; remedy: string } | undefined {
  return error instanceof DatabaseProblem ? { message: error.message, remedy: error.remedy } : undefined
}
