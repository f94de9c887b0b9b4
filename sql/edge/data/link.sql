-- :{sentence}
create table lastwill.:"link" (
  owner_key :{owner_type} not null,
  owned_key :{owned_type} not null,
  constraint :"primary_key" primary key (owner_key, owned_key)
);

create index :"index" on lastwill.:"link" (owned_key);

revoke all on table lastwill.:"link" from public;

comment on table lastwill.:"link" is
  :'comment';
comment on column lastwill.:"link".owner_key is
  'The key of the owner row. A session key is a secret.';
comment on column lastwill.:"link".owned_key is
  'The key of the owned row that it names, which need not be there yet.';
