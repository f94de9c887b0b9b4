create table bookings (
  hall text,
  seat integer,
  until timestamptz not null,
  primary key (hall, seat)
);
create table orders (
  id bigint primary key,
  hall text,
  seat integer,
  note text
);
create table labels (
  id bigint primary key,
  hall text not null,
  seat integer
);
