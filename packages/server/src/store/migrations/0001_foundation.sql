-- The whole model of the engine without money. Conventions:
--   * customer, member and feature are integers inside; the caller's ids live in customer, member and feature only.
--   * every customer-owned table starts its key with (environment, customer), so that it can be spread by customer.
--   * no column has a time default: the time is always a parameter.
--   * times are timestamptz(3); 'infinity' means never.

create table installation (
  singleton boolean primary key default true check (singleton),
  key_pepper bytea not null,
  created_at timestamptz(3) not null
);

create table environment (
  id smallint primary key,
  name text not null unique,
  mode text not null check (mode in ('test', 'live')),
  feed_position bigint not null default 0,
  allowed_origins text[] not null default '{}',
  created_at timestamptz(3) not null
);

create table api_key (
  environment smallint not null references environment,
  id text not null,
  kind text not null check (kind in ('secret', 'restricted', 'publishable')),
  name text not null,
  scopes text[] not null default '{}',
  hash bytea not null unique,
  hint text not null,
  -- requests a minute by class, where they differ from the installation's: {"usage": 5000}
  rate_limits jsonb not null default '{}',
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null default 'infinity',
  revoked_at timestamptz(3),
  rolled_to text,
  primary key (environment, id)
);

-- Who may use the console. password_hash: scrypt$N$r$p$salt$hash, base64url.
create table operator (
  email text primary key,
  password_hash text not null,
  created_at timestamptz(3) not null
);

-- Answers of cold POSTs, stored in the transaction of their effect.
create table idempotent_answer (
  environment smallint not null,
  scope text not null,
  key_hash bytea not null,
  body_hash bytea not null,
  status smallint not null,
  -- the bytes as they were sent; sealed when they hold a secret that is shown once
  body bytea not null,
  sealed boolean not null,
  created_at timestamptz(3) not null,
  primary key (environment, scope, key_hash)
);
create index idempotent_answer_age on idempotent_answer (created_at);

create unlogged table rate_window (
  bucket text not null,
  window_start timestamptz(3) not null,
  taken integer not null,
  primary key (bucket, window_start)
);

-- Catalog ------------------------------------------------------------------------------------------

create table catalog (
  environment smallint primary key references environment,
  revision integer not null,
  document jsonb not null,
  updated_at timestamptz(3) not null,
  -- a change that reaches customers who command nothing is passed on to them by a job, by ascending customer:
  -- pass 0 = done; all = also to those with a subscription; spread_at = not before
  spread_pass smallint not null default 0,
  spread_all boolean not null default false,
  spread_after bigint not null default 0,
  spread_at timestamptz(3) not null default 'infinity'
);

create table feature (
  environment smallint not null references environment,
  id integer generated always as identity primary key,
  key text not null,
  document jsonb not null,
  archived_at timestamptz(3),
  created_at timestamptz(3) not null,
  unique (environment, key)
);

-- A plan, an add-on or a bundle. Versions never change; subscriptions point at one.
create table catalog_item (
  environment smallint not null references environment,
  id integer generated always as identity primary key,
  kind text not null check (kind in ('plan', 'add_on', 'bundle')),
  key text not null,
  current_version integer not null,
  archived_at timestamptz(3),
  created_at timestamptz(3) not null,
  unique (environment, kind, key)
);

create table catalog_item_version (
  item integer not null references catalog_item,
  version integer not null,
  document jsonb not null,
  created_at timestamptz(3) not null,
  primary key (item, version)
);

-- Customers ----------------------------------------------------------------------------------------

create table test_clock (
  environment smallint not null references environment,
  id text not null,
  name text not null default '',
  current_at timestamptz(3) not null,
  target_at timestamptz(3),
  status text not null check (status in ('ready', 'advancing', 'failed')),
  failure text,
  created_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (environment, id)
);
create index test_clock_advancing on test_clock (environment, id) where status = 'advancing';

create table customer (
  environment smallint not null references environment,
  id bigint generated always as identity,
  key text not null,
  name text not null default '',
  email text,
  time_zone text not null,
  locale text not null,
  currency text,
  test_clock text,
  metadata jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (environment, id),
  unique (environment, key),
  foreign key (environment, test_clock) references test_clock (environment, id)
);
create index customer_by_test_clock on customer (environment, test_clock) where test_clock is not null;

