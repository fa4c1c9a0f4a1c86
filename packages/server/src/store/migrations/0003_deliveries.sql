-- What leaves for the outside: endpoints, deliveries, and the mailbox of a development server; and sites that are asked.

create table webhook_endpoint (
  environment smallint not null references environment,
  id text collate "C" not null,
  url text not null,
  description text not null,
  format text not null check (format in ('standard', 'slack')),
  -- empty: all of them
  event_types text[] not null,
  status text not null check (status in ('enabled', 'disabled')),
  disabled_reason text check (disabled_reason in ('operator', 'failures', 'gone')),
  -- the first failure since the last success
  failing_since timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (environment, id)
);

-- Several are valid while one replaces another. Sealed with a key of the installation.
create table webhook_secret (
  environment smallint not null,
  endpoint text collate "C" not null,
  number integer not null,
  sealed bytea not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null default 'infinity',
  primary key (environment, endpoint, number),
  foreign key (environment, endpoint) references webhook_endpoint (environment, id) on delete cascade
);

-- How far into the feed of an environment deliveries have been planned.
create table delivery_cursor (
  environment smallint primary key references environment,
  position bigint not null
);
-- What happened before there were deliveries is sent to nobody.
insert into delivery_cursor (environment, position) select id, feed_position from environment;

create table delivery (
  environment smallint not null references environment,
  id text collate "C" not null,
  customer bigint not null default 0,
  event text not null,
  event_type text not null,
  -- the event's place in the feed, by which it is found again
  position bigint not null,
  channel text not null check (channel in ('webhook', 'slack', 'mail')),
  -- the id of an endpoint, or an address
  target text not null,
  -- what is told only once: the event, or for messages to people the alert and its hour
  cause text not null,
  status text not null check (status in ('pending', 'sending', 'delivered', 'failed', 'abandoned')),
  attempts integer not null default 0,
  -- of one that is being sent: when it is taken for lost and tried again
  next_attempt_at timestamptz(3) not null,
  attempted_at timestamptz(3),
  delivered_at timestamptz(3),
  last_error text,
  response_code smallint,
  created_at timestamptz(3) not null,
  primary key (environment, id),
  unique (environment, customer, cause, channel, target)
);
create index delivery_due on delivery (next_attempt_at) where status in ('pending', 'sending', 'failed');
create index delivery_by_event on delivery (environment, event);
create index delivery_by_customer on delivery (environment, customer, id);
create index delivery_age on delivery using brin (created_at);

-- The first refusal of a customer and feature in an hour is an event; the others are not.
create table usage_refusal (
  environment smallint not null,
  customer bigint not null,
  feature text not null,
  hour_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  primary key (environment, customer, feature, hour_at)
);
create index usage_refusal_age on usage_refusal using brin (recorded_at);

-- Letters that a server without an SMTP server keeps instead of sending.
create table mailbox_letter (
  environment smallint not null references environment,
  customer bigint not null default 0,
  -- the delivery's, so that one tried again is kept once
  id text collate "C" not null,
  sender text not null,
  recipient text not null,
  subject text not null,
  text text not null,
  html text not null,
  attachments text[] not null default '{}',
  sent_at timestamptz(3) not null,
  primary key (environment, id)
);
create index mailbox_letter_age on mailbox_letter using brin (sent_at);

-- Where a customer's own site is asked for its number of active users, and how that went last.
create table site (
  environment smallint not null,
  customer bigint not null,
  url text not null,
  -- the quantity of the subscription that it tells
  quantity text not null,
  -- of the operator
  hour smallint not null check (hour between 0 and 23),
  -- by the customer's clock
  due_at timestamptz(3) not null,
  -- failed tries of the running day
  attempts integer not null default 0,
  -- by the system's clock: until then a process asks it; each claim has a number of its own
  claimed_until timestamptz(3),
  claim bigint not null default 0,
  outcome text check (outcome in ('synced', 'failed', 'skipped')),
  reason text,
  response_code smallint,
  asked_at timestamptz(3),
  active_users integer,
  synced_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (environment, customer),
  foreign key (environment, customer) references customer (environment, id)
);
create index site_due on site (due_at);

-- As webhook_secret.
create table site_secret (
  environment smallint not null,
  customer bigint not null,
  number integer not null,
  sealed bytea not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null default 'infinity',
  primary key (environment, customer, number),
  foreign key (environment, customer) references site (environment, customer) on delete cascade
);
