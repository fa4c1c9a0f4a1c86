-- Money. Amounts are bigint in minor units of the row's currency; a service is a half-open stretch of time.

alter table customer_head
  -- the next moment of collection: a draft to finalise, a retry, a dunning step
  add column collection_due_at timestamptz(3) not null default 'infinity',
  -- grows with every change of anything but usage: what a preview was taken of
  add column revision bigint not null default 0,
  -- what unpaid invoices do to access
  add column standing_level text not null default 'full'
    check (standing_level in ('full', 'warned', 'limited', 'read_only', 'blocked')),
  add column standing_reason text not null default 'ok',
  -- [{"item": 1, "version": 1, "quantity": 1}]: add-ons that a failure switched off
  add column standing_modules jsonb not null default '[]',
  -- how far open disputes let the customer in
  add column standing_disputed text not null default 'full'
    check (standing_disputed in ('full', 'warned', 'limited', 'read_only', 'blocked'));
create index customer_head_collection_due on customer_head (collection_due_at)
  where collection_due_at < 'infinity' and test_clock is null;
create index customer_head_collection_by_test_clock on customer_head (environment, test_clock, collection_due_at)
  where test_clock is not null;

alter table customer
  -- {"name", "email", "address", "vatId", "taxExempt", "exemptionReason"}: whom documents are written to
  add column billing jsonb not null default '{}';

alter table subscription
  -- until when the price in advance is on an invoice; null = nothing yet
  add column billed_until timestamptz(3),
  -- until when what is charged afterwards is; null = nothing yet
  add column closed_until timestamptz(3),
  -- when the use that is told after its end is billed; null before it ends, and after
  add column settles_at timestamptz(3);

create table subscription_bundle (
  environment smallint not null,
  customer bigint not null,
  subscription bigint not null,
  bundle integer not null references catalog_item,
  bundle_version integer not null,
  started_at timestamptz(3) not null,
  ends_at timestamptz(3),
  primary key (environment, customer, subscription, bundle),
  foreign key (environment, customer, subscription) references subscription (environment, customer, number)
);

-- Invoices and credit notes ------------------------------------------------------------------------