-- The row every command on a customer locks first. Made with the customer, never deleted.
create table customer_head (
  environment smallint not null,
  customer bigint not null,
  entitlement_version bigint not null,
  event_sequence bigint not null default 0,
  decided_at timestamptz(3) not null default '-infinity',
  due_at timestamptz(3) not null default 'infinity',
  test_clock text,
  primary key (environment, customer),
  foreign key (environment, customer) references customer (environment, id)
) with (fillfactor = 70);
create index customer_head_due on customer_head (due_at) where due_at < 'infinity' and test_clock is null;
create index customer_head_by_test_clock on customer_head (environment, test_clock, due_at)
  where test_clock is not null;

create table member (
  environment smallint not null,
  customer bigint not null,
  id bigint generated always as identity,
  key text not null,
  name text not null default '',
  email text,
  metadata jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (environment, customer, id),
  unique (environment, customer, key),
  foreign key (environment, customer) references customer (environment, id)
);

create table subscription (
  environment smallint not null,
  customer bigint not null,
  number bigint generated always as identity,
  id text not null,
  status text not null
    check (status in ('scheduled', 'incomplete', 'trialing', 'active', 'paused', 'canceled', 'expired')),
  authority text not null check (authority in ('engine', 'provider')),
  -- manual: without a trial it starts as incomplete
  activation text not null default 'automatic' check (activation in ('automatic', 'manual', 'payment')),
  plan integer not null references catalog_item,
  plan_version integer not null,
  billing_interval text not null,
  currency text not null,
  quantities jsonb not null default '{}',
  anchor_at timestamptz(3) not null,
  -- in which its periods are counted: the customer's, when the running one began
  time_zone text not null,
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  start_at timestamptz(3) not null,
  trial_end_at timestamptz(3),
  -- key of the plan that became paid at its end; null before, and where none did
  trial_plan text,
  -- when its end was announced ahead
  trial_ending_told_at timestamptz(3),
  cancel_at timestamptz(3),
  canceled_at timestamptz(3),
  ended_at timestamptz(3),
  end_reason text,
  paused_at timestamptz(3),
  -- by a step of dunning: the payment ends it
  paused_unpaid boolean not null default false,
  resume_at timestamptz(3),
  -- {"at": iso, "plan": …, "planVersion": …, "interval": …, "currency": …, "quantities": …} or null
  scheduled_change jsonb,
  metadata jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (environment, customer, number),
  unique (environment, id),
  foreign key (environment, customer) references customer (environment, id)
);
-- CM-13: one live plan subscription per customer.
create unique index subscription_one_live on subscription (environment, customer)
  where status in ('scheduled', 'incomplete', 'trialing', 'active', 'paused');
create index subscription_by_plan on subscription (plan, plan_version, status);

create table subscription_add_on (
  environment smallint not null,
  customer bigint not null,
  subscription bigint not null,
  add_on integer not null references catalog_item,
  add_on_version integer not null,
  quantity integer not null check (quantity > 0),
  started_at timestamptz(3) not null,
  ends_at timestamptz(3),
  primary key (environment, customer, subscription, add_on),
  foreign key (environment, customer, subscription) references subscription (environment, customer, number)
);

create table feature_override (
  environment smallint not null,
  customer bigint not null,
  feature integer not null references feature,
  -- {"unlimited": true} | {"amount": n} | {"value": …}
  value jsonb not null,
  reason text not null,
  author text not null,
  expires_at timestamptz(3) not null default 'infinity',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (environment, customer, feature),
  foreign key (environment, customer) references customer (environment, id)
);

-- A block set by hand (the operator suspends); at most one stands.
create table suspension (
  environment smallint not null,
  customer bigint not null,
  reason text not null,
  note text not null,
  author text not null,
  created_at timestamptz(3) not null,
  primary key (environment, customer),
  foreign key (environment, customer) references customer (environment, id)
);

-- The access axis as dated rows: half-open, the open one ends at infinity.
create table access_period (
  environment smallint not null,
  customer bigint not null,
  from_at timestamptz(3) not null,
  to_at timestamptz(3) not null default 'infinity',
  sequence integer not null,
  level text not null check (level in ('full', 'warned', 'limited', 'read_only', 'blocked')),
  reason text not null,
  primary key (environment, customer, sequence),
  foreign key (environment, customer) references customer (environment, id)
);

