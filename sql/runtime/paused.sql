-- Owners whose sweep is paused. A pause always has an end: one that is forgotten must not leave
-- rows behind for ever.
create table lastwill.paused (
  owner text not null,
  until timestamptz not null,
  constraint paused_pkey primary key (owner)
);

revoke all on table lastwill.paused from public;

comment on table lastwill.paused is
  :'comment';
comment on column lastwill.paused.owner is 'The owner''s name in the manifest.';
comment on column lastwill.paused.until is 'The sweep passes the owner by until then.';
