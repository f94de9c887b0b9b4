create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table carts (
  id bigint primary key,
  session_sid varchar
);
create table drafts (
  id bigint primary key,
  body text
);
