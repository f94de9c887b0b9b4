-- Owners of whose rows so many are due at once that a wrong clock or time zone is as likely as a
-- backlog. Their sweep waits until somebody has looked, and called lastwill.resume; that holds for
-- this backlog, and a day at most.
create table lastwill.hold (
  owner text not null,
  held_at timestamptz not null default now(),
  due bigint not null,
  total bigint not null,
  accepted_at timestamptz,
  constraint hold_pkey primary key (owner)
);

revoke all on table lastwill.hold from public;

comment on table lastwill.hold is
  :'comment';
comment on column lastwill.hold.owner is 'The owner''s name in the manifest.';
comment on column lastwill.hold.held_at is 'When the sweep first held.';
comment on column lastwill.hold.due is 'How many rows were due, about.';
comment on column lastwill.hold.total is 'Of how many rows, about.';
comment on column lastwill.hold.accepted_at is
  'When somebody let it go on, for this backlog and a day at most; null until then.';
