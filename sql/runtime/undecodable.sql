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
