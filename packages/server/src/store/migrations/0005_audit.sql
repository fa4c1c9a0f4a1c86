-- Looking after what is recorded: the doctor's days.

-- How often a job means to run, by which one tells that it doesn't.
alter table job_run add column every_ms integer not null default 0;

-- An environment is examined once a day, by the operator's calendar.
create table doctor_day (
  environment smallint not null references environment,
  day text not null,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  customers bigint not null default 0,
  findings bigint not null default 0,
  primary key (environment, day)
);

-- Who changed what. Rows are added in the transaction of the change, and stay.
create table audit_entry (
  environment smallint not null references environment,
  id text collate "C" not null,
  -- 0 for what is the environment's
  customer bigint not null default 0,
  -- a key's id, job:<name>, cli
  actor text not null,
  -- the call of the API, or the name of the job
  action text not null,
  request text,
  reason text not null default '',
  -- {"subscription sub_…": {"status": "active"}}: only what differs, and nothing personal
  before jsonb not null,
  after jsonb not null,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  primary key (environment, id)
);
create index audit_entry_by_customer on audit_entry (environment, customer, id);
create index audit_entry_by_actor on audit_entry (environment, actor, id);
create index audit_entry_by_time on audit_entry (environment, recorded_at);

-- A reason is somebody's own words: it alone can be taken out, when what is personal is erased.
create function keep_audit_entry() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.reason = '' and to_jsonb(new) - 'reason' = to_jsonb(old) - 'reason' then
    return new;
  end if;
  raise exception 'The audit log is only added to';
end $$;
create trigger audit_entry_stays before update or delete on audit_entry
  for each row execute function keep_audit_entry();

-- When everything personal of a customer that was deleted was gone; the books stay.
alter table customer add column erased_at timestamptz(3);
create index customer_leaving on customer (id) where deleted_at is not null and erased_at is null;
