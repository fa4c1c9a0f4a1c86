/** The books: what is owed, what is had, what was earned, each added up anew from the rows. */
import type { Rule } from './rule.ts'

const postings = (account: string) => `
  select e.customer, e.currency, sum(p.amount)::bigint as amount from ledger_entry e,
    unnest(e.accounts, e.amounts_minor) p (account, amount)
  where e.environment = 1 and p.account ${account} group by 1, 2`

/** Two sums by customer and currency that must be the same. */
const same = (one: string, other: string) => `
  select format('%s %s: %s, but %s', c.key, s.currency, s.one, s.other) as finding from (
    select customer, currency, coalesce(a.amount, 0) as one, coalesce(b.amount, 0) as other
    from (${one}) a full join (${other}) b using (customer, currency)
    where coalesce(a.amount, 0) <> coalesce(b.amount, 0)) s
  join customer c on c.environment = 1 and c.id = s.customer`

const issued = `status in ('open', 'paid', 'uncollectible')`

/** Invoices count once, credit notes against them. */
const documents = (column: string) => `
  select customer, currency, sum(case kind when 'invoice' then ${column} else -(${column}) end)::bigint as amount
  from invoice where environment = 1 and ${issued} group by 1, 2`

const netOfLines = `
  select i.customer, i.currency, sum(case i.kind when 'invoice' then l.net_minor else -l.net_minor end)::bigint as amount
  from invoice i join invoice_line l on l.environment = i.environment and l.customer = i.customer and l.invoice = i.id
  where i.environment = 1 and i.${issued} group by 1, 2`

const negative = (query: string) => `select customer, currency, -amount as amount from (${query}) n`

export const bookRules: Rule[] = [
  {
    name: 'I-4 each entry sums to zero',
    text: `select format('entry %s sums to %s', cause, total) as finding from (
      select cause, (select sum(a) from unnest(amounts_minor) a) as total from ledger_entry where environment = 1) e
      where total <> 0`,
  },
  {
    name: 'I-4 receivable is what open invoices owe',
    text: same(
      postings(`= 'receivable'`),
      `select customer, currency, sum(total_minor - credit_applied_minor - credited_minor - amount_paid_minor)::bigint as amount
       from invoice where environment = 1 and kind = 'invoice' and status = 'open' group by 1, 2`,
    ),
  },
  {
    name: 'I-4 customer credit is the balances',
    text: same(
      negative(postings(`= 'customer_credit'`)),
      'select customer, currency, amount_minor as amount from credit_balance where environment = 1',
    ),
  },
  { name: 'I-4 no cash waits', text: same(postings(`= 'unapplied_cash'`), postings('is null')) },
  {
    name: 'I-4 cash is what receipts brought in, less what left',
    text: same(
      `select customer, currency, sum(amount)::bigint as amount from (${postings(`like 'cash:%' or p.account = 'fees'`)}) p group by 1, 2`,
      `select customer, currency, sum(amount)::bigint as amount from (
         select customer, currency, amount_minor as amount from receipt where environment = 1
         union all
         select customer, currency, -amount_minor from refund where environment = 1 and status = 'succeeded'
         union all
         select customer, currency, -amount_minor from dispute where environment = 1 and status <> 'won') m group by 1, 2`,
    ),
  },
  {
    name: 'I-4 revenue, earned or not, is the net of the lines',
    text: same(negative(postings(`in ('revenue', 'deferred_revenue')`)), netOfLines),
  },
  {
    name: 'I-4 tax is that of the documents',
    text: same(negative(postings(`= 'tax'`)), documents('tax_minor')),
  },
  {
    name: 'I-4 a document is its lines plus tax less discounts',
    text: `select format('%s: total %s, subtotal %s, discount %s, tax %s; lines of net %s, discount %s, tax %s', i.id, i.total_minor,
        i.subtotal_minor, i.discount_minor, i.tax_minor, l.net, l.discount, l.tax) as finding
      from invoice i join lateral (select coalesce(sum(net_minor), 0) as net, coalesce(sum(discount_minor), 0) as discount,
          coalesce(sum((select sum((t ->> 'taxMinor')::bigint) from jsonb_array_elements(taxes) t)), 0) as tax
        from invoice_line where environment = i.environment and customer = i.customer and invoice = i.id) l on true
      where i.environment = 1 and (i.total_minor <> l.net + l.tax or i.discount_minor <> l.discount or i.tax_minor <> l.tax
        or i.total_minor <> i.subtotal_minor - i.discount_minor + i.tax_minor
        or i.tax_minor <> (select coalesce(sum((g ->> 'taxMinor')::bigint), 0) from jsonb_array_elements(i.taxes) g))`,
  },
  {
    name: 'an invoice is paid when nothing is due, and only then',
    text: `select format('%s is %s, but %s is due', id, status, due) as finding from (
        select id, status, paid_at, total_minor - credit_applied_minor - credited_minor - amount_paid_minor as due
        from invoice where environment = 1 and kind = 'invoice') i
      where (status = 'paid') <> (paid_at is not null) or (status = 'paid' and due <> 0)
        or (status in ('open', 'uncollectible') and due <= 0)`,
  },
  {
    name: 'I-2 what an invoice was paid is what receipts say',
    text: `select format('%s: paid %s, receipts of %s', i.id, i.amount_paid_minor, coalesce(r.amount, 0)) as finding
      from invoice i left join (
        select customer, a ->> 'invoice' as invoice, sum((a ->> 'amountMinor')::bigint) as amount
        from receipt, jsonb_array_elements(allocations) a where environment = 1 group by 1, 2) r
        on r.customer = i.customer and r.invoice = i.id
      where i.environment = 1 and i.kind = 'invoice' and i.amount_paid_minor <> coalesce(r.amount, 0)`,
  },
  {
    name: 'a receipt went somewhere whole',
    text: `select format('%s of %s: %s', id, amount_minor, allocations) as finding from receipt where environment = 1
        and amount_minor <> to_balance_minor + (select coalesce(sum((a ->> 'amountMinor')::bigint), 0) from jsonb_array_elements(allocations) a)`,
  },
  {
    name: 'numbers have no gap, and their dates follow them',
    text: `with numbered as (
        select series, split_part(document_number, '-', 2) as year, split_part(document_number, '-', 3)::int as number, issued_at
        from invoice where environment = 1 and document_number is not null)
      select format('%s %s: %s numbers up to %s', series, year, count(*), max(number)) as finding
        from numbered group by series, year having count(*) <> max(number) or count(*) <> count(distinct number)
      union all
      select format('%s %s: number %s is dated before its predecessor', series, year, number) from (
        select *, lag(issued_at) over (partition by series, year order by number) as before from numbered) n where issued_at < before`,
  },
]