-- Numbers without gaps: one row per series (a prefix, or a test clock's own) and year. Taken last in a transaction.
create table document_series (
  environment smallint not null references environment,
  series text not null,
  year integer not null,
  last_number bigint not null,
  last_issued_at timestamptz(3) not null,
  primary key (environment, series, year)
);

create table invoice (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  kind text not null check (kind in ('invoice', 'credit_note')),
  reason text not null check (reason in ('period', 'change', 'add_on', 'top_up', 'one_off')),
  status text not null check (status in ('draft', 'open', 'paid', 'void', 'uncollectible')),
  series text,
  document_number text,
  credits text,
  subscription bigint,
  -- key of the one that the subscription was on when it was written: what it counts for in figures, whatever follows
  plan text,
  period_start timestamptz(3),
  period_end timestamptz(3),
  currency text not null,
  subtotal_minor bigint not null,
  discount_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (total_minor >= 0),
  credit_applied_minor bigint not null default 0 check (credit_applied_minor >= 0),
  credited_minor bigint not null default 0 check (credited_minor >= 0),
  amount_paid_minor bigint not null default 0 check (amount_paid_minor >= 0),
  refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  taxes jsonb not null,
  -- that took something off: [{"id", "name"}]
  coupons jsonb not null,
  collection text not null check (collection in ('automatic', 'send', 'prepaid')),
  on_paid jsonb,
  created_at timestamptz(3) not null,
  finalise_at timestamptz(3) not null,
  issued_at timestamptz(3),
  due_at timestamptz(3),
  paid_at timestamptz(3),
  voided_at timestamptz(3),
  attempts integer not null default 0,
  first_failed_at timestamptz(3),
  next_attempt_at timestamptz(3),
  failure text check (failure in ('soft', 'hard', 'action_needed')),
  dunning_step integer not null default -1,
  dunning_letter integer not null default -1,
  dunning_at timestamptz(3),
  -- from issue; null: as the policies say
  due_days integer,
  -- how it is collected, as its plan said when it was issued
  policies jsonb,
  note text not null default '',
  metadata jsonb not null default '{}',
  -- who is written to and who writes, as it was when issued
  parties jsonb,
  -- when more of its revenue is earned; infinity: all is
  earn_at timestamptz(3) not null default 'infinity',
  primary key (environment, customer, id),
  unique (environment, id),
  check (kind = 'credit_note' or total_minor >= credit_applied_minor + credited_minor + amount_paid_minor),
  check (refunded_minor <= case kind when 'invoice' then amount_paid_minor else total_minor - credited_minor end),
  check ((document_number is null) = (status = 'draft' or series is null)),
  foreign key (environment, customer) references customer (environment, id)
);
create unique index invoice_number on invoice (environment, series, document_number) where document_number is not null;
-- A period is billed once.
create unique index invoice_period on invoice (environment, customer, subscription, period_start)
  where reason = 'period' and kind = 'invoice' and status <> 'void';
create index invoice_unsettled on invoice (environment, customer) where status in ('draft', 'open', 'uncollectible');
create index invoice_earn_due on invoice (earn_at) where earn_at < 'infinity';
create index invoice_earn_due_of_customer on invoice (environment, customer, earn_at) where earn_at < 'infinity';
create index invoice_by_issue on invoice (environment, issued_at) where issued_at is not null;

create table invoice_line (
  environment smallint not null,
  customer bigint not null,
  invoice text not null,
  position integer not null,
  id text not null,
  kind text not null,
  reference text not null,
  component text not null,
  description text not null,
  quantity text not null,
  unit_minor text,
  amount_minor bigint not null,
  discount_minor bigint not null,
  net_minor bigint not null,
  tax_inclusive boolean not null,
  tax_category text not null,
  taxes jsonb not null,
  service_start timestamptz(3),
  service_end timestamptz(3),
  credits text,
  -- what later lines have given back of it
  credited_minor bigint not null default 0,
  credited_discount_minor bigint not null default 0,
  -- when a change gave back the rest of it
  stopped_at timestamptz(3),
  -- of net_minor, what is revenue; the rest is deferred
  earned_minor bigint not null default 0,
  subscription bigint,
  primary key (environment, customer, invoice, position)
);
create unique index invoice_line_id on invoice_line (environment, customer, id);
create index invoice_line_credits on invoice_line (environment, customer, credits) where credits is not null;
create index invoice_line_running on invoice_line (environment, customer, subscription, service_end)
  where service_end is not null and amount_minor <> 0 and stopped_at is null;

create table pending_item (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  subscription bigint,
  currency text not null,
  line jsonb not null,
  created_at timestamptz(3) not null,
  invoice text,
  primary key (environment, customer, id)
);
create index pending_item_open on pending_item (environment, customer) where invoice is null;

create table discount (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  subscription bigint,
  coupon_key text not null,
  coupon jsonb not null,
  redeemed_at timestamptz(3) not null,
  periods_left integer,
  -- the end of the period that it was counted for last
  held_until timestamptz(3),
  ended_at timestamptz(3),
  primary key (environment, customer, id)
);
create index discount_by_coupon on discount (environment, coupon_key);
create index discount_open on discount (environment, customer) where ended_at is null;

-- How often a coupon that has a limit was redeemed, over all customers.
create table coupon_redemptions (
  environment smallint not null references environment,
  coupon_key text not null,
  redeemed integer not null,
  primary key (environment, coupon_key)
);

create table credit_balance (
  environment smallint not null,
  customer bigint not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor >= 0),
  primary key (environment, customer, currency)
);

-- Usage that was billed ----------------------------------------------------------------------------

alter table overage add column invoice text;
create index overage_unbilled on overage (environment, customer) where priced and invoice is null;
alter table usage_window add column billed bigint not null default 0;

