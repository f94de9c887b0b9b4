-- One letter for each row that has gone of an edge with `emit`, written in the transaction that
-- ended it: whoever has work to do outside the database (a file, an object in a bucket) learns
-- of it if and only if the row is gone for good. A letter stays until a consumer has handled it.
create table lastwill.outbox (
  edge text not null,
  key text not null,
  payload jsonb not null,
  emitted_at timestamptz not null default now(),
  tries integer not null default 0,
  next_try timestamptz not null default now(),
  last_error text,
  dead_at timestamptz,
  id bigint generated always as identity,
  constraint outbox_pkey primary key (id)
);

create index outbox_by_due on lastwill.outbox (next_try, id) where dead_at is null;

revoke all on table lastwill.outbox from public;

comment on table lastwill.outbox is
  :'comment';
comment on column lastwill.outbox.edge is 'The edge that owned the row: owner, dot, edge name.';
comment on column lastwill.outbox.key is 'The key of the row that is gone.';
comment on column lastwill.outbox.payload is 'Its columns that the edge declares under emit.';
comment on column lastwill.outbox.emitted_at is 'When the transaction that ended the row began.';
comment on column lastwill.outbox.tries is
  'How often a consumer has taken it and not given it back.';
comment on column lastwill.outbox.next_try is
  'When it is due: a consumer''s lease, or the wait after a failure, is over then.';
comment on column lastwill.outbox.last_error is 'Why the last failed try failed; null if none has.';
comment on column lastwill.outbox.dead_at is
  'When it was given up; null while it is not. lastwill.outbox_retry() brings it back.';
comment on column lastwill.outbox.id is 'What outbox_done and the others know it by.';
