import { isId } from '../ids.ts'
import { Refusal } from '../refusal.ts'

/**
 * The page that is shown of rows of which one more was asked for than it holds.
 *
 * @example pageOf(await loadKeys(tx, { limit: limit + 1 }), limit, (last) => last.id)
 */
export function pageOf<Row>(
  found: Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  return { rows, nextCursor: last === undefined ? null : cursorOf(last) }
}

export const invalidCursor = (): Refusal => new Refusal('invalid_cursor', { param: 'cursor' })

/**
 * The cursor of a list that goes by ids. One that no page has given is refused: with an empty page its caller would
 * take the list for read to its end.
 *
 * @throws Refusal `invalid_cursor`
 * @example requireIdCursor(page.cursor, 'inv', 'cn')
 */
export function requireIdCursor(cursor: string | undefined, ...prefixes: string[]): void {
  if (cursor !== undefined && !prefixes.some((prefix) => isId(prefix, cursor))) throw invalidCursor()
}

/**
 * The cursor of a list that goes by a number from 1.
 *
 * @throws Refusal `invalid_cursor`
 */
export function numberCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^[1-9]\d{0,14}$/.test(cursor)) throw invalidCursor()
  return Number(cursor)
}