-- What a stretch of a subscription was charged afterwards, and under which terms: what is told of it later is charged there.
create table closed_stretch (
  environment smallint not null,
  customer bigint not null,
  subscription bigint not null,
  start_at timestamptz(3) not null,
  end_at timestamptz(3) not null,
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  plan integer not null,
  plan_version integer not null,
  billing_interval text not null,
  currency text not null,
  -- the least that it costs, and what counted towards that
  minimum_minor bigint not null,
  counted_minor bigint not null,
  -- [{"feature", "before", "used", "billed": {"before", "used"}}]
  uses jsonb not null,
  -- what was included of features that cost above that, by surrogate: {"7": 1000}
  included jsonb not null,
  -- what was charged for use that was taken back, and didn't come back: {"usage|calls|calls": 5000}
  kept jsonb not null,
  reopened boolean not null,
  primary key (environment, customer, subscription, start_at)
);
create index closed_stretch_reopened on closed_stretch (environment, customer) where reopened;
-- of the running window
alter table balance add column billed bigint not null default 0;

-- What a caller's key began, where that crosses several transactions: a replay goes on from there.
create table command_key (
  environment smallint not null,
  customer bigint not null,
  verb text not null,
  key_hash bytea not null,
  body_hash bytea not null,
  reference text not null,
  recorded_at timestamptz(3) not null,
  primary key (environment, customer, verb, key_hash)
);
create index command_key_age on command_key (recorded_at);

-- Payments -----------------------------------------------------------------------------------------

create table payment_method (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  provider text not null,
  token text not null,
  kind text not null check (kind in ('card', 'phone', 'bank_transfer', 'cash')),
  label text not null,
  expires text,
  -- until it has been announced
  expiry_warning_at timestamptz(3),
  silent boolean not null,
  is_default boolean not null,
  is_fallback boolean not null,
  failed_at timestamptz(3),
  created_at timestamptz(3) not null,
  detached_at timestamptz(3),
  primary key (environment, customer, id),
  unique (environment, id)
);

create index payment_method_to_forget on payment_method (id) where detached_at is not null and token <> '';

-- A way to pay that is being set up, for whoever hears from the provider how it went.
create table payment_setup (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  provider text not null,
  is_default boolean not null,
  is_fallback boolean not null,
  -- what it is to pay as soon as it is there, and where its payer goes on: who pays from the page of an invoice
  invoice text,
  return_url text,
  created_at timestamptz(3) not null,
  primary key (environment, customer, id),
  unique (environment, id)
);

