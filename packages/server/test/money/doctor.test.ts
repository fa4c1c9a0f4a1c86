import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/domain/doctor/model.ts'
import { checkDeliveries } from '../../src/domain/doctor/environment.ts'
import { examineInstallation } from '../../src/operations/doctor/examine.ts'
import { examineNightly } from '../../src/operations/doctor/examine-nightly.ts'
import { reportOn } from '../../src/operations/doctor/report.ts'
import { lyon, openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
  await liveALittle()
})
afterAll(() => world?.close())

const subscribe = (customer: string, rest: object = {}) =>
  world.ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency: 'EUR', ...rest })

async function invoicesOf(customer: string) {
  const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
  return data.toReversed()
}

const attach = (customer: string, instrument: string) =>
  world.ask('POST', `/v1/customers/${customer}/payment-methods`, { provider: 'simulator', instrument })

/** A bit of everything that moves money or counts. */
async function liveALittle() {
  const payer = await world.customerOn('2026-01-10T00:00:00Z', 'payer', { billing: { address: lyon } })
  await attach('payer', 'card_ok')
  const { id } = await subscribe('payer')
  await world.ask('POST', '/v1/consume', { customer: 'payer', feature: 'tickets', amount: 20 })
  await world.ask('POST', '/v1/reservations', { customer: 'payer', feature: 'tickets', amount: 5 })
  await payer('2026-01-20T00:00:00Z')
  await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'large' })
  await payer('2026-03-15T00:00:00Z')
  await world.ask('POST', '/v1/consume', { customer: 'payer', feature: 'tickets', amount: 3 })
  const [, , paid] = await invoicesOf('payer')
  await world.ask('POST', `/v1/invoices/${paid.id}/credit-notes`, {
    amountMinor: 1_000,
    destination: 'refund',
  })
  await world.ask('POST', `/v1/invoices/${paid.id}/credit-notes`, { amountMinor: 500 })
  const poor = await world.customerOn('2026-01-10T00:00:00Z', 'poor')
  await attach('poor', 'card_insufficient_funds')
  await subscribe('poor')
  await poor('2026-03-15T00:00:00Z')
  const [first, second] = await invoicesOf('poor')
  await world.ask('POST', `/v1/invoices/${first.id}/void`)
  await world.ask('POST', `/v1/invoices/${second.id}/mark-uncollectible`)
}

const report = () => {
  const { context } = world.server.engine
  return reportOn(context, { id: 1, name: 'test', mode: 'test' }, 100, { pageSize: 1 })
}

/** Of what is stored: jobs that stumble over what was planted are told, too. */
async function findings(): Promise<Finding[]> {
  return (await report()).findings.filter(({ check }) => check !== 'job')
}

describe('the doctor', () => {
  it('I-4 finds nothing in a world that is well', async () => {
    const { findings: found, customers, count } = await report()
    expect(found).toEqual([])
    expect({ customers, count }).toEqual({ customers: 2, count: 0 })
    const answer = await world.ask('GET', '/v1/doctor')
    expect(answer).toMatchObject({ object: 'doctor_report', customers: 2, count: 0, findings: [] })
  })
})

/** What somebody did to the database, and how to undo it. */
interface Corruption {
  title: string
  plant: string
  mend: string
  /** `check subject` of everything that is found: an id stands for its prefix. */
  finds: string[]
}

const of = (customer: string) => `(select id from customer where key = '${customer}')`
const paidInvoice = `(select id from invoice where status = 'paid' and kind = 'invoice' and customer = ${of('payer')}
  order by document_number limit 1)`

const corruptions: Corruption[] = [
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
    plant: `insert into unallocated_receipt (environment, provider, transaction, currency, amount_minor, received_at)
      values (1, 'manual', 'txn_nobody', 'EUR', 900, '2026-03-01T00:00:00Z')`,
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
]

describe('the doctor names', () => {
  // no job may act on what is planted
  beforeAll(() => world.server.stop())

  /** Ids are told by their prefix: `inv_test_…` is `inv`. */
  const told = ({ check, subject }: Finding) =>
    `${check} ${subject.replaceAll(/([a-z]+)_test_[0-9a-z]+/g, '$1').replace(/(txn)_[0-9a-f]{24}/, '$1')}`

  it.each(corruptions)('$title', async ({ plant, mend, finds }) => {
    await world.database.db.query(plant)
    const found = await findings()
    await world.database.db.query(mend)
    expect(found.map(told).toSorted()).toEqual(finds.toSorted())
    expect(await findings()).toEqual([])
  })

  it('a job that hangs, and one that fails', async () => {
    const { db } = world.database
    await db.query(`insert into job_run (name, started_at, finished_at, failing, failure, every_ms) values
      ('hangs', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 0, null, 250),
      ('fails', '2099-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 2, 'customers', 250)`)
    const found = await examineInstallation(world.server.engine.context)
    await db.query(`delete from job_run where name in ('hangs', 'fails')`)
    expect(found).toEqual([
      {
        check: 'job',
        customer: null,
        subject: 'fails',
        expected: 'failing 0, failure null',
        found: 'failing 2, failure customers',
      },
      { check: 'job', customer: null, subject: 'hangs', expected: 'late false', found: 'late true' },
    ])
  })

  it('events that nobody plans deliveries for, after a while', () => {
    const check = (minutes: number) => checkDeliveries({ events: 2, oldestAt: 0 }, minutes * 60_000)
    expect(check(14)).toEqual([])
    expect(check(16)).toMatchObject([{ check: 'deliveries', expected: 'unplanned 0', found: 'unplanned 2' }])
  })
})

describe('every night', () => {
  it('one process examines, and an event tells what was found', async () => {
    const { context } = world.server.engine
    await world.database.db.query(`update balance set used = used + 1 where customer = ${of('payer')}`)
    // the night in which the server was started is over
    await world.database.db.query('delete from doctor_day')
    const nights = await Promise.all([examineNightly(context), examineNightly(context)])
    expect(nights.reduce((sum, { handled }) => sum + handled, 0)).toBe(2)
    await world.database.db.query(`update balance set used = used - 1 where customer = ${of('payer')}`)
    const { rows } = await world.database.db.query(
      `select payload from event where type = 'doctor.problems_found'`,
    )
    expect(rows).toEqual([{ payload: { findings: 1, checks: { balance_events: 1 } } }])
  })
})
