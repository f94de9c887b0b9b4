create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table uploads (
  id uuid primary key,
  path text not null,
  bucket text
);
create table carts (
  id bigint primary key,
  session_sid varchar references session on delete cascade
);
create table receipts (
  id bigint primary key,
  cart_id bigint,
  file text not null
);
