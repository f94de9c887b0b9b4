-- One row for each run of the sweep over one owner. Its figures move in the transaction of the
-- batch they count, so they never say more, or less, than the tables show.
create table lastwill.sweep_run (
  id bigint generated always as identity,
  owner text not null,
  worker integer not null default 1,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  stop_at timestamptz,
  max_rows bigint,
  due bigint,
  batches integer not null default 0,
  owners_ended bigint not null default 0,
  released_ended bigint not null default 0,
  last_error text,
  constraint sweep_run_pkey primary key (id)
);

create index sweep_run_by_owner on lastwill.sweep_run (owner, id);

revoke all on table lastwill.sweep_run from public;

comment on table lastwill.sweep_run is
  :'comment';
comment on column lastwill.sweep_run.id is 'The number of the run: a later one has a higher one.';
comment on column lastwill.sweep_run.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_run.worker is
  'Which of the workers that share a backlog this was; 1 is the one that always runs.';
comment on column lastwill.sweep_run.started_at is 'When it began.';
comment on column lastwill.sweep_run.ended_at is
  'Null while the run goes on, and for ever when it was cut off: the next goes on from there.';
comment on column lastwill.sweep_run.stop_at is 'When its time is up: no batch begins after that.';
comment on column lastwill.sweep_run.max_rows is 'How many rows it may end; null for no limit.';
comment on column lastwill.sweep_run.due is
  'How many owner rows were due when it began: counted up to 1,000, above that an estimate.';
comment on column lastwill.sweep_run.batches is 'Transactions that had at least one row to end.';
comment on column lastwill.sweep_run.owners_ended is 'Expired owner rows that this run ended.';
comment on column lastwill.sweep_run.released_ended is
  'Released rows that this run ended, their grace being over.';
comment on column lastwill.sweep_run.last_error is
  'Why the last failed batch failed, which was tried again in parts; null if none has.';
