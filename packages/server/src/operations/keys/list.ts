import type { OperationContext } from '../../context.ts'
import type { StoredApiKey } from '../../domain/keys/model.ts'
import { loadApiKeys } from '../../store/api-keys.ts'
import { pageOf, requireIdCursor } from '../page.ts'

/** @throws Refusal `invalid_cursor` */
export async function listKeys(
  ctx: OperationContext,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ keys: StoredApiKey[]; nextCursor: string | null }> {
  requireIdCursor(page.cursor, 'key')
  const found = await loadApiKeys(ctx.tx, ctx.environment.id, { limit: page.limit, before: page.cursor })
  const { rows: keys, nextCursor } = pageOf(found, page.limit, (last) => last.id)
  return { keys, nextCursor }
}
