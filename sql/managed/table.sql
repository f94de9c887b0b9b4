-- The keys of sessions that are kept elsewhere (Redis, files, cookies), and when each expires. The
-- application touches its session here; what is owned refers to it.
create table lastwill.:"table" (
  key text not null,
  expires_at timestamptz,
  constraint :"primary_key" primary key (key)
);

create index :"index" on lastwill.:"table" (expires_at);

revoke all on table lastwill.:"table" from public;

comment on table lastwill.:"table" is
  :'comment';
comment on column lastwill.:"table".key is 'The session''s key. A secret.';
comment on column lastwill.:"table".expires_at is 'When it expires; null means never.';
