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
