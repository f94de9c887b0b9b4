-- Owned rows that an owner let go of, each waiting out its grace. Several owners may let go of one
-- row, and a row that is named again keeps its later entries: it ends only when its last entry is
-- due and no link to it is left.
create table lastwill.released (
  edge text not null,
  owned_key text not null,
  owner_key text not null,
  released_at timestamptz not null default now(),
  due_at timestamptz not null,
  id bigint generated always as identity,
  constraint released_pkey primary key (id)
);

-- Each has only what its own questions ask by, and not the edge. A queue's statistics are seldom
-- true: when it was empty at the last look, any index with the edge seems as good as another.
create index released_by_row on lastwill.released (owned_key);
create index released_by_owner on lastwill.released (owner_key);
create index released_by_due on lastwill.released (due_at);

revoke all on table lastwill.released from public;

comment on table lastwill.released is
  :'comment';
comment on column lastwill.released.edge is 'The edge that tied the row: owner, dot, edge name.';
comment on column lastwill.released.owned_key is
  'The key of the row that waits; '''' for all that a polymorphic edge tied to that owner.';
comment on column lastwill.released.owner_key is
  'The key of the owner that let go of it; ''orphan …'' for what lingered. A secret.';
comment on column lastwill.released.released_at is 'When the owner let go of it.';
comment on column lastwill.released.due_at is
  'When the sweep looks at the row: it ends then, unless an owner names it again.';
comment on column lastwill.released.id is 'A number of its own.';
