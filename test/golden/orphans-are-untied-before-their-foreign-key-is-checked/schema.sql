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
create table seats (
  hall integer,
  number integer,
  session_sid varchar,
  primary key (hall, number)
);
create table tickets (
  id bigint primary key,
  hall integer not null,
  seat_number integer
);
