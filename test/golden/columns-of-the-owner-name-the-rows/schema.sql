create table visits (
  id bigint primary key,
  cart_id integer,
  former_cart_id integer,
  tag varchar,
  expires_at timestamptz not null
);

create table carts (
  id bigint primary key
);

create table tags (
  name text primary key
);
