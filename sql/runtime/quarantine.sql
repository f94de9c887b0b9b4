-- Rows that the sweep could not end, one by one: something else holds on to them (a foreign key
-- that restricts, a trigger that raises, a lock that stays). They wait, ever longer, and stop
-- nobody else.
create table lastwill.quarantine (
  owner text not null,
  edge text not null,
  key text not null,
  sqlstate text not null,
  message text not null,
  tries integer not null default 1,
  first_try timestamptz not null default now(),
  next_try timestamptz not null default now() + interval '1 minute',
  constraint quarantine_pkey primary key (edge, key)
);

revoke all on table lastwill.quarantine from public;

comment on table lastwill.quarantine is
  :'comment';
comment on column lastwill.quarantine.owner is 'The owner''s name in the manifest.';
comment on column lastwill.quarantine.edge is
  'The edge of the row that cannot end, or the owner''s name when it is the owner''s own row.';
comment on column lastwill.quarantine.key is
  'The key of the row that cannot end. A secret where it is the owner''s own row.';
comment on column lastwill.quarantine.sqlstate is 'The code of the last error.';
comment on column lastwill.quarantine.message is 'The message of the last error.';
comment on column lastwill.quarantine.tries is 'How often the sweep has tried.';
comment on column lastwill.quarantine.first_try is 'When it first failed.';
comment on column lastwill.quarantine.next_try is
  'Until then the sweep passes it by: 1 minute at first, doubled with each try, a day at most.';
