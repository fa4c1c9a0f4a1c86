import type { AccountSum, DocumentSums } from '../../domain/doctor/books.ts'
import type { ReceiptFacts } from '../../domain/doctor/receipts.ts'
import type { Queryable } from '../database/pool.ts'

/** Which customers a reading is of: surrogates of one environment. */
export interface Page {
  environment: number
  customers: readonly number[]
}

const valuesOf = ({ environment, customers }: Page) => [environment, customers]

/** Entries that don't sum to zero, in spite of the constraint. */
export async function loadUnbalancedEntries(
  db: Queryable,
  page: Page,
): Promise<{ customer: string | null; id: string; sumMinor: number }[]> {
  const { rows } = await db.query<{ customer: string | null; id: string; sumMinor: number }>({
    name: 'doctor-entries',
    text: `select c.key as customer, e.id, countable(sum_of(amounts_minor)) as "sumMinor" from ledger_entry e
           left join customer c on c.environment = e.environment and c.id = e.customer
           where e.environment = $1 and e.customer = any($2::bigint[]) and sum_of(amounts_minor) <> 0`,
    values: valuesOf(page),
  })
  return rows
}

export async function loadAccountSums(db: Queryable, page: Page): Promise<AccountSum[]> {
  const { rows } = await db.query<AccountSum>({
    name: 'doctor-accounts',
    text: `select c.key as customer, p.currency, p.account, p.cash, p.kind, countable(sum(p.amount_minor)) as "sumMinor"
           from (
             select environment, customer, currency, kind, posting.account, posting.amount_minor,
               (select account from unnest(accounts) account where account like 'cash:%' limit 1) as cash
             from ledger_entry, unnest(accounts, amounts_minor) posting (account, amount_minor)
             where environment = $1 and customer = any($2::bigint[])
           ) p
           join customer c on c.environment = p.environment and c.id = p.customer
           group by c.key, p.currency, p.account, p.cash, p.kind`,
    values: valuesOf(page),
  })
  return rows
}

/** Void documents owe and earn nothing; of a credit note everything is the other way round. */
const documentSums = `
  with documents as (
    select environment, customer, id, currency, status, case kind when 'invoice' then 1 else -1 end as sign,
      case kind when 'invoice' then total_minor - credit_applied_minor - credited_minor - amount_paid_minor else 0 end as due
    from invoice where environment = $1 and customer = any($2::bigint[]) and status not in ('draft', 'void')
  ), facts as (
    select customer, currency, sum(due) filter (where status = 'open') as open_due,
      sum(due) filter (where status = 'uncollectible') as uncollectible_due,
      null::numeric as net, null::numeric as earned, null::numeric as tax, null::numeric as credit,
      null::numeric as unallocated, null::numeric as under_way, null::numeric as disputed, null::numeric as lost
    from documents group by 1, 2
    union all
    select d.customer, d.currency, null, null, sum(d.sign * l.net_minor), sum(d.sign * l.earned_minor),
      sum(d.sign * (select coalesce(sum((tax ->> 'taxMinor')::bigint), 0) from jsonb_array_elements(l.taxes) tax)),
      null, null, null, null, null
    from documents d
    join invoice_line l on l.environment = d.environment and l.customer = d.customer and l.invoice = d.id
    group by 1, 2
    union all
    select customer, currency, null, null, null, null, null, sum(amount_minor), null, null, null, null from credit_balance
    where environment = $1 and customer = any($2::bigint[]) group by 1, 2
    union all
    select customer, currency, null, null, null, null, null, null, sum(amount_minor - to_balance_minor
      - (select coalesce(sum((part ->> 'amountMinor')::bigint), 0) from jsonb_array_elements(allocations) part)), null, null, null
    from receipt where environment = $1 and customer = any($2::bigint[]) group by 1, 2
    union all
    select customer, currency, null, null, null, null, null, null, null, sum(amount_minor), null, null from refund
    where environment = $1 and customer = any($2::bigint[]) and status in ('created', 'started', 'pending') group by 1, 2
    union all
    select customer, currency, null, null, null, null, null, null, null, null,
      sum(withdrawn_minor) filter (where status <> 'lost'), sum(withdrawn_minor) filter (where status = 'lost')
    from dispute where environment = $1 and customer = any($2::bigint[]) group by 1, 2
  )`

