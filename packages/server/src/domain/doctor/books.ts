import { compare, type Finding } from './model.ts'

/** What the ledger of a customer comes to, by currency. */
export interface AccountSum {
  customer: string
  currency: string
  account: string
  /** The provider whose cash the entry moves too; null where it moves none. */
  cash: string | null
  /** The entry's; only its first word counts: `dispute.lost`. */
  kind: string
  sumMinor: number
}

/** What the documents, balances and receipts of a customer come to, by currency. */
export interface DocumentSums {
  customer: string
  currency: string
  openDueMinor: number
  uncollectibleDueMinor: number
  netMinor: number
  earnedMinor: number
  taxMinor: number
  creditBalanceMinor: number
  unallocatedMinor: number
  refundsUnderWayMinor: number
  /** Held by providers in disputes, and lost by them. */
  disputedMinor: number
  disputesLostMinor: number
  /** Receipts less refunds that have left, and less what disputes withdrew, by provider; fees are in it. */
  cash: Readonly<Record<string, number>>
}

/** The ledger against everything that it tells of. */
export function checkBooks(accounts: readonly AccountSum[], documents: readonly DocumentSums[]): Finding[] {
  const keyOf = ({ customer, currency }: { customer: string; currency: string }) => `${customer} ${currency}`
  const facts = new Map<string, { sums: AccountSum[]; documents: DocumentSums }>()
  for (const each of documents) facts.set(keyOf(each), { sums: [], documents: each })
  for (const sum of accounts) {
    const key = keyOf(sum)
    const known = facts.get(key)
    if (known === undefined) facts.set(key, { sums: [sum], documents: noDocuments(sum) })
    else known.sums.push(sum)
  }
  return [...facts.values()].flatMap(checkCurrency)
}

function checkCurrency({ sums, documents }: { sums: AccountSum[]; documents: DocumentSums }): Finding[] {
  const { customer, currency } = documents
  const ledger = (account: string, accept: (sum: AccountSum) => boolean = () => true) =>
    sums.reduce((total, sum) => (sum.account === account && accept(sum) ? total + sum.sumMinor : total), 0)
  const expected: Record<string, number> = {
    receivable: documents.openDueMinor,
    deferred_revenue: owed(documents.netMinor - documents.earnedMinor),
    revenue: owed(documents.earnedMinor),
    tax: owed(documents.taxMinor),
    customer_credit: owed(documents.creditBalanceMinor),
    unapplied_cash: owed(documents.unallocatedMinor),
    refunds: owed(documents.refundsUnderWayMinor),
    write_offs: documents.uncollectibleDueMinor + documents.disputesLostMinor,
    disputes: documents.disputedMinor,
    // what a provider keeps it keeps as money comes in
    fees: ledger('fees', ({ kind }) => kind.endsWith('.received')),
  }
  // what we gave of our own is what the rest leaves
  for (const { account } of sums) if (account !== 'promotional_credit') expected[account] ??= 0
  const found = Object.fromEntries(Object.keys(expected).map((account) => [account, ledger(account)]))
  const providers = new Set([
    ...Object.keys(documents.cash),
    ...sums.flatMap(({ cash }) => (cash === null ? [] : cash.slice('cash:'.length))),
  ])
  for (const provider of providers) {
    const account = `cash:${provider}`
    expected[account] = documents.cash[provider] ?? 0
    found[account] = ledger(account) + ledger('fees', ({ cash }) => cash === account)
  }
  return Object.keys(expected).flatMap((account) =>
    compare(
      'books',
      { customer, subject: `${account} ${currency}` },
      { balance: expected[account] ?? 0 },
      { balance: found[account] ?? 0 },
    ),
  )
}

/** Credits are negative. */
const owed = (amountMinor: number) => 0 - amountMinor

export const noDocuments = ({
  customer,
  currency,
}: Pick<DocumentSums, 'customer' | 'currency'>): DocumentSums => ({
  customer,
  currency,
  openDueMinor: 0,
  uncollectibleDueMinor: 0,
  netMinor: 0,
  earnedMinor: 0,
  taxMinor: 0,
  creditBalanceMinor: 0,
  unallocatedMinor: 0,
  refundsUnderWayMinor: 0,
  disputedMinor: 0,
  disputesLostMinor: 0,
  cash: {},
})
