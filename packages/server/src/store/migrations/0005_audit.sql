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
