import type { endpoints } from '@tollkeeper/contract'
import { readInstantOrNull, toIso } from '../domain/time/instant.ts'
import { listAuditEntries } from '../operations/audit/list.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const auditLogRoutes = {
  list: async ({ query }, ctx) => {
    const since = readInstantOrNull(query.since) ?? undefined
    const { entries, nextCursor } = await listAuditEntries(ctx, { ...query, since })
    const data = entries.map(({ request, occurredAt, recordedAt, ...entry }) => ({
      object: 'audit_entry' as const,
      ...entry,
      requestId: request,
      occurredAt: toIso(occurredAt),
      recordedAt: toIso(recordedAt),
    }))
    return presentList(data, nextCursor)
  },
} satisfies Handlers<typeof endpoints.auditLog>
