create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table orders (
  id bigint primary key,
  session_sid varchar
);
create table events (
  id bigint primary key,
  owner_type text not null,
  owner_id varchar
);
create table traces (
  id bigint primary key,
  owner_type text,
  owner_id varchar
);