export async function loadDocumentSums(db: Queryable, page: Page): Promise<DocumentSums[]> {
  const { rows } = await db.query<Omit<DocumentSums, 'cash'>>({
    name: 'doctor-documents',
    text: `${documentSums}
           select c.key as customer, f.currency,
             countable(coalesce(sum(open_due), 0)) as "openDueMinor",
             countable(coalesce(sum(uncollectible_due), 0)) as "uncollectibleDueMinor",
             countable(coalesce(sum(net), 0)) as "netMinor", countable(coalesce(sum(earned), 0)) as "earnedMinor",
             countable(coalesce(sum(tax), 0)) as "taxMinor", countable(coalesce(sum(credit), 0)) as "creditBalanceMinor",
             countable(coalesce(sum(unallocated), 0)) as "unallocatedMinor",
             countable(coalesce(sum(under_way), 0)) as "refundsUnderWayMinor",
             countable(coalesce(sum(disputed), 0)) as "disputedMinor",
             countable(coalesce(sum(lost), 0)) as "disputesLostMinor"
           from facts f join customer c on c.environment = $1 and c.id = f.customer group by c.key, f.currency`,
    values: valuesOf(page),
  })
  const cash = await loadCash(db, page)
  return rows.map((row) => ({ ...row, cash: cash.get(`${row.customer} ${row.currency}`) ?? {} }))
}

async function loadCash(db: Queryable, page: Page): Promise<Map<string, Record<string, number>>> {
  const { rows } = await db.query<{ customer: string; currency: string; provider: string; sum: number }>({
    name: 'doctor-cash',
    text: `select c.key as customer, m.currency, m.provider, countable(sum(m.amount_minor)) as sum from (
             select environment, customer, currency, provider, amount_minor from receipt
             where environment = $1 and customer = any($2::bigint[])
             union all
             select f.environment, f.customer, f.currency, r.provider, -f.amount_minor from refund f
             join receipt r on r.environment = f.environment and r.customer = f.customer and r.id = f.receipt
             where f.environment = $1 and f.customer = any($2::bigint[]) and f.status = 'succeeded'
             union all
             select environment, customer, currency, provider, -withdrawn_minor from dispute
             where environment = $1 and customer = any($2::bigint[])
           ) m join customer c on c.environment = m.environment and c.id = m.customer group by 1, 2, 3`,
    values: valuesOf(page),
  })
  const cash = new Map<string, Record<string, number>>()
  for (const { customer, currency, provider, sum } of rows) {
    const key = `${customer} ${currency}`
    cash.set(key, { ...cash.get(key), [provider]: sum })
  }
  return cash
}

export async function loadReceiptFacts(db: Queryable, page: Page): Promise<ReceiptFacts[]> {
  const { rows } = await db.query<ReceiptFacts>({
    name: 'doctor-receipts',
    text: `select c.key as customer, r.id, r.amount_minor as "amountMinor", r.to_balance_minor as "toBalanceMinor",
             r.refunded_minor as "refundedMinor",
             (select coalesce(sum((part ->> 'amountMinor')::bigint), 0)::bigint from jsonb_array_elements(r.allocations) part)
               as "allocatedMinor",
             (select coalesce(sum(f.amount_minor), 0)::bigint from refund f where f.environment = r.environment
               and f.customer = r.customer and f.receipt = r.id and f.status <> 'failed') as "refundsMinor",
             (select count(*) from receipt twin where twin.environment = r.environment and twin.provider = r.provider
               and twin.transaction = r.transaction) as twins
           from receipt r join customer c on c.environment = r.environment and c.id = r.customer
           where r.environment = $1 and r.customer = any($2::bigint[])`,
    values: valuesOf(page),
  })
  return rows
}
