/** What the doctor must name: done to the world of `doctor.test.ts`, one at a time, and undone. */

/** What somebody did to the database, and how to undo it. */
export interface Corruption {
  title: string
  plant: string
  mend: string
  /** `check subject` of everything that is found: an id stands for its prefix. */
  finds: string[]
}

export const of = (customer: string) => `(select id from customer where key = '${customer}')`
const paidInvoice = `(select id from invoice where status = 'paid' and kind = 'invoice' and customer = ${of('payer')}
  order by document_number limit 1)`

const calls = `(select id from feature where key = 'calls')`

/** An entry of the holder's that nothing caused. */
function post(kind: string, amounts: Record<string, number>): string {
  const accounts = Object.keys(amounts).map((account) => `'${account}'`)
  return `insert into ledger_entry (environment, customer, id, cause, kind, currency, accounts, amounts_minor, occurred_at,
    recorded_at) values (1, ${of('holder')}, 'le_test_0', 'planted', '${kind}', 'EUR', array[${accounts.join(', ')}],
    array[${Object.values(amounts).join(', ')}], '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')`
}
const unpost = `alter table ledger_entry disable trigger ledger_entry_stays;
  delete from ledger_entry where cause = 'planted';
  alter table ledger_entry enable trigger ledger_entry_stays`