create table payment_attempt (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  invoice text not null,
  method text not null,
  provider text not null,
  kind text not null check (kind in ('card', 'phone', 'bank_transfer', 'cash')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  status text not null check (status in
    ('created', 'started', 'pending', 'action_needed', 'unknown', 'succeeded', 'declined', 'expired', 'superseded')),
  trigger text not null check (trigger in ('automatic', 'fallback', 'manual', 'new_method')),
  transaction text,
  url text,
  return_url text,
  decline jsonb,
  -- what whoever pays by hand was told: a text, and a reference to quote
  instructions jsonb,
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  expires_at timestamptz(3),
  -- by the system clock: when somebody may take it up (again)
  claimable_at timestamptz(3) not null,
  -- given up after it had begun: since when the provider has it called back, or has said that it can't
  called_back_at timestamptz(3),
  primary key (environment, customer, id),
  unique (environment, id)
);
create index payment_attempt_of_invoice on payment_attempt (environment, invoice);
create index payment_attempt_to_call_back on payment_attempt (claimable_at)
  where status = 'superseded' and started_at is not null and called_back_at is null;
-- One attempt of an invoice is under way, over all rails.
create unique index payment_attempt_open on payment_attempt (environment, customer, invoice)
  where status in ('created', 'started', 'pending', 'action_needed', 'unknown');
create index payment_attempt_claimable on payment_attempt (claimable_at) where status in ('created', 'started', 'unknown');
create index payment_attempt_transaction on payment_attempt (environment, provider, transaction) where transaction is not null;

-- Money that came in, once for each transaction of a provider.
create table receipt (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  provider text not null,
  transaction text not null,
  attempt text,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  received_at timestamptz(3) not null,
  allocations jsonb not null,
  to_balance_minor bigint not null,
  refunded_minor bigint not null default 0 check (refunded_minor <= amount_minor),
  primary key (environment, customer, id),
  unique (environment, id),
  unique (environment, provider, transaction)
);

create table refund (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  receipt text not null,
  -- [{"invoice": "inv_…", "creditNote": "cn_…", "amountMinor": 100}]; without an invoice: from the customer's balance
  parts jsonb not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  status text not null check (status in ('created', 'started', 'pending', 'succeeded', 'failed')),
  reason text not null,
  transaction text,
  failure text,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  claimable_at timestamptz(3) not null,
  primary key (environment, customer, id),
  unique (environment, id)
);
create index refund_of_receipt on refund (environment, customer, receipt);
create index refund_claimable on refund (claimable_at) where status in ('created', 'started', 'pending');

create table dispute (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  provider text not null,
  reference text not null,
  receipt text not null,
  amount_minor bigint not null,
  -- what the provider holds of ours
  withdrawn_minor bigint not null,
  currency text not null,
  status text not null check (status in ('open', 'won', 'lost')),
  reason text not null,
  evidence_due_at timestamptz(3),
  opened_at timestamptz(3) not null,
  closed_at timestamptz(3),
  -- by the provider: older news changes nothing
  told_at timestamptz(3) not null,
  primary key (environment, customer, id),
  unique (environment, id),
  unique (environment, provider, reference)
);

-- What providers told us: verified, stored, acknowledged; a job applies it.
create table provider_event (
  environment smallint not null,
  provider text not null,
  id text not null,
  type text not null,
  body jsonb not null,
  received_at timestamptz(3) not null,
  applied_at timestamptz(3),
  attempts integer not null default 0,
  next_attempt_at timestamptz(3) not null,
  failure text,
  -- what it led to: applied, ignored (of nothing we know), unallocated
  outcome text,
  primary key (environment, provider, id)
);
create index provider_event_unapplied on provider_event (next_attempt_at) where applied_at is null;

-- How far into a provider's list of events we have read.
create table provider_cursor (
  environment smallint not null references environment,
  provider text not null,
  after text not null,
  primary key (environment, provider)
);

-- What is bought at a page: paid, it is complete; what became of it is read from its document.
create table checkout_session (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  invoice text not null,
  subscription text,
  -- the way to pay that the page asks for
  setup text not null,
  provider text not null,
  kind text not null,
  url text,
  success_url text not null,
  cancel_url text not null,
  currency text not null,
  total_minor bigint not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  primary key (environment, customer, id),
  unique (environment, id),
  unique (environment, setup)
);

-- Money of which nobody knows whose it is; in the books it is the environment's own unapplied cash.
create table unallocated_receipt (
  environment smallint not null,
  id text not null unique,
  provider text not null,
  transaction text not null,
  attempt_key text,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  received_at timestamptz(3) not null,
  -- what it became once somebody said whose it is; it stays, so that its transaction never lands again
  receipt text,
  primary key (environment, provider, transaction)
);

-- Books --------------------------------------------------------------------------------------------

create function sum_of(amounts bigint[]) returns numeric
  language sql immutable strict parallel safe
  return (select coalesce(sum(amount), 0) from unnest(amounts) amount);

-- A sum over many documents, as far as it can be told exactly: one that goes beyond must not hide all others.
create function countable(amount numeric) returns bigint
  language sql immutable strict parallel safe
  return least(greatest(amount, -9007199254740991), 9007199254740991)::bigint;

-- One row an entry, so that no part of one can ever be missing: its postings are two arrays that sum to zero.
create table ledger_entry (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  cause text not null,
  kind text not null,
  currency text not null,
  invoice text,
  accounts text[] not null,
  amounts_minor bigint[] not null,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  primary key (environment, customer, id),
  unique (environment, customer, cause),
  check (cardinality(accounts) = cardinality(amounts_minor) and cardinality(accounts) >= 2),
  check (sum_of(amounts_minor) = 0),
  check (array_position(amounts_minor, 0) is null)
);
create index ledger_entry_by_time on ledger_entry (environment, occurred_at);

create function keep_ledger_entry() returns trigger language plpgsql as $$
begin
  raise exception 'The books are only added to: a mistake is met by another entry';
end $$;
create trigger ledger_entry_stays before update or delete on ledger_entry
  for each row execute function keep_ledger_entry();

create view ledger_posting as
  select environment, customer, id as entry, cause, kind, currency, invoice, posting.account, posting.amount_minor,
    posting.position, occurred_at, recorded_at
  from ledger_entry, unnest(accounts, amounts_minor) with ordinality posting (account, amount_minor, position);
