-- Owners whose data could not be read when it was last written. What they name is unknown: nothing
-- is tied for them and nothing is released, until their data is written in a form that can be read.
create table lastwill.undecodable (
  owner text not null,
  owner_key text not null,
  since timestamptz not null default now(),
  constraint undecodable_pkey primary key (owner, owner_key)
);

revoke all on table lastwill.undecodable from public;

comment on table lastwill.undecodable is
  :'comment';
comment on column lastwill.undecodable.owner is 'The owner''s name in the manifest.';
comment on column lastwill.undecodable.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.undecodable.since is
  'When its data was first seen that could not be read.';
