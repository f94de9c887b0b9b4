create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table users (id integer primary key);
create table carts (
  id bigint generated always as identity primary key,
  session_sid varchar,
  user_id integer references users on delete cascade,
  paid boolean not null default false
);
