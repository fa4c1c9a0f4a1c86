import type { OperationContext } from '../../context.ts'
import { listUnallocatedReceipts, type UnallocatedReceipt } from '../../store/unallocated-receipts.ts'
import { pageOf, requireIdCursor } from '../page.ts'

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listUnallocated(
  ctx: OperationContext,
  { isAssigned, limit, cursor }: { isAssigned: boolean | null; limit: number; cursor?: string | undefined },
): Promise<{ receipts: UnallocatedReceipt[]; nextCursor: string | null }> {
  requireIdCursor(cursor, 'una')
  const page = { isAssigned, before: cursor ?? null, limit: limit + 1 }
  const found = await listUnallocatedReceipts(ctx.tx, ctx.environment.id, page)
  const { rows, nextCursor } = pageOf(found, limit, ({ id }) => id)
  return { receipts: rows, nextCursor }
}
