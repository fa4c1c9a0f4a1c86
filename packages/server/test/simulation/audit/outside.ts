/** Conservation: what the engine thinks of money against what the provider's own books say. */
import type { Queryable } from '../../../src/store/database/pool.ts'
import type { Outside, OutsidePayment } from '../outside.ts'

interface AttemptRow {
  id: string
  invoice: string
  /** Of the invoice. */
  total: number | null
  status: string
  provider: string
}

interface ReceiptRow {
  transaction: string
  provider: string
  currency: string
  amount: number
}

/**
 * @param before what the provider had when the rows were not read yet: all of it must be in them, or in doubt
 * @param atRest nothing may be in doubt any more
 */
export async function checkOutside(
  db: Queryable,
  outside: Outside,
  before: readonly OutsidePayment[],
  atRest: boolean,
): Promise<string[]> {
  const attempts = await db.query<AttemptRow>(
    `select a.id, a.invoice, a.status, a.provider, i.total_minor as total from payment_attempt a
     left join invoice i on i.environment = 1 and i.customer = a.customer and i.id = a.invoice where a.environment = 1`,
  )
  const receipts = await db.query<ReceiptRow>(
    `select transaction, provider, currency, amount_minor as amount from receipt where environment = 1 and provider = 'simulator'`,
  )
  // stored, and not applied yet: its job was cut off, or had no time
  const told = await db.query<{ transaction: string }>(
    `select body ->> 'transaction' as transaction from provider_event
     where environment = 1 and provider = 'simulator' and type = 'receipt' and applied_at is null`,
  )
  const cash = await db.query<{ currency: string; amount: number }>(
    `select e.currency, sum(p.amount)::bigint as amount from ledger_entry e, unnest(e.accounts, e.amounts_minor) p (account, amount)
     where e.environment = 1 and p.account = 'cash:simulator' group by 1`,
  )
  await outside.read()
  const statusOf = new Map(attempts.rows.map(({ id, status }) => [id, status]))
  const known = new Set([...receipts.rows, ...told.rows].map(({ transaction }) => transaction))
  return [
    ...notReceived(before, known, statusOf, atRest),
    ...invented(receipts.rows, outside),
    ...chargedTwice(outside),
    ...chargedTooMuch(attempts.rows, outside),
    ...(atRest ? cashDiffers(cash.rows, outside) : []),
  ]
}

/** Money that a provider has is money that we know of, were told of, or are asking about. */
function notReceived(
  before: readonly OutsidePayment[],
  known: ReadonlySet<string>,
  statusOf: ReadonlyMap<string, string>,
  atRest: boolean,
): string[] {
  return before.flatMap(({ charge, transaction, currency, amountMinor }) => {
    const status = statusOf.get(charge)
    if (known.has(transaction)) return []
    // what comes after an attempt was given up is told by the provider alone, and a little later
    if (!atRest && status !== undefined && status !== 'succeeded') return []
    return [
      `I-3 what came in is a receipt: ${amountMinor} ${currency} of ${charge} (${status ?? 'an attempt that nobody knows of'})`,
    ]
  })
}

function invented(receipts: readonly ReceiptRow[], { payments }: Outside): string[] {
  return receipts.flatMap(({ transaction, currency, amount }) => {
    const payment = payments.get(transaction)
    if (payment?.amountMinor === amount && payment.currency === currency) return []
    return [
      `a receipt is money: ${transaction} of ${amount} ${currency}, the provider has ${payment?.amountMinor ?? 'none'}`,
    ]
  })
}

function chargedTwice({ payments, paidByHand }: Outside): string[] {
  const counts = new Map<string, number>()
  for (const { charge } of payments.values()) counts.set(charge, (counts.get(charge) ?? 0) + 1)
  return [...counts].flatMap(([charge, count]) =>
    count > 1 && !paidByHand.has(charge)
      ? [`I-2 an attempt is charged once: ${charge} was paid ${count} times`]
      : [],
  )
}

/** What was charged with nobody there, by invoice: never more than it came to. */
function chargedTooMuch(attempts: readonly AttemptRow[], outside: Outside): string[] {
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]))
  const disputed = new Set([...outside.disputes.values()].map(({ transaction }) => transaction))
  const charged = new Map<string, { total: number; amount: number }>()
  for (const { charge, transaction, amountMinor } of outside.payments.values()) {
    const attempt = byId.get(charge)
    // what the bank took back is owed again
    if (
      attempt === undefined ||
      attempt.total === null ||
      outside.paidByHand.has(charge) ||
      disputed.has(transaction)
    )
      continue
    const { invoice, total } = attempt
    const before = charged.get(invoice) ?? { total, amount: 0 }
    charged.set(invoice, { ...before, amount: before.amount + amountMinor })
  }
  return [...charged].flatMap(([invoice, { total, amount }]) =>
    amount > total ? [`I-2 an invoice is charged once: ${invoice} of ${total} was charged ${amount}`] : [],
  )
}

function cashDiffers(rows: readonly { currency: string; amount: number }[], outside: Outside): string[] {
  const expected = new Map<string, number>()
  const add = (currency: string, amount: number) =>
    expected.set(currency, (expected.get(currency) ?? 0) + amount)
  for (const { currency, amountMinor, feeMinor } of outside.payments.values())
    add(currency, amountMinor - feeMinor)
  for (const { currency, amountMinor, status } of outside.refunds.values())
    if (status === 'succeeded') add(currency, -amountMinor)
  for (const { currency, withdrawnMinor } of outside.disputes.values()) add(currency, -withdrawnMinor)
  const booked = new Map(rows.map(({ currency, amount }) => [currency, amount]))
  return [...expected].flatMap(([currency, amount]) =>
    (booked.get(currency) ?? 0) === amount
      ? []
      : [
          `I-4 cash is what the provider has of ours: ${booked.get(currency) ?? 0} ${currency}, the provider says ${amount}`,
        ],
  )
}