-- Usage --------------------------------------------------------------------------------------------

create table grant_ (
  environment smallint not null,
  customer bigint not null,
  number bigint generated always as identity,
  id text not null,
  feature integer not null references feature,
  member bigint not null default 0,
  source text not null
    check (source in ('plan', 'add_on', 'top_up', 'promotion', 'rollover', 'manual', 'import')),
  reference text not null default '',
  amount bigint not null check (amount >= 0),
  burnt bigint not null default 0,
  held bigint not null default 0,
  expired bigint not null default 0,
  priority smallint not null,
  starts_at timestamptz(3) not null,
  expires_at timestamptz(3) not null default 'infinity',
  created_at timestamptz(3) not null,
  closed_at timestamptz(3),
  metadata jsonb not null default '{}',
  primary key (environment, customer, number),
  unique (environment, id),
  -- an opened grant may be over-burnt by nobody
  check (burnt >= 0 and held >= 0 and expired >= 0 and burnt + held + expired <= amount),
  foreign key (environment, customer) references customer (environment, id)
);
create index grant_open on grant_ (environment, customer, feature, member) where closed_at is null;

-- Every movement of a grant; a grant's columns are its sums.
create table grant_movement (
  environment smallint not null,
  customer bigint not null,
  grant_number bigint not null,
  id uuid not null,
  kind text not null check (kind in ('granted', 'burnt', 'held', 'released', 'returned', 'expired', 'changed')),
  amount bigint not null,
  feature integer not null,
  member bigint not null,
  window_start timestamptz(3) not null,
  -- the stretch of the window's used counter that a burn covers (from inclusive, to exclusive)
  position_from bigint not null default 0,
  position_to bigint not null default 0,
  cause text not null default '',
  at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  primary key (environment, customer, grant_number, id)
);

-- One row per customer (member 0) or member and feature: what the guard compares.
-- limit_amount: the limit that is shown. capacity: the total that used + reserved + leased may reach.
-- ceiling: the total up to which a take needs no decision (just below the next threshold, or the capacity).
-- valid_until: the next boundary (a window turns, a grant starts or ends, the lifecycle moves).
create table balance (
  environment smallint not null,
  customer bigint not null,
  feature integer not null,
  member bigint not null default 0,
  used bigint not null default 0,
  reserved bigint not null default 0,
  leased bigint not null default 0,
  overage bigint not null default 0,
  limit_amount bigint not null default 0,
  unlimited boolean not null default false,
  capacity bigint not null default 0,
  ceiling bigint not null default -1,
  folded bigint not null default 0,
  threshold smallint not null default 0,
  window_start timestamptz(3) not null default '-infinity',
  window_end timestamptz(3) not null default '-infinity',
  first_used_at timestamptz(3),
  crossed_at timestamptz(3),
  valid_until timestamptz(3) not null default '-infinity',
  decided_at timestamptz(3) not null default '-infinity',
  entitlement_version bigint not null default -1,
  -- a member's use of this pool moves the member's own balance as well
  shared boolean not null default false,
  subscription bigint not null default 0,
  -- the plan that counts it, for statistics; 0 without one
  plan integer not null default 0,
  primary key (environment, customer, feature, member),
  foreign key (environment, customer) references customer_head (environment, customer)
) with (fillfactor = 50);
create index balance_due on balance (valid_until) where valid_until < 'infinity' and valid_until > '-infinity';

-- A window that has ended, as it stood; late events and settlements still land here.
create table usage_window (
  environment smallint not null,
  customer bigint not null,
  feature integer not null,
  member bigint not null default 0,
  window_start timestamptz(3) not null,
  window_end timestamptz(3) not null,
  used bigint not null,
  reserved bigint not null default 0,
  overage bigint not null default 0,
  limit_amount bigint not null,
  unlimited boolean not null,
  -- how far use was covered when the window ended; what settles or arrives late is overage above it
  capacity bigint not null,
  subscription bigint not null default 0,
  closed_at timestamptz(3) not null,
  -- ended before its time, by a change of plan that gave the allowance anew
  given_anew boolean not null,
  primary key (environment, customer, feature, member, window_start)
);

