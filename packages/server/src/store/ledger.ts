/** The books: entries go in and are read; they are never changed. */
import type { LedgerEntry, Posting } from '../domain/ledger/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { insert } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** In the books nobody's entries are the environment's own. */
export const NOBODY = 0

/** A cause that has posted already fails the transaction: it has happened. */
export function insertEntries(
  environment: number,
  customer: number,
  entries: readonly LedgerEntry[],
  recordedAt: Instant,
): Statement[] {
  if (entries.length === 0) return []
  const rows = entries.map((entry) => ({
    environment,
    customer,
    id: entry.id,
    cause: entry.cause,
    kind: entry.kind,
    currency: entry.currency,
    invoice: entry.invoice,
    accounts: entry.postings.map(({ account }) => account),
    amounts_minor: entry.postings.map(({ amountMinor }) => amountMinor),
    occurred_at: timestampParameter(entry.occurredAt),
    recorded_at: timestampParameter(recordedAt),
  }))
  return [insert('ledger_entry', rows)]
}

export interface LedgerFilter {
  /** Surrogate; null: all, and the environment's own. */
  customer: number | null
  since: Instant | null
  until: Instant | null
}

export interface ListedLedgerEntry extends LedgerEntry {
  /** null: the environment's own. */
  customer: string | null
  recordedAt: Instant
}

const optional = (at: Instant | null) => (at === null ? null : timestampParameter(at))

/** Newest first. `before`: the id of the last one of the page before. */
export async function loadEntries(
  db: Queryable,
  environment: number,
  filter: LedgerFilter & {
    account: string | null
    invoice: string | null
    before: string | null
    limit: number
  },
): Promise<ListedLedgerEntry[]> {
  const { customer, since, until, account, invoice, before, limit } = filter
  const { rows } = await db.query<
    Omit<ListedLedgerEntry, 'postings'> & { accounts: Posting['account'][]; amounts: number[] }
  >({
    name: 'ledger-entries',
    text: `select e.id, c.key as customer, e.cause, e.kind, e.currency, e.invoice, e.accounts,
             e.amounts_minor as amounts, e.occurred_at as "occurredAt", e.recorded_at as "recordedAt"
           from ledger_entry e left join customer c on c.environment = e.environment and c.id = e.customer
           where e.environment = $1 and ($2::bigint is null or e.customer = $2)
             and ($3::timestamptz is null or e.occurred_at >= $3) and ($4::timestamptz is null or e.occurred_at < $4)
             and ($5::text is null or $5 = any(e.accounts)) and ($6::text is null or e.invoice = $6)
             and ($7::text is null or e.id collate "C" < $7)
           order by e.id collate "C" desc limit $8`,
    values: [environment, customer, optional(since), optional(until), account, invoice, before, limit],
  })
  return rows.map(({ accounts, amounts, ...row }) => ({
    ...row,
    postings: accounts.map((each, index) => ({ account: each, amountMinor: Number(amounts[index]) })),
  }))
}

export interface LedgerAccount {
  account: string
  currency: string
  debitMinor: number
  creditMinor: number
  /** Debits less credits. */
  balanceMinor: number
}

/** What the entries come to; beyond what a number holds, as far as it goes. */
export async function loadLedgerAccounts(
  db: Queryable,
  environment: number,
  { customer, since, until }: LedgerFilter,
): Promise<LedgerAccount[]> {
  const { rows } = await db.query<LedgerAccount>({
    name: 'ledger-accounts',
    text: `select account, currency,
             countable(coalesce(sum(amount_minor) filter (where amount_minor > 0), 0)) as "debitMinor",
             countable(coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)) as "creditMinor",
             countable(sum(amount_minor)) as "balanceMinor"
           from ledger_posting where environment = $1 and ($2::bigint is null or customer = $2)
             and ($3::timestamptz is null or occurred_at >= $3) and ($4::timestamptz is null or occurred_at < $4)
           group by account, currency order by currency, account`,
    values: [environment, customer, optional(since), optional(until)],
  })
  return rows
}
