create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table wish_lists (
  id bigint primary key,
  cart_id bigint,
  expires_at timestamptz
);
create index on wish_lists (expires_at);
create table carts (
  id bigint primary key,
  session_sid varchar,
  wish_list_id bigint
);