-- Overage in rows: what the invoice of the next period bills (priced) or reports (not priced).
create table overage (
  environment smallint not null,
  customer bigint not null,
  id uuid not null,
  feature integer not null,
  member bigint not null default 0,
  subscription bigint not null default 0,
  plan integer not null default 0,
  plan_version integer not null default 0,
  window_start timestamptz(3) not null,
  amount bigint not null,
  priced boolean not null,
  unit_price jsonb,
  event uuid not null,
  at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  primary key (environment, customer, id)
);
create index overage_by_window on overage (environment, customer, feature, window_start);

-- Reservations and leases: an amount that is taken from the balance until it is settled or runs out.
create table hold (
  environment smallint not null,
  customer bigint not null,
  id text not null,
  kind text not null check (kind in ('reservation', 'lease')),
  feature integer not null,
  member bigint not null default 0,
  -- whose balances the amount is taken from; member above says who asked
  takes text not null check (takes in ('customer', 'member', 'both')),
  amount bigint not null check (amount >= 0),
  settled bigint,
  -- the use that its end recorded: what a late report of a lease corrects
  event uuid,
  status text not null check (status in ('open', 'settled', 'canceled', 'expired')),
  holder text not null default '',
  window_start timestamptz(3) not null,
  member_window_start timestamptz(3) not null default '-infinity',
  -- [{"grant": number, "amount": n}] once a boundary has bound the hold to grants, else null
  allocation jsonb,
  metadata jsonb,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  closed_at timestamptz(3),
  primary key (environment, id)
);
create index hold_open on hold (environment, customer, feature) where status = 'open';
create index hold_due on hold (expires_at) where status = 'open';

-- One key, one effect. Hashes are 16 bytes of SHA-256, kept as uuid because that has a fixed width.
-- Hash-partitioned because a table partitioned by time can't hold a unique key.
-- verb: 1 consume, 2 events, 3 release, 4 set, 5 reserve, 6 settle, 7 cancel, 8 lease
create table usage_key (
  environment smallint not null,
  customer bigint not null,
  verb smallint not null,
  key_hash uuid not null,
  body_hash uuid not null,
  event uuid not null,
  recorded_at timestamptz(3) not null,
  -- the decision where it isn't in the event itself (reservations, leases, second gear), else null
  decision jsonb,
  primary key (environment, customer, verb, key_hash)
) partition by hash (key_hash);
do $$
begin
  for i in 0..7 loop
    execute format('create table usage_key_%s partition of usage_key for values with (modulus 8, remainder %s)', i, i);
  end loop;
end $$;
-- small, and enough to find what is old: rows lie nearly in the order of their age
create index usage_key_age on usage_key using brin (recorded_at);

-- What was used, by whom, when. recorded_at is the time inside the id, so that an id alone finds its partition.
-- verb: 1 consume, 2 event, 3 release, 4 set, 6 settle, 8 lease, 9 import
create table usage_event (
  environment smallint not null,
  customer bigint not null,
  recorded_at timestamptz(3) not null,
  id uuid not null,
  feature integer not null,
  member bigint not null default 0,
  verb smallint not null,
  amount bigint not null,
  occurred_at timestamptz(3) not null,
  window_start timestamptz(3) not null,
  window_end timestamptz(3) not null,
  used_after bigint not null,
  limit_after bigint not null,
  remaining_after bigint not null,
  unlimited boolean not null,
  overage bigint not null default 0,
  subscription bigint not null default 0,
  returned bigint not null default 0,
  metadata jsonb,
  primary key (environment, customer, recorded_at, id)
) partition by range (recorded_at);
create table usage_event_default partition of usage_event default;

-- Events -------------------------------------------------------------------------------------------

-- The outbox. sequence orders one customer's events (a counter on the head); position is given after the
-- commit by one sequencer, without gaps, and is what readers follow.
create table event (
  environment smallint not null,
  customer bigint not null default 0,
  sequence bigint not null,
  id text not null,
  type text not null,
  subject text not null default '',
  payload jsonb not null,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  position bigint,
  primary key (environment, customer, sequence, id)
);
create index event_unsequenced on event (environment, recorded_at) where position is null;
create index event_unsequenced_of_customer on event (environment, customer, sequence) where position is null;
create unique index event_position on event (environment, position) where position is not null;

create table job_run (
  name text primary key,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  handled bigint not null default 0,
  -- customers it could not handle and will try again
  failing integer not null default 0,
  failure text
);