export const corruptions: Corruption[] = [
  {
    title: 'an entry that does not sum to zero',
    plant: `do $$ begin execute (select 'alter table ledger_entry drop constraint ' || conname from pg_constraint
        where conrelid = 'ledger_entry'::regclass and pg_get_constraintdef(oid) like '%sum_of%'); end $$;
      alter table ledger_entry disable trigger ledger_entry_stays;
      update ledger_entry set amounts_minor[1] = amounts_minor[1] + 7 where cause like 'receipt:%:received'
        and customer = ${of('payer')} and id = (select min(id) from ledger_entry where cause like 'receipt:%:received')`,
    mend: `update ledger_entry set amounts_minor[1] = amounts_minor[1] - 7 where sum_of(amounts_minor) <> 0;
      alter table ledger_entry enable trigger ledger_entry_stays;
      alter table ledger_entry add check (sum_of(amounts_minor) = 0)`,
    finds: ['ledger_entry le', 'books cash:simulator EUR'],
  },
  {
    title: 'an entry that is missing',
    plant: `create table kept as select * from ledger_entry where cause = 'invoice:' || ${paidInvoice} || ':issued';
      alter table ledger_entry disable trigger ledger_entry_stays;
      delete from ledger_entry where id in (select id from kept);
      alter table ledger_entry enable trigger ledger_entry_stays`,
    mend: 'insert into ledger_entry select * from kept; drop table kept',
    finds: ['books receivable EUR', 'books deferred_revenue EUR', 'books tax EUR'],
  },
  {
    title: 'a balance that nobody gave',
    plant: `update credit_balance set amount_minor = amount_minor + 100 where customer = ${of('payer')}`,
    mend: `update credit_balance set amount_minor = amount_minor - 100 where customer = ${of('payer')}`,
    finds: ['books customer_credit EUR'],
  },
  {
    title: 'a line that says something else than its invoice',
    plant: `update invoice_line set net_minor = net_minor + 1, amount_minor = amount_minor + 1
      where invoice = ${paidInvoice} and position = 1`,
    mend: `update invoice_line set net_minor = net_minor - 1, amount_minor = amount_minor - 1
      where invoice = ${paidInvoice} and position = 1`,
    finds: ['books deferred_revenue EUR', 'invoice_figures inv', 'invoice_figures inv S tva 20'],
  },
  {
    title: 'an invoice that is open though nothing is owed',
    plant: `update invoice set status = 'open' where id = ${paidInvoice}`,
    mend: `update invoice set status = 'paid' where status = 'open' and customer = ${of('payer')}`,
    finds: ['invoice_status inv'],
  },
  {
    title: 'a number that is missing',
    plant: `update invoice set document_number = 'INV-2026-000099' where document_number = 'INV-2026-000002'
      and customer = ${of('payer')}`,
    mend: `update invoice set document_number = 'INV-2026-000002' where document_number = 'INV-2026-000099'`,
    // the one after the gap, and the one that now comes after later ones
    finds: [
      'document_number INV-2026-000003',
      'document_number INV-2026-000099',
      'document_number INV-2026-000099',
    ],
  },
  {
    title: 'a document issued before its predecessor',
    plant: `update invoice set issued_at = issued_at - interval '60 days' where document_number = 'INV-2026-000003'
      and customer = ${of('payer')}`,
    mend: `update invoice set issued_at = issued_at + interval '60 days' where document_number = 'INV-2026-000003'
      and customer = ${of('payer')}`,
    finds: ['document_number INV-2026-000003'],
  },
  {
    title: 'a period that was skipped',
    plant: `update subscription set billed_until = billed_until - interval '28 days' where customer = ${of('payer')}`,
    mend: `update subscription set billed_until = period_end where customer = ${of('payer')}`,
    finds: ['period_billed sub'],
  },
  {
    title: 'a period that was billed twice',
    plant: `update invoice_line set service_start = service_start - interval '3 days' where kind = 'plan' and invoice = (
      select max(id) from invoice where customer = ${of('payer')} and reason = 'period' and kind = 'invoice')`,
    mend: `update invoice_line set service_start = service_start + interval '3 days' where kind = 'plan' and invoice = (
      select max(id) from invoice where customer = ${of('payer')} and reason = 'period' and kind = 'invoice')`,
    finds: ['period_overlap inv'],
  },
  {
    title: 'a receipt of which a part went nowhere',
    plant: `update receipt set amount_minor = amount_minor + 5 where customer = ${of('payer')}
      and id = (select min(id) from receipt)`,
    mend: `update receipt set amount_minor = amount_minor - 5 where customer = ${of('payer')}
      and id = (select min(id) from receipt)`,
    finds: [
      'books unapplied_cash EUR',
      'books cash:simulator EUR',
      'provider_payment simulator txn',
      'receipt rec',
    ],
  },
  {
    title: 'a payment that no receipt knows of',
    plant: `update invoice set amount_paid_minor = 10, status = 'open' where customer = ${of('poor')} and status = 'open'`,
    mend: `update invoice set amount_paid_minor = 0 where customer = ${of('poor')} and status = 'open'`,
    finds: ['books receivable EUR', 'invoice_settlement inv'],
  },
  {
    title: 'two attempts of one invoice at once',
    plant: `drop index payment_attempt_open; create table kept as select * from payment_attempt
      where invoice = ${paidInvoice};
      update kept set status = 'pending', id = 'pay_twin_1'; insert into payment_attempt select * from kept;
      update kept set id = 'pay_twin_2'; insert into payment_attempt select * from kept; drop table kept`,
    mend: `delete from payment_attempt where id like 'pay_twin_%';
      create unique index payment_attempt_open on payment_attempt (environment, customer, invoice)
        where status in ('created', 'started', 'pending', 'action_needed', 'unknown')`,
    finds: ['payment_attempt inv'],
  },
  {
    title: 'a grant that burnt what no movement tells of',
    plant: `update grant_ set burnt = burnt + 1 where customer = ${of('payer')} and closed_at is null`,
    mend: `update grant_ set burnt = burnt - 1 where customer = ${of('payer')} and closed_at is null`,
    finds: ['grant_movements grt', 'balance_grants tickets'],
  },
  {
    title: 'a counter that no event explains',
    plant: `update balance set used = used + 1 where customer = ${of('payer')}`,
    mend: `update balance set used = used - 1 where customer = ${of('payer')}`,
    finds: ['balance_events tickets'],
  },
  {
    title: 'a hold that nothing is held for',
    plant: `update balance set reserved = reserved + 2 where customer = ${of('payer')}`,
    mend: `update balance set reserved = reserved - 2 where customer = ${of('payer')}`,
    finds: ['balance_holds tickets'],
  },
  {
    title: 'revenue that no movement led to',
    plant: `update monthly_revenue set monthly_minor = monthly_minor + 3 where customer = ${of('payer')} and plan = 'large'`,
    mend: `update monthly_revenue set monthly_minor = monthly_minor - 3 where customer = ${of('payer')} and plan = 'large'`,
    finds: ['monthly_revenue large EUR', 'sold_revenue large EUR'],
  },
  {
    title: 'revenue of a plan that nobody has at that price',
    plant: `update monthly_revenue set monthly_minor = monthly_minor + 3 where customer = ${of('payer')} and plan = 'large';
      insert into revenue_movement (environment, customer, currency, plan, kind, delta_minor, at)
        select environment, id, 'EUR', 'large', 'expansion', 3, '2099-01-01T00:00:00Z' from customer where key = 'payer'`,
    mend: `update monthly_revenue set monthly_minor = monthly_minor - 3 where customer = ${of('payer')} and plan = 'large';
      delete from revenue_movement where at = '2099-01-01T00:00:00Z'`,
    finds: ['sold_revenue large EUR'],
  },
  {
    title: 'money of nobody that the books of the environment do not know',
    plant: `insert into unallocated_receipt (environment, id, provider, transaction, currency, amount_minor, received_at)
      values (1, 'una_test_0', 'manual', 'txn_nobody', 'EUR', 900, '2026-03-01T00:00:00Z')`,
    mend: "delete from unallocated_receipt where transaction = 'txn_nobody'",
    finds: ['books unapplied_cash EUR', 'books cash:manual EUR'],
  },
  {
    title: 'an entry of the environment’s own books that does not sum to zero',
    plant: `do $$ begin execute (select 'alter table ledger_entry drop constraint ' || conname from pg_constraint
        where conrelid = 'ledger_entry'::regclass and pg_get_constraintdef(oid) like '%sum_of%'); end $$;
      insert into ledger_entry (environment, customer, id, cause, kind, currency, accounts, amounts_minor, occurred_at,
        recorded_at) values (1, 0, 'le_test_0', 'planted', 'receipt.received', 'EUR',
        array['cash:manual', 'unapplied_cash'], array[5, -4], '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')`,
    mend: `alter table ledger_entry disable trigger ledger_entry_stays;
      delete from ledger_entry where cause = 'planted';
      alter table ledger_entry enable trigger ledger_entry_stays;
      alter table ledger_entry add check (sum_of(amounts_minor) = 0)`,
    finds: ['ledger_entry le', 'books cash:manual EUR', 'books unapplied_cash EUR'],
  },
  {
    title: 'a month that was jumped',
    plant: `update subscription set period_start = period_start + interval '1 month',
      period_end = period_end + interval '1 month', billed_until = billed_until + interval '1 month'
      where customer = ${of('payer')}`,
    mend: `update subscription set period_start = period_start - interval '1 month',
      period_end = period_end - interval '1 month', billed_until = billed_until - interval '1 month'
      where customer = ${of('payer')}`,
    finds: ['period_billed sub'],
  },
  {
    title: 'a month that nobody billed, long after the next ones were',
    plant: `update invoice_line set kind = 'item' where kind = 'plan' and invoice = (select min(id) from invoice
      where customer = ${of('payer')} and reason = 'period' and kind = 'invoice' and period_start > '2026-02-01')`,
    mend: `update invoice_line set kind = 'plan' where kind = 'item' and customer = ${of('payer')}`,
    finds: ['period_billed inv'],
  },
  {
    title: 'a line that is short of its period',
    plant: `update invoice_line set service_end = service_end - interval '10 days' where kind = 'plan' and invoice = (
      select max(id) from invoice where customer = ${of('holder')} and reason = 'period' and kind = 'invoice')`,
    mend: `update invoice_line set service_end = service_end + interval '10 days' where kind = 'plan' and invoice = (
      select max(id) from invoice where customer = ${of('holder')} and reason = 'period' and kind = 'invoice')`,
    finds: ['period_billed inv', 'period_billed sub'],
  },
  {
    title: 'a module that two periods charge',
    plant: `update invoice_line set service_end = service_end + interval '20 days' where kind = 'add_on' and invoice = (
      select min(id) from invoice where customer = ${of('holder')} and reason = 'period' and kind = 'invoice')`,
    mend: `update invoice_line set service_end = service_end - interval '20 days' where kind = 'add_on' and invoice = (
      select min(id) from invoice where customer = ${of('holder')} and reason = 'period' and kind = 'invoice')`,
    finds: ['period_overlap inv'],
  },
  {
    title: 'use of the running month that is said to be charged',
    plant: `update balance set billed = used where customer = ${of('caller')} and feature = ${calls}`,
    mend: `update balance set billed = 0 where customer = ${of('caller')} and feature = ${calls}`,
    finds: ['usage_billed calls of sub'],
  },
  {
    title: 'a month whose use no line charges',
    plant: `update invoice_line set kind = 'item' where customer = ${of('caller')} and kind = 'usage'`,
    mend: `update invoice_line set kind = 'usage' where customer = ${of('caller')} and kind = 'item'`,
    finds: ['usage_billed calls of sub'],
  },
  {
    title: 'a line that charges other use than there was',
    plant: `update invoice_line set quantity = '9' where customer = ${of('caller')} and kind = 'usage'`,
    mend: `update invoice_line set quantity = '7' where customer = ${of('caller')} and kind = 'usage'`,
    finds: ['usage_billed calls of sub'],
  },
  {
    title: 'a month that was closed with other use than there was',
    plant: `create table kept as select start_at, uses from closed_stretch where customer = ${of('caller')};
      update closed_stretch set uses = jsonb_set(jsonb_set(uses, '{0,used}', '5'), '{0,billed,used}', '5')
      where customer = ${of('caller')}`,
    mend: `update closed_stretch c set uses = kept.uses from kept where customer = ${of('caller')}
      and c.start_at = kept.start_at; drop table kept`,
    // by its lines, and by its windows
    finds: ['usage_billed calls of sub', 'usage_billed calls of sub'],
  },
  {
    title: 'a window that is over and not billed whole',
    plant: `update usage_window set billed = billed - 1 where customer = ${of('caller')} and feature = ${calls}`,
    mend: `update usage_window set billed = billed + 1 where customer = ${of('caller')} and feature = ${calls}`,
    finds: ['usage_billed calls of sub'],
  },
  {
    title: 'use above an allowance, in a month that is closed, that nothing charges',
    plant: `create table kept as select id, invoice from overage where customer = ${of('caller')} and invoice is not null;
      update overage set invoice = null where id in (select id from kept)`,
    mend: 'update overage o set invoice = kept.invoice from kept where o.id = kept.id; drop table kept',
    // by itself, and because its line charges what isn't
    finds: ['usage_billed tickets of sub', 'usage_billed tickets'],
  },
  {
    title: 'use above an allowance that an invoice charges which is not there',
    plant: `update overage set invoice = 'inv_nowhere' where customer = ${of('caller')} and invoice is null`,
    mend: `update overage set invoice = null where invoice = 'inv_nowhere'`,
    finds: ['usage_billed tickets of sub', 'usage_billed tickets'],
  },
  {
    title: 'a trial that outlasts its end',
    plant: `update subscription set trial_end_at = trial_end_at - interval '60 days' where customer = ${of('trier')}`,
    mend: `update subscription set trial_end_at = trial_end_at + interval '60 days' where customer = ${of('trier')}`,
    finds: ['period_billed sub'],
  },
  {
    title: 'money that a dispute withdrew twice',
    plant: `insert into ledger_entry select environment, customer, 'le_test_0', 'planted', kind, currency, invoice, accounts,
      amounts_minor, occurred_at, recorded_at from ledger_entry where kind = 'dispute.withdrawn' limit 1`,
    mend: unpost,
    finds: ['books cash:simulator EUR', 'books disputes EUR'],
  },
  {
    title: 'a dispute that is lost in the books alone',
    plant: post('dispute.lost', { write_offs: 8_000, disputes: -8_000 }),
    mend: unpost,
    finds: ['books disputes EUR', 'books write_offs EUR'],
  },
  {
    title: 'a dispute of which the books know nothing',
    plant: 'update dispute set withdrawn_minor = 0',
    mend: 'update dispute set withdrawn_minor = amount_minor',
    finds: ['books cash:simulator EUR', 'books disputes EUR'],
  },
  {
    title: 'a fee that nobody took',
    plant: post('fee', { fees: 5_000, 'cash:simulator': -5_000 }),
    mend: unpost,
    finds: ['books fees EUR'],
  },
  {
    title: 'an account that there isn’t',
    plant: post('odd', { my_pocket: 5_000, 'cash:simulator': -5_000 }),
    mend: unpost,
    finds: ['books cash:simulator EUR', 'books my_pocket EUR'],
  },
]
