-- Figures about the business: what can't be read from what is kept anyway.

-- What each customer pays a month for a plan, by currency: the sum of its movements. Rows stay, with 0.
create table monthly_revenue (
  environment smallint not null,
  customer bigint not null,
  currency text not null,
  plan text not null,
  monthly_minor bigint not null check (monthly_minor >= 0),
  primary key (environment, customer, currency, plan),
  foreign key (environment, customer) references customer (environment, id)
);

create table revenue_movement (
  environment smallint not null,
  customer bigint not null,
  number bigint generated always as identity,
  currency text not null,
  plan text not null,
  kind text not null check (kind in ('new', 'expansion', 'contraction', 'churn', 'reactivation')),
  delta_minor bigint not null check (delta_minor <> 0),
  -- the type of the event that tells of the change; '' where the catalog alone changed
  cause text not null default '',
  -- by the customer's clock
  at timestamptz(3) not null,
  primary key (environment, customer, number),
  foreign key (environment, customer) references customer (environment, id)
);
create index revenue_movement_by_time on revenue_movement (environment, currency, at);

-- Decisions on limits, and how many of them were refusals. Counted in each process and added up here every few
-- seconds; a process that is killed loses what it had not added yet. Days are the operator's.
create table quota_decision (
  environment smallint not null references environment,
  -- '' for everybody that lives by the system's clock
  test_clock text not null default '',
  day date not null,
  feature integer not null references feature,
  -- the one it was decided under; 0 without one
  plan integer not null,
  decisions bigint not null,
  refusals bigint not null,
  primary key (environment, test_clock, day, feature, plan)
);

-- What figures are made of among the events, in order of time.
create index event_for_figures on event (environment, type, occurred_at)
  where type in ('suspension.created', 'dunning.step_taken');
create index receipt_by_time on receipt (environment, received_at);
create index refund_by_end on refund (environment, ended_at) where ended_at is not null;
