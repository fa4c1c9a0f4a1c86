import type { endpoints } from '@tollkeeper/contract'
import { readInstantOrNull, toIso } from '../domain/time/instant.ts'
import { listLedgerEntries, sumLedgerAccounts } from '../operations/ledger/read.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

const livemodeOf = ({ environment }: { environment: { mode: string } }) => environment.mode === 'live'

export const ledgerRoutes = {
  entries: async ({ query }, ctx) => {
    const { since, until, ...rest } = query
    const filter = { ...rest, since: readInstantOrNull(since), until: readInstantOrNull(until) }
    const { entries, nextCursor } = await listLedgerEntries(ctx, filter)
    const data = entries.map((entry) => ({
      object: 'ledger_entry' as const,
      ...entry,
      livemode: livemodeOf(ctx),
      occurredAt: toIso(entry.occurredAt),
      recordedAt: toIso(entry.recordedAt),
    }))
    return presentList(data, nextCursor)
  },
  accounts: async ({ query: { customer, since, until } }, ctx) => ({
    object: 'ledger_accounts' as const,
    livemode: livemodeOf(ctx),
    accounts: await sumLedgerAccounts(ctx, {
      customer,
      since: readInstantOrNull(since),
      until: readInstantOrNull(until),
    }),
  }),
} satisfies Handlers<typeof endpoints.ledger>
