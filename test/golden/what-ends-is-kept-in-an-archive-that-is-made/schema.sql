create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table carts (
  id bigint primary key,
  session_sid varchar,
  total numeric(10, 2) not null default 0
);
create table drafts (
  id bigint primary key,
  body text
);
