import type { OperationContext } from '../../context.ts'
import { loadAuditEntries, type AuditFilter, type ListedEntry } from '../../store/audit.ts'
import { pageOf, requireIdCursor } from '../page.ts'

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listAuditEntries(
  ctx: OperationContext,
  { limit, cursor, ...filter }: AuditFilter & { limit: number; cursor?: string | undefined },
): Promise<{ entries: ListedEntry[]; nextCursor: string | null }> {
  requireIdCursor(cursor, 'aud')
  const query = { ...filter, before: cursor, limit: limit + 1 }
  const found = await loadAuditEntries(ctx.tx, ctx.environment.id, query)
  const { rows: entries, nextCursor } = pageOf(found, limit, (last) => last.id)
  return { entries, nextCursor }
}
